"""What the RECIST functions say about data they cannot use."""

from __future__ import annotations

import polars as pl
import pytest

from equipoise.adam.recist.best import best_response
from equipoise.adam.recist.from_rs import overall_from_rs
from equipoise.adam.recist.overall import overall_response
from equipoise.errors import InputError
from support.cases import frames, responses, start_of

CASE = {"scans": [{"on": "2020-01-01", "T1": 50}, {"on": "2020-03-01", "T1": 20}]}


def test_a_missing_column_is_named() -> None:
    tu, tr = frames(CASE)
    with pytest.raises(InputError, match="TR: expected column TRLNKID"):
        overall_response(tu, tr.drop("TRLNKID"))
    with pytest.raises(InputError, match="TU: expected column TUSTRESC"):
        overall_response(tu.drop("TUSTRESC"), tr)


def test_an_unknown_role_is_named_with_its_row() -> None:
    tu, tr = frames(CASE)
    with pytest.raises(InputError, match="TUSEQ 1: TUSTRESC 'TRAGET'"):
        overall_response(tu.with_columns(TUSTRESC=pl.lit("TRAGET")), tr)


def test_inches_are_refused() -> None:
    tu, tr = frames(CASE)
    with pytest.raises(InputError, match="TRSTRESU 'in'; expected mm or cm"):
        overall_response(tu, tr.with_columns(TRSTRESU=pl.lit("in")))


def test_centimeters_are_ten_millimeters() -> None:
    tu, tr = frames(CASE)
    rows = overall_response(tu, tr.with_columns(TRSTRESU=pl.lit("cm")))
    assert rows["SUM"].to_list() == [500, 200]


def test_blank_texts_are_missing() -> None:
    tu, tr = frames(CASE)
    rows = overall_response(tu, tr.with_columns(TREVAL=pl.lit(""), TREVALID=pl.lit(" ")))
    assert rows["READER"].unique().to_list() == ["INVESTIGATOR"]


def test_each_row_says_which_records_it_came_from() -> None:
    case = {
        "scans": [
            {"on": "2020-01-01", "T1": 50, "T2": 20, "NT1": "present"},
            {"on": "2020-03-01", "T1": 20, "T2": 10, "NT1": "present"},
            {"on": "2020-05-01", "T1": 20, "T2": 10, "NT1": "unequivocal progression"},
            {"on": "2020-07-01", "T1": 20, "T2": 10, "NT1": "present", "new": ["N1"]},
        ]
    }
    rows = overall_response(*frames(case))
    found = rows.select("SRCDOM", "SRCVAR", "SRCSEQ", "SRCSEQS").rows()
    assert found == [
        ("TR", "TRSTRESN", 1, [1, 2]),
        ("TR", "TRSTRESN", 4, [4, 5]),
        ("TR", "TRSTRESC", 9, [9]),
        ("TU", "TUSTRESC", 4, [4]),
    ]


@pytest.mark.parametrize("word", ["ND", "CRR"])
def test_an_unknown_response_is_not_evaluable_and_stops_nothing(word: str) -> None:
    rows = overall_from_rs(responses({"readings": {56: word, 112: "PR"}}))
    assert rows["OVRLRESP"].to_list() == ["NE", "PR"]
    assert rows["REASON"][0] == f"recorded as {word}, which is no response of RECIST"


def test_spellings_of_non_cr_non_pd() -> None:
    rs = responses({"readings": {56: "Non-CR / Non-PD", 80: "NON CR/NON PD", 100: "NA"}})
    assert overall_from_rs(rs)["OVRLRESP"].to_list() == ["NON-CR/NON-PD"] * 2


def test_no_disease_at_baseline() -> None:
    case = {
        "lesions": [],
        "scans": [{"on": "2020-01-01", "T9": 5}, {"on": "2020-03-01", "T9": 5}],
    }
    tu, tr = frames(case)
    assert overall_response(tu, tr)["OVRLRESP"].to_list() == [None, "NED"]
    best = best_response(overall_response(tu, tr), start_of(case))
    assert best["AVALC"].to_list() == ["NED"]


def test_no_rows_at_all() -> None:
    tu, tr = frames(CASE)
    rows = overall_response(tu.clear(), tr.clear())
    assert rows.is_empty()
    assert best_response(rows, start_of(CASE))["AVALC"].to_list() == ["MISSING"]
