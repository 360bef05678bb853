"""A supplemental qualifier belongs to a record of its parent."""

import polars as pl

from equipoise.sdtm.supp import orphans
from support.sdtm import tables


def test_17_and_17_point_0_are_one_sequence() -> None:
    supp = tables()["SUPPAE"].with_columns(IDVARVAL=pl.Series(["1.0", "2", "01"]))
    assert not orphans(tables()["AE"], supp).any()


def test_orphans_are_named() -> None:
    supp = tables()["SUPPAE"].with_columns(IDVARVAL=pl.Series(["1", "9", "x"]))
    assert orphans(tables()["AE"], supp).to_list() == [False, True, True]


def test_without_idvar_a_value_belongs_to_the_subject() -> None:
    supp = pl.DataFrame(
        {"USUBJID": ["S-3", "S-9"], "IDVAR": [None, None], "IDVARVAL": [None, None]},
        schema_overrides={"IDVAR": pl.String, "IDVARVAL": pl.String},
    )
    assert orphans(tables()["DM"], supp).to_list() == [False, True]


def test_an_unknown_idvar_names_no_record() -> None:
    supp = tables()["SUPPAE"].with_columns(IDVAR=pl.lit("AEXXX"))
    assert orphans(tables()["AE"], supp).all()


def test_an_empty_supplement_has_none() -> None:
    assert orphans(tables()["AE"], tables()["SUPPAE"].clear()).is_empty()
