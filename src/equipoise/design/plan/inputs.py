"""Every input of a design with where it came from: yours, default or derived."""

from __future__ import annotations

from typing import Any

from equipoise.design.model import HypothesisPlan, Input
from equipoise.design.plan.answer import phrase
from equipoise.protocol import Protocol
from equipoise.protocol.model import HypothesisDesign
from equipoise.protocol.model.provenance import Origin


def inputs(protocol: Protocol, found: tuple[HypothesisPlan, ...]) -> tuple[Input, ...]:
    """The numbers a design rests on, general ones first, then by hypothesis."""
    said = protocol.design
    rows = [
        _given(
            protocol,
            "patients randomized",
            protocol.population.randomize,
            "/population/randomize",
            True,
        ),
        _given(
            protocol,
            "allocation ratio",
            protocol.allocation.ratio,
            "/allocation/ratio",
            "ratio" in protocol.allocation.model_fields_set,
        ),
        _given(
            protocol,
            "type I error",
            f"{said.alpha:g}",
            "/design/alpha",
            "alpha" in said.model_fields_set,
        ),
        _given(protocol, "sides", said.sides, "/design/sides", "sides" in said.model_fields_set),
        _given(
            protocol,
            "multiplicity",
            said.multiplicity,
            "/design/multiplicity",
            "multiplicity" in said.model_fields_set,
        ),
        *_assumed(protocol),
    ]
    for h in found:
        rows.extend(_hypothesis(protocol, h, said.hypotheses[h.name]))
    return tuple(rows)


def _assumed(protocol: Protocol) -> list[Input]:
    assume = protocol.assume
    rows = [
        _given(protocol, name, value, f"/assume/{path}", True)
        for name, value, path in (
            ("accrual lasts", assume.accrual.lasts, "accrual/lasts"),
            ("accrual starts", assume.accrual.start, "accrual/start"),
            ("accrual ends", assume.accrual.end, "accrual/end"),
            ("patients a month", _listed(assume.accrual.rates), "accrual/rates"),
            ("over periods of", _listed(assume.accrual.periods), "accrual/periods"),
        )
        if value
    ]
    for arm, share in assume.dropout.items():
        name = f"dropout in a year, {arm}"
        rows.append(_given(protocol, name, f"{share:g}", f"/assume/dropout/{arm}", True))
    if assume.follow_up is not None:
        rows.append(_given(protocol, "follow-up", assume.follow_up, "/assume/follow up", True))
    for factor, shares in assume.strata.items():
        told = ", ".join(f"{level} {100 * share:g}%" for level, share in shares.items())
        rows.append(_given(protocol, f"shares of {factor}", told, f"/assume/strata/{factor}", True))
    return rows


def _listed(values: tuple[Any, ...]) -> str:
    return ", ".join(f"{v:g}" if isinstance(v, float) else str(v) for v in values)


def _hypothesis(protocol: Protocol, h: HypothesisPlan, said: HypothesisDesign) -> list[Input]:
    base, fields = f"/design/{h.name}", said.model_fields_set
    rows = []
    for arm, value in protocol.assume.endpoints.get(h.endpoint, {}).items():
        path = f"/assume/{h.endpoint}/{arm}"
        rows.append(_given(protocol, f"{h.name} on {arm}", phrase(value), path, True))
    if said.power is not None:
        rows.append(_given(protocol, f"{h.name} power", f"{said.power:g}", f"{base}/power", True))
    rows.append(
        _given(protocol, f"{h.name} method", h.method, f"{base}/method", said.method is not None)
    )
    if len(h.looks) > 1:
        rows.append(
            _given(
                protocol,
                f"{h.name} spending",
                h.bounds.efficacy,
                f"{base}/spending",
                "spending" in fields and said.spending is not None,
            )
        )
    if said.futility is not None:
        rows.append(_given(protocol, f"{h.name} futility", said.futility, f"{base}/futility", True))
    for look in h.looks:
        plan = said.looks.get(look.name)
        stated = plan is not None and (plan.events is not None or plan.subjects is not None)
        counted = "subjects" if plan is not None and plan.subjects is not None else "events"
        path = f"{base}/looks/{look.name}/{counted}"
        name = f"{h.name} {h.unit} at {look.name}"
        value = f"{look.amount:g}" if look.fixed else f"{look.amount:.1f} expected"
        rows.append(
            _given(protocol, name, value, path, True) if stated else Input(name, value, "derived")
        )
    if h.power is not None:
        rows.append(Input(f"{h.name} power at {h.maximum:g} {h.unit}", f"{h.power:.4f}", "derived"))
    return rows


def _given(protocol: Protocol, name: str, value: Any, path: str, given: bool) -> Input:
    """An input with the marks left at its path or below it, or by whether it was written at all."""
    notes = protocol.provenance
    begin = f"{path}/"
    here = [notes[path]] if path in notes else None
    found = here or [note for at, note in notes.items() if at.startswith(begin)]
    kinds = {m["kind"] for m in found} or {"yours" if given else "default"}
    kind: Origin = next(k for k in _STRONGEST if k in kinds)
    sources = dict.fromkeys(s for m in found for s in m.get("sources", ()))
    return Input(name, str(value), kind, path, tuple(sources))


_STRONGEST: tuple[Origin, ...] = ("yours", "derived", "default")
