"""The answers of a form with the limits of normal of its laboratory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from equipoise.conduct.ranges.holding import NormalLimits, Person, RangeTable, sampled_on
from equipoise.meaning.forms.model import CaseForm, Item

_LABS: Final = "labs"


class AskedResult(NamedTuple):
    """A laboratory result that a form asks. value, lower, upper : the items; unit : as answered"""

    value: str
    lower: str
    upper: str
    code: str
    unit: str


def results_asked(form: CaseForm, said: Mapping[str, Any]) -> Iterator[AskedResult]:
    """Every laboratory result among the answers of one row, of a plain form or a protocol's own."""
    if form.table == _LABS:
        code, unit = str(said.get("code") or ""), str(said.get("unit") or "")
        yield AskedResult("value", "lower", "upper", code, unit)
        return
    for item in form.items:
        if _is_result(item):
            key = item.key
            unit = str(said.get(f"{key} unit") or (item.units[0] if item.units else ""))
            yield AskedResult(key, f"{key} lower", f"{key} upper", item.home.code, unit)


def with_ranges(
    form: CaseForm,
    said: Mapping[str, Any],
    table: RangeTable,
    *,
    held: dt.date | None,
    who: Person,
) -> tuple[dict[str, Any], dict[str, NormalLimits]]:
    """The answers of one row, with the limits of the laboratory in place of those that were typed.

    held : the day of the visit
    Returns  the answers, and by the item of each result the limits that were put in
    """
    found, put = dict(said), dict[str, NormalLimits]()
    day = sampled_on(said, held)
    for one in results_asked(form, said) if table else ():
        limits = table.limits(one.code, unit=one.unit, day=day, who=who)
        if limits is not None:
            put[one.value] = limits
            found |= {one.lower: limits.lower, one.upper: limits.upper}
    return found, put


def _is_result(item: Item) -> bool:
    cells = any((cell.table, cell.column) == (_LABS, "value") for cell in item.cells)
    return cells and item.kind == "number"
