"""The whole road from SDTM by examples/onco: ADTTE and ADSL equal those of pharmaverseadam."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from equipoise.adam.derive import derive
from equipoise.adam.model import ADaM
from equipoise.meaning.check import read
from equipoise.protocol.model import DatePlan, altered
from equipoise.sdtm.cut.cut import cut
from equipoise.sdtm.model import SDTM
from support.pharma import data, differing, listed, shared

PROTOCOL = Path(__file__).parents[3] / "examples" / "onco" / "protocol.yaml"
KEY = ["USUBJID", "PARAMCD"]
COLUMNS = [
    "PARAM", "STARTDT", "ADT", "AVAL", "CNSR", "EVNTDESC", "CNSDTDSC", "SRCDOM", "SRCVAR", "SRCSEQ",
]  # fmt: skip


@pytest.fixture(scope="module")
def derived() -> ADaM:
    names = {d.upper(): d for d in ("ae", "dm", "ds", "ex", "suppdm", "lb")}
    names |= {d.upper(): f"{d}_onco_recist" for d in ("tu", "tr", "rs")}
    tables = {domain: data("pharmaversesdtm", name) for domain, name in names.items()}
    collected = SDTM(tables=tables, files=dict.fromkeys(tables, ""))
    return derive(cut(collected, date=None, look="PFS final"), protocol=read(PROTOCOL))


def test_every_column_that_both_have_is_equal(derived: ADaM) -> None:
    theirs, ours = data("pharmaverseadam", "adtte_onco"), derived.table("ADTTE")
    assert shared(theirs, ours, key=KEY) == COLUMNS
    assert differing(theirs, ours, key=KEY, columns=COLUMNS) == listed("adtte_onco") == {}
    counts = ours.group_by("PARAMCD").agg(N=pl.len(), EVENTS=(pl.col("CNSR") == 0).sum())
    assert sorted(counts.rows()) == [("OS", 254, 3), ("PFS", 254, 6), ("RSD", 4, 1)]


def test_censoring_is_described_as_theirs(derived: ADaM) -> None:
    """Three subjects were last known alive by the day of randomization, which then censors."""
    told = derived.table("ADTTE").filter(pl.col("CNSR") == 1, pl.col("PARAMCD") == "OS")
    counts = told.group_by("EVNTDESC", "CNSDTDSC", "SRCVAR").len().sort("len")
    assert counts.rows() == [
        ("Randomization", "Randomization", "RANDDT", 3),
        ("Alive", "Alive During Study", "LSTALVDT", 248),
    ]


def test_adsl_is_equal_but_for_the_list(derived: ADaM) -> None:
    """LSTALVDT too, by the rule of dates that examples/onco states."""
    ours = derived.table("ADSL")
    labels = {key: arm.label for key, arm in derived.protocol.arms.items()}
    ours = ours.with_columns(pl.col("TRT01P", "TRT01A").replace_strict(labels))
    theirs = data("pharmaverseadam", "adsl").join(ours, on="USUBJID", how="semi")
    columns = shared(theirs, ours, key=["USUBJID"])
    assert {"LSTALVDT", "DTHDT", "DTHDTF", "EOSDT", "EOSSTT", "TRTSDT", "RANDDT"} <= set(columns)
    assert len(columns) == 28
    assert len(theirs) == len(ours) == 254
    assert ours["LSTALVDT"].null_count() == 0
    assert differing(theirs, ours, key=["USUBJID"], columns=columns) == listed("onco adsl")


def test_the_built_in_dates_of_life_are_others(derived: ADaM) -> None:
    """The equality is of the rule: by the built-in list 55 times differ."""
    plain = altered(derived.protocol, dates=DatePlan())
    again = derive(derived.snapshot, protocol=plain).table("ADTTE")
    found = differing(data("pharmaverseadam", "adtte_onco"), again, key=KEY, columns=["ADT"])
    assert found == {"ADT": 55}


def test_responses_from_lesions_as_from_the_recorded_ones(derived: ADaM) -> None:
    theirs = data("pharmaverseadam", "adrs_onco").select("USUBJID", "PARAMCD", "AVISIT", "AVALC")
    wanted = pl.col("PARAMCD").is_in(["OVR", "BOR", "CBOR", "PD", "RSP", "CRSP", "LSTA"])
    key = ["USUBJID", "PARAMCD", "AVISIT"]
    ours = derived.table("ADRS").filter(wanted).select(*key, "AVALC")
    both = theirs.filter(wanted).join(ours, on=key, nulls_equal=True, suffix="_ours")
    assert both.filter(pl.col("AVALC").ne_missing(pl.col("AVALC_ours"))).is_empty()
    assert len(both) == len(ours) == 1546
