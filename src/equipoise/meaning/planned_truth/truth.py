"""`as planned`: the truth that follows from `assume`, where a protocol writes none.

Virtual trials under it are trials as planned. What is not assumed has a plain value: patients are
60 years old (standard deviation 12, 18 or older), women and men alike.

Checked  tests/unit/meaning/test_planned_truth.py; tests/laws/test_as_planned.py.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from equipoise.errors import InputError
from equipoise.meaning.planned_truth.times import planned_times
from equipoise.meaning.planned_truth.values import (
    planned_measure,
    planned_recurrence,
    planned_response,
)
from equipoise.protocol.model import Normal, Protocol, Share, Truth
from equipoise.protocol.model.base import Node
from equipoise.protocol.model.frozen import FrozenDict, frozen
from equipoise.protocol.model.provenance import leaves, pointer

AS_PLANNED: Final = "as planned"
_LABEL: Final = "What planning assumes"
_AGE: Final = Normal(mean=60, sd=12, at_least=18, label="Age, years", unit="years")
_SEX: Final = Share(levels={"F": 0.5, "M": 0.5}, label="Sex")


class Planned(NamedTuple):
    """truth : None where nothing follows; left_out : what does not follow and why, by endpoint."""

    truth: Truth | None
    left_out: dict[str, str]


def planned(protocol: Protocol) -> Planned:
    """The truth that follows from what a protocol assumes."""
    times = planned_times(protocol)
    rest = _planned_rest(protocol)
    left_out = {**times.left_out, **rest.left_out}
    if not (times.progression or times.death or rest.response or rest.measures or rest.recurring):
        return Planned(None, left_out)
    truth = Truth(
        label=_LABEL,
        dropout=dict(protocol.assume.dropout),
        strata=dict(protocol.assume.strata),
        progression=times.progression,
        death=times.death,
        response=rest.response,
        baseline=_baseline(protocol),
        measures=rest.measures,
        recurring=rest.recurring,
    )
    return Planned(truth, left_out)


class _Rest(NamedTuple):
    """What follows for end points that are no times."""

    response: dict[str, float]
    measures: dict[str, Any]
    recurring: dict[str, Any]
    left_out: dict[str, str]


def _planned_rest(protocol: Protocol) -> _Rest:
    found = _Rest({}, {}, {}, {})
    for key in protocol.assume.endpoints:
        endpoint = protocol.endpoints.get(key)
        if endpoint is None or endpoint.type == "time to event":
            continue
        try:
            if endpoint.type == "proportion":
                if found.response:
                    raise InputError("the share of responders follows from another endpoint")
                found.response.update(planned_response(protocol, key))
            elif endpoint.type == "count":
                _once(found.recurring, key, planned_recurrence(protocol, key))
            else:
                _once(found.measures, endpoint.parameter or key, planned_measure(protocol, key))
        except InputError as problem:
            found.left_out[key] = str(problem)
    return found


def _once(found: dict[str, Any], name: str, value: Any) -> None:
    if name in found:
        raise InputError(f"{name} follows from another endpoint")
    found[name] = value


def _baseline(protocol: Protocol) -> dict[str, Normal | Share]:
    """Age and sex, but for what the allocation draws."""
    drawn = {factor.variable or key for key, factor in protocol.allocation.strata.items()}
    known: dict[str, Normal | Share] = {"AGE": _AGE, "SEX": _SEX}
    return {name: how for name, how in known.items() if name not in drawn}


def with_planned_truth(protocol: Protocol) -> Protocol:
    """The protocol with the truth that follows, if it writes none. Its digest stays."""
    if protocol.truth:
        return protocol
    truth = planned(protocol).truth
    if truth is None:
        return protocol
    found = Node.model_copy(protocol, update={"truth": FrozenDict({AS_PLANNED: truth})})
    own = {"truth": {AS_PLANNED: truth.model_dump(mode="json", by_alias=True)}}
    notes = {k: v for k, v in protocol.provenance.items() if k != "/truth"}
    notes |= {pointer(path): {"kind": "derived"} for path, _ in leaves(own)}
    found._provenance = FrozenDict({k: frozen(v) for k, v in notes.items()})
    return found


def not_planned(protocol: Protocol) -> tuple[str, ...]:
    """What is assumed and does not follow in "as planned", with why; nothing if a truth is written.

    >>> from equipoise.meaning.check import read
    >>> not_planned(read("examples/pilot"))
    ()
    """
    note = protocol.provenance.get(pointer(("truth", AS_PLANNED, "label")), {})
    if note.get("kind") != "derived":
        return ()
    return tuple(f"{key}: {why}" for key, why in planned(protocol).left_out.items())


def why_not(protocol: Protocol) -> str:
    """Why no truth follows, in words."""
    left_out = planned(protocol).left_out
    if not left_out:
        return f'"{AS_PLANNED}" follows from `assume`, which says nothing about an endpoint yet'
    said = "; ".join(f"{key}: {why}" for key, why in left_out.items())
    return f'"{AS_PLANNED}" does not follow from `assume`: {said}'
