"""The checks of a protocol, each read once: what it is about, when it holds, what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from equipoise.concepts.tables import concepts_of_tests
from equipoise.errors import did_you_mean
from equipoise.laboratory.units import unit_of
from equipoise.meaning.forms.model import SEVERITIES, CaseForm, FormCheck, Item
from equipoise.protocol.language.conditions import (
    Condition,
    ConditionError,
    Number,
    atoms,
    names,
    parse_condition,
    values,
)
from equipoise.protocol.language.lines import Path
from equipoise.protocol.model import CheckPlan, Protocol
from equipoise.protocol.rules.base import Problem, unknown
from equipoise.protocol.rules.endpoints import LONGEST_CONDITION
from equipoise.units import UNITS

NO_FORM, NO_ITEM, NO_CHECK, NO_UNIT = "P84", "P85", "P86", "P87"
PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
GRADE: Final = " grade"


def with_checks(
    protocol: Protocol, forms: Mapping[str, CaseForm]
) -> tuple[dict[str, CaseForm], list[Problem]]:
    """The forms with their checks in the order of the file, and what is wrong with these."""
    problems: list[Problem] = []
    found: dict[str, list[FormCheck]] = {key: [] for key in forms}
    once = {i.key: i for form in forms.values() if "subjects" in form.tables() for i in form.items}
    for number, plan in enumerate(protocol.checks):
        path: Path = ("checks", number)
        if plan.on not in forms:
            problems.append(unknown((*path, "on"), "form", plan.on, forms)._replace(rule=NO_FORM))
            continue
        made = list(_check(plan, forms[plan.on], once, path, problems))
        found[plan.on] += [replace(one, number=len(found[plan.on]) + 1) for one in made]
    return {key: replace(form, checks=tuple(found[key])) for key, form in forms.items()}, problems


def _check(
    plan: CheckPlan, form: CaseForm, once: Mapping[str, Item], path: Path, problems: list[Problem]
) -> Iterator[FormCheck]:
    said = [(word, text) for word in SEVERITIES if (text := getattr(plan, word)) is not None]
    if len(said) != 1:
        what = "nothing" if not said else " and ".join(word for word, _ in said)
        message = f"this check says {what}"
        wanted = "expected one of: stop, ask, note"
        problems.append(Problem(path, message, wanted, NO_CHECK))
        return
    ((word, text),) = said
    condition = _read(text, (*path, word), problems)
    if condition is None:
        return
    known = _known(form, once)
    wrong = list(_unknown(condition, plan.say, form, known, (*path, word), (*path, "say")))
    wrong += _units(condition, known, (*path, word))
    problems += wrong
    if not wrong:
        say = plan.say or text
        yield FormCheck(form.key, word, " ".join(text.split()), condition, say, 0, path)


def _read(text: str, path: Path, problems: list[Problem]) -> Condition | None:
    if len(text) > LONGEST_CONDITION:
        message = f"a condition of {len(text):,} characters"
        expected = f"expected {LONGEST_CONDITION:,} at most"
        problems.append(Problem(path, message, expected, NO_CHECK))
        return None
    try:
        return parse_condition(text)
    except (ConditionError, RecursionError) as problem:
        told, _, expected = str(problem).partition("; ")
        problems.append(Problem(path, told, expected, NO_CHECK))
        return None


def _known(form: CaseForm, once: Mapping[str, Item]) -> dict[str, Item | None]:
    """What a check of a form may read; of a plain form of results, every test by its code."""
    found: dict[str, Item | None] = {**once, **{item.key: item for item in form.items}}
    if form.table in ("labs", "assessments"):
        domains = ("LB",) if form.table == "labs" else ("VS",)
        tests = concepts_of_tests().items()
        found |= {code: None for code, one in tests if one.domain in domains}
    return found


def measured_item(name: str) -> str:
    """The item that a name of a check asks for: `HGB grade` asks for HGB."""
    return name.removesuffix(GRADE)


def _unknown(
    condition: Condition,
    say: str,
    form: CaseForm,
    known: Mapping[str, object],
    path: Path,
    told: Path,
) -> Iterator[Problem]:
    asked = [(path, name) for name in dict.fromkeys(names(condition))]
    asked += [(told, name) for name in PLACEHOLDER.findall(say)]
    for where, name in asked:
        if name not in known and measured_item(name) not in known:
            own = [item.key for item in form.items if not item.of]
            message = f'there is no item "{name}" in the form {form.key}'
            expected = f"expected one of: {', '.join(own)}{did_you_mean(name, known)}"
            yield Problem(where, message, expected, NO_ITEM)


def _units(condition: Condition, known: Mapping[str, Item | None], path: Path) -> Iterator[Problem]:
    """A number is told in a unit that its item could be told in."""
    for atom in atoms(condition):
        name = atom.left.text
        for value in values(atom):
            if not isinstance(value, Number) or not value.unit:
                continue
            item = known.get(name)
            if item is not None and item.key == "value" and not item.units:
                continue  # of a plain form, whose rows say their unit
            code = item.home.code if item is not None else name
            units = (
                item.units
                if item is not None
                else concepts_of_tests()[name].units
                if (name in concepts_of_tests())
                else ()
            )
            if not _told_in(value.unit, code, units):
                message = f'{name} is not told in "{value.unit}"'
                listed = ", ".join(units[:6]) or "no unit"
                hint = did_you_mean(value.unit, units)
                yield Problem(path, message, f"expected {listed}{hint}", NO_UNIT)


def _told_in(unit: str, code: str, units: tuple[str, ...]) -> bool:
    if unit in units or unit_of(unit, test=code) in units:
        return True
    return any(unit in table and any(one in table for one in units) for table in UNITS.values())
