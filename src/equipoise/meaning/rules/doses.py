"""What dose rules ask for is told by some question of the trial."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from equipoise.laboratory.ctcae.terms import TEST_WORDS
from equipoise.laboratory.units import known_tests
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol.language.conditions import ConditionError, names, parse_condition
from equipoise.protocol.model import Protocol
from equipoise.protocol.rules.base import Problem, Rule
from equipoise.protocol.rules.patients import about_patients

_GRADE: Final = " grade"
_DERIVED: Final = ("creatinine clearance", "crcl")  # of creatinine, as `conduct` derives it
_OF_DOSES: Final = "arms"


def untold(protocol: Protocol) -> Iterator[Problem]:
    """What no laboratory and no question at baseline tells, where a dose hangs on it."""
    told = {*TEST_WORDS, *_DERIVED, *(code.lower() for code in known_tests()), *_once(protocol)}
    for path, text in about_patients(protocol):
        if path[0] != _OF_DOSES:
            continue
        try:
            asked = dict.fromkeys(names(parse_condition(text)))
        except (ConditionError, RecursionError):
            continue  # told by the rule for conditions
        for name in asked:
            if name.lower().removesuffix(_GRADE) not in told:
                message = f"{name} is told by no laboratory test and no question at baseline"
                expected = (
                    "each dose waits for a reason while the trial is conducted, and virtual "
                    "patients never have it"
                )
                yield Problem(path, message, expected, severity="warning")


def _once(protocol: Protocol) -> Iterator[str]:
    for form in forms_of(protocol).values():
        if "subjects" in form.tables():
            yield from (item.key.lower() for item in form.items)


RULES = (Rule("P95", "A dose rule that asks for what nobody tells", untold),)
