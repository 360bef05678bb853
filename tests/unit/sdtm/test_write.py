"""What is written is read again with the same values, or not written at all."""

import errno
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pyreadstat
import pytest
from polars.testing import assert_frame_equal

from equipoise.errors import InputError
from equipoise.sdtm.normalize import normalize
from equipoise.sdtm.read.formats import read_file
from equipoise.sdtm.read.write import write_dataset_json, write_parquet, write_tables, write_xpt
from support.sdtm import tables

HARD = pl.DataFrame(
    {
        "USUBJID": ["S-1", "Ünï-2", 'S, "3"'],
        "LBSTRESN": [0.1, -1.7e-40, None],
        "LBSTNRHI": [1 / 3, 123456789.123456789, 1e60],
        "LBORRES": [None, None, None],
    },
    schema_overrides={"LBORRES": pl.String},
)


def write_xpt8(data: dict[str, pl.DataFrame], folder: Path) -> list[Path]:
    return write_xpt(data, folder, version=8)


@pytest.mark.parametrize("write", [write_xpt, write_xpt8, write_parquet, write_dataset_json])
def test_values_survive(tmp_path: Path, write) -> None:  # type: ignore[no-untyped-def]
    (path,) = write({"lb": HARD}, tmp_path)
    again = normalize(read_file(path).table, domain="LB").table
    assert_frame_equal(again, HARD, check_exact=True)


@pytest.mark.parametrize("write", [write_xpt, write_xpt8, write_parquet, write_dataset_json])
def test_a_table_without_rows_survives(tmp_path: Path, write) -> None:  # type: ignore[no-untyped-def]
    (path,) = write({"ae": tables()["AE"].clear()}, tmp_path)
    again = normalize(read_file(path).table, domain="AE").table
    assert_frame_equal(again, tables()["AE"].clear())


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (pl.DataFrame({"AELONGNAME": ["x"]}), "ae AELONGNAME: the name has 10 bytes"),
        (pl.DataFrame({"AETERM": ["ü" * 101]}), "ae AETERM: a value has 202 bytes"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_left(
    tmp_path: Path, table: pl.DataFrame, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        write_xpt({"dm": tables()["DM"], "ae": table}, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_file_stays_when_a_later_write_fails(tmp_path: Path) -> None:
    (path,) = write_xpt({"ae": tables()["AE"]}, tmp_path)
    before = path.read_bytes()
    with pytest.raises(InputError):
        write_xpt({"ae": pl.DataFrame({"AETERM": ["x" * 300]})}, tmp_path)
    assert path.read_bytes() == before


def test_a_long_label_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the label has 41 bytes; XPT version 5 takes at most 40"):
        write_xpt({"ae": tables()["AE"]}, tmp_path, labels={"AE": {"AETERM": "x" * 41}})


def test_a_disk_that_is_full_is_told_as_by_the_system(tmp_path, monkeypatch):
    def full(*_, **__):
        raise pyreadstat.ReadstatError("Unable to write data")

    monkeypatch.setattr(pyreadstat, "write_xport", full)
    with pytest.raises(OSError, match="is the disk full") as told:
        write_xpt({"dm": pl.DataFrame({"USUBJID": ["1"]})}, tmp_path)
    assert told.value.errno == errno.ENOSPC
    assert list(tmp_path.iterdir()) == []


def test_tables_of_another_day_do_not_stay_beside_what_is_written(tmp_path: Path) -> None:
    """`sdtm --at` an early day has no DM: the one of a later cut would be read with the rest."""
    late = SimpleNamespace(tables={"DM": HARD.select("USUBJID"), "LB": HARD}, labels={})
    early = SimpleNamespace(tables={"LB": HARD}, labels={})
    write_tables(late, tmp_path, file_format="xpt")
    (tmp_path / "notes.csv").write_text("mine")
    write_tables(late, tmp_path, file_format="xpt")
    with pytest.raises(InputError, match=r"holds dm\.xpt, beside which these"):
        write_tables(early, tmp_path, file_format="xpt")
    with pytest.raises(InputError, match=r"holds dm\.xpt, lb\.xpt"):
        write_tables(late, tmp_path, file_format="parquet")
    assert {path.name for path in tmp_path.iterdir()} == {"dm.xpt", "lb.xpt", "notes.csv"}
