"""What must hold of RECIST responses whatever the sizes."""

from __future__ import annotations

import datetime as dt

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.adam.recist.best import best_response
from equipoise.adam.recist.overall import overall_response
from support.cases import TR, TU
from support.virtual import virtual_sdtm

START = dt.date(2020, 1, 1)
SIZES = st.one_of(st.none(), st.integers(0, 600).map(lambda tenth: tenth / 10))
SERIES = st.lists(st.lists(SIZES, min_size=3, max_size=3), min_size=1, max_size=6)
LIMIT = settings(max_examples=25, deadline=None)


def frames(subjects: dict[str, list[list[float | None]]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """TU and TR of subjects with three targets, all 30 mm at baseline, a scan every 56 days."""
    tu, tr = [], []
    for subject, scans in subjects.items():
        for number, sizes in enumerate([[30.0, 30.0, 30.0], *scans], start=1):
            day = (START + dt.timedelta(days=56 * (number - 1))).isoformat()
            for place, size in enumerate(sizes, start=1):
                link, seq = f"T{place}", 3 * number + place
                if number == 1:
                    tu.append((subject, 1.0, link, "LIVER", "TUMIDENT", "TARGET", day, seq))
                unit = "mm" if size is not None else None
                tr.append((subject, float(number), link, "LDIAM", None, size, unit, day, seq))
    left, right = (
        pl.DataFrame(tu, schema=TU, orient="row"),
        pl.DataFrame(tr, schema=TR, orient="row"),
    )
    return left, right


def words(subjects: dict[str, list[list[float | None]]], subject: str = "S1") -> list[str | None]:
    rows = overall_response(*frames(subjects))
    return rows.filter(pl.col("USUBJID") == subject)["OVRLRESP"].to_list()


@LIMIT
@given(SERIES, SERIES)
def test_another_subject_changes_nothing(one: list[list[float]], two: list[list[float]]) -> None:
    assert words({"S1": one, "S2": two}) == words({"S1": one})


@LIMIT
@given(SERIES)
def test_a_later_scan_changes_no_earlier_response(scans: list[list[float]]) -> None:
    assert words({"S1": scans[:-1]}) == words({"S1": scans})[: len(scans)]


@LIMIT
@given(SERIES)
def test_the_order_of_rows_and_of_lesions_does_not_matter(scans: list[list[float]]) -> None:
    tu, tr = frames({"S1": scans})
    swap = {"T1": "T3", "T3": "T1"}
    tu2 = tu.with_columns(pl.col("TULNKID").replace(swap)).reverse()
    tr2 = tr.with_columns(pl.col("TRLNKID").replace(swap)).reverse()
    left, right = overall_response(tu, tr), overall_response(tu2, tr2)
    columns = ["VISITNUM", "OVRLRESP", "SUM", "NADIR"]
    assert left.select(columns).equals(right.select(columns))


@LIMIT
@given(SERIES)
def test_a_best_response_is_never_better_than_the_best_reading(scans: list[list[float]]) -> None:
    start = pl.DataFrame({"USUBJID": ["S1"], "STARTDT": [START]})
    overall = overall_response(*frames({"S1": scans}))
    best = best_response(overall, start)["AVALC"].item()
    order = ["CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE", "MISSING"]
    seen = [order.index(w) for w in overall["OVRLRESP"].to_list() if w is not None]
    assert order.index(best) >= min(seen, default=6)


def test_lesions_of_virtual_patients_give_the_responses_their_reader_recorded() -> None:
    tables = virtual_sdtm().tables
    rows = overall_response(tables["TU"], tables["TR"])
    rs = tables["RS"].filter(pl.col("RSTESTCD") == "OVRLRESP")
    both = rs.join(rows, on=["USUBJID", "VISITNUM"], how="left")
    assert len(both) > 1000
    assert both.filter(pl.col("RSSTRESC").ne_missing(pl.col("OVRLRESP"))).is_empty()
