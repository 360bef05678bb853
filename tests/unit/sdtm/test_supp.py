"""Supplemental qualifiers become columns of their parent."""

import polars as pl
import pytest

from equipoise.errors import InputError
from equipoise.sdtm.supp import merge_supp, orphans
from support.sdtm import tables


def test_values_land_on_their_record() -> None:
    merged = merge_supp(tables()["AE"], tables()["SUPPAE"])
    assert merged["AETRTEM"].to_list() == ["Y", "N", None, "Y"]
    assert merged.drop("AETRTEM").equals(tables()["AE"])


def test_without_idvar_a_value_belongs_to_the_subject() -> None:
    supp = pl.DataFrame(
        {
            "USUBJID": ["S-3", "S-1", "S-3"],
            "IDVAR": [None, None, None],
            "IDVARVAL": [None, None, None],
            "QNAM": ["ITT", "ITT", "EXTRA"],
            "QVAL": ["N", "Y", "1"],
        },
        schema_overrides={"IDVAR": pl.String, "IDVARVAL": pl.String},
    )
    merged = merge_supp(tables()["DM"], supp)
    assert merged.select("ITT", "EXTRA").rows() == [("Y", None), (None, None), ("N", "1")]


def test_17_and_17_point_0_are_one_sequence() -> None:
    supp = tables()["SUPPAE"].with_columns(IDVARVAL=pl.Series(["1.0", "2", "01"]))
    assert not orphans(tables()["AE"], supp).any()


def test_orphans_are_named() -> None:
    supp = tables()["SUPPAE"].with_columns(IDVARVAL=pl.Series(["1", "9", "x"]))
    assert orphans(tables()["AE"], supp).to_list() == [False, True, True]


def test_two_values_for_one_record_are_refused() -> None:
    supp = pl.concat([tables()["SUPPAE"], tables()["SUPPAE"].head(1)])
    with pytest.raises(InputError, match="two values"):
        merge_supp(tables()["AE"], supp)


def test_a_qualifier_must_not_hide_a_column() -> None:
    supp = tables()["SUPPAE"].with_columns(QNAM=pl.lit("AETERM"))
    with pytest.raises(InputError, match="AETERM is a column of the parent"):
        merge_supp(tables()["AE"], supp)


def test_an_unknown_idvar_is_refused() -> None:
    supp = tables()["SUPPAE"].with_columns(IDVAR=pl.lit("AEXXX"))
    with pytest.raises(InputError, match="AEXXX"):
        merge_supp(tables()["AE"], supp)


def test_an_empty_supplement_changes_nothing() -> None:
    assert merge_supp(tables()["AE"], tables()["SUPPAE"].clear()).equals(tables()["AE"])
