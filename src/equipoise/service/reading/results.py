"""Results in a form of the protocol's own: value, unit and limits of normal in one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from equipoise.conduct.form_kinds import Answer_, told_answer
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.served.once import values_of
from equipoise.conduct.store.unit import Unit
from equipoise.service.reading.grid import GridRow
from equipoise.service.reading.kinds import FormQuestion, lab_rows
from equipoise.service.reading.ranged import LabHere, RangeShown, ResultSeen

_BESIDE = ("unit", "lower", "upper")
_NOT_ENTERED = ("empty", "draft")


class FormResult(NamedTuple):
    """A result, with what is asked beside it; None where its form does not ask it."""

    value: FormQuestion
    unit: FormQuestion | None
    lower: FormQuestion | None
    upper: FormQuestion | None

    def told(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The result as a row of answers tells it, by `value`, `unit`, `lower`, `upper`."""
        asked = {name: getattr(self, name) for name in _BESIDE}
        said = {name: row.get(one.name) for name, one in asked.items() if one is not None}
        return {"unit": self.value.hint, **said, "value": row.get(self.value.name)}


def results_of(items: Sequence[FormQuestion]) -> list[FormResult]:
    """The results among the questions of a form, in their order."""
    beside = {one.name: one for one in items if one.of}
    owners = {one.of for one in beside.values()}
    return [
        FormResult(one, *(beside.get(f"{one.name} {name}") for name in _BESIDE))
        for one in items
        if one.name in owners
    ]


def asked_alone(items: Sequence[FormQuestion]) -> list[FormQuestion]:
    """The questions that stand in no line of a result."""
    owners = {one.of for one in items if one.of}
    return [one for one in items if not one.of and one.name not in owners]


def told_before(unit: Unit, subject: str, key: str, visit: str | None) -> dict[str, Answer_]:
    """The answers of the same form at the last visit before this one; empty where there is none."""
    held: dict[str, str] = {one["id"]: one["held"] for one in unit.rows("visit", subject=subject)}
    here = held.get(visit or "")
    past = [one for one in unit.rows("form", subject=subject, key=key)
            if _is_before(one, held, here, visit)]  # fmt: skip
    if not past:
        return {}
    last = max(past, key=lambda one: (held[one["visit"]], one["seq"]))
    said = values_of(unit, [last["id"]]).get(last["id"], {})
    return {name: told_answer(one["kind"], one["value"]) for name, one in said.items()}


def carried(results: Sequence[FormResult], before: Mapping[str, Answer_]) -> dict[str, Answer_]:
    """Units and limits as they were told last: they belong to the laboratory, and seldom change."""
    names = [one.name for result in results for one in result[1:] if one is not None]
    return {name: before[name] for name in names if before.get(name) is not None}


def without_empty(results: Sequence[FormResult], row: dict[str, Answer_]) -> dict[str, Answer_]:
    """A row in which a result without a value tells no unit and no limits either."""
    bare = [one for one in results if row.get(one.value.name) is None]
    return row | {one.name: None for result in bare for one in result[1:] if one is not None}


def looked_over(
    items: Sequence[FormQuestion],
    rows: Mapping[int, Mapping[str, Any]],
    before: Mapping[str, Answer_],
    here: LabHere,
    *,
    in_lab: bool,
) -> dict[str, ResultSeen]:
    """Range, grade and what is odd of each result, as a page names it.

    in_lab : of the plain laboratory form, each row of which is a test
    """
    if in_lab:
        tests = lab_rows()
        return {f"r{n}": here.judged(tests[n].code, row, {}, row) for n, row in rows.items()}
    return {
        f"r{n}.{one.value.name}": here.judged(
            one.value.code, one.told(row), one.told(before), row
        )
        for n, row in rows.items()
        for one in results_of(items)
    }  # fmt: skip


def ranges_shown(
    results: Sequence[FormResult],
    rows: Sequence[GridRow],
    typed: Mapping[str, Any],
    here: LabHere,
) -> dict[str, RangeShown | None]:
    """The range beside each result of the first row, by the name of its question.

    typed : what stands in the page, of which units and the day of the sample are looked at
    """
    said = dict(rows[0].values) if rows else {}
    said |= {name.removeprefix("r0."): text for name, text in typed.items() if text}
    return {
        one.value.name: here.shown(one.value.code, str(one.told(said)["unit"] or ""), said)
        for one in results
    }


def as_json(seen: Mapping[str, ResultSeen]) -> dict[str, Any]:
    """What was looked at, as the page's script reads it."""
    return {
        name: {"range": one.range and {**one.range._asdict(), "says": one.range.says},
               "grade": one.grade, "notes": one.notes}
        for name, one in seen.items()
    }  # fmt: skip


def _is_before(form: Stored, held: Mapping[str, str], here: str | None, visit: str | None) -> bool:
    at = held.get(form["visit"] or "")
    is_entered = form["state"] not in _NOT_ENTERED and form["visit"] != visit
    return is_entered and at is not None and (here is None or at <= here)
