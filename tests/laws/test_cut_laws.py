"""Laws of the cut: idempotent, composes, and never contradicts a later one before its date."""

import datetime as dt

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.sdtm.cut.cut import cut
from equipoise.sdtm.dates import certainly_after
from equipoise.sdtm.model import SDTM
from support.sdtm import tables

DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2020, 12, 31))
SUBJECTS = ("S-1", "S-2", "S-3")


@st.composite
def partial(draw: st.DrawFn) -> str | None:
    """A whole date, one without its day or month, one with a time, or none."""
    text = draw(DAYS).isoformat()
    return draw(st.sampled_from([text, text, text[:7], text[:4], f"{text}T08:30", None]))


@st.composite
def studies(draw: st.DrawFn) -> SDTM:
    """The small study with every date drawn anew, consistent or not."""
    data = tables()
    for name, table in data.items():
        drawn = {
            column: draw(st.lists(partial(), min_size=table.height, max_size=table.height))
            for column in table.columns
            if column.endswith("DTC")
        }
        columns = [pl.Series(column, values, dtype=pl.String) for column, values in drawn.items()]
        data[name] = table.with_columns(columns)
    if draw(st.booleans()):
        data["DS"] = data["DS"].filter(pl.col("DSDECOD") != "RANDOMIZED")
    return SDTM(data, {})


def ordered(pair: tuple[dt.date, dt.date]) -> tuple[dt.date, dt.date]:
    return min(pair), max(pair)


@settings(deadline=None, derandomize=True, max_examples=25)
@given(studies(), DAYS)
def test_cutting_twice_changes_nothing(data: SDTM, date: dt.date) -> None:
    once = cut(data, date=date, look="x")
    twice = cut(once, date=date, look="x")
    assert twice.digest == once.digest
    assert twice.excluded.is_empty()


@settings(deadline=None, derandomize=True, max_examples=60)
@given(studies(), st.tuples(DAYS, DAYS).map(ordered))
def test_a_later_cut_on_the_way_changes_nothing(data: SDTM, dates: tuple[dt.date, dt.date]) -> None:
    early, late = dates
    direct = cut(data, date=early, look="x")
    by_way = cut(cut(data, date=late, look="y"), date=early, look="x")
    for name, table in direct.tables.items():
        assert by_way.table(name).equals(table), name
    assert by_way.digest == direct.digest
    assert by_way.source == direct.source


@settings(deadline=None, derandomize=True, max_examples=30)
@given(studies(), st.tuples(DAYS, DAYS).map(ordered))
def test_an_earlier_cut_never_contradicts_a_later_one(
    data: SDTM, dates: tuple[dt.date, dt.date]
) -> None:
    early, late = (cut(data, date=date, look="x") for date in dates)
    for name, key in (("DM", "USUBJID"), ("AE", "AESEQ"), ("EX", "EXSEQ"), ("LB", "LBSEQ")):
        on = list(dict.fromkeys(["USUBJID", key]))
        then, now = early.table(name), late.table(name)
        assert then.join(now, on=on, how="anti").is_empty()
        both = then.join(now, on=on, how="left", maintain_order="left", suffix=" later")
        for column in then.columns:
            if column.endswith("DTC") and column not in ("EXENDTC", "RFXENDTC"):
                said = both.filter(pl.col(column).is_not_null())
                assert said[column].equals(said[f"{column} later"], check_names=False), column


@settings(deadline=None, derandomize=True, max_examples=25)
@given(studies(), DAYS)
def test_nothing_in_a_cut_is_later_than_its_date(data: SDTM, date: dt.date) -> None:
    early = cut(data, date=date, look="x")
    for name, columns in (
        ("DM", ("DTHDTC", "RFSTDTC", "RFENDTC", "RFXENDTC", "RFPENDTC")),
        ("AE", ("AESTDTC", "AEENDTC")),
        ("EX", ("EXSTDTC", "EXENDTC")),
        ("LB", ("LBDTC",)),
    ):
        for column in columns:
            assert not certainly_after(early.table(name)[column], date).any(), column
