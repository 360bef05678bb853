"""One thing of a protocol, or of one of its truths, set to another value.

`scenarios` in a protocol and `--vary` on the command line both read what they vary here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from pydantic import ValidationError

from equipoise.errors import InputError, did_you_mean
from equipoise.meaning.hypotheses import hypothesis
from equipoise.meaning.looks import amount_waited_for
from equipoise.meaning.variation.design import (
    with_alpha,
    with_futility,
    with_ratio,
    with_spending,
    with_test,
)
from equipoise.protocol.model import Accrual, Hazard, LookPlan, Protocol, TimeTruth, Truth, altered
from equipoise.protocol.read.schema_faults import words_of
from equipoise.units import parse_duration, parse_number, parse_probability

TRUTH: Final = "truth"
RATIO, EFFECT, LOOKS, EVENTS = "hazard ratio", "effect", "looks", "events"
PATHS: Final = (
    "progression", "death", "endpoints", "response", "response correlation", "dropout", "follow up",
)  # fmt: skip
"""Keys of a truth that a path may begin with: what virtual trials on the kernel road read."""
_ONE_OF: Final = ("median", "curve", RATIO)  # of a time to event
_WHOLE: Final = re.compile(r"^[1-9][0-9]{0,6}$")

Set = Callable[[Protocol, str, str, str], Protocol]


def varied(protocol: Protocol, *, truth: str, name: str, value: str) -> Protocol:
    """The protocol with one thing set.

    name : subjects, dropout, accrual lasts, blocks, alpha, ratio; of a hypothesis `PFS.test`,
        `PFS.spending`, `PFS.futility`; `PFS.hazard ratio` or `PFS.effect`, against
        the control, of every experimental arm; `PFS.looks`, shares of the planned events such as
        50%/100%; `PFS.events`, at the last look; or a path into the truth, such as
        `progression.new.median`
    Raises   InputError, "what is wrong; expected that", if there is no such thing or value.
    Checked  tests/unit/meaning/test_variation.py.
    """
    owner, _, last = name.rpartition(".")
    if name in _SIMPLE:
        return _SIMPLE[name](protocol, truth, name, value)
    if owner and last in _OF_OWNER and owner.count(".") == 0:
        return _OF_OWNER[last](protocol, truth, owner, value)
    if name.split(".")[0] in PATHS:
        return _along_path(protocol, truth, name, value)
    known = (TRUTH, *_SIMPLE, *(f"ENDPOINT.{k}" for k in _OF_OWNER))
    expected = f"expected one of: {', '.join(known)}, or a path into the truth"
    raise InputError(f'cannot vary "{name}"; {expected}{did_you_mean(name, (*known, *PATHS))}')


def _with_truth(protocol: Protocol, truth: str, **update: Any) -> Protocol:
    changed = protocol.truth[truth].model_copy(update=update)
    return altered(protocol, truth={**protocol.truth, truth: changed})


def _subjects(protocol: Protocol, truth: str, name: str, value: str) -> Protocol:
    return _with_truth(protocol, truth, patients=_whole(value))


def _dropout(protocol: Protocol, truth: str, name: str, value: str) -> Protocol:
    share = _read(parse_probability, value)
    if not 0.0 <= share < 1.0:
        raise InputError(f'"{value}" is out of range; expected 0% or more and below 100%')
    return _with_truth(protocol, truth, dropout={"all": share})


def _accrual_lasts(protocol: Protocol, truth: str, name: str, value: str) -> Protocol:
    lasts = _read(parse_duration, value)
    if lasts.value <= 0:
        raise InputError(f'"{value}" is no time at all; expected more than 0 days')
    accrual = Accrual(lasts=lasts, start=protocol.truth[truth].accrual.start)
    return _with_truth(protocol, truth, accrual=accrual)


def _blocks(protocol: Protocol, truth: str, name: str, value: str) -> Protocol:
    sizes = tuple(_whole(part.strip()) for part in value.split("/"))
    share = sum(protocol.allocation.ratios)
    if any(size % share for size in sizes):
        raise InputError(
            f'"{value}" does not hold the ratio {protocol.allocation.ratio}; '
            f"expected multiples of {share}, such as {share}/{2 * share}"
        )
    plan = protocol.allocation.model_copy(update={"blocks": sizes})
    return altered(protocol, allocation=plan)


def _ratio(protocol: Protocol, truth: str, name: str, value: str) -> Protocol:
    return _with_effect(protocol, truth, name, Hazard(hazard_ratio=_above_0(value)))


def _effect(protocol: Protocol, truth: str, name: str, value: str) -> Protocol:
    return _with_effect(protocol, truth, name, _read(Hazard.model_validate, value))


def _with_effect(protocol: Protocol, truth: str, name: str, effect: Hazard) -> Protocol:
    """Every experimental arm at this effect.

    An endpoint of several events (progression or death) gets it by giving it to each of them; the
    name of one of them (`progression.hazard ratio`) changes that one alone.
    """
    base = protocol.truth[truth]
    times = {"progression": base.progression, "death": base.death, **base.endpoints}
    own = [name] if name in times else _events_of(protocol, name)
    changed = {
        key: _with_arms(protocol, time, effect)
        for key in own
        if (time := times.get(key)) is not None
    }
    if not changed:
        hint = did_you_mean(name, (*times, *protocol.endpoints))
        message = f'truth "{truth}": nothing is said about {name}, so it cannot be varied'
        raise InputError(f"{message}; expected a time of the truth{hint}")
    update: dict[str, Any] = {k: v for k, v in changed.items() if k not in base.endpoints}
    more = {k: v for k, v in changed.items() if k in base.endpoints}
    return _with_truth(protocol, truth, **update, endpoints={**base.endpoints, **more})


def _events_of(protocol: Protocol, name: str) -> list[str]:
    """The events of an endpoint, or of the one that a hypothesis is about."""
    if name in protocol.design.hypotheses:
        name = hypothesis(protocol, name).endpoint_name
    endpoint = protocol.endpoints.get(name)
    return [source.name for source in endpoint.event] if endpoint is not None else [name]


def _with_arms(protocol: Protocol, time: TimeTruth, effect: Hazard) -> TimeTruth:
    return time.model_copy(
        update={"arms": dict(time.arms) | dict.fromkeys(protocol.experimental, effect)}
    )


def _looks(protocol: Protocol, truth: str, name: str, value: str) -> Protocol:
    """Looks at these shares of the planned events, written `33%/67%/100%`."""
    last, events = _last_events(protocol, name)
    shares = [_above_0(part.strip().removesuffix("%")) / 100.0 for part in value.split("/")]
    if shares[-1] != 1.0 or shares != sorted(set(shares)):
        raise InputError(f'"{value}" are no looks; expected rising shares that end in 100%')
    final = protocol.design.hypotheses[name].looks[last]
    looks = {
        f"at {100 * s:g}%": LookPlan(
            events=round(s * events), efficacy=final.efficacy, futility=final.futility
        )
        for s in shares[:-1]
    }
    return _with_looks(protocol, name, {**looks, last: final})


def _events(protocol: Protocol, truth: str, name: str, value: str) -> Protocol:
    """The last look at so many events; looks before it keep their shares."""
    _, events = _last_events(protocol, name)
    share = _whole(value) / events
    plans = protocol.design.hypotheses[name].looks.items()
    return _with_looks(protocol, name, {key: _scaled(look, share) for key, look in plans})


def _scaled(look: LookPlan, share: float) -> LookPlan:
    """A look with all its events, also those of which it waits for the later, at a share."""
    later = tuple(_scaled(one, share) for one in look.later_of)
    events = None if look.events is None else max(1, round(look.events * share))
    return look.model_copy(update={"events": events, "later_of": later})


def _last_events(protocol: Protocol, name: str) -> tuple[str, int]:
    """The last look of a hypothesis, and the events that it waits for."""
    last = hypothesis(protocol, name).looks[-1]
    events = amount_waited_for(last.trigger, "events")
    if events is None:
        message = f"the last look of {name} is not at a number of events"
        raise InputError(f"{message}; expected a hypothesis whose last look is")
    return last.name, events


def _with_looks(protocol: Protocol, name: str, looks: dict[str, Any]) -> Protocol:
    before = protocol.design.hypotheses[name]
    spending = before.spending or "lan-demets-obf" if len(looks) > 1 else before.spending
    changed = before.model_copy(update={"looks": looks, "spending": spending})
    plan = protocol.design.model_copy()
    plan.__pydantic_extra__ = {**protocol.design.hypotheses, name: changed}
    return altered(protocol, design=plan)


def _along_path(protocol: Protocol, truth: str, name: str, value: str) -> Protocol:
    """`progression.new.median`: the arms of a time need not be written out in a path."""
    whole = protocol.truth[truth].model_dump(mode="json", by_alias=True)
    *parents, last = name.split(".")
    node: Any = whole
    for part in parents:
        node = _child(node, part, name)
    if not isinstance(node, dict):
        raise InputError(f'cannot vary "{name}"; expected a path to something in the truth')
    if "arms" in node and last not in node:
        node = node["arms"]
    if last not in node and last not in (*protocol.arms, "all"):
        raise _no_path(name, last, node)
    if set(_ONE_OF) <= set(node) and last in _ONE_OF:
        node |= {"median": None, "curve": []} | ({} if last == RATIO else {RATIO: None, "then": []})
    node[last] = value
    try:
        changed = Truth.model_validate(whole)
    except ValidationError as error:
        raise _refusal(error) from None
    return altered(protocol, truth={**protocol.truth, truth: changed})


def _child(node: Any, part: str, name: str) -> Any:
    if isinstance(node, dict) and part not in node and "arms" in node:
        node = node["arms"]
    if not isinstance(node, dict) or part not in node:
        raise _no_path(name, part, node)
    return node[part]


def _no_path(name: str, part: str, node: Any) -> InputError:
    known = [*node.get("arms", node)] if isinstance(node, dict) else []
    listed = f"one of: {', '.join(known)}" if known else "a path that the truth holds"
    hint = did_you_mean(part, known)
    return InputError(f'cannot vary "{name}": there is no "{part}"; expected {listed}{hint}')


def _whole(value: str) -> int:
    if not _WHOLE.match(value):
        raise InputError(f'"{value}" is too small or no number; expected a whole number above 0')
    return int(value)


def _above_0(value: str) -> float:
    found = _read(parse_number, value)
    if not found > 0.0:
        raise InputError(f'"{value}" is not above 0; expected a number above 0')
    return float(found)


def _read(parse: Callable[[str], Any], value: str) -> Any:
    try:
        return parse(value)
    except ValidationError as error:
        raise _refusal(error) from None
    except ValueError as error:
        raise InputError(str(error)) from None


def _refusal(error: ValidationError) -> InputError:
    head, expected = words_of(error.errors(include_url=False)[0])
    return InputError(f"{head}; {expected}" if expected else head)


_SIMPLE: Final[dict[str, Set]] = {
    "subjects": _subjects,
    "dropout": _dropout,
    "accrual lasts": _accrual_lasts,
    "blocks": _blocks,
    "alpha": with_alpha,
    "ratio": with_ratio,
}
_OF_OWNER: Final[dict[str, Set]] = {
    RATIO: _ratio,
    EFFECT: _effect,
    LOOKS: _looks,
    EVENTS: _events,
    "test": with_test,
    "spending": with_spending,
    "futility": with_futility,
}
