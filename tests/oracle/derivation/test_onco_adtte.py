"""The whole road from SDTM by examples/onco: PFS and OS equal pharmaverseadam adtte_onco."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from equipoise.adam.derive import derive
from equipoise.adam.model import ADaM
from equipoise.protocol import read
from equipoise.sdtm.cut import cut
from equipoise.sdtm.model import SDTM
from support.pharma import data, differing, listed

PROTOCOL = Path(__file__).parents[3] / "examples" / "onco" / "protocol.yaml"
KEY = ["USUBJID", "PARAMCD"]
COLUMNS = ["PARAM", "STARTDT", "ADT", "CNSR", "AVAL", "EVNTDESC", "SRCDOM", "SRCVAR", "SRCSEQ"]


@pytest.fixture(scope="module")
def derived() -> ADaM:
    names = {d.upper(): d for d in ("ae", "dm", "ds", "ex", "suppdm", "lb")}
    names |= {d.upper(): f"{d}_onco_recist" for d in ("tu", "tr", "rs")}
    tables = {domain: data("pharmaversesdtm", name) for domain, name in names.items()}
    collected = SDTM(tables=tables, files=dict.fromkeys(tables, ""))
    return derive(cut(collected, date=None, look="PFS final"), protocol=read(PROTOCOL))


def test_equal_but_for_the_list(derived: ADaM) -> None:
    theirs, ours = data("pharmaverseadam", "adtte_onco"), derived.table("ADTTE")
    assert len(ours) == 512
    assert differing(theirs, ours, key=KEY, columns=COLUMNS) == listed("adtte_onco")


def test_progression_free_survival_is_equal_for_all(derived: ADaM) -> None:
    theirs = data("pharmaverseadam", "adtte_onco").filter(pl.col("PARAMCD") == "PFS")
    ours = derived.table("ADTTE").filter(pl.col("PARAMCD") == "PFS")
    columns = [c for c in COLUMNS if c != "EVNTDESC"]
    assert differing(theirs, ours, key=KEY, columns=columns) == {}
    assert len(ours) == 254
    assert (ours["CNSR"] == 0).sum() == 6


def test_duration_of_response_is_equal_for_all(derived: ADaM) -> None:
    theirs = data("pharmaverseadam", "adtte_onco").filter(pl.col("PARAMCD") == "RSD")
    ours = derived.table("ADTTE").filter(pl.col("PARAMCD") == "RSD")
    columns = [*(c for c in COLUMNS if c != "EVNTDESC"), "CNSDTDSC"]
    assert differing(theirs, ours, key=KEY, columns=columns) == {}
    assert len(ours) == 4
    assert (ours["CNSR"] == 0).sum() == 1


def test_responses_from_lesions_as_from_the_recorded_ones(derived: ADaM) -> None:
    theirs = data("pharmaverseadam", "adrs_onco").select("USUBJID", "PARAMCD", "AVISIT", "AVALC")
    wanted = pl.col("PARAMCD").is_in(["OVR", "BOR", "CBOR", "PD", "RSP", "CRSP", "LSTA"])
    key = ["USUBJID", "PARAMCD", "AVISIT"]
    ours = derived.table("ADRS").filter(wanted).select(*key, "AVALC")
    both = theirs.filter(wanted).join(ours, on=key, nulls_equal=True, suffix="_ours")
    assert both.filter(pl.col("AVALC").ne_missing(pl.col("AVALC_ours"))).is_empty()
    assert len(both) == len(ours) == 1546
