"""Rules that ask what a protocol means: methods, options, assumptions and what they yield."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import sqrt
from typing import Any, Final

from pydantic import ValidationError

from equipoise.errors import InputError, did_you_mean
from equipoise.meaning.hypotheses import RATIOS, Hypothesis, hypotheses
from equipoise.meaning.looks import Trigger, amount_waited_for
from equipoise.meaning.methods import COUNT, MEAN, METHODS, RATE, TIME
from equipoise.meaning.options import DATA, MethodOptions
from equipoise.meaning.rates import accrual, hazard_of, says_accrual
from equipoise.meaning.yields import most_events
from equipoise.protocol.language.lines import Path
from equipoise.protocol.model import Accrual, Endpoint, Estimand, Hazard, Protocol
from equipoise.protocol.read.schema_faults import words_of
from equipoise.protocol.rules.base import Problem, Rule, unknown

UNLIKELY: Final = 2.0  # standard deviations by which more events than expected hardly come
INTERVALS: Final = ("log-log", "log", "plain", "logit", "arcsin")
"""Scales of the limits of survival curves."""
# a word of a summary -> the endpoint types that it fits
_FITS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("hazard ratio", TIME),
    ("restricted mean", TIME),
    ("proportions", RATE),
    ("odds ratio", RATE),
    ("risk ratio", RATE),
    ("difference in means", MEAN),
    ("rate ratio", COUNT),
)


def methods(protocol: Protocol) -> Iterator[Problem]:
    for key, estimand in protocol.estimands.items():
        endpoint = protocol.endpoints.get(estimand.endpoint)
        if endpoint is None:
            continue
        path: Path = ("estimands", key)
        for i, word in enumerate(estimand.summary):
            fits = next((types for token, types in _FITS if token in word.lower()), None)
            if fits is not None and endpoint.type not in fits:
                yield _misfit((*path, "summary", i), word, fits, estimand.endpoint, endpoint)
        if estimand.interval is not None and estimand.interval not in INTERVALS:
            yield unknown((*path, "interval"), "interval", estimand.interval, INTERVALS)
        said: list[tuple[Path, str]] = [(("test",), estimand.test)] if estimand.test else []
        said += [(("estimator", i), w) for i, w in enumerate(estimand.estimator)]
        for part, word in said:
            yield from _method((*path, *part), word, estimand.endpoint, endpoint)
        if said:
            yield from _options((*path, "options"), estimand, endpoint)


def _misfit(path: Path, word: str, fits: tuple[str, ...], name: str, endpoint: Endpoint) -> Problem:
    message = f'"{word}" does not fit {name}, a {endpoint.type} endpoint'
    return Problem(path, message, f"it fits an endpoint of type {' or '.join(fits)}")


def _method(path: Path, word: str, name: str, endpoint: Endpoint) -> Iterator[Problem]:
    if word not in METHODS:
        hint = did_you_mean(word, METHODS).removeprefix("; ")
        yield Problem(path, f'there is no method "{word}"', hint or "expected one such as log-rank")
        return
    method = METHODS[word]
    if endpoint.type not in method.fits:
        yield _misfit(path, word, method.fits, name, endpoint)
    elif endpoint.type == "questionnaire" and method.for_times and endpoint.worse_by is None:
        message = f'"{word}" needs a time to event, and {name} does not say when it is worse'
        yield Problem(path, message, "expected `worse by` in the endpoint, a number of points")


def _options(path: Path, estimand: Estimand, endpoint: Endpoint) -> Iterator[Problem]:
    named = [w for w in (estimand.test, *estimand.estimator) if w in METHODS]
    kinds = dict.fromkeys([*(METHODS[word].options for word in named if word), DATA[endpoint.type]])
    read = {name for kind in kinds for name in kind.names()}
    for name in estimand.options:
        if name not in read:
            message = f'no method of this estimand reads the option "{name}"'
            known = ", ".join(sorted(read)) or "none"
            yield Problem((*path, name), message, f"they read: {known}{did_you_mean(name, read)}")
    for kind in kinds:
        yield from _values(path, kind, estimand)
    if "competing" in read:
        sources = [source.name for source in endpoint.event]
        for name in DATA["time to event"].of(estimand).model_dump().get("competing", ()):
            if name not in sources:
                yield unknown((*path, "competing"), "event source", name, sources)


def _values(path: Path, kind: type[MethodOptions], estimand: Estimand) -> Iterator[Problem]:
    """Values that are not of their option's type."""
    try:
        kind.of(estimand)
    except ValidationError as problem:
        for error in problem.errors(include_url=False):
            message, expected = words_of(error)
            yield Problem((*path, str(error["loc"][0])), message, expected)


