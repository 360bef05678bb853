"""The laboratory form: one line for each test, with its unit, range, grade and the value before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from equipoise.conduct.form_kinds import told_answer
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.served.once import values_of
from equipoise.conduct.store.unit import Unit
from equipoise.conduct.toxicity import toxicity_grade
from equipoise.service.reading.kinds import FormQuestion, LabRow, lab_rows
from equipoise.service.trial import Served

ITEMS: Final = [
    FormQuestion("value", "Value", "number", (), True),
    FormQuestion("unit", "Unit", "text", (), True),
    FormQuestion("lower", "Normal from", "number", (), False),
    FormQuestion("upper", "to", "number", (), False),
]
_FAR: Final = 4  # times the value before, or a fourth of it: is the unit right?


class LabLine(NamedTuple):
    """A test of a visit. form : its record, where there is one; before : the value before, in words

    grade : 0 to 4, None where it is not known; notes : what is odd about the value
    """

    test: LabRow
    form: Stored | None
    values: dict[str, Any]
    before: str
    grade: int | None
    notes: list[str]


def lab_lines(unit: Unit, trial: Served, subject: str, visit: Stored) -> list[LabLine]:
    """Every test, with what was entered at this visit and the last value before it."""
    held = {one["id"]: one["held"] for one in unit.rows("visit", subject=subject)}
    forms = unit.rows("form", subject=subject, key="laboratory")
    said = values_of(unit, [one["id"] for one in forms])
    here: dict[str, tuple[Stored, dict[str, Any]]] = {}
    past: dict[str, tuple[str, dict[str, Any]]] = {}
    for form in forms:
        answers = {
            item: told_answer(one["kind"], one["value"])
            for item, one in said.get(form["id"], {}).items()
        }
        code, day = answers.get("code"), held.get(form["visit"]) or ""
        if code is None:
            continue
        if form["visit"] == visit["id"]:
            here[code] = (form, answers)
        elif day <= visit["held"] and form["state"] != "draft" and day >= past.get(code, ("",))[0]:
            past[code] = (day, answers)
    return [_line(test, here.get(test.code), past.get(test.code)) for test in lab_rows()]


def _line(
    test: LabRow,
    here: tuple[Stored, dict[str, Any]] | None,
    past: tuple[str, dict[str, Any]] | None,
) -> LabLine:
    form, values = here if here else (None, {})
    before = past[1] if past else {}
    if not values:  # limits of normal belong to the laboratory, and seldom change
        values = {name: before[name] for name in ("unit", "lower", "upper") if name in before}
    words = f"{before['value']:g} {before['unit']}" if before.get("value") is not None else ""
    told = defaultdict(str, values)  # what was not answered is shown as nothing
    return LabLine(test, form, told, words, grade_of(test.code, values), odd(values, before))


def grade_of(code: str, values: Mapping[str, Any]) -> int | None:
    """The toxicity grade of a value; None where there is no value, unit or limit to tell it by."""
    if values.get("value") is None or not values.get("unit"):
        return None
    found = toxicity_grade(
        np.array([float(values["value"])]), code=code, unit=str(values["unit"]),
        lower=values.get("lower"), upper=values.get("upper"),
    )  # fmt: skip
    return None if found[0] < 0 else int(found[0])


def odd(values: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    """What is odd about a value: outside its range, or far from the one before."""
    value, lower, upper = (values.get(name) for name in ("value", "lower", "upper"))
    found: list[str] = []
    if value is None:
        return found
    if lower is not None and value < lower:
        found.append("below normal")
    if upper is not None and value > upper:
        found.append("above normal")
    last = before.get("value")
    is_same = before.get("unit") == values.get("unit")
    if last and is_same and not last / _FAR <= value <= last * _FAR:
        found.append("far from the value before: is the unit right?")
    return found
