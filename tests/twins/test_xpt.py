"""Rows of transport files, decoded by column, are those that pyreadstat decodes value by value."""

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pyreadstat
import pytest
from polars.testing import assert_frame_equal

from equipoise.sdtm.read.formats import UnreadableError, read_file
from equipoise.sdtm.read.xpt import read_rows
from support.sdtm import pilot_tables


def by_pyreadstat(path: Path) -> pl.DataFrame:
    table, meta = pyreadstat.read_xport(path, output_format="polars")
    stored = meta.readstat_variable_types
    kinds = {name: pl.String if stored[name] == "string" else pl.Float64 for name in table.columns}
    return table.cast(kinds)  # type: ignore[arg-type]


def by_column(path: Path) -> pl.DataFrame:
    rows = read_rows(path.read_bytes(), pyreadstat.read_xport(path, metadataonly=True)[1])
    assert rows is not None
    # Both strip the blanks at the end, one of them here and now.
    return rows.table.with_columns(pl.col(pl.String).str.strip_chars_end(" "))


def written(table: pl.DataFrame, folder: Path, version: int) -> Path:
    path = folder / "x.xpt"
    pyreadstat.write_xport(table, str(path), table_name="X", file_format_version=version)
    return path


@pytest.mark.parametrize("version", [5, 8])
@pytest.mark.parametrize("stem", ["ae", "dm", "ex", "suppdm", "vs", "ts"])
def test_the_pilot(tmp_path: Path, stem: str, version: int) -> None:
    path = written(pilot_tables()[stem], tmp_path, version)
    assert_frame_equal(by_column(path), by_pyreadstat(path), check_exact=True)


@pytest.mark.parametrize("version", [5, 8])
def test_numbers_of_every_size(tmp_path: Path, version: int) -> None:
    draw = np.random.default_rng(1)
    sizes = 10.0 ** draw.uniform(-70, 70, 2000)
    values = np.where(draw.random(2000) < 0.5, sizes, -sizes)
    table = pl.DataFrame({"X": [*values, 0.0, None, 1.0, -1.0]})
    path = written(table, tmp_path, version)
    assert_frame_equal(by_column(path), table, check_exact=True)
    assert_frame_equal(by_column(path), by_pyreadstat(path), check_exact=True)


@pytest.mark.parametrize("version", [5, 8])
def test_short_rows_and_blank_ones_within(tmp_path: Path, version: int) -> None:
    path = written(pl.DataFrame({"A": ["x", "", "é", "", "y"]}), tmp_path, version)
    assert by_column(path)["A"].to_list() == ["x", "", "é", "", "y"]
    assert_frame_equal(by_column(path), by_pyreadstat(path))


def test_stored_dates_are_left_to_pyreadstat(tmp_path: Path) -> None:
    path = written(pl.DataFrame({"D": [dt.date(2020, 1, 2), None]}), tmp_path, 5)
    assert read_rows(path.read_bytes(), pyreadstat.read_xport(path, metadataonly=True)[1]) is None
    assert read_file(path).table["D"].to_list() == [dt.date(2020, 1, 2), None]


def test_two_data_sets_in_one_file_are_refused(tmp_path: Path) -> None:
    path = written(pl.DataFrame({"A": ["x"]}), tmp_path, 5)
    raw = path.read_bytes()
    path.write_bytes(raw + raw[240:])
    with pytest.raises(UnreadableError, match="more than one data set"):
        read_file(path)