def powered(protocol: Protocol) -> Iterator[Problem]:
    for h in understood(protocol):
        if h.plan.power is None:
            continue
        path: Path = ("design", h.name, "power")
        if h.method is not None and h.method.extension and h.method.planned_as is None:
            whose = f'"{h.method.name}", which {h.method.extension} adds'
            message = f"power for {h.name}, and nothing says the power of its test {whose}"
            yield Problem(path, message, "expected no power, or a method that says `planned_as`")
        assumed = protocol.assume.endpoints.get(h.endpoint_name)
        if assumed is None:
            message = f"power for {h.name}, and nothing is assumed about {h.endpoint_name}"
            expected = f"expected `assume: {h.endpoint_name}` with a value per arm"
            yield Problem(path, message, expected)
            continue
        # hazard ratios are against the control, whichever arms are compared
        also = (protocol.control,) if h.endpoint.type == "time to event" else ()
        lacking = [arm for arm in protocol.arms if arm in (*h.arms, *also) and arm not in assumed]
        if lacking:
            message = f"nothing is assumed about {h.endpoint_name} in the arm {lacking[0]}"
            where: Path = ("assume", h.endpoint_name)
            yield Problem(where, message, f"expected a value for {lacking[0]}")
        if not 0 < h.plan.power < 1:
            yield Problem(path, "a power of 0 or 1 cannot be planned for", "expected 50% to 99%")


def margins(protocol: Protocol) -> Iterator[Problem]:
    """A hypothesis of non-inferiority has a test of its margin."""
    for h in understood(protocol):
        if h.margin is None or h.key is None or protocol.trial.framework != "non-inferiority":
            continue
        path: Path = ("estimands", h.key, "test")
        tests = [m.name for m in METHODS.values() if m.margin and h.endpoint.type in m.fits]
        listed = " or ".join(tests) if tests else "none is known for such an endpoint"
        if h.method is None:
            yield Problem(path[:2], f"no test of the margin of {h.name}", f"expected {listed}")
        elif not h.method.margin:
            message = f"{h.method.name} does not test the margin of {h.name}"
            yield Problem(path, message, f"expected {listed}")
        if h.endpoint.type in RATIOS and (h.margin - 1.0) * h.effect_sign >= 0.0:
            where: Path = ("design", h.name, "margin")
            what = "hazard" if h.endpoint.type == "time to event" else "rate"
            message = f"a {what} ratio of {h.margin:g} as the largest loss accepted"
            yield Problem(where, message, "expected more than 1")


def events(protocol: Protocol) -> Iterator[Problem]:
    for h in understood(protocol):
        for look in h.looks:
            path: Path = ("design", h.name, "looks", look.name)
            if look.name not in h.plan.looks:
                continue
            yield from _too_many_subjects(protocol, path, look.trigger)
            asked = amount_waited_for(look.trigger, "events")
            if asked is not None:
                yield from _too_many(path, asked, h, protocol)


def understood(protocol: Protocol) -> Iterator[Hypothesis]:
    """The hypotheses, where other rules find nothing wrong with what they name."""
    try:
        yield from hypotheses(protocol)
    except (InputError, ValueError, KeyError):
        return


def _too_many_subjects(protocol: Protocol, path: Path, trigger: Trigger) -> Iterator[Problem]:
    asked, size = amount_waited_for(trigger, "subjects"), protocol.population.randomize
    if asked is not None and asked > size:
        message = f"{asked} subjects asked for, {size} randomized"
        yield Problem(path, message, "raise `randomize`, or ask for fewer")


