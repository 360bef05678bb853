"""Dose rules that ask for what a truth says nothing about.

A truth tells the toxicity that its patients have; of what it does not speak, nobody has any. So no
rule about it ever holds, and none waits for it. In a real trial the same silence holds the dose.
"""

from __future__ import annotations

from equipoise.conduct.clearance import BODY
from equipoise.conduct.conversion import in_unit
from equipoise.conduct.dose_table import DoseRule, DoseTable, dose_table
from equipoise.conduct.measures import Declared, Measures, is_grade, measured
from equipoise.conduct.record import Record
from equipoise.errors import InputError
from equipoise.protocol.language.conditions import And, Condition, Or, atoms
from equipoise.protocol.model import Truth


def as_the_truth_tells(table: DoseTable, drawn: Measures) -> DoseTable:
    """The rules that virtual patients can meet.

    drawn : what the truth draws of every patient
    Raises   InputError where a rule asks in a unit into which what is drawn cannot be turned.
    Checked  tests/unit/patients/test_silence.py.
    """
    told = frozenset(drawn.value) | frozenset(drawn.grade)
    rules = [_told(rule, told) for rule in table.rules]
    kept = tuple(rule for rule in rules if rule is not None)
    for rule in kept:
        _refuse_units(rule.when, drawn)
        if rule.hold_until is not None:
            _refuse_units(rule.hold_until, drawn)
    return table._replace(rules=kept)


def _refuse_units(condition: Condition, drawn: Measures) -> None:
    for part in atoms(condition):
        name = part.left.text
        unit = getattr(getattr(part, "right", None), "unit", "")
        own = drawn.unit.get(name.lower(), Declared(""))
        if not unit or is_grade(name) or in_unit(1, of=unit, to=own.unit, code=own.code):
            continue
        found = f"in {own.unit}" if own.unit else "without a unit"
        raise InputError(
            f"a dose rule asks for {name} in {unit}, which the truth tells {found}; "
            f"expected a unit that {unit} can be turned into"
        )


def dose_rules_untold(record: Record) -> tuple[str, ...]:
    """What dose rules ask for and the truth of a virtual trial does not tell, in their order."""
    protocol = record.protocol
    strata = {(f.variable or key).lower() for key, f in protocol.allocation.strata.items()}
    told = told_by(protocol.truth[record.truth]) | strata
    found: dict[str, None] = {}
    for arm in protocol.arms.values():
        for regimen in arm.give:
            for rule in dose_table(regimen).rules:
                names = (measured(part.left.text) for part in atoms(rule.when))
                found |= dict.fromkeys(name for name in names if name not in told)
    return tuple(found)


def told_by(truth: Truth) -> frozenset[str]:
    """Every measure that a truth draws of its patients, by the names that rules may use."""
    found = {name.lower() for name in truth.baseline}
    found |= {word.lower() for test in truth.labs for word in (test.test, test.code)}
    if "creat" in found and {name.lower() for name in BODY} <= found:
        found |= {"creatinine clearance", "crcl"}
    return frozenset(found)


def _told(rule: DoseRule, told: frozenset[str]) -> DoseRule | None:
    when = _spoken(rule.when, told, alone=False)
    if when is None:
        return None
    release = None if rule.hold_until is None else _spoken(rule.hold_until, told, alone=True)
    return rule._replace(when=when, hold_until=release)


def _spoken(condition: Condition, told: frozenset[str], *, alone: bool) -> Condition | None:
    """The condition without its silent parts; None if nothing is left of it.

    alone : whether the rest of an `and` can stand alone, which is so of what ends waiting; of what
            starts it, an `and` with a silent part never holds
    """
    match condition:
        case And(parts) | Or(parts):
            kept = [_spoken(part, told, alone=alone) for part in parts]
            rest = tuple(part for part in kept if part is not None)
            is_lost = isinstance(condition, And) and not alone and len(rest) < len(parts)
            if is_lost or not rest:
                return None
            return rest[0] if len(rest) == 1 else type(condition)(rest)
        case _:
            names = {measured(part.left.text) for part in atoms(condition)}
            return condition if names <= told else None
