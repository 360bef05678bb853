"""Date sources: picked, earliest, first available."""

from __future__ import annotations

import datetime as dt
from importlib.resources import files

import polars as pl
import pytest
from ruamel.yaml import YAML

from equipoise.adam.dates.sources import SCHEMA, Context, dated, earliest, first_available, picked
from equipoise.errors import InputError
from equipoise.protocol.model import DateSource
from equipoise.protocol.rules.sources import DERIVED
from equipoise.sdtm.cut.cut import cut
from support.street import DAY_ONE, day, person, protocol, sdtm

START = pl.DataFrame({"USUBJID": ["S-1"], "STARTDT": [DAY_ONE]})
SOURCE = {"name": "rash", "from": "AE", "date": "AESTDTC"}


def context(*dates: str | None) -> Context:
    rows = [{"AETERM": "x", "AEDECOD": f"T{i}", "AESTDTC": d} for i, d in enumerate(dates)]
    plan = protocol()
    return Context(cut(sdtm(plan, DM=[person()], AE=rows), date=None, look=""), plan)


def rows(*found: tuple[str, int | None], dom: str = "AE", pick: str = "first") -> pl.DataFrame:
    table = [
        ("S-1", dt.date.fromisoformat(date), None, f"{dom} {seq}", "", "", dom, "V", seq, pick)
        for date, seq in found
    ]
    schema = {**SCHEMA, "PICK": pl.String}
    return pl.DataFrame(table, schema=schema, orient="row")


def test_dates_before_the_origin_are_not_of_this_trial() -> None:
    source = DateSource.model_validate(SOURCE)
    found = dated(context("2019-12-31", "2020-01-01", None, "2020-05"), source, START)
    assert found["DATE"].to_list() == [dt.date(2020, 1, 1), dt.date(2020, 5, 1)]
    assert found["SEQ"].to_list() == [2, 4]
    assert set(found["SAYS"]) == {"rash"}


def test_a_condition_takes_rows() -> None:
    source = DateSource.model_validate({**SOURCE, "where": 'AEDECOD = "T1"', "says": "Rash!"})
    found = dated(context(day(3), day(2)), source, START)
    assert found.select("DATE", "SAYS").rows() == [(dt.date(2020, 1, 2), "Rash!")]


def test_a_domain_that_was_not_collected_has_no_rows() -> None:
    source = DateSource.model_validate({**SOURCE, "from": "CM", "date": "CMSTDTC"})
    assert dated(context(day(1)), source, START).height == 0


def test_a_column_that_is_not_there_is_an_error() -> None:
    source = DateSource.model_validate({**SOURCE, "date": "AESTDT"})
    with pytest.raises(InputError, match="reads AESTDT, which AE does not have; did you mean"):
        dated(context(day(1)), source, START)


def test_first_last_and_the_sequence_within_a_day() -> None:
    found = rows(("2020-01-05", 3), ("2020-01-05", 2), ("2020-01-09", 5), ("2020-01-09", 4))
    assert picked(found, "first")["SEQ"].to_list() == [2]
    assert picked(found, "last")["SEQ"].to_list() == [4]


def test_on_one_day_the_source_that_stands_first_decides() -> None:
    one, two = rows(("2020-01-05", 1), dom="AE"), rows(("2020-01-05", 1), dom="DS")
    assert earliest([one, two])["DOM"].to_list() == ["AE"]
    assert earliest([two, one])["DOM"].to_list() == ["DS"]
    assert earliest([one, rows(("2020-01-04", 1), dom="DS")])["DOM"].to_list() == ["DS"]
    assert earliest([]).height == 0


def test_the_first_censor_source_with_a_row_in_time() -> None:
    limit = pl.DataFrame({"USUBJID": ["S-1"], "LIMIT": [dt.date(2020, 1, 6)]})
    none = limit.clear()
    late, early = rows(("2020-01-09", 1), dom="AE"), rows(("2020-01-02", 1), dom="DS")
    assert first_available([late, early], none)["DOM"].to_list() == ["AE"]
    assert first_available([late, early], limit)["DOM"].to_list() == ["DS"]
    assert first_available([late], limit).height == 0


def test_a_date_of_adsl_after_the_limit_counts_at_the_limit() -> None:
    limit = pl.DataFrame({"USUBJID": ["S-1"], "LIMIT": [dt.date(2020, 1, 6)]})
    found = first_available([rows(("2020-01-09", None), dom="ADSL")], limit)
    assert found["DATE"].to_list() == [dt.date(2020, 1, 6)]


@pytest.mark.parametrize(
    ("date", "message"),
    [
        ("AEDECOD", 'reads AEDECOD of AE, which holds no dates, but "T0"'),
        ("AESEQ", "reads AESEQ of AE, which holds no dates, but numbers"),
    ],
)
def test_a_column_that_holds_no_dates_is_an_error(date: str, message: str) -> None:
    source = DateSource.model_validate({**SOURCE, "date": date})
    with pytest.raises(InputError, match=message):
        dated(context(day(1)), source, START)


def test_the_rules_know_every_dataset_that_can_be_a_source() -> None:
    """ADTTE is made of sources and is none; ADSRC says what they are."""
    known = files("equipoise.adam").joinpath("variables.yaml").read_text("utf-8")
    assert {*DERIVED, "ADTTE", "ADSRC"} == set(YAML(typ="safe").load(known)["datasets"])
