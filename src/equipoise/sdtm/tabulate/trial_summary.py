"""TS: what a protocol is, one parameter a row.

Source   CDISC SDTM controlled terminology (TSPARMCD, TSPARM, TPHASE, TBLIND, INTMODEL).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from equipoise.protocol import Protocol
from equipoise.sdtm.tabulate.epochs import iso_span

_TEXT = 200  # characters of TSVAL; what is longer goes on in TSVAL1, TSVAL2, ...
_NAMES: Final = {
    "TITLE": "Trial Title",
    "SPONSOR": "Clinical Study Sponsor",
    "REGID": "Registry Identifier",
    "STYPE": "Study Type",
    "TPHASE": "Trial Phase Classification",
    "INDIC": "Trial Disease/Condition Indication",
    "TBLIND": "Trial Blinding Schema",
    "INTMODEL": "Intervention Model",
    "RANDOM": "Trial is Randomized",
    "STRATFCT": "Stratification Factor",
    "NARMS": "Planned Number of Arms",
    "PLANSUB": "Planned Number of Subjects",
    "LENGTH": "Trial Length",
    "TRT": "Investigational Therapy or Treatment",
    "DOSE": "Dose per Administration",
    "DOSU": "Dose Units",
    "ROUTE": "Route of Administration",
    "OUTMSPRI": "Primary Outcome Measure",
    "OUTMSSEC": "Secondary Outcome Measure",
    "OUTMSEXP": "Exploratory Outcome Measure",
    "SDTMVER": "SDTM Version",
    "SDTIGVER": "SDTM IG Version",
}
_PHASES: Final = {
    "1": "PHASE I TRIAL",
    "1/2": "PHASE I/II TRIAL",
    "2": "PHASE II TRIAL",
    "2/3": "PHASE II/III TRIAL",
    "3": "PHASE III TRIAL",
    "4": "PHASE IV TRIAL",
}
_MASKING: Final = {"triple blind": "DOUBLE BLIND"}  # the terminology has no third
_OUTCOMES: Final = {"primary": "OUTMSPRI", "secondary": "OUTMSSEC", "exploratory": "OUTMSEXP"}


def summary(protocol: Protocol) -> pl.DataFrame:
    """TS, in the order of the parameters above; those that the protocol is silent of are left out.

    Source   SDTMIG 3.4, section 7.4 (trial summary).
    Checked  tests/unit/sdtm/test_trial_design.py.
    """
    told = [(name, value) for name, value in _told(protocol) if value]
    order = list(_NAMES)
    told.sort(key=lambda one: order.index(one[0]))
    counts: dict[str, int] = {}
    rows = []
    for name, value in told:
        counts[name] = counts.get(name, 0) + 1
        row = {"STUDYID": protocol.trial.id, "DOMAIN": "TS", "TSSEQ": float(counts[name])}
        rows.append(row | {"TSPARMCD": name, "TSPARM": _NAMES[name]} | _pieces(value))
    return pl.DataFrame(rows, infer_schema_length=None)


def _told(protocol: Protocol) -> Iterator[tuple[str, str]]:
    trial = protocol.trial
    yield "TITLE", trial.title
    yield "SPONSOR", trial.sponsor
    yield from (("REGID", number) for number in trial.registers.values())
    yield "STYPE", "INTERVENTIONAL"
    yield "TPHASE", _PHASES[trial.phase]
    yield "INDIC", protocol.population.condition
    yield "TBLIND", _MASKING.get(trial.masking, trial.masking.upper())
    yield "INTMODEL", "PARALLEL"
    yield "RANDOM", "Y"
    yield from (("STRATFCT", f.label or k) for k, f in protocol.allocation.strata.items())
    yield "NARMS", str(len(protocol.arms))
    yield "PLANSUB", str(protocol.population.randomize)
    yield "LENGTH", _length(protocol)
    yield from _drugs(protocol)
    for estimand in protocol.estimands.values():
        if estimand.role in _OUTCOMES:
            yield _OUTCOMES[estimand.role], estimand.label or estimand.endpoint
    yield "SDTMVER", "2.0"
    yield "SDTIGVER", "3.4"


def _length(protocol: Protocol) -> str:
    """The longest that one subject can be in the trial, if every epoch says how long it lasts."""
    spans = [epoch.lasts for epoch in protocol.epochs.values()]
    if not spans or any(span is None for span in spans):
        return ""
    if len(spans) == 1:
        return iso_span(spans[0]) or ""
    days = sum(span.whole_days for span in spans if span is not None)
    return f"P{days}D"


def _drugs(protocol: Protocol) -> Iterator[tuple[str, str]]:
    """What the experimental arms give that the control does not."""
    plain = {g.drug for arm in protocol.arms.values() if arm.role == "control" for g in arm.give}
    seen: set[str] = set()
    for arm in protocol.arms.values():
        for regimen in arm.give if arm.role == "experimental" else ():
            if regimen.drug in plain | seen:
                continue
            seen.add(regimen.drug)
            yield "TRT", regimen.drug
            yield "DOSE", str(regimen.dose).split()[0]
            yield "DOSU", regimen.dose.unit
            yield "ROUTE", regimen.route


def _pieces(value: str) -> dict[str, str]:
    """A text over TSVAL, TSVAL1, ..., broken between words."""
    pieces, rest = [], value
    while len(rest) > _TEXT:
        at = rest.rfind(" ", 0, _TEXT + 1)
        at = at if at > 0 else _TEXT
        pieces.append(rest[:at])
        rest = rest[at:].lstrip()
    names = ["TSVAL", *(f"TSVAL{n}" for n in range(1, len(pieces) + 1))]
    return dict(zip(names, [*pieces, rest], strict=True))