def _too_many(path: Path, asked: int, h: Hypothesis, protocol: Protocol) -> Iterator[Problem]:
    size = round(protocol.population.randomize * h.share)
    if h.endpoint.type != "time to event":
        return
    who = "subjects are randomized" if h.share == 1.0 else f"subjects are in {h.comparison}"
    if asked > size:
        message = f"{asked} {h.unit} asked for, but only {size} {who}"
        yield Problem(path, message, "raise `randomize`, or lower the events")
        return
    found = most_events(protocol, h)
    if found is None or round(found.kept) >= asked:
        return
    by = f" by month {found.months:.0f}" if found.months is not None else ""
    of = "" if h.share == 1.0 else f" of {h.comparison}"
    given = f"{asked} {h.unit} asked for, but {size} subjects{of} under these assumptions give"
    chance = sqrt(found.all * max(1.0 - found.all / size, 0.0))
    if round(found.all + UNLIKELY * chance) < asked:
        expected = "raise `randomize`, lengthen `follow up`, or lower the events"
        yield Problem(path, f"{given} {found.all:.0f}{by}", expected)
    else:
        short = round(found.all) < asked
        most = f"{found.all:.0f}{by}" if short else f"{found.kept:.0f}{by} after dropout"
        message = f"{given} {most}"
        yield Problem(path, message, "the look may never come", severity="warning")


def assumed(protocol: Protocol) -> Iterator[Problem]:
    for key, per_arm in protocol.assume.endpoints.items():
        endpoint = protocol.endpoints.get(key)
        if endpoint is None or endpoint.type != "time to event":
            continue
        for arm, value in per_arm.items():
            yield from _assumed_time(("assume", key, arm), value)
    for name, truth in protocol.truth.items():
        times: dict[Path, Any] = {("progression",): truth.progression, ("death",): truth.death}
        times |= {("endpoints", key): time for key, time in truth.endpoints.items()}
        for where, time in times.items():
            for arm, value in time.arms.items() if time else ():
                yield from _time(("truth", name, *where, "arms", arm), value)


def _assumed_time(path: Path, value: Any) -> Iterator[Problem]:
    try:
        found = hazard_of(value)
    except ValueError as error:
        head, _, tail = str(error).partition("; expected ")
        yield Problem(path, head, f"expected {tail}" if tail else "")
        return
    if found.median is None and not found.curve and found.hazard_ratio is None:
        yield Problem(path, "no time is assumed", "expected a median, a curve or a hazard ratio")
    yield from _time(path, found)


def _time(path: Path, found: Hazard) -> Iterator[Problem]:
    """A curve falls, and hazard ratios by period stand in the order of time."""
    before_first = found.curve[:1]
    for first, second in pairwise(found.curve):
        if second.at.days <= first.at.days or second.survival >= first.survival:
            message = f"the curve does not fall from {first.at} to {second.at}"
            yield Problem((*path, "curve"), message, "expected later times with lower survival")
            return
    for point in (*before_first, *found.curve[-1:]):
        if not 0.0 < point.survival < 1.0:
            message = f"a survival of {100 * point.survival:g}% at {point.at}"
            yield Problem((*path, "curve"), message, "expected more than 0% and less than 100%")
            return
    if found.then and found.hazard_ratio is None:
        message = "a later hazard ratio, and no first one"
        yield Problem((*path, "then"), message, "expected `hazard ratio`")
        return
    for (first_, _), (second_, _) in pairwise(found.ratios):
        if second_.days <= first_.days:
            message = f"a hazard ratio holds after {second_}, and one before it after {first_}"
            yield Problem((*path, "then"), message, f"expected more than {first_}")


def accruals(protocol: Protocol) -> Iterator[Problem]:
    size = float(protocol.population.randomize)
    plans: list[tuple[Path, Accrual, float]] = [
        (("assume", "accrual"), protocol.assume.accrual, size)
    ]
    for name, truth in protocol.truth.items():
        plans.append((("truth", name, "accrual"), truth.accrual, float(truth.patients or size)))
    for path, plan, subjects in plans:
        if plan.start is not None and plan.end is not None and plan.end <= plan.start:
            message = f"accrual ends on {plan.end}, before it starts on {plan.start}"
            yield Problem((*path, "end"), message, f"expected a day after {plan.start}")
        elif says_accrual(plan):
            try:
                accrual(plan, subjects, "")
            except InputError as error:
                head, _, tail = str(error).removeprefix(": ").partition("; ")
                part = ("rates",) if plan.rates else ()
                yield Problem((*path, *part), head, tail)


RULES = (
    Rule("P14", "A look that asks for more than the assumptions yield", events),
    Rule("P19", "Power without assumptions", powered),
    Rule("P61", "A margin that is not tested", margins),
    Rule("P24", "A method that does not fit the endpoint", methods),
    Rule("P49", "An assumed time that cannot be", assumed),
    Rule("P50", "Accrual that does not add up", accruals),
)
