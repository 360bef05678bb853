"""A file of reference ranges is read whole, or every cell that is wrong is told."""

import datetime as dt

import pytest

from equipoise.conduct.ranges.holding import RangeTable, ReferenceRange
from equipoise.conduct.ranges.told import (
    MOST_RANGES,
    RANGE_COLUMNS,
    CellFault,
    read_ranges,
    template,
)

LATEST = dt.date(2027, 1, 6)
HEAD = ",".join(RANGE_COLUMNS)
GOOD = f"""{HEAD}
ALT,both,0,10,45,U/L,2026-01-01
HGB,F,18,12,15.5,g/dL,2026-01-01
PLAT,both,0,150,,K/uL,2026-01-01
"""


def faults(*lines, head=HEAD):
    found, wrong = read_ranges("\n".join([head, *lines]), latest=LATEST)
    assert wrong or found
    return wrong


def test_lines_are_read_with_units_by_their_one_name():
    lines, wrong = read_ranges(GOOD, latest=LATEST)
    assert wrong == []
    assert [one.key for one in lines] == [
        ("ALT", "both", 0, "2026-01-01"), ("HGB", "F", 18, "2026-01-01"),
        ("PLAT", "both", 0, "2026-01-01"),
    ]  # fmt: skip
    assert [one.says for one in lines] == [
        ("10", "45", "U/L"), ("12", "15.5", "g/dL"), ("150", None, "10^3/uL"),
    ]  # fmt: skip
    assert [one.row for one in lines] == [2, 3, 4]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_what_spreadsheets_write(separator):
    text = "\ufeff" + GOOD.replace(",", separator).replace("\n", "\r\n") + separator * 6 + "\r\n"
    assert read_ranges(text, latest=LATEST) == read_ranges(GOOD, latest=LATEST)


@pytest.mark.parametrize(
    ("line", "column", "found", "expected"),
    [
        ("SGPT,both,0,10,45,U/L,2026-01-01", "test", '"SGPT"', "a test by its LBTESTCD, such as"),
        ("alt,both,0,10,45,U/L,2026-01-01", "test", '"alt"', "did you mean ALT?"),
        ("ALT,female,0,10,45,U/L,2026-01-01", "sex", '"female"', "F, M or both"),
        ("ALT,,0,10,45,U/L,2026-01-01", "sex", "nothing", "F, M or both"),
        ("ALT,both,-1,10,45,U/L,2026-01-01", "age_from", '"-1"', "whole years from 0 to 120"),
        ("ALT,both,121,10,45,U/L,2026-01-01", "age_from", '"121"', "whole years from 0 to 120"),
        ('ALT,both,0,"1,5",45,U/L,2026-01-01', "lower", '"1,5"', "1.5, with a point"),
        ("ALT,both,0,10,<45,U/L,2026-01-01", "upper", '"<45"', "a number, or none"),
        ("ALT,both,0,10,1e9,U/L,2026-01-01", "upper", '"1e9"', "a number, or none"),
        ("ALT,both,0,,,U/L,2026-01-01", "upper", "no limit", "a lower limit, an upper limit, or"),
        ("ALT,both,0,45,10,U/L,2026-01-01", "lower", "45", "less than the upper limit, 10"),
        ("ALT,both,0,45,45.0,U/L,2026-01-01", "lower", "45", "less than the upper limit, 45.0"),
        ("ALT,both,0,10,45,g/dL,2026-01-01", "unit", '"g/dL"', "a unit of ALT: U/L, kU/L, mU/L"),
        ("ALT,both,0,10,45,,2026-01-01", "unit", "nothing", "a unit of ALT"),
        ("ALT,both,0,10,45,U/L,01.02.2026", "from_day", '"01.02.2026"', "a day such as 2026-05-01"),
        ("ALT,both,0,10,45,U/L,20260101", "from_day", '"20260101"', "a day such as 2026-05-01"),
        ("ALT,both,0,10,45,U/L,2026-02-30", "from_day", '"2026-02-30"', "a day such as"),
        ("ALT,both,0,10,45,U/L,2062-01-01", "from_day", "2062-01-01", "a day from 1900-01-01 to"),
        ("ALT,both,0,10,45,U/L,0026-01-01", "from_day", "0026-01-01", "a day from 1900-01-01 to"),
        ("ALT,both,0,10,45,U/L", "line", "6 cells", "7, as in the header"),
    ],
)  # fmt: skip
def test_one_fault_one_cell(line, column, found, expected):
    (wrong,) = faults(line)
    assert wrong[:3] == (2, column, found)
    assert expected in wrong.expected


def test_all_that_is_wrong_is_told_at_once():
    wrong = faults(
        "SGPT,female,x,45,10,U/L,soon", "ALT,both,0,10,45,U/L,2026-01-01",
        "ALT,both,0,11,46,U/L,2026-01-01",
    )  # fmt: skip
    told = [(one.row, one.column) for one in wrong]
    assert told == [(2, "age_from"), (2, "from_day"), (2, "lower"), (2, "sex"), (2, "test"),
                    (4, "test")]  # fmt: skip
    assert wrong[-1].found == "ALT, both, from age 0, from 2026-01-01, as in row 3"


def test_a_header_that_is_not_one():
    assert faults(head="test,sex,lower,upper,unit,from") == [
        CellFault(
            1, "header", "no column age_from, from_day", f"the columns {', '.join(RANGE_COLUMNS)}"
        ),
        CellFault(
            1, "header", "a column from", f"{', '.join(RANGE_COLUMNS)}; did you mean from_day?"
        ),
    ]
    assert faults(head=f"{HEAD},test")[0].found == "test twice"
    assert faults(head=HEAD)[0].found == "no line below the header"
    assert read_ranges("", latest=LATEST)[1][0].row == 1
    many = [f"ALT,both,{n % 100},10,45,U/L,2026-01-01" for n in range(MOST_RANGES + 1)]
    assert faults(*many)[0].expected == f"{MOST_RANGES} at most"


def test_a_template_is_filled_in_by_what_holds():
    of_alt = ReferenceRange("A", "ALT", "F", 18, dt.date(2026, 1, 1), 1, None, "35", "U/L")
    day = dt.date(2026, 2, 1)
    text = template({"ALT": "U/L", "HGB": "g/L"}, RangeTable([of_alt]), day=day)
    assert text.splitlines() == [HEAD, "ALT,F,18,,35,U/L,", "HGB,both,0,,,g/L,"]
    whole = text.replace("U/L,", "U/L,2026-03-01").replace("0,,,g/L,", "0,120,,g/L,2026-03-01")
    lines, wrong = read_ranges(whole, latest=LATEST)
    assert (wrong, [one.test for one in lines]) == ([], ["ALT", "HGB"])
