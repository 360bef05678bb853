"""Conditions on tables: a missing value satisfies nothing but `is missing`."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from equipoise.adam.conditions import select
from equipoise.errors import InputError

TABLE = pl.DataFrame(
    {
        "ID": [1, 2, 3, 4],
        "AGE": [17.0, 18.0, 65.0, None],
        "SEX": ["F", "M", None, "F"],
        "TERM": ["SKIN RASH", "RASH", "HEADACHE", None],
        "ADT": [dt.date(2020, 1, d) for d in (1, 2, 3)] + [None],
        "END": [dt.date(2020, 1, 2)] * 4,
    }
)


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ("AGE >= 18", [2, 3]),
        ("AGE != 18", [1, 3]),
        ('SEX = "F"', [1, 4]),
        ('SEX != "F"', [2]),
        ('SEX in ("F")', [1, 4]),
        ('SEX not in ("F")', [2]),
        ("AGE in (17, 65)", [1, 3]),
        ('TERM contains "RASH"', [1, 2]),
        ('TERM starts with "RASH"', [2]),
        ('TERM contains "S.IN"', []),
        ("AGE is missing", [4]),
        ("AGE is present", [1, 2, 3]),
        ("AGE < 18 or SEX is missing", [1, 3]),
        ('not SEX = "F"', [2, 3]),
        ('ADT = "2020-01-02"', [2]),
        ('ADT in ("2020-01-02", "2020-01-03")', [2, 3]),
        ("ADT > END", [3]),
        ("ADT <= END", [1, 2]),
    ],
)
def test_rows(where: str, rows: list[int]) -> None:
    assert select(TABLE, where, dataset="ADSL")["ID"].to_list() == rows


def test_without_a_condition_every_row_stays() -> None:
    assert select(TABLE, None, dataset="ADSL").height == 4


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("AGGE > 1", '`AGGE > 1` reads "AGGE", which ADSL does not have; did you mean AGE?'),
        ("ADT > ENDD", 'reads "ENDD", which ADSL does not have'),
        ("SEX in (X)", 'reads "X", which ADSL does not have'),
        ('AGE = "old"', '`AGE = "old"` compares AGE of ADSL, a number, with the text "old"'),
        ("SEX = 1", "compares SEX of ADSL, a text, with the number 1"),
        ("SEX in (1)", "compares SEX of ADSL, a text, with the number 1"),
        ('ADT > "soon"', 'compares ADT of ADSL, a date, with "soon"; expected one as 2015-07-24'),
        ("ADT > AGE", "compares ADT of ADSL, a date, with a number"),
        ('AGE contains "1"', '`AGE contains "1"` looks for a text in AGE of ADSL, which has none'),
        ("AGE >", "ADSL: found the end at column 6"),
    ],
)
def test_a_condition_that_cannot_be_asked(where: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        select(TABLE, where, dataset="ADSL")
    assert message in str(caught.value)
