"""What was known at a date, on the small study, worked by hand.

S-1 randomized 2020-01-01, S-2 on 2020-02-01 (died 2020-05-05 of a sepsis), S-3 on 2020-06-01.
"""

import datetime as dt

import polars as pl
import pytest

from equipoise.errors import InputError
from equipoise.sdtm.cut.cut import cut
from equipoise.sdtm.model import Snapshot
from support.sdtm import set_cell, study, tables

MARCH = dt.date(2020, 3, 1)
APRIL = dt.date(2020, 4, 15)
MAY = dt.date(2020, 5, 20)


def at(date: dt.date | None, **changed: pl.DataFrame) -> Snapshot:
    return cut(study(**changed), date=date, look="interim")


def reasons(snapshot: Snapshot, domain: str) -> list[tuple[str, int, int]]:
    rows = snapshot.excluded.filter(pl.col("domain") == domain)
    return rows.select("reason", "rows", "subjects").rows()


def test_no_date_means_everything() -> None:
    whole = at(None)
    assert all(whole.table(name).equals(table) for name, table in tables().items())
    assert whole.excluded.is_empty()


def test_subjects_who_entered_later_go_entirely() -> None:
    early = at(APRIL)
    for name in tables():
        assert "S-3" not in early.table(name)["USUBJID"].to_list()
    assert reasons(early, "DM")[0] == ("subject entered after the cut-off", 1, 1)


def test_entry_is_randomization_rather_than_first_dose() -> None:
    # S-2 was randomized on 2020-01-31 and first treated the day after: at the cut-off between, in.
    ds = set_cell(tables()["DS"], 1, DSSTDTC="2020-01-31")
    early = at(dt.date(2020, 1, 31), DS=ds)
    assert early.table("DM")["USUBJID"].to_list() == ["S-1", "S-2"]
    assert early.table("DM")["RFSTDTC"].to_list() == ["2020-01-01", None]
    assert early.table("DM")["RFXENDTC"].to_list() == ["2020-01-31", None]


def test_records_that_start_on_the_day_are_in() -> None:
    assert at(MARCH).table("LB").height == 3
    before = at(dt.date(2020, 2, 29)).table("LB")
    assert before["LBDTC"].to_list() == ["2020-01-01T08:30", "2020-02-01"]


def test_a_partial_start_stays_unless_it_is_certainly_later() -> None:
    assert at(dt.date(2020, 5, 1)).table("AE")["AETERM"].to_list() == ["rash", "headache", "sepsis"]
    assert at(dt.date(2020, 4, 30)).table("AE")["AETERM"].to_list() == ["rash", "sepsis"]


def test_a_later_end_of_an_event_is_unknown() -> None:
    headache = at(MAY).table("AE").row(1, named=True)
    assert headache["AEENDTC"] is None
    assert headache["AEENDY"] is None
    assert headache["AEOUT"] == "NOT RECOVERED/NOT RESOLVED"
    assert ("ends after the cut-off: the end is made unknown", 1, 1) in reasons(at(MAY), "AE")


def test_a_known_end_stays() -> None:
    rash = at(MAY).table("AE").row(0, named=True)
    assert (rash["AEENDTC"], rash["AEOUT"]) == ("2020-01-20", "RECOVERED/RESOLVED")


def test_a_later_death_is_unknown_everywhere() -> None:
    early = at(APRIL)
    subject = early.table("DM").row(1, named=True)
    assert subject["DTHDTC"] is None
    assert subject["DTHFL"] is None
    sepsis = early.table("AE").filter(pl.col("USUBJID") == "S-2").row(0, named=True)
    assert sepsis["AEOUT"] == "NOT RECOVERED/NOT RESOLVED"
    assert (sepsis["AESDTH"], sepsis["AETOXGR"]) == (None, None)
    assert early.table("DS")["DSDECOD"].to_list() == ["RANDOMIZED"] * 2
    reported = [reason for reason, _, _ in reasons(early, "AE")]
    assert "fatal after the cut-off: the outcome is made unknown (AETOXGR)" in reported


def test_a_death_on_the_day_is_known() -> None:
    early = at(dt.date(2020, 5, 5))
    assert early.table("DM").row(1, named=True)["DTHDTC"] == "2020-05-05"
    sepsis = early.table("AE").filter(pl.col("USUBJID") == "S-2").row(0, named=True)
    assert (sepsis["AEOUT"], sepsis["AETOXGR"]) == ("FATAL", "5")


@pytest.mark.parametrize("source", ["DS", "AE"])
def test_a_death_that_dm_does_not_date_is_unknown_too(source: str) -> None:
    dm = set_cell(tables()["DM"], 1, DTHDTC=None)
    changed = {"DM": dm, "DS": tables()["DS"].head(3)} if source == "AE" else {"DM": dm}
    assert at(APRIL, **changed).table("DM")["DTHFL"].to_list() == [None, None]
    assert at(MAY, **changed).table("DM")["DTHFL"].to_list() == [None, "Y"]


