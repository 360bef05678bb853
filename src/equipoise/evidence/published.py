"""What a publication shows of its arms: points, numbers at risk and censoring marks, from tables.

Every fault of all tables is told at once, with file, row (1 is the first row of data) and column.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from equipoise.arrays import Floats
from equipoise.errors import DataError, Finding, InputError, did_you_mean
from equipoise.evidence.guyot import AtRisk
from equipoise.evidence.points import TEXT_FILES, text_table
from equipoise.frames import frame_of

SLACK = 0.02
"""How far above 1 or below 0 a point may be read: the width of a printed axis."""
BESIDE = 0.05
"""How far before time 0 a point may be read, as a share of the longest time: a hand's click."""
ONLY = ""
"""The name of the arm where there is one arm only."""


class Published(NamedTuple):
    """One arm as published: points (n,) as read, numbers at risk, total of events if known, and
    times of censoring marks, ascending (None: not read).
    """

    arm: str
    time: Floats
    survival: Floats
    at_risk: AtRisk
    events: int | None
    marks: Floats | None = None


class PublishedTable(NamedTuple):
    """A table without empty rows; its name for messages, and the place of each row in the file."""

    name: str
    columns: Mapping[str, Sequence[Any]]
    number: Sequence[int]

    def fault(self, row: int, column: str, message: str, expected: str) -> Finding:
        return Finding(f"{self.name} row {self.number[row]} {column}", message, expected)


def read_published(
    curve: Any,
    at_risk: Any,
    *,
    events: Mapping[str, int] | int | None = None,
    censored: Any = None,
    percent: bool = False,
    incidence: bool = False,
) -> tuple[Published, ...]:
    """The arms of a publication, in the order of the curve's rows.

    curve, at_risk, censored : tables, or files, with columns time and, for several arms, arm; that
    of the curve has survival, that of numbers at risk at_risk
    events : published total of events; by arm where there are several
    percent : survival goes from 0 to 100; incidence : the column survival holds 1 - S
    Raises   DataError with every cell that cannot be used; InputError if a file cannot be read.
    """
    points = _table(curve, "curve", ("time", "survival", "arm"))
    numbers = _table(at_risk, "at risk", ("time", "at_risk", "arm"))
    faults = [
        *_columns(points, ("time", "survival")),
        *_columns(numbers, ("time", "at_risk")),
        *_both_by_arm(points, numbers),
    ]
    if faults:
        raise DataError(faults)
    scale = 100.0 if percent else 1.0
    heights = [(v / scale if v is not None else None) for v in _numbers(points, "survival", faults)]
    times, when = _numbers(points, "time", faults), _numbers(numbers, "time", faults)
    counts = _numbers(numbers, "at_risk", faults)
    _check_curve(points, times, heights, faults, percent=percent)
    _check_counts(numbers, when, counts, faults)
    arms = _arms(points, numbers, faults)
    _check_points(points, arms, times, faults)
    _check_fall(numbers, arms, when, counts, faults)
    totals = _totals(events, arms, numbers, counts, faults)
    marks = {} if censored is None else _marks(censored, points, arms, faults)
    if faults:
        raise DataError(faults)
    if incidence:
        heights = [None if s is None else 1.0 - s for s in heights]
    return tuple(
        Published(
            arm,
            _of(points, arm, times),
            _of(points, arm, heights),
            _at_risk(_of(numbers, arm, when), _of(numbers, arm, counts)),
            total,
            marks.get(arm),
        )
        for arm, total in zip(arms, totals, strict=True)
    )


Cells = list[float | None]


def _marks(
    censored: Any, points: PublishedTable, arms: Sequence[str], faults: list[Finding]
) -> dict[str, Floats]:
    """Times of censoring marks by arm; none for an arm that has no row."""
    table = _table(censored, "censored", ("time", "arm"))
    faults += [*_columns(table, ("time",)), *_both_by_arm(points, table)]
    if faults:
        return {}
    times = _numbers(table, "time", faults)
    for row, name in enumerate(_names(table)):
        if name not in arms:
            told = f"{name} is not in the other table{did_you_mean(name, arms)}"
            faults.append(table.fault(row, "arm", told, f"expected one of {', '.join(arms)}"))
    if faults:
        return {}
    return {arm: np.sort(_of(table, arm, times)) for arm in dict.fromkeys(_names(table))}


def _table(data: Any, what: str, named: Sequence[str]) -> PublishedTable:
    is_file = isinstance(data, str | Path)
    name = Path(data).name if is_file else what
    if is_file and Path(data).suffix.lower() in TEXT_FILES:
        data = text_table(Path(data), named)
    frame = frame_of(data)
    rows = [
        (k, row) for k, row in enumerate(frame.iter_rows(), 1) if any(c is not None for c in row)
    ]
    columns = {name: [row[j] for _, row in rows] for j, name in enumerate(frame.columns)}
    return PublishedTable(name, columns, [k for k, _ in rows])


def _columns(table: PublishedTable, names: Iterable[str]) -> list[Finding]:
    known = ", ".join(table.columns)
    return [
        Finding(
            table.name, f"no column {name}{did_you_mean(name, table.columns)}", f"it has {known}"
        )
        for name in names
        if name not in table.columns
    ]


def _both_by_arm(points: PublishedTable, numbers: PublishedTable) -> list[Finding]:
    if ("arm" in points.columns) == ("arm" in numbers.columns):
        return []
    without = numbers if "arm" in points.columns else points
    return [Finding(without.name, "no column arm", "expected one, as in the other table")]


