"""What a response is compared with, in one virtual trial whose answers are known from its sums."""

from __future__ import annotations

from functools import cache

import polars as pl

from equipoise.adam.derive import derive
from equipoise.adam.explain.trace import explain
from equipoise.adam.model import ADaM
from equipoise.adam.study import cut_at
from support.virtual import netter, virtual_sdtm


@cache
def data() -> ADaM:
    return derive(cut_at(virtual_sdtm(), look="PFS final", protocol=netter()), protocol=netter())


def readings(word: str) -> list[dict[str, object]]:
    is_it = (pl.col("PARAMCD") == "OVR") & (pl.col("AVALC") == word)
    return list(data().table("ADRS").filter(is_it).iter_rows(named=True))


def sum_of(row: dict[str, object], link: str) -> dict[str, object]:
    """The row of ADTR that a response names; its records make the sum that stands there."""
    mine = (pl.col("USUBJID") == row["USUBJID"]) & (pl.col("ASEQ") == row[link])
    found = data().table("ADTR").filter(mine).row(0, named=True)
    assert (found["PARAMCD"], found["READER"]) == ("SDIAM", row["READER"])
    tr = data().snapshot.table("TR").filter(pl.col("USUBJID") == row["USUBJID"])
    sizes = tr.filter(pl.col("TRSEQ").cast(pl.Int64).is_in(found["SRCSEQS"]))["TRSTRESN"]
    assert sizes.sum() == found["AVAL"]
    return found


def grown() -> list[dict[str, object]]:
    return [row for row in readings("PD") if "above the nadir of" in str(row["REASON"])]


def test_progression_by_growth_holds_the_nadir() -> None:
    assert len(grown()) > 10
    for row in grown():
        nadir = float(str(row["REASON"]).split("above the nadir of ")[1].split(" mm")[0])
        found = sum_of(row, "NADSEQ")
        assert (found["AVAL"], row["BASESEQ"]) == (nadir, None)
        # The nadir is the smallest whole sum before the reading, and the first of equal ones.
        of = (pl.col("USUBJID") == row["USUBJID"]) & (pl.col("PARAMCD") == "SDIAM")
        sums = data().table("ADTR").filter(of & (pl.col("READER") == row["READER"]))
        before = sums.filter((pl.col("ADT") < row["ADT"]) & (pl.col("ANL01FL") == "Y"))
        assert before.sort("AVAL", "ADT")["ASEQ"][0] == row["NADSEQ"]


def test_progression_by_something_else_is_compared_with_no_sum() -> None:
    other = [row for row in readings("PD") if row not in grown()]
    assert other
    assert {(row["BASESEQ"], row["NADSEQ"]) for row in other} == {(None, None)}


def test_response_and_stable_disease_hold_the_baseline() -> None:
    base = data().table("ADTR").filter((pl.col("PARAMCD") == "SDIAM") & (pl.col("ABLFL") == "Y"))
    known = dict(zip(base["USUBJID"], base["ASEQ"], strict=True))
    assert len(readings("PR")) > 10
    for row in (*readings("PR"), *readings("SD")):
        assert row["BASESEQ"] == known[row["USUBJID"]]
    assert {row["NADSEQ"] for row in readings("PR")} == {None}
    assert all(sum_of(row, "NADSEQ")["AVAL"] for row in readings("SD")[:50])


def test_a_sum_holds_the_reading_it_belongs_to() -> None:
    for row in (*readings("PR"), *grown()):
        assert sum_of(row, "SUMSEQ")["OVRSEQ"] == row["ASEQ"]


def test_explain_names_it() -> None:
    row = grown()[0]
    told = str(explain(data(), "PFS", subject=str(row["USUBJID"])))
    nadir = sum_of(row, "NADSEQ")
    assert f"compared with the nadir {nadir['AVAL']:.1f} mm on {nadir['ADT']}" in told
