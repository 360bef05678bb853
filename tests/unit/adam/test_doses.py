"""What is a dose: units as written, doses below 0, other kinds of unit, no date, twice a day."""

from __future__ import annotations

import polars as pl
import pytest

from equipoise.adam.exposure.doses import sound

UNITS = [("LUTATE", "GBq"), ("octreotide", "mg")]


def ex(**changes: list[object]) -> pl.DataFrame:
    table: dict[str, list[object]] = {
        "USUBJID": ["S1"] * 4,
        "EXSEQ": [1.0, 2.0, 3.0, 4.0],
        "EXTRT": ["LUTATE", "LUTATE", "octreotide", "aspirin"],
        "EXDOSE": [7.4, 7400.0, 30.0, 2.0],
        "EXDOSU": ["gbq", "MBQ", "MG", "tablets of some sort"],
        "EXSTDTC": ["2020-01-01", "2020-02-26", "2020-01-02", "2020-01"],
    }
    return pl.DataFrame(table | changes)


def lines(table: pl.DataFrame) -> list[str]:
    return [str(f) for f in sound(table, UNITS)[1]]


def test_units_have_one_name_whatever_the_case() -> None:
    kept, found = sound(ex(), UNITS)
    assert kept["EXDOSU"].to_list() == ["GBq", "MBq", "mg", "tablets of some sort"]
    assert found == []


@pytest.mark.parametrize(
    ("changes", "said", "left"),
    [
        ({"EXDOSE": [-7.4, 1.0, 1.0, 1.0]}, "EXSEQ 1: a dose below 0 (-7.4 GBq)", [2, 3, 4]),
        ({"EXDOSE": [7.4, float("inf"), 1.0, 1.0]}, "EXSEQ 2: the dose is no number", [1, 3, 4]),
        (
            {"EXDOSU": ["GBq", "furlong", "mg", "x"]},
            "EXSEQ 2: a dose of LUTATE in furlong",
            [1, 3, 4],
        ),
        ({"EXDOSU": ["mg", "GBq", "mg", "x"]}, "EXSEQ 1: a dose of LUTATE in mg", [2, 3, 4]),
        (
            {"EXDOSU": ["GBq", "GBq", None, "x"]},
            "EXSEQ 3: a dose of octreotide in no unit",
            [1, 2, 4],
        ),
        (
            {"EXSTDTC": ["2020-01-01", "soon", "2020-01-02", "2020"]},
            "EXSEQ 2: a dose of LUTATE without a date",
            [1, 3, 4],
        ),
    ],
)
def test_what_is_no_dose_is_told_and_left_out(changes, said, left) -> None:
    kept, found = sound(ex(**changes), UNITS)
    assert [str(f) for f in found] == [f"ex USUBJID S1 {said}: left out"]
    assert kept["EXSEQ"].to_list() == left


def test_a_dose_of_0_was_not_given_and_needs_neither_unit_nor_date() -> None:
    kept, found = sound(ex(EXDOSE=[0.0] * 4, EXDOSU=[None] * 4, EXSTDTC=[None] * 4), UNITS)
    assert (len(kept), found) == (4, [])


def test_the_same_dose_twice_a_day_is_counted_and_told() -> None:
    twice = ex(
        EXTRT=["LUTATE"] * 4, EXDOSE=[7.4] * 4, EXDOSU=["GBq"] * 4,
        EXSTDTC=["2020-01-01", "2020-01-01", "2020-03", "2020-03"],
    )  # fmt: skip
    assert len(sound(twice, UNITS)[0]) == 4
    assert lines(twice) == [
        "ex USUBJID S1 EXSEQ 2: the same dose of LUTATE on the same day again: both are counted"
    ]


def test_text_that_is_no_number_and_a_table_without_doses() -> None:
    kept, _ = sound(ex(EXDOSE=["7.4", "much", "30", "2"]), UNITS)
    assert kept["EXDOSE"].to_list() == [7.4, None, 30.0, 2.0]
    bare = ex().drop("EXDOSE")
    assert sound(bare, UNITS) == (bare, [])
