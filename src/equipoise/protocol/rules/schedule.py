"""Visits stand somewhere, once, and what endpoints read is assessed at one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from equipoise.protocol.language.activities import SURVIVAL_STATUS, TUMOR_ASSESSMENT
from equipoise.protocol.language.lines import Path
from equipoise.protocol.language.wording import AT_CUTOFF
from equipoise.protocol.model import Protocol, Visit
from equipoise.protocol.model.trial import EVERY_ARM
from equipoise.protocol.rules.base import Problem, Rule, unknown
from equipoise.units import Duration


def when(protocol: Protocol) -> Iterator[Problem]:
    for key, visit in protocol.visits.items():
        path: Path = ("visits", key)
        said = [
            w
            for w, v in (("day", visit.day), ("at", visit.at), ("every", visit.every))
            if v is not None
        ]
        if not said and visit.with_ is None:
            message = "when this visit happens is not said"
            yield Problem(path, message, "expected one of: day, at, every, with")
        elif len(said) > 1:
            message = f"this visit has both `{said[0]}` and `{said[1]}`"
            yield Problem((*path, said[1]), message, "expected one of: day, at, every")
        if visit.day == 0:
            message = "there is no day 0: the day of randomization is day 1, the day before day -1"
            yield Problem((*path, "day"), message, "expected 1 or more, or -1 or less")
        if visit.at_cutoff:
            yield from _at_cutoff(visit, path)


def _at_cutoff(visit: Visit, path: Path) -> Iterator[Problem]:
    """The cut-off of a look is nobody's own day: no window, no end, nothing but a question."""
    for word, value in (("start", visit.start), ("until", visit.until), ("window", visit.window)):
        if value is not None:
            message = f"a visit at the {AT_CUTOFF} has no `{word}`"
            yield Problem((*path, word), message, f"expected the day of the {AT_CUTOFF} alone")
    others = [task for task in visit.do if task != SURVIVAL_STATUS]
    if others or not visit.do:
        message = f"a visit at the {AT_CUTOFF} cannot be for {', '.join(others) or 'nothing'}"
        yield Problem((*path, "do"), message, f"expected [{SURVIVAL_STATUS}]")


def tumors(protocol: Protocol) -> Iterator[Problem]:
    """Progression and response are seen where tumors are assessed, and nowhere else."""
    rows = protocol.visits_for(TUMOR_ASSESSMENT)
    for key, endpoint in protocol.endpoints.items():
        at = endpoint.assessed_at
        if not endpoint.reads_tumors:
            continue
        if at in protocol.visits and TUMOR_ASSESSMENT not in protocol.visits[at].do:
            message = f"{key} reads tumor assessments, and the visit {at} makes none"
            expected = f"expected {TUMOR_ASSESSMENT} among what {at} does"
            yield Problem(("endpoints", key, "assessed at"), message, expected)
        elif (at is None or at in protocol.visits) and not any(v.follows for v in rows.values()):
            message = f"{key} reads tumor assessments, and no visit after randomization makes any"
            expected = f'expected one such as "every 8 weeks, from week 8: {TUMOR_ASSESSMENT}"'
            yield Problem(("endpoints", key), message, expected)


def windows(protocol: Protocol) -> Iterator[Problem]:
    for key, visit in protocol.visits.items():
        window, every = visit.window, visit.every
        if window is not None and every is not None and 2 * window.days >= every.days:
            message = f"windows of {window} either side overlap every {every}"
            expected = f"expected less than half of {every}"
            yield Problem(("visits", key, "window"), message, expected)
    yield from _neighbors(protocol)


def _neighbors(protocol: Protocol) -> Iterator[Problem]:
    fixed = [(_day(v), k, v) for k, v in protocol.visits.items() if _day(v) is not None]
    fixed.sort(key=lambda entry: entry[0] or 0.0)
    for (day, key, visit), (later, other, following) in pairwise(fixed):
        if visit.epoch != following.epoch or visit.from_ != following.from_:
            continue
        reach = (day or 0.0) + (visit.window.days if visit.window else 0.0)
        start = (later or 0.0) - (following.window.days if following.window else 0.0)
        if reach >= start and (visit.window or following.window):
            message = f"the windows of {key} and {other} overlap"
            where: Path = ("visits", other, "window" if following.window else "day")
            yield Problem(where, message, "expected windows that leave each visit its own days")


def _day(visit: Visit) -> float | None:
    """Days from the anchor; day 1 is the day of the anchor itself."""
    if visit.day is not None:
        return float(visit.day - (visit.day > 0))
    return visit.at.days if isinstance(visit.at, Duration) else None


def criteria(protocol: Protocol) -> Iterator[Problem]:
    listed = protocol.population.eligibility
    both = [("include", c) for c in listed.include] + [("exclude", c) for c in listed.exclude]
    count = Counter(criterion.id for _, criterion in both)
    seen: set[str] = set()
    for kind, criterion in both:
        group = listed.include if kind == "include" else listed.exclude
        if count[criterion.id] > 1 and criterion.id in seen:
            at = max(i for i, c in enumerate(group) if c.id == criterion.id)
            path: Path = ("population", "eligibility", kind, at, "id")
            yield Problem(
                path, f'two criteria have the id "{criterion.id}"', "expected ids of their own"
            )
        seen.add(criterion.id)


def with_doses(protocol: Protocol) -> Iterator[Problem]:
    """A visit is for arms that there are, and with doses that those are given in one way."""
    for key, visit in protocol.visits.items():
        path: Path = ("visits", key)
        for at, word in enumerate(visit.for_):
            if word not in protocol.arms and word != EVERY_ARM:
                yield unknown((*path, "for", at), "arm", word, (*protocol.arms, EVERY_ARM))
        some = any(not visit.is_for(arm) for arm in protocol.arms)
        if some and protocol.trial.masking != "open label":
            message = f"{key} is for some arms alone, and would tell them apart"
            yield Problem((*path, "for"), message, "expected every arm where patients are masked")
        if visit.drug is not None:
            yield from _with_drug(protocol, visit, path)


def _with_drug(protocol: Protocol, visit: Visit, path: Path) -> Iterator[Problem]:
    given = [r for k, arm in protocol.arms.items() if visit.is_for(k) for r in arm.give]
    own = [one for one in given if one.drug == visit.drug]
    if not own and given:
        known = dict.fromkeys(one.drug for one in given)
        yield unknown((*path, "with"), "drug", visit.drug or "", known)
    for key, arm in protocol.arms.items():
        if visit.is_for(key) and sum(one.drug == visit.drug for one in arm.give) > 1:
            message = f"{key} is given {visit.drug} in two ways, and a visit goes with one"
            yield Problem((*path, "with"), message, "expected a drug with one regimen, or `for`")
    for one in own:
        if visit.every is not None and one.every is not None and one.every.days != visit.every.days:
            message = f"{visit.drug} is given every {one.every}"
            yield Problem((*path, "every"), message, f"expected every {one.every}, or no `every`")


RULES = (
    Rule("P27", "Visit windows that overlap", windows),
    Rule("P31", "A visit without a time, or with two", when),
    Rule("P32", "Two criteria with one id", criteria),
    Rule("P93", "A visit of no arm or no drug", with_doses),
    Rule("P66", "An endpoint of tumors that nobody assesses", tumors),
)
