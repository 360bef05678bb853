"""A file of reference ranges: its lines, or everything that is wrong with it, cell by cell."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from equipoise.conduct.ranges.holding import BOTH, SEXES, RangeTable
from equipoise.errors import InputError, did_you_mean
from equipoise.laboratory.units import kinds, known_tests, unit_of, usual

RANGE_COLUMNS: Final = ("test", "sex", "age_from", "lower", "upper", "unit", "from_day")
MOST_RANGES: Final = 2_000  # lines of one file
_HIGHEST_AGE: Final = 120  # years
_FIRST_YEAR: Final = 1900
_SEPARATORS: Final = ",;\t"
_DECIMAL: Final = re.compile(r"-?\d{1,12}(\.\d{1,12})?")
_COMMA: Final = re.compile(r"-?\d{1,12},\d{1,12}")
_WHOLE: Final = re.compile(r"\d{1,3}")


class RangeLine(NamedTuple):
    """A line of a file. row : its number, the header is the first; unit : by its one name"""

    row: int
    test: str
    sex: str
    age_from: int
    lower: str | None
    upper: str | None
    unit: str
    from_day: dt.date

    @property
    def key(self) -> tuple[str, str, int, str]:
        """What it is the range of, and from when."""
        return self.test, self.sex, self.age_from, self.from_day.isoformat()

    @property
    def says(self) -> tuple[str | None, str | None, str]:
        """The limits and their unit."""
        return self.lower, self.upper, self.unit


class CellFault(NamedTuple):
    """What is wrong with a cell. row : the header is the first; column : "line" of a whole one"""

    row: int
    column: str
    found: str
    expected: str


def text_of_file(raw: bytes, *, name: str) -> str:
    """The text of a file that somebody sends. Raises InputError where it is no text in UTF-8."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise InputError(f"{name}: is no text in UTF-8; expected a file saved as CSV UTF-8")
    return text


def read_ranges(text: str, *, latest: dt.date) -> tuple[list[RangeLine], list[CellFault]]:
    """The lines of a file, and what is wrong with it; where anything is, nothing may be taken.

    text : of a file with a header; comma, semicolon or tab between cells
    latest : the last day from which a range may be told
    Checked  tests/unit/conduct/ranges/test_told.py (each fault, all at once).
    """
    head = text.lstrip("\ufeff").partition("\n")[0]
    separator = max(_SEPARATORS, key=head.count)
    lines = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=separator)
    try:
        rows = [(lines.line_num, [cell.strip() for cell in cells]) for cells in lines]
    except csv.Error as problem:
        return [], [CellFault(lines.line_num, "line", str(problem), "comma-separated cells")]
    rows = [(number, cells) for number, cells in rows if any(cells)]
    if wrong := [*_wrong_with_head(rows)]:
        return [], wrong
    return _read(rows, latest)


