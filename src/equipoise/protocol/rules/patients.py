"""Rules about patients, of doses and of eligibility, say their units, and such as are known."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.laboratory.units import kinds, known_tests, unit_of
from equipoise.protocol.language.conditions import (
    Condition,
    ConditionError,
    Number,
    atoms,
    parse_condition,
    values,
)
from equipoise.protocol.language.lines import Path
from equipoise.protocol.language.stops import parse_stop
from equipoise.protocol.model import Protocol
from equipoise.protocol.rules.base import Problem, Rule
from equipoise.units import UnitError, parse_duration, parse_quantity


def units(protocol: Protocol) -> Iterator[Problem]:
    for path, text, condition in _conditions(protocol):
        for unit in dict.fromkeys(_units(condition)):
            if not _is_known(unit):
                message = f'"{unit}" in `{text}` is no unit, so nobody could be judged by the rule'
                expected = "expected one such as 10^9/L, g/L, mL/min, kg or years"
                yield Problem(path, message, expected)


def untold(protocol: Protocol) -> Iterator[Problem]:
    for path, text, condition in _conditions(protocol):
        for name, number in dict.fromkeys(_without_unit(condition)):
            test = known_tests()[name.upper()]
            message = f"{name} is told in several units, and `{text}` does not say in which"
            could = dict.fromkeys(f"{number:g} {unit}" for unit in (test.si, test.us))
            yield Problem(path, message, f"expected a unit, as in {' or '.join(could)}")


def _conditions(protocol: Protocol) -> Iterator[tuple[Path, str, Condition]]:
    for path, text in about_patients(protocol):
        try:
            yield path, text, parse_condition(text)
        except (ConditionError, RecursionError):
            continue  # told by the rule for conditions


def _without_unit(condition: Condition) -> Iterator[tuple[str, float]]:
    """Laboratory tests with numbers that name no unit, where there is more than one."""
    for atom in atoms(condition):
        name = atom.left.text
        test = known_tests().get(name.upper())
        if test is None or sum(len(kinds()[kind]) for kind in test.kinds) < 2:
            continue
        yield from ((name, v.value) for v in values(atom) if isinstance(v, Number) and not v.unit)


def about_patients(protocol: Protocol) -> Iterator[tuple[Path, str]]:
    """Every condition by which eligibility and doses are judged, and where it stands."""
    asked = protocol.population.eligibility
    for part, criteria in (("include", asked.include), ("exclude", asked.exclude)):
        for at, criterion in enumerate(criteria):
            if criterion.rule is not None:
                yield ("population", "eligibility", part, at, "rule"), criterion.rule
    for key, arm in protocol.arms.items():
        for at, regimen in enumerate(arm.give):
            path: Path = ("arms", key, "give", at)
            for n, rule in enumerate(regimen.modify):
                yield (*path, "modify", n, "when"), rule.when
                if rule.hold_until is not None:
                    yield (*path, "modify", n, "hold until"), rule.hold_until
            for n, stop in enumerate(regimen.stop):
                if _is_condition(stop.when):
                    yield (*path, "stop", n, "when"), stop.when


def _is_condition(text: str) -> bool:
    try:
        return parse_stop(text).condition is not None
    except ValueError:
        return False


def _units(condition: Condition) -> Iterator[str]:
    """Every unit that a condition names, but those of grades."""
    every = (value for atom in atoms(condition) for value in values(atom))
    yield from (value.unit for value in every if isinstance(value, Number) and value.unit)


def _is_known(unit: str) -> bool:
    if unit_of(unit) is not None:
        return True
    for parse in (parse_quantity, parse_duration):
        try:
            parse(f"1 {unit}")
        except UnitError:
            continue
        return True
    return False


RULES = (
    Rule("P73", "A rule about patients in an unknown unit", units),
    Rule("P94", "A rule about patients that names no unit", untold),
)
