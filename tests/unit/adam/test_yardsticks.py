"""What a response is compared with, in one virtual trial whose answers are known from its sums."""

from __future__ import annotations

from functools import cache

import polars as pl

from equipoise.adam.derive import derive
from equipoise.adam.explain.trace import explain
from equipoise.adam.explain.yardsticks import yardstick
from equipoise.adam.model import ADaM
from equipoise.adam.study import cut_at
from support.virtual import netter, virtual_sdtm


@cache
def data() -> ADaM:
    return derive(cut_at(virtual_sdtm(), look="PFS final", protocol=netter()), protocol=netter())


def readings(word: str) -> list[dict[str, object]]:
    is_it = (pl.col("PARAMCD") == "OVR") & (pl.col("AVALC") == word)
    return list(data().table("ADRS").filter(is_it).iter_rows(named=True))


def sums_of(subject: object, records: tuple[int, ...]) -> float:
    tr = data().snapshot.table("TR")
    rows = tr.filter((pl.col("USUBJID") == subject) & pl.col("TRSEQ").cast(pl.Int64).is_in(records))
    return float(rows["TRSTRESN"].sum())


def test_progression_by_growth_rests_on_the_records_of_the_nadir() -> None:
    grown = [row for row in readings("PD") if "above the nadir of" in str(row["REASON"])]
    assert len(grown) > 10
    for row in grown:
        found = yardstick(data(), str(row["USUBJID"]), row)
        assert found is not None
        nadir = float(str(row["REASON"]).split("above the nadir of ")[1].split(" mm")[0])
        assert found.says.startswith(f"nadir {nadir:.1f} mm on ")
        assert sums_of(row["USUBJID"], found.records) == nadir


def test_progression_by_something_else_is_compared_with_no_sum() -> None:
    other = [row for row in readings("PD") if "above the nadir of" not in str(row["REASON"])]
    assert other
    assert all(yardstick(data(), str(row["USUBJID"]), row) is None for row in other)


def test_response_and_stable_disease_are_compared_with_the_baseline() -> None:
    base = data().table("ADTR").filter((pl.col("PARAMCD") == "SDIAM") & (pl.col("ABLFL") == "Y"))
    known = dict(zip(base["USUBJID"], base["AVAL"], strict=True))
    for row in (*readings("PR"), *readings("SD")[:50]):
        found = yardstick(data(), str(row["USUBJID"]), row)
        assert found is not None
        assert sums_of(row["USUBJID"], found.records) == known[row["USUBJID"]]


def test_explain_names_it() -> None:
    row = next(r for r in readings("PD") if "above the nadir of" in str(r["REASON"]))
    told = str(explain(data(), "PFS", subject=str(row["USUBJID"])))
    assert "compared with the nadir" in told
