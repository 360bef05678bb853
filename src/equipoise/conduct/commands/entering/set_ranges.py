"""The laboratory of a site tells its reference ranges, from a day on."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, ClassVar, Final

from equipoise.conduct.commands.bus import SHUT
from equipoise.conduct.commands.days import today, told_day
from equipoise.conduct.commands.model import CommandDesk, OfSite
from equipoise.conduct.ranges.holding import BOTH, SEXES, RangeTable, ReferenceRange, told_range
from equipoise.conduct.ranges.told import CellFault, RangeLine, read_ranges
from equipoise.conduct.store.canonical import fingerprint_of

_AHEAD: Final = dt.timedelta(days=366)  # a laboratory announces what it changes
_MOST_TOLD: Final = 200  # faults of one file; of more, the number


class SetRanges(OfSite):
    """Tell the reference ranges of a site's laboratory, many at once: all of a file, or nothing.

    A range holds of samples from its day on, until the next day from which one of the same test
    is told. One that was told is never changed: another from the same day corrects it, with the
    reason, and both stand.

    file : its name; text : comma-separated lines with test (LBTESTCD), sex (F, M or both),
    age_from (years), lower, upper (one of them may be empty), unit, from_day
    """

    name: ClassVar[str] = "set ranges"

    file: str = "ranges.csv"
    text: str

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """Every cell that cannot be taken, and every range that would be lost or rewritten."""
        lines, wrong = read_ranges(self.text, latest=today(desk) + _AHEAD)
        if not wrong:
            told = _told(desk)
            wrong = [*_uncovered(lines, told), *self._rewritten(lines, told)]
            yield from _against_shut(desk, [one for one in lines if _is_new(one, told)])
        for one in sorted(wrong)[:_MOST_TOLD]:
            row, column, found, expected = one
            yield f"{self.file}, row {row}, {column}: found {found}; expected {expected}"
        if len(wrong) > _MOST_TOLD:
            yield f"{self.file}: {len(wrong) - _MOST_TOLD} more cells cannot be taken"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `range` for each line that tells something new."""
        unit, told, digest = desk.unit, _told(desk), fingerprint_of(self.text)
        lines, _ = read_ranges(self.text, latest=today(desk) + _AHEAD)
        why = f"ranges of {self.file}, sha256 {digest}"
        reason = self.reason.strip()
        unit.who = unit.who._replace(reason=f"{reason} ({why})" if reason else why)
        new = [one for one in lines if _is_new(one, told)]
        for one in new:
            before = told.get(one.key)
            unit.insert(
                "range", laboratory=self.site, test=one.test, sex=one.sex, age_from=one.age_from,
                from_day=one.from_day.isoformat(), n=1 if before is None else before.n + 1,
                lower=one.lower, upper=one.upper, unit=one.unit, by=desk.by, at=unit.at,
            )  # fmt: skip
        corrected = sum(one.key in told for one in new)
        return {"site": self.site, "ranges": len(new), "corrected": corrected,
                "as before": len(lines) - len(new), "sha256": digest}  # fmt: skip

    def _rewritten(self, lines: list[RangeLine], told: _Told) -> Iterator[CellFault]:
        """Another range from the same day, and no reason why."""
        for one in lines if not self.reason.strip() else ():
            before = told.get(one.key)
            if before is not None and _is_new(one, told):
                named = f"{one.test} from {one.from_day} as {_spelled(one)}, told as "
                found = f"{named}{_spelled(before)} before"
                yield CellFault(one.row, "from_day", found, "a reason for what corrects it")


_Told = dict[tuple[str, str, int, str], ReferenceRange]


def _told(desk: CommandDesk) -> _Told:
    """What the laboratory told last of each, by test, sex, age and day."""
    rows = map(told_range, desk.unit.rows("range", laboratory=desk.site["id"]))
    return {
        (one.test, one.sex, one.age_from, one.from_day.isoformat()): one
        for one in sorted(rows, key=lambda one: one.n)
    }


def _is_new(one: RangeLine, told: _Told) -> bool:
    before = told.get(one.key)
    return before is None or before.says != one.says


def _uncovered(lines: list[RangeLine], told: _Told) -> Iterator[CellFault]:
    """Sexes and ages that have a range until a day, and none from it on."""
    table = RangeTable(told.values())
    days: dict[tuple[str, dt.date], list[RangeLine]] = defaultdict(list)
    for one in lines:
        days[one.test, one.from_day].append(one)
    for (test, day), own in days.items():
        same = [one for key, one in told.items() if (key[0], key[3]) == (test, str(day))]
        after = [(one.sex, one.age_from) for one in own]
        after += [(one.sex, one.age_from) for one in same]
        before = [(one.sex, one.age_from) for one in table.on(test, day - dt.timedelta(days=1))]
        lost = [sex for sex in SEXES if _first_age(before, sex) < _first_age(after, sex)]
        for sex in lost:
            found = (
                f"{test} from {day} without a range for {sex} from age {_first_age(before, sex)}"
            )
            yield CellFault(own[0].row, "sex", found, "one, as there is until then")


def _first_age(ranges: list[tuple[str, int]], sex: str) -> float:
    return min((age for own, age in ranges if own in (sex, BOTH)), default=float("inf"))


def _against_shut(desk: CommandDesk, new: list[RangeLine]) -> Iterator[str]:
    """A subject's data that are frozen or locked are read by no other range than they were."""
    last = {one["scope"]: one["kind"] for one in desk.unit.rows("freeze") if one["kind"] != "cut"}
    first = min((one.from_day for one in new), default=None)
    for scope, kind in last.items():
        what, _, name = scope.partition(" ")
        if kind not in SHUT or what != "subject" or first is None:
            continue
        person = desk.unit.row("subject", name) or {"site": None}
        held = [told_day(one["held"]) for one in desk.unit.rows("visit", subject=name)]
        if person["site"] == desk.site["id"] and any(day and day >= first for day in held):
            yield f"the data of {scope} are frozen, with a visit since {first}"


def _spelled(one: RangeLine | ReferenceRange) -> str:
    return f"{one.lower or ''} to {one.upper or ''} {one.unit}".strip()