def template(tests: Mapping[str, str], table: RangeTable, *, day: dt.date) -> str:
    """A file to fill in: a line for each test, or those that hold on a day, with no day to begin.

    tests : code -> the unit in which it is usually told
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(RANGE_COLUMNS)
    for test in dict.fromkeys((*tests, *table.tests())):
        held = table.on(test, day)
        for one in held:
            limits = (one.lower or "", one.upper or "")
            writer.writerow([test, one.sex, one.age_from, *limits, one.unit, ""])
        if not held:
            writer.writerow([test, BOTH, 0, "", "", tests.get(test) or usual(test, "SI"), ""])
    return out.getvalue()


def _wrong_with_head(rows: list[tuple[int, list[str]]]) -> Iterator[CellFault]:
    head = rows[0][1] if rows else []
    whole = ", ".join(RANGE_COLUMNS)
    if missing := [one for one in RANGE_COLUMNS if one not in head]:
        found = f"no column {', '.join(missing)}"
        yield CellFault(1, "header", found, f"the columns {whole}")
    for one in dict.fromkeys(name for name in head if name not in RANGE_COLUMNS):
        near = did_you_mean(one, RANGE_COLUMNS)
        yield CellFault(1, "header", f"a column {one or 'without a name'}", f"{whole}{near}")
    for one in RANGE_COLUMNS:
        if head.count(one) > 1:
            yield CellFault(1, "header", f"{one} twice", "each column once")
    if not missing and len(rows) == 1:
        yield CellFault(1, "line", "no line below the header", "a line for each range")
    if len(rows) > MOST_RANGES + 1:
        yield CellFault(MOST_RANGES + 2, "line", f"{len(rows) - 1} lines", f"{MOST_RANGES} at most")


def _read(
    rows: list[tuple[int, list[str]]], latest: dt.date
) -> tuple[list[RangeLine], list[CellFault]]:
    head, found, wrong = rows[0][1], list[RangeLine](), list[CellFault]()
    for number, cells in rows[1:]:
        if len(cells) != len(head):
            several = f"{len(cells)} cells"
            wrong.append(CellFault(number, "line", several, f"{len(head)}, as in the header"))
            continue
        said = dict(zip(head, cells, strict=True))
        faults = [*_wrong_with(number, said, latest)]
        wrong += faults
        if not faults:
            found.append(_line(number, said))
    return found, sorted([*wrong, *_twice(found)])


def _twice(lines: list[RangeLine]) -> Iterator[CellFault]:
    first: dict[tuple[str, str, int, str], int] = {}
    for one in lines:
        row = first.setdefault(one.key, one.row)
        if row != one.row:
            named = f"{one.test}, {one.sex}, from age {one.age_from}, from {one.from_day}"
            yield CellFault(one.row, "test", f"{named}, as in row {row}", "each range once")


def _wrong_with(row: int, said: Mapping[str, str], latest: dt.date) -> Iterator[CellFault]:
    """Everything that is wrong with one line."""
    test = said["test"]
    if test not in known_tests():
        near = did_you_mean(test.upper(), known_tests())
        yield CellFault(row, "test", _quoted(test), f"a test by its LBTESTCD, such as ALT{near}")
    if said["sex"] not in (*SEXES, BOTH):
        yield CellFault(row, "sex", _quoted(said["sex"]), f"{', '.join(SEXES)} or {BOTH}")
    if not _WHOLE.fullmatch(said["age_from"]) or int(said["age_from"]) > _HIGHEST_AGE:
        wanted = f"whole years from 0 to {_HIGHEST_AGE}"
        yield CellFault(row, "age_from", _quoted(said["age_from"]), wanted)
    yield from _wrong_with_limits(row, said)
    if test in known_tests() and unit_of(said["unit"], test=test) is None:
        yield CellFault(row, "unit", _quoted(said["unit"]), f"a unit of {test}: {_units(test)}")
    yield from _wrong_with_day(row, said["from_day"], latest)


def _wrong_with_limits(row: int, said: Mapping[str, str]) -> Iterator[CellFault]:
    both = {name: said[name] for name in ("lower", "upper")}
    for name, text in both.items():
        if text and not _DECIMAL.fullmatch(text):
            is_comma = _COMMA.fullmatch(text)
            wanted = text.replace(",", ".") + ", with a point" if is_comma else "a number, or none"
            yield CellFault(row, name, _quoted(text), wanted)
    if not any(both.values()):
        yield CellFault(row, "upper", "no limit", "a lower limit, an upper limit, or both")
    if all(_DECIMAL.fullmatch(one) for one in both.values()):
        lower, upper = both.values()
        if float(lower) >= float(upper):
            yield CellFault(row, "lower", lower, f"less than the upper limit, {upper}")


def _wrong_with_day(row: int, text: str, latest: dt.date) -> Iterator[CellFault]:
    try:
        day = dt.date.fromisoformat(text) if len(text) == len("2026-05-01") else None
    except ValueError:
        day = None
    if day is None:
        yield CellFault(row, "from_day", _quoted(text), "a day such as 2026-05-01")
    elif day.year < _FIRST_YEAR or day > latest:
        wanted = f"a day from {_FIRST_YEAR}-01-01 to {latest}"
        yield CellFault(row, "from_day", text, wanted)


def _line(row: int, said: Mapping[str, str]) -> RangeLine:
    return RangeLine(
        row, said["test"], said["sex"], int(said["age_from"]), said["lower"] or None,
        said["upper"] or None, unit_of(said["unit"], test=said["test"]) or "",
        dt.date.fromisoformat(said["from_day"]),
    )  # fmt: skip


def _units(test: str) -> str:
    known = known_tests()[test]
    own = [unit for kind in known.kinds for unit in kinds()[kind]]
    return ", ".join(dict.fromkeys([known.si, known.us, *own]))


def _quoted(text: str) -> str:
    return f'"{text[:40]}"' if text else "nothing"
