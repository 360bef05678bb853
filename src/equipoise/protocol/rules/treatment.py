"""Doses, units, intervals, and what is done when a dose is not tolerated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from equipoise.laboratory.ctcae.terms import has_no_grade
from equipoise.protocol.language.conditions import ConditionError, names, parse_condition
from equipoise.protocol.language.lines import Path
from equipoise.protocol.language.stops import parse_stop
from equipoise.protocol.model import Protocol, Regimen
from equipoise.protocol.rules.base import Problem, Rule
from equipoise.units import Quantity

_RADIOLABEL: Final = re.compile(
    r"^\[?[0-9]{1,3}m?[A-Z][a-z]?\]?[-\s]|-\[?[0-9]{1,3}[A-Z][a-z]?\]?$"
)
_GRADE: Final = " grade"
_ACTIVITY: Final = ("activity", "activity per weight")


def _regimens(protocol: Protocol) -> Iterator[tuple[Path, Regimen]]:
    for key, arm in protocol.arms.items():
        for at, regimen in enumerate(arm.give):
            yield ("arms", key, "give", at), regimen


def units(protocol: Protocol) -> Iterator[Problem]:
    kinds: dict[str, str] = {}
    for path, regimen in _regimens(protocol):
        kind = regimen.dose.kind
        hot = _RADIOLABEL.search(regimen.drug) is not None
        where = (*path, "dose")
        if hot and kind not in _ACTIVITY:
            message = f"{regimen.drug} is radiolabelled, and {regimen.dose} is no activity"
            yield Problem(where, message, "expected an activity (GBq, MBq, mCi)")
        elif not hot and kind in _ACTIVITY:
            message = f"{regimen.dose} is an activity, and {regimen.drug} carries no isotope"
            yield Problem(where, message, "expected a mass (mg, g), or name the isotope")
        elif kinds.setdefault(regimen.drug, kind) != kind:
            message = (
                f"{regimen.drug} is dosed in {kind} here and in {kinds[regimen.drug]} elsewhere"
            )
            yield Problem(where, message, "expected one kind of unit for a drug")
        yield from _other_doses(path, regimen)


def _other_doses(path: Path, regimen: Regimen) -> Iterator[Problem]:
    doses = [
        ((*path, "modify", at, "then dose"), r.then_dose) for at, r in enumerate(regimen.modify)
    ]
    doses.append(((*path, "recover dose"), regimen.recover_dose))
    for where, dose in doses:
        if dose is not None and dose.kind != regimen.dose.kind:
            message = f"{dose} does not compare with the dose {regimen.dose}"
            yield Problem(where, message, f"expected a unit of {regimen.dose.kind}")


def modification(protocol: Protocol) -> Iterator[Problem]:
    for path, regimen in _regimens(protocol):
        for at, rule in enumerate(regimen.modify):
            where = (*path, "modify", at)
            dose = rule.then_dose
            if dose is None and rule.hold_until is None and not rule.stop:
                message = "a dose rule that changes nothing"
                yield Problem(where, message, "expected `hold until`, `then dose` or `stop: yes`")
            if dose is not None and _more(dose, regimen.dose):
                message = f"{dose} after toxicity is more than the dose {regimen.dose}"
                yield Problem((*where, "then dose"), message, "expected a lower dose")
            if rule.stop and dose is not None:
                message = "the drug is stopped for good, and given again at a lower dose"
                yield Problem((*where, "stop"), message, "expected `stop` or `then dose`, not both")


def stops(protocol: Protocol) -> Iterator[Problem]:
    """Every sentence that stops a drug, and every dose rule, is one that can be followed."""
    for path, regimen in _regimens(protocol):
        for at, sentence in enumerate(regimen.stop):
            try:
                stop = parse_stop(sentence.when)
            except ValueError as error:
                message, _, expected = str(error).partition("; ")
                yield Problem((*path, "stop", at, "when"), message, expected)
                continue
            if stop.at is not None and stop.at.kind != regimen.dose.kind:
                message = f"{stop.at} does not compare with the dose {regimen.dose}"
                expected = f"expected a unit of {regimen.dose.kind}"
                yield Problem((*path, "stop", at, "when"), message, expected)


def unfollowed(protocol: Protocol) -> Iterator[Problem]:
    yield from modification(protocol)
    yield from stops(protocol)


def _more(dose: Quantity, than: Quantity) -> bool:
    return dose.kind == than.kind and dose.to(than.unit) > than.value


def interval(protocol: Protocol) -> Iterator[Problem]:
    for path, regimen in _regimens(protocol):
        if regimen.every is None:
            if regimen.times is not None and regimen.times > 1:
                message = (
                    f"{regimen.drug} is given {regimen.times} times, how far apart is not said"
                )
                yield Problem((*path, "times"), message, "expected `every`, such as 8 weeks")
            continue
        if regimen.times is not None and regimen.until is not None:
            message = f"{regimen.drug} has both `times` and `until`"
            yield Problem((*path, "until"), message, "expected one of the two")
        longest = regimen.longest_interval
        if longest is not None and longest.days < regimen.every.days:
            message = f"the longest interval {longest} is shorter than every {regimen.every}"
            yield Problem((*path, "longest interval"), message, f"expected {regimen.every} or more")


def windows(protocol: Protocol) -> Iterator[Problem]:
    for path, regimen in _regimens(protocol):
        window, every = regimen.window, regimen.every
        if window is not None and every is not None and 2 * window.days >= every.days:
            message = f"windows of {window} either side overlap every {every}"
            expected = f"expected less than half of {every}"
            yield Problem((*path, "window"), message, expected)


def grades(protocol: Protocol) -> Iterator[Problem]:
    version = protocol.safety.ctcae
    for where, text in _conditions(protocol):
        if not re.search(r"\bgrade\b", text):
            continue
        if version is None:
            message = f'"{text}" speaks of grades, and no CTCAE version is named'
            yield Problem(where, message, "say `safety: ctcae`, one of 4.03, 5.0, 6.0")
            continue
        for word in _graded(text):
            if has_no_grade(word, version):
                message = f'"{text}" asks for a grade that CTCAE {version} does not have'
                yield Problem(where, message, f"expected a value of {word}, or another version")


def _conditions(protocol: Protocol) -> Iterator[tuple[Path, str]]:
    """Every condition that is judged while the trial is conducted."""
    for path, regimen in _regimens(protocol):
        for at, rule in enumerate(regimen.modify):
            where: Path = (*path, "modify", at)
            yield (*where, "when"), rule.when
            if rule.hold_until and not re.search(r"\bgrade\b", rule.when):
                yield (*where, "hold until"), rule.hold_until
        for at, end in enumerate(regimen.stop):
            yield (*path, "stop", at, "when"), end.when
    for at, check in enumerate(protocol.checks):
        said = {"stop": check.stop, "ask": check.ask, "note": check.note}
        yield from ((("checks", at, key), text) for key, text in said.items() if text)
    asked = protocol.population.eligibility
    for kind, criteria in (("include", asked.include), ("exclude", asked.exclude)):
        for at, one in enumerate(criteria):
            if one.rule:
                yield ("population", "eligibility", kind, at, "rule"), one.rule


def _graded(text: str) -> list[str]:
    """The words of which a condition asks for the grade."""
    try:
        found = names(parse_condition(text))
    except ConditionError:
        return []
    return [name[: -len(_GRADE)] for name in dict.fromkeys(found) if name.lower().endswith(_GRADE)]


RULES = (
    Rule("P28", "Units that do not fit a drug", units),
    Rule("P29", "A dose rule that cannot be followed", unfollowed),
    Rule("P30", "An interval that does not add up", interval),
    Rule("P43", "Dosing windows that overlap", windows),
    Rule("P44", "Grades without a CTCAE version", grades),
)
