"""ADMH, ADCM, ADVS, ADEX of a protocol, ADSL completed, and imputation, on rows worked by hand."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from equipoise.adam.dates.dtc import imputes
from equipoise.adam.dates.sources import Context
from equipoise.adam.derive import derive
from equipoise.adam.events.findings import findings
from equipoise.adam.events.occurrences import occurrences
from equipoise.adam.exposure.adex_dataset import administered, plans
from equipoise.adam.model import ADaM
from equipoise.adam.subjects.strata import stratified
from equipoise.analysis.safety.exposure import exposure
from equipoise.errors import InputError
from equipoise.protocol.model import OrganDose, altered
from equipoise.sdtm.cut.cut import cut
from support.virtual import netter, virtual_sdtm

DAY = dt.date
ADSL = pl.DataFrame(
    {
        "USUBJID": ["A", "B"],
        "TRTSDT": [DAY(2020, 3, 10), None],
        "TRTEDT": [DAY(2020, 6, 1), None],
        "RANDDT": [DAY(2020, 3, 8), DAY(2020, 3, 9)],
    },
    schema_overrides={"TRTSDT": pl.Date, "TRTEDT": pl.Date},
)


def test_how_far_a_date_is_completed() -> None:
    dates = pl.DataFrame({"X": ["2020-03-01", "2020-03", "2020", None]})
    kept = {h: dates.select(imputes("X", h)).to_series().to_list() for h in (  # type: ignore[arg-type]
        "nothing", "day", "day and month", "whole date")}  # fmt: skip
    assert kept == {
        "nothing": [True, False, False, False],
        "day": [True, True, False, False],
        "day and month": [True, True, True, False],
        "whole date": [True, True, True, True],
    }


def test_other_treatments_stand_before_under_and_after() -> None:
    cm = pl.DataFrame(
        {
            "USUBJID": ["A"] * 4 + ["Z"],
            "CMSEQ": [1.0, 2.0, 3.0, 4.0, 1.0],
            "CMDECOD": ["ASPIRIN", "ASPIRIN", "INSULIN", "OPIOID", "ASPIRIN"],
            "CMSTDTC": ["2020-01", "2020-04-01", "2019", "2020-07-02", "2020-01-01"],
            "CMENDTC": ["2020-02", None, None, None, None],
        }
    )
    rows = occurrences(cm, ADSL, domain="CM").sort("CMSEQ")
    assert rows["CMSEQ"].to_list() == [1, 2, 3, 4]  # Z is nobody here
    assert rows["ASTDT"].to_list()[0] == DAY(2020, 1, 1)
    assert rows["AENDT"].to_list()[0] == DAY(2020, 2, 29)  # the last day it can have been
    assert rows["ASTDTF"].to_list() == ["D", None, "M", None]
    assert rows["PREFL"].to_list() == ["Y", None, "Y", None]
    assert rows["ONTRTFL"].to_list() == [None, "Y", "Y", None]
    assert rows["FUPFL"].to_list() == [None, None, None, "Y"]
    assert rows["ANL01FL"].to_list() == ["Y", None, "Y", "Y"]
    strict = occurrences(cm, ADSL, domain="CM", impute="nothing").sort("CMSEQ")
    assert strict["ASTDT"].null_count() == 2
    assert strict["ASTDTF"].null_count() == 4


def test_vital_signs_have_baseline_and_change() -> None:
    vs = pl.DataFrame(
        {
            "USUBJID": ["A", "A", "A", "A", "B", "B"],
            "VSSEQ": [1, 2, 3, 4, 1, 2],
            "VSTESTCD": ["SYSBP"] * 6,
            "VSSTRESN": [120.0, 130.0, 143.0, 110.0, 100.0, 90.0],
            "VSSTRESU": ["mmHg"] * 6,
            "VSDTC": ["2020-03-01", "2020-03-10", "2020-04-10", "2020-07-01", "2020-03-09",
                      "2020-04-01"],
        }
    )  # fmt: skip
    rows = findings(vs, ADSL, domain="VS")
    assert rows["PARAM"].unique().to_list() == ["SYSBP (mmHg)"]
    assert rows["BASE"].to_list() == [130, 130, 130, 130, 100, 100]
    assert rows["ABLFL"].to_list() == [None, "Y", None, None, "Y", None]
    assert rows["CHG"].to_list() == [None, None, 13, -20, None, -10]
    assert rows["PCHG"].to_list()[2:4] == pytest.approx([10.0, -100 * 20 / 130])
    assert rows["ADY"].to_list() == [-9, 1, 32, 114, 1, 24]
    assert rows["ONTRTFL"].to_list() == [None, None, "Y", None, None, None]
    with pytest.raises(InputError, match="EGTESTCD"):
        findings(vs, ADSL, domain="EG")


@pytest.fixture(scope="module")
def context() -> Context:
    snapshot = cut(virtual_sdtm(), date=None, look="")
    return Context(snapshot, netter(), dict(derive(snapshot, protocol=netter()).tables))


def test_a_drug_given_in_two_ways_has_no_cycles() -> None:
    found = plans(netter())
    assert [p.drug for p in found["lutate"]] == ["177Lu-Dotatate"]
    assert [p.drug for p in found["octreotide"]] == ["octreotide LAR"]
    assert found["lutate"][0].times == 4
    assert found["lutate"][0].window_days == 7


def test_exposure_is_that_of_the_records(context: Context) -> None:
    rows, told = administered(context)
    assert not told
    ex = virtual_sdtm().tables["EX"]
    lu = ex.filter((pl.col("EXTRT") == "177Lu-Dotatate") & (pl.col("EXDOSE") > 0))
    by_subject = lu.group_by("USUBJID").agg(N=pl.len(), GBQ=pl.col("EXDOSE").sum())
    for code, column in (("NINF", "N"), ("CUMDOSE", "GBQ")):
        ours = rows.filter((pl.col("PARAMCD") == code) & (pl.col("PARCAT1") == "177Lu-Dotatate"))
        both = ours.join(by_subject, on="USUBJID")
        assert len(both) == len(by_subject)
        assert (both["AVAL"] - both[column]).abs().max() < 1e-9
    planned = rows.filter(pl.col("PARAMCD") == "TPDOSE")["AVAL"]
    assert planned.null_count() == len(planned)  # no planned dose was collected: unknown, not 0


def test_doses_that_cannot_be_summed_are_told(context: Context) -> None:
    ex = context.snapshot.tables["EX"]
    strange = ex.with_columns(EXDOSFRQ=pl.lit("NOW AND THEN"))
    tables = {**context.snapshot.tables, "EX": strange}
    odd = Context(
        cut(virtual_sdtm(), date=None, look=""), netter(), {**context.tables, "EX": tables["EX"]}
    )
    rows, told = administered(odd)
    assert [f for f in told if "NOW AND THEN" in f.message]
    assert set(rows["PARAMCD"]) >= {"NINF", "RDI"}
    tables = {**context.tables, "ADEX": rows}
    told = list(exposure(ADaM(tables, context.snapshot, netter())))
    assert {r.term for r in told if r.group == "lutate"} >= {"177Lu-Dotatate: Doses given"}


def test_strata_as_used_and_as_found(context: Context) -> None:
    adsl = context.tables["ADSL"].drop("STRAT1R", "STRAT1V", "STRAT1D")
    first = adsl["USUBJID"][0]
    other = pl.when(pl.col("USUBJID") == first).then(pl.lit("grade 2")).otherwise(None)
    base = adsl.with_columns(UPTAKE=pl.lit("grade 4"), STRAT1R=other)
    found = stratified(base.drop("STRATAR", "STRATAV"), netter())
    assert found["STRAT1V"].unique().to_list() == ["grade 4"]
    assert found.filter(pl.col("STRAT1R") == "grade 2")["USUBJID"].to_list() == [first]
    assert found["STRATAR"][0].startswith("grade 2, ")


def test_follow_up_ends_with_death_or_the_last_day_alive(context: Context) -> None:
    adsl = context.tables["ADSL"]
    end = adsl["DTHDT"].fill_null(adsl["LSTALVDT"])
    days = (end - adsl["RANDDT"]).dt.total_days() + 1
    assert (adsl["FUPDUR"] == days).all()
    assert adsl["DTHDT"].null_count() not in (0, len(adsl))


def test_absorbed_doses_where_the_protocol_asks(context: Context) -> None:
    """4.37 Gy at 7.4 GBq and a clearance of 99 mL/min; two such cycles are 8.74 Gy."""
    kidney = OrganDose.model_validate(
        {"code": "KIDNEY", "label": "Kidney", "gray": 4.37, "reference activity": "7400 MBq",
         "by activity": 0.65, "reference clearance": 99, "by clearance": -0.55, "limit": 8}
    )  # fmt: skip
    safety = netter().safety.model_copy(update={"dosimetry": (kidney,)})
    protocol = altered(netter(), safety=safety)
    people = context.tables["ADSL"].filter(pl.col("TRT01P") == "lutate")["USUBJID"]
    clearance = pl.DataFrame(
        {"USUBJID": people, "PARAMCD": "CRCL", "ADT": DAY(2010, 1, 1), "AVAL": 99.0,
         "AVALU": "mL/min", "SRCSEQ": 1}
    )  # fmt: skip
    rows, _ = administered(
        Context(context.snapshot, protocol, {**context.tables, "ADLB": clearance})
    )
    organ = rows.filter(pl.col("PARCAT1") == "DOSIMETRY").filter(pl.col("CYCLE") == 2)
    full = organ.filter(pl.col("PARAMCD") == "KIDNEY", pl.col("AVAL").round(9) == 4.37)["USUBJID"]
    total = organ.filter(pl.col("PARAMCD") == "KIDNEYC", pl.col("USUBJID").is_in(full.implode()))
    assert len(total) > 50
    assert (total["AVAL"] - 8.74).abs().max() < 1e-9
    assert total["CRIT1FL"].unique().to_list() == ["Y"]


@pytest.mark.parametrize(
    ("value", "unit", "gray", "said"),
    [
        (1.65, "mL/s", 4.37, None),  # 99 mL/min
        (99.0, "mL/min/1.73m2", None, "CRCL in mL/min/1.73m2"),
        (99.0, None, None, "CRCL in no unit"),
        (0.0, "mL/min", None, None),  # no dose follows from a clearance of 0
    ],
)
def test_a_clearance_counts_in_ml_per_minute(
    context: Context, value: float, unit: str | None, gray: float | None, said: str | None
) -> None:
    kidney = OrganDose.model_validate(
        {"code": "KIDNEY", "label": "Kidney", "gray": 4.37, "reference activity": "7.4 GBq",
         "reference clearance": 99, "by clearance": -0.55}
    )  # fmt: skip
    safety = netter().safety.model_copy(update={"dosimetry": (kidney,)})
    protocol = altered(netter(), safety=safety)
    people = context.tables["ADSL"].filter(pl.col("TRT01P") == "lutate")["USUBJID"]
    labs = pl.DataFrame(
        {"USUBJID": people, "PARAMCD": "CRCL", "ADT": DAY(2010, 1, 1), "AVAL": value, "SRCSEQ": 1}
    ).with_columns(AVALU=pl.lit(unit, pl.String))
    rows, told = administered(Context(context.snapshot, protocol, {**context.tables, "ADLB": labs}))
    first = rows.filter((pl.col("PARAMCD") == "KIDNEY") & (pl.col("CYCLE") == 1))["AVAL"]
    assert len(first) > 50
    if gray is None:
        assert first.null_count() == len(first)
    else:
        assert set(first.round(9)) == {gray}
        later = rows.filter(pl.col("PARAMCD") == "KIDNEY")["AVAL"].drop_nulls()
        assert gray / 2 in set(later.round(9))  # an infusion that was reduced
    assert [f.message.split(" (")[0] for f in told] == ([said] if said else [])