def test_exposure_ends_at_the_cut_and_says_so() -> None:
    first = at(MARCH).table("EX").row(0, named=True)
    # 2020-03-01 is day 61 from 2020-01-01: 31 + 29 + 1.
    assert (first["EXENDTC"], first["EXENDY"], first["EXCUTFL"]) == ("2020-03-01", 61.0, "Y")
    later = at(MAY).table("EX")
    assert later["EXENDTC"].to_list() == ["2020-05-20", "2020-05-01"]
    assert later["EXCUTFL"].to_list() == ["Y", None]


def test_last_exposure_is_the_last_one_known() -> None:
    # S-1: first course to 2020-06-30, second from 2020-07-15; the cut lies in the pause.
    ex = set_cell(tables()["EX"], 1, EXSTDTC="2020-07-15")
    assert at(dt.date(2020, 7, 10), EX=ex).table("DM")["RFXENDTC"][0] == "2020-06-30"
    assert at(MARCH, EX=ex).table("DM")["RFXENDTC"][0] == "2020-03-01"


def test_last_exposure_is_not_before_a_known_start() -> None:
    # The course began on 2020-06-05 and ended some day in June, so June 5 is the last day known.
    ex = set_cell(tables()["EX"].head(1), 0, EXSTDTC="2020-06-05", EXENDTC="2020-06")
    late = at(dt.date(2020, 6, 20), EX=ex)
    assert late.table("DM")["RFXENDTC"][0] == "2020-06-05"
    early = dt.date(2020, 6, 3)
    assert cut(late, date=early, look="interim").table("DM")["RFXENDTC"][0] is None
    assert at(early, EX=ex).table("DM")["RFXENDTC"][0] is None


def test_last_exposure_without_ex_is_the_cut() -> None:
    data = study(EX=None)
    assert cut(data, date=MARCH, look="interim").table("DM")["RFXENDTC"][0] == "2020-03-01"


def test_later_reference_ends_are_unknown() -> None:
    dm = at(MAY).table("DM")
    assert dm["RFENDTC"].to_list() == [None, "2020-05-05"]
    assert dm["RFPENDTC"].to_list() == [None, "2020-05-05"]


def test_supplements_follow_their_record() -> None:
    early = at(APRIL)
    assert early.table("SUPPAE")["IDVARVAL"].to_list() == ["1"]
    assert ("belongs to an excluded record", 1, 1) in reasons(early, "SUPPAE")


def test_an_orphan_was_an_orphan_before() -> None:
    supp = set_cell(tables()["SUPPAE"], 0, IDVARVAL="77")
    assert "77" in at(APRIL, SUPPAE=supp).table("SUPPAE")["IDVARVAL"].to_list()


def test_nothing_is_lost_uncounted() -> None:
    for date in (MARCH, APRIL, MAY):
        early = at(date)
        gone = early.excluded.filter(~pl.col("reason").str.contains("made unknown|set to"))
        counted = dict(gone.group_by("domain").agg(pl.col("rows").sum()).iter_rows())
        for name, table in tables().items():
            assert table.height - early.table(name).height == counted.get(name, 0)


def test_records_without_a_date_stay_and_are_counted() -> None:
    early = at(MARCH, LB=set_cell(tables()["LB"], 0, LBDTC=None))
    assert early.table("LB").height == 3
    (note,) = [finding for finding in early.findings if finding.rule == "S50"]
    assert note.message == "1 records have no date and stay in at every cut-off"


def test_digests_name_content_and_date() -> None:
    data = study()
    one, two = (cut(data, date=date, look="a") for date in (MARCH, dt.date(2020, 3, 2)))
    assert one.source == two.source == data.digest
    assert len({one.digest, two.digest, data.digest}) == 3
    assert cut(data, date=MARCH, look="b", protocol_digest="p").digest == one.digest


def test_without_dm_there_is_no_cut() -> None:
    with pytest.raises(InputError, match="no domain DM"):
        cut(study(DM=None), date=MARCH, look="interim")


@pytest.mark.parametrize("domain", tables())
def test_columns_without_values_or_type_do_not_stop_a_cut(domain: str) -> None:
    table = tables()[domain]
    for column in table.columns:
        if column != "USUBJID":
            at(APRIL, **{domain: table.drop(column)})
            at(APRIL, **{domain: table.with_columns(pl.lit(None).alias(column))})


def test_an_untyped_outcome_can_be_made_open() -> None:
    ae = tables()["AE"].with_columns(AEOUT=pl.lit(None))
    assert at(MAY, AE=ae).table("AE")["AEOUT"].to_list()[1] == "NOT RECOVERED/NOT RESOLVED"


def test_a_study_without_rows_can_be_cut() -> None:
    empty = {name: table.clear() for name, table in tables().items()}
    assert at(APRIL, **empty).excluded.is_empty()
