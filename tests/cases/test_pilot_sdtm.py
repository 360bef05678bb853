"""A published study at the door: the CDISC pilot, written as transport files and read again."""

import datetime as dt
import os
import time
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from equipoise.errors import DataError
from equipoise.sdtm.cut.cut import cut
from equipoise.sdtm.model import SDTM
from equipoise.sdtm.read.read import read_sdtm
from equipoise.sdtm.read.write import write_xpt
from equipoise.sdtm.supp import orphans
from support.sdtm import PILOT_ARMS, pilot_tables, set_cell

READING_LIMIT = 3.0  # seconds of processor time, about three times what 294,441 records need


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("pilot")
    write_xpt(pilot_tables(), where)
    return where


@pytest.fixture(scope="module")
def pilot(folder: Path) -> SDTM:
    return read_sdtm(folder, arms=PILOT_ARMS)


def test_it_reads_without_an_error_and_quickly(folder: Path) -> None:
    started = time.process_time()
    data = read_sdtm(folder, arms=PILOT_ARMS)
    assert time.process_time() - started < READING_LIMIT
    assert not [finding for finding in data.findings if finding.severity == "error"]


def test_every_value_is_that_of_the_source(pilot: SDTM) -> None:
    source = pilot_tables()
    for domain, stems in (("AE", ["ae"]), ("DM", ["dm"]), ("LB", ["lbch", "lbhe", "lbur"])):
        read = pilot.table(domain)
        whole = pl.concat([source[stem] for stem in stems], how="diagonal_relaxed")
        assert read.columns == whole.columns
        for name in whole.columns:
            column = whole[name]
            if column.dtype == pl.String:
                stripped = pl.DataFrame({"A": column}).select(pl.col("A").str.strip_chars())
                column = stripped.select(pl.when(pl.col("A") != "").then("A")).to_series()
            assert read[name].equals(column.cast(read[name].dtype), check_names=False), name


def test_its_size_is_the_published_one(pilot: SDTM) -> None:
    dm = pilot.table("DM")
    arms = Counter(dm.filter(pl.col("RFSTDTC").is_not_null())["ARM"].to_list())
    assert arms == {"Placebo": 86, "Xanomeline High Dose": 84, "Xanomeline Low Dose": 84}
    assert pilot.table("AE").height == 1191
    assert pilot.table("QS").height == 121_749
    assert pilot.files["LB"] == "lbch.xpt + lbhe.xpt + lbur.xpt"


def test_its_warnings_mean_something(pilot: SDTM) -> None:
    told = Counter((f.rule, f.place.split()[0]) for f in pilot.findings)
    # 12 subjects of the high dose were treated with the low dose; 65 events began before the first
    # patch, of which 28 are told in 20 findings (4 and 6 of a day in one each) and 37 counted; one
    # visit is dated after a death.
    (switched,) = [f for f in pilot.findings if f.rule == "S25"]
    assert "(12 rows; also " in switched.message
    assert told[("S32", "ae.xpt")] == 21
    assert told[("S34", "sv.xpt")] == 1
    assert "and 37 more rows like the 20 above" in {f.message for f in pilot.findings}


def test_its_supplements_find_their_records(pilot: SDTM) -> None:
    for parent in ("DM", "LB"):
        assert not orphans(pilot.table(parent), pilot.table(f"SUPP{parent}")).any()


def test_five_planted_faults_give_five_findings(folder: Path, tmp_path: Path) -> None:
    for path in folder.iterdir():
        os.link(path, tmp_path / path.name)
    source = pilot_tables()
    ae = set_cell(source["ae"], 16, AESTDTC="2014-02-30")
    ae = set_cell(ae, 40, AESEQ=ae["AESEQ"][39])
    ended = source["ae"]["AEENDTC"].is_not_null().arg_true()[30]
    ae = set_cell(ae, ended, AEENDTC="1999-12-31")
    planted = {
        "ae": ae,
        "dm": set_cell(source["dm"], 8, ARM="Xanomeline Low Dos", ARMCD="Xan_L"),
        "ex": set_cell(source["ex"], 100, USUBJID="01-999-0001"),
    }
    for name in planted:
        (tmp_path / f"{name}.xpt").unlink()
    write_xpt(planted, tmp_path)
    with pytest.raises(DataError) as caught:
        read_sdtm(tmp_path, arms=PILOT_ARMS)
    assert sorted((f.place, f.rule) for f in caught.value.findings) == sorted(
        [
            ("ae.xpt row 17 AESTDTC", "S30"),
            ("ae.xpt row 41 AESEQ", "S18"),
            (f"ae.xpt row {ended + 1} AEENDTC", "S31"),
            ("dm.xpt row 9 ARM", "S21"),
            ("ex.xpt row 101 USUBJID", "S20"),
        ]
    )


def test_a_missing_column_is_found(folder: Path, tmp_path: Path) -> None:
    for path in folder.glob("[de]*.xpt"):
        os.link(path, tmp_path / path.name)
    write_xpt({"ae": pilot_tables()["ae"].drop("AEDECOD")}, tmp_path)
    with pytest.raises(DataError) as caught:
        read_sdtm(tmp_path, arms=PILOT_ARMS)
    assert [(f.place, f.rule) for f in caught.value.findings] == [("ae.xpt AEDECOD", "S12")]


def test_cuts_of_it_compose(pilot: SDTM) -> None:
    early, late = dt.date(2013, 6, 30), dt.date(2014, 3, 31)
    direct = cut(pilot, date=early, look="interim")
    by_way = cut(cut(pilot, date=late, look="later"), date=early, look="interim")
    assert by_way.digest == direct.digest
    gone = direct.excluded.filter(~pl.col("reason").str.contains("made unknown|set to"))
    lost = {name: t.height - direct.table(name).height for name, t in pilot.tables.items()}
    counted = dict(gone.group_by("domain").agg(pl.col("rows").sum()).iter_rows())
    assert {name: n for name, n in lost.items() if n} == counted
