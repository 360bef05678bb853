"""Values that no trial can have are told, as error or warning by what they can do to a result."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from equipoise.errors import DataError
from equipoise.sdtm.conform.conform import conform
from equipoise.sdtm.model import SDTM
from equipoise.sdtm.read.read import read_sdtm
from equipoise.sdtm.read.write import write_xpt
from support.sdtm import set_cell, study, tables


def changed(domain: str, row: int, **values: object) -> SDTM:
    return study(**{domain: set_cell(tables()[domain], row, **values)})


CASES = {
    "a dose below nothing": (changed("EX", 0, EXDOSE=-5.0), "S60 error ex.xpt row 1 EXDOSE"),
    "an odd unit": (changed("EX", 0, EXDOSU="furlong"), "S60 warning ex.xpt row 1 EXDOSU"),
    "an age of 999": (changed("DM", 0, AGE=999.0), "S61 error dm.xpt row 1 AGE"),
    "an age below nothing": (changed("DM", 0, AGE=-1.0), "S61 error dm.xpt row 1 AGE"),
    "the year 2999": (changed("LB", 1, LBDTC="2999-01-01"), "S62 error lb.xpt row 2 LBDTC"),
    "the year 0019": (changed("LB", 1, LBDTC="0019-01"), "S62 error lb.xpt row 2 LBDTC"),
    "visit 1e15": (changed("LB", 1, VISITNUM=1e15), "S63 warning lb.xpt row 2 VISITNUM"),
    "grade 5 alive": (changed("AE", 0, AETOXGR="5"), "S64 warning ae.xpt row 1 AETOXGR"),
}


@pytest.mark.parametrize("case", CASES)
def test_one_value_one_finding(case: str) -> None:
    data, expected = CASES[case]
    assert [f"{f.rule} {f.severity} {f.place}" for f in conform(data)] == [expected]


@pytest.mark.parametrize("unit", ["mg", "MG", "GBq", "mg/m2", "TABLETS", "capsule"])
def test_units_of_doses(unit: str) -> None:
    assert conform(changed("EX", 0, EXDOSU=unit)) == []


def test_an_age_in_days_may_be_above_125() -> None:
    dm = set_cell(tables()["DM"].with_columns(AGEU=pl.lit("YEARS")), 0, AGE=200.0, AGEU="DAYS")
    assert conform(study(DM=dm)) == []


def test_records_of_a_pool_need_no_subject() -> None:
    ex = tables()["EX"].with_columns(POOLID=pl.lit(None, pl.String))
    pooled = set_cell(ex, 0, USUBJID=None, POOLID="P-1")
    assert [f for f in conform(study(EX=pooled)) if f.severity == "error"] == []
    nobody = set_cell(ex, 0, USUBJID=None)
    assert [f.rule for f in conform(study(EX=nobody)) if f.severity == "error"] == ["S16"]


@pytest.mark.parametrize(
    "value",
    [[["a"]] * 4, [{"a": 1}] * 4, [b"x"] * 4, [dt.timedelta(days=1)] * 4],
    ids=["list", "struct", "binary", "duration"],
)
def test_columns_of_no_plain_values_are_named(tmp_path: Path, value: list[object]) -> None:
    write_xpt({k: v for k, v in tables().items() if k != "AE"}, tmp_path)
    tables()["AE"].with_columns(pl.Series("AEX", value)).write_parquet(tmp_path / "ae.parquet")
    with pytest.raises(DataError) as caught:
        read_sdtm(tmp_path)
    (fault,) = caught.value.findings
    assert (fault.place, fault.rule) == ("ae.parquet AEX", "S06")


def test_a_response_that_recist_does_not_know_is_told_with_its_subject() -> None:
    rs = pl.DataFrame(
        {
            **{"STUDYID": "S", "DOMAIN": "RS", "USUBJID": ["S-1", "S-1", "S-1"]},
            **{"RSSEQ": [1.0, 2.0, 3.0], "RSTESTCD": "OVRLRESP", "RSTEST": "Overall Response"},
            **{
                "RSORRES": "x",
                "RSSTRESC": ["PR", "ND", "Non-CR / Non-PD"],
                "RSEVAL": "INVESTIGATOR",
            },
            **{"VISITNUM": [2.0, 3.0, 4.0], "RSDTC": "2020-03-01"},
        }
    )
    (finding,) = conform(study(RS=rs))
    assert str(finding) == (
        'rs.xpt row 2 RSSTRESC: "ND" of S-1 is no response of RECIST: not evaluable\n'
        "    CR, PR, SD, NON-CR/NON-PD, PD, NE or NED  [rule S47]"
    )


def test_braces_in_names_and_values_are_only_text(tmp_path: Path) -> None:
    write_xpt(tables(), tmp_path)
    tables()["AE"].write_csv(tmp_path / "a{e}.csv")
    dm = set_cell(tables()["DM"], 0, ARM="{found}", ARMCD="{x}")
    (tmp_path / "dm.xpt").unlink()
    dm.write_csv(tmp_path / "dm.csv")
    with pytest.raises(DataError) as caught:
        read_sdtm(tmp_path, arms=("Active", "Control"))
    told = [f.message for f in caught.value.findings]
    assert 'the protocol has no arm "{found}"' in told
    assert any("in a table of A{E}" in message for message in told)