def _numbers(table: PublishedTable, column: str, faults: list[Finding]) -> Cells:
    """A column's finite numbers; None, and a fault, for any other cell."""
    found: Cells = []
    for row, cell in enumerate(table.columns[column]):
        value = _number(cell)
        if value is None:
            told = "missing" if cell is None else f'"{cell}" found'
            faults.append(table.fault(row, column, told, "expected a number"))
        found.append(value)
    return found


def _number(cell: Any) -> float | None:
    try:
        value = float(cell)
    except (TypeError, ValueError):
        return None
    return value if math.isfinite(value) else None


def _check_curve(
    table: PublishedTable, times: Cells, heights: Cells, faults: list[Finding], *, percent: bool
) -> None:
    slack = BESIDE * max((t for t in times if t is not None), default=0.0)
    for row, (t, s) in enumerate(zip(times, heights, strict=True)):
        if t is not None and t < -slack:
            faults.append(table.fault(row, "time", f"{t:g} found", "expected a time of 0 or more"))
        if s is None or -SLACK <= s <= 1.0 + SLACK:
            continue
        found = f"{100 * s if percent else s:g} found"
        range_ = "expected 0 to 100" if percent else "expected 0 to 1"
        hint = "; is the curve in percent?" if not percent and 1.0 < s <= 100.0 else ""
        faults.append(table.fault(row, "survival", found, range_ + hint))


def _check_counts(table: PublishedTable, when: Cells, counts: Cells, faults: list[Finding]) -> None:
    for row, (t, n) in enumerate(zip(when, counts, strict=True)):
        if t is not None and t < 0.0:
            faults.append(table.fault(row, "time", f"{t:g} found", "expected a time of 0 or more"))
        if n is not None and (n < 0 or n != round(n)):
            faults.append(
                table.fault(row, "at_risk", f"{n:g} found", "expected a whole number of subjects")
            )


def _names(table: PublishedTable) -> list[str]:
    cells = table.columns.get("arm")
    return (
        [ONLY] * len(table.number)
        if cells is None
        else ["" if c is None else str(c) for c in cells]
    )


def _arms(points: PublishedTable, numbers: PublishedTable, faults: list[Finding]) -> list[str]:
    """The arms of the curve in order of appearance; the two tables must have the same."""
    by_table = [_names(table) for table in (points, numbers)]
    for table, names, others in zip((points, numbers), by_table, reversed(by_table), strict=True):
        known = ", ".join(dict.fromkeys(others))
        for row, name in enumerate(names):
            if "arm" in table.columns and not name:
                faults.append(table.fault(row, "arm", "missing", "expected the name of an arm"))
            elif name not in others and name not in names[:row]:
                hint = did_you_mean(name, others)
                told = f"{name} is not in the other table{hint}"
                faults.append(table.fault(row, "arm", told, f"expected one of {known}"))
    return list(dict.fromkeys(by_table[0]))


def _check_points(
    table: PublishedTable, arms: Sequence[str], times: Cells, faults: list[Finding]
) -> None:
    """Two times or more on each curve."""
    names = _names(table)
    for arm in arms:
        if len({t for t, name in zip(times, names, strict=True) if name == arm}) < 2:
            of = f" of arm {arm}" if arm else ""
            faults.append(Finding(table.name, f"one point{of}", "expected two or more times"))


def _check_fall(
    table: PublishedTable, arms: Sequence[str], when: Cells, counts: Cells, faults: list[Finding]
) -> None:
    """Within each arm numbers at risk from time 0 on, never rising."""
    names = _names(table)
    for arm in arms:
        of = f" of arm {arm}" if arm else ""
        rows = sorted(
            (t, row, n)
            for row, (t, n, name) in enumerate(zip(when, counts, names, strict=True))
            if name == arm and t is not None and n is not None
        )
        if rows and (rows[0][0] > 0.0 or rows[0][2] < 1.0):
            told = f"time {rows[0][0]:g} with {rows[0][2]:g} at risk is the first{of}"
            faults.append(table.fault(rows[0][1], "time", told, "expected subjects at time 0"))
        for (t0, _, n0), (t1, row, n1) in pairwise(rows):
            if t0 == t1:
                faults.append(table.fault(row, "time", f"{t1:g} twice{of}", "expected it once"))
            elif n1 > n0:
                told = f"{n1:g} at risk after {n0:g} at time {t0:g}"
                faults.append(table.fault(row, "at_risk", told, f"expected {n0:g} or fewer"))


def _totals(
    events: Mapping[str, int] | int | None,
    arms: Sequence[str],
    numbers: PublishedTable,
    counts: Cells,
    faults: list[Finding],
) -> list[int | None]:
    """The published events of each arm. Raises InputError for an arm that is not there."""
    if events is None:
        return [None] * len(arms)
    if isinstance(events, int):
        if len(arms) > 1:
            raise InputError(f"events: expected one number per arm ({', '.join(arms)})")
        events = {arms[0]: events}
    unknown = [arm for arm in events if arm not in arms]
    if unknown:
        hint = did_you_mean(unknown[0], arms)
        raise InputError(f"events: no arm {unknown[0]}{hint}; expected {', '.join(arms)}")
    for arm, total in events.items():
        mine = [
            n for n, a in zip(counts, _names(numbers), strict=True) if a == arm and n is not None
        ]
        if mine and not 0 <= total <= max(mine):
            of = f" of arm {arm}" if arm else ""
            faults.append(Finding("events", f"{total}{of}", f"expected 0 to {max(mine):g}"))
    return [events.get(arm) for arm in arms]


def _of(table: PublishedTable, arm: str, cells: Cells) -> Floats:
    mine = np.array([name == arm for name in _names(table)])
    return np.asarray(np.array(cells, dtype=np.float64)[mine])


def _at_risk(time: Floats, number: Floats) -> AtRisk:
    order = np.argsort(time)
    return AtRisk(time[order], number[order].astype(np.int64))
