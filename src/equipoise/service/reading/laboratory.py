"""The laboratory form: one line for each test, with its unit, range, grade and the value before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from equipoise.conduct.form_kinds import told_answer
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.served.once import values_of
from equipoise.conduct.store.unit import Unit
from equipoise.service.reading.kinds import FormQuestion, LabRow, lab_rows
from equipoise.service.reading.ranged import LabHere, ResultSeen

ITEMS: Final = [
    FormQuestion("value", "Value", "number", (), True),
    FormQuestion("unit", "Unit", "text", (), True),
    FormQuestion("lower", "Normal from", "number", (), False),
    FormQuestion("upper", "to", "number", (), False),
]


class LabLine(NamedTuple):
    """A test of a visit. form : its record, where there is one; before : the value before, in words

    seen : the value beside its range
    """

    test: LabRow
    form: Stored | None
    values: dict[str, Any]
    before: str
    seen: ResultSeen


def lab_lines(
    unit: Unit, subject: str, visit: Stored, here: LabHere, *, typed: Mapping[str, str]
) -> list[LabLine]:
    """Every test, with what was entered at this visit and the last value before it.

    typed : what stands in the page just now, of which the units are looked at
    """
    held = {one["id"]: one["held"] for one in unit.rows("visit", subject=subject)}
    forms = unit.rows("form", subject=subject, key="laboratory")
    said = values_of(unit, [one["id"] for one in forms])
    now: dict[str, tuple[Stored, dict[str, Any]]] = {}
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
            now[code] = (form, answers)
        elif day <= visit["held"] and form["state"] != "draft" and day >= past.get(code, ("",))[0]:
            past[code] = (day, answers)
    return [
        _line(test, now.get(test.code), past.get(test.code), here, typed.get(f"r{n}.unit", ""))
        for n, test in enumerate(lab_rows())
    ]


def _line(
    test: LabRow,
    now: tuple[Stored, dict[str, Any]] | None,
    past: tuple[str, dict[str, Any]] | None,
    here: LabHere,
    unit: str,
) -> LabLine:
    form, values = now if now else (None, {})
    before = past[1] if past else {}
    if not values:  # limits of normal belong to the laboratory, and seldom change
        values = {name: before[name] for name in ("unit", "lower", "upper") if name in before}
    words = f"{before['value']:g} {before['unit']}" if before.get("value") is not None else ""
    unit = unit or values.get("unit") or test.units[0]
    seen = here.judged(test.code, {**values, "unit": unit}, before, {})
    told = defaultdict(str, values)  # what was not answered is shown as nothing
    return LabLine(test, form, told, words, seen)
