"""The reference ranges of a site's laboratory: those that hold, those that will, those that did."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple
from zoneinfo import ZoneInfo

from equipoise.conduct.forms.ranged import results_asked
from equipoise.conduct.ranges.holding import RangeTable, ReferenceRange, told_range
from equipoise.conduct.ranges.told import template
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.unit import Unit
from equipoise.laboratory.units import usual
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol
from equipoise.service.reading.kinds import lab_rows


class SiteRanges(NamedTuple):
    """Of a site. holding : today; coming : from a later day on; past : replaced or corrected

    without : tests that the protocol asks, of which no range holds
    """

    site: Stored
    here: dt.date
    holding: list[ReferenceRange]
    coming: list[ReferenceRange]
    past: list[ReferenceRange]
    without: list[str]


def ranges_at(unit: Unit, protocol: Protocol, site: str) -> SiteRanges:
    """The ranges that a site's laboratory has told."""
    row, told, _ = _of(unit, site)
    here = unit.now.astimezone(ZoneInfo(row["zone"])).date()
    holding = told_at(unit, site, on=here)
    coming = [one for one in told if one.from_day > here and _is_last(one, told)]
    known = {*holding, *coming}
    past = sorted((one for one in told if one not in known), key=lambda one: one.at, reverse=True)
    tests = {one.test for one in holding}
    without = [test for test in tests_asked(protocol) if test not in tests]
    return SiteRanges(row, here, holding, coming, past, without)


def told_at(unit: Unit, site: str, *, on: dt.date | None = None) -> list[ReferenceRange]:
    """Every range that a site's laboratory has told, or those that hold on a day."""
    _, told, table = _of(unit, site)
    if on is None:
        return told
    return [one for test in sorted(table.tests()) for one in table.on(test, on)]


def template_of(unit: Unit, protocol: Protocol, site: str) -> str:
    """A file to fill in: the tests that the protocol asks, with what holds at a site today."""
    row, _, table = _of(unit, site)
    here = unit.now.astimezone(ZoneInfo(row["zone"])).date()
    return template(tests_asked(protocol), table, day=here)


def tests_asked(protocol: Protocol) -> dict[str, str]:
    """The laboratory tests that a protocol's forms ask, each with its usual unit."""
    found: dict[str, str] = {}
    for form in forms_of(protocol).values():
        if form.table == "labs":
            found |= {one.code: one.units[0] for one in lab_rows()}
        else:
            found |= {one.code: one.unit for one in results_asked(form, {})}
    return {code: unit or usual(code, "SI") or "" for code, unit in found.items()}


def _of(unit: Unit, site: str) -> tuple[Stored, list[ReferenceRange], RangeTable]:
    told = [told_range(one) for one in unit.rows("range", laboratory=site)]
    return unit.row("site", site) or {}, told, RangeTable(told)


def _is_last(one: ReferenceRange, told: list[ReferenceRange]) -> bool:
    same = [o.n for o in told if o[1:5] == one[1:5]]
    return one.n == max(same)
