"""The pilot's ADSL, ADTTE and ADAE equal CDISC's own in every column that means the same."""

from __future__ import annotations

import polars as pl
import pytest

from support.pharma import data, differing, listed, shared
from support.street import pilot_adam

# Columns that mean the same under another name or code: theirs -> an expression over ours.
ARMS = {
    "placebo": ("Placebo", 0), "low": ("Xanomeline Low Dose", 54),
    "high": ("Xanomeline High Dose", 81),
}  # fmt: skip
REASONS = {
    "Adverse Event": "ADVERSE EVENT", "Death": "DEATH", "Lack of Efficacy": "LACK OF EFFICACY",
    "Lost to Follow-up": "LOST TO FOLLOW-UP", "Physician Decision": "PHYSICIAN DECISION",
    "Sponsor Decision": "STUDY TERMINATED BY SPONSOR", "I/E Not Met": "PROTOCOL DEVIATION",
    "Protocol Violation": "PROTOCOL DEVIATION", "Withdrew Consent": "WITHDRAWAL BY SUBJECT",
}  # fmt: skip
ADSL_COLUMNS = 23


def _adsl() -> tuple[pl.DataFrame, pl.DataFrame]:
    theirs = data("cdiscpilotadam", "adsl")
    reason = pl.col("DCSREAS").replace_strict(REASONS, default=None)
    ours = pilot_adam().table("ADSL")
    words = [
        pl.col(c).replace_strict({k: v[0] for k, v in ARMS.items()}) for c in ("TRT01P", "TRT01A")
    ]
    number = pl.col("TRT01P").replace_strict({k: v[1] for k, v in ARMS.items()})
    ours = ours.with_columns(*words, TRT01PN=number)
    return theirs.with_columns(DCSREAS=reason), ours


def test_adsl_is_equal_but_for_the_list() -> None:
    theirs, ours = _adsl()
    columns = shared(theirs, ours, key=["USUBJID"])
    assert len(columns) == ADSL_COLUMNS
    assert len(theirs) == len(ours) == 254
    assert differing(theirs, ours, key=["USUBJID"], columns=columns) == listed("pilot adsl")


def test_every_reason_of_theirs_has_a_word_of_ours() -> None:
    theirs = data("cdiscpilotadam", "adsl")["DCSREAS"].drop_nulls().unique()
    assert set(theirs) == set(REASONS)


def test_adtte_is_equal_but_for_the_list() -> None:
    theirs, ours = data("cdiscpilotadam", "adtte"), pilot_adam().table("ADTTE")
    key = ["USUBJID", "PARAMCD"]
    columns = [c for c in shared(theirs, ours, key=key) if c != "PARAM"]
    assert columns == ["STARTDT", "ADT", "AVAL", "CNSR", "EVNTDESC", "SRCDOM", "SRCVAR", "SRCSEQ"]
    assert len(theirs) == len(ours) == 254
    assert differing(theirs, ours, key=key, columns=columns) == listed("pilot adtte")
    censored = ours.filter(pl.col("CNSR") == 1)
    assert censored["EVNTDESC"].unique().to_list() == ["Study Completion Date"]
    assert len(censored) == 102


def test_adae_is_equal_but_for_the_list() -> None:
    theirs, ours = data("cdiscpilotadam", "adae"), pilot_adam().table("ADAE")
    key = ["USUBJID", "AESEQ"]
    columns = shared(theirs, ours, key=key)
    assert len(columns) == 38
    assert len(theirs) == len(ours) == 1191
    assert differing(theirs, ours, key=key, columns=columns) == listed("pilot adae")


def test_every_start_of_an_event_is_that_of_cdisc() -> None:
    """Day imputed where the month is known (15 rows), none where only the year is (11)."""
    theirs, ours = data("cdiscpilotadam", "adae"), pilot_adam().table("ADAE")
    columns = ["ASTDT", "ASTDTF", "ASTDY", "TRTEMFL"]
    assert differing(theirs, ours, key=["USUBJID", "AESEQ"], columns=columns) == {}
    assert (ours["ASTDTF"] == "D").sum() == 15
    assert ours["ASTDT"].null_count() == 11


@pytest.mark.parametrize("column", ["TRTEDT", "TRTDURD"])
def test_the_five_ends_of_treatment_are_of_those_without_an_end_date(column: str) -> None:
    theirs, ours = _adsl()
    both = theirs.join(ours, on="USUBJID", suffix="_ours")
    apart = both.filter(pl.col(column).cast(pl.String) != pl.col(f"{column}_ours").cast(pl.String))
    if column == "TRTDURD":
        apart = both.filter(pl.col(column) != pl.col("TRTDURD_ours"))
    ex = pilot_adam().snapshot.table("EX")
    open_end = ex.filter(pl.col("EXENDTC").is_null())["USUBJID"].unique()
    assert set(apart["USUBJID"]) <= set(open_end)
    assert len(apart) == 5
