"""Scenarios side by side: one truth varied, with common random numbers.

Every scenario uses the same seed, so that subject i of trial j draws the same uniforms in each of
them and a difference between scenarios is not blurred by chance.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from equipoise.errors import InputError, did_you_mean
from equipoise.patients.world import truth_named
from equipoise.protocol import Protocol
from equipoise.protocol.model import Hazard, TimeTruth
from equipoise.simulation.compile import questions, scenario_from, with_subjects
from equipoise.simulation.scenario import Scenario

SUBJECTS, RATIO, LOOKS = "subjects", "hazard ratio", "looks"


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing that is varied.

    >>> parse_axis("PFS.hazard ratio=0.5,1")
    Axis(name='PFS.hazard ratio', values=('0.5', '1'))
    """

    name: str
    values: tuple[str, ...]


def parse_axis(text: str) -> Axis:
    """`PFS.hazard ratio=0.3,0.5`, `subjects=200,300`, `PFS.looks=50%/100%,100%` or `truth=A,B`."""
    name, mark, values = text.partition("=")
    found = tuple(v.strip() for v in values.split(",") if v.strip())
    if not mark or not found:
        raise InputError(f'--vary "{text}": expected NAME=VALUE,VALUE,...')
    return Axis(name.strip(), found)


def grid(
    protocol: Protocol, *, truth: str, axes: Sequence[Axis], read_at_visits: bool = True
) -> list[tuple[dict[str, str], Scenario]]:
    """Every combination of the axes' values, as (what was set, scenario).

    Raises   InputError for a thing that cannot be varied, or a value that is no number.
    """
    found = []
    for values in itertools.product(*(axis.values for axis in axes)):
        point = {axis.name: value for axis, value in zip(axes, values, strict=True)}
        found.append((point, _scenario(protocol, truth, point, read_at_visits)))
    return found


def _scenario(
    protocol: Protocol, truth: str, point: dict[str, str], read_at_visits: bool
) -> Scenario:
    truth = point.get("truth", truth)
    subjects = None
    for name, value in point.items():
        if name == "truth":
            continue
        if name == SUBJECTS:
            subjects = _whole(name, value)
        elif name.endswith("." + RATIO):
            protocol = _with_ratio(protocol, truth, name.removesuffix("." + RATIO), value)
        elif name.endswith("." + LOOKS):
            protocol = _with_looks(protocol, name.removesuffix("." + LOOKS), value)
        else:
            raise InputError(
                f'cannot vary "{name}"; expected truth, {SUBJECTS}, ENDPOINT.{RATIO}'
                f" or ENDPOINT.{LOOKS}"
            )
    scenario = scenario_from(protocol, truth=truth, read_at_visits=read_at_visits)
    return scenario if subjects is None else with_subjects(scenario, subjects)


def _whole(name: str, value: str) -> int:
    if not value.isdigit() or int(value) < 1:
        raise InputError(f'{name}: found "{value}", expected a whole number of 1 or more')
    return int(value)


def _number(name: str, value: str) -> float:
    try:
        found = float(value)
    except ValueError:
        found = -1.0
    if not found > 0.0:
        raise InputError(f'{name}: found "{value}", expected a number above 0')
    return found


def _with_ratio(protocol: Protocol, truth: str, name: str, value: str) -> Protocol:
    """Every experimental arm at this hazard ratio to the control.

    An endpoint of several events (progression or death) gets the ratio by giving it to each of
    them; the name of one of them (`progression.hazard ratio`) changes that one alone.
    """
    ratio = _number(f"{name}.{RATIO}", value)
    base = truth_named(protocol, truth)
    times = {"progression": base.progression, "death": base.death, **base.endpoints}
    own = [name] if name in times or name not in protocol.endpoints else _events(protocol, name)
    changed = {
        key: time.model_copy(update={"arms": _arms(protocol, time, ratio)})
        for key in own
        if (time := times.get(key)) is not None
    }
    if not changed:
        raise InputError(f'truth "{truth}": nothing is said about {name}, so it cannot be varied')
    update: dict[str, Any] = {k: v for k, v in changed.items() if k not in base.endpoints}
    update["endpoints"] = {
        **base.endpoints,
        **{k: changed[k] for k in base.endpoints if k in changed},
    }
    truths = {**protocol.truth, truth: base.model_copy(update=update)}
    return protocol.model_copy(update={"truth": truths})


def _events(protocol: Protocol, name: str) -> list[str]:
    return [source.name for source in protocol.endpoints[name].event]


def _arms(protocol: Protocol, time: TimeTruth, ratio: float) -> dict[str, Hazard]:
    return dict(time.arms) | {a: Hazard(hazard_ratio=ratio) for a in protocol.experimental}


def _with_looks(protocol: Protocol, name: str, value: str) -> Protocol:
    """Looks at these shares of the planned events, written `33%/67%/100%`."""
    asked = {q.name: q for q in questions(protocol)}
    if name not in asked:
        raise InputError(f'no hypothesis "{name}"{did_you_mean(name, asked)}')
    design = asked[name].design
    final = list(design.looks.values())[-1]
    if final.events is None:
        raise InputError(f"{name}.{LOOKS}: the last look is not at a number of events")
    parts = value.split("/")
    shares = [_number(name, part.strip().removesuffix("%")) / 100.0 for part in parts]
    if shares[-1] != 1.0 or shares != sorted(set(shares)):
        raise InputError(
            f'{name}.{LOOKS}: found "{value}", expected rising shares that end in 100%'
        )
    last = list(design.looks)[-1]
    looks = {
        last if s == 1.0 else f"at {100 * s:g}%": final.model_copy(
            update={"events": round(s * final.events)}
        )
        for s in shares
    }
    changed = design.model_copy(
        update={"looks": looks, "spending": design.spending or "lan-demets-obf"}
    )
    plan = protocol.design.model_copy()
    plan.__pydantic_extra__ = {**protocol.design.hypotheses, name: changed}
    return protocol.model_copy(update={"design": plan})
