"""A transport file that was cut off is refused, as far as its bytes can tell."""

import math
from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from equipoise.errors import DataError
from equipoise.sdtm.read.formats import read_file
from equipoise.sdtm.read.raw import UnreadableError
from equipoise.sdtm.read.read import read_sdtm
from equipoise.sdtm.read.write import write_xpt
from support.sdtm import pilot_tables, tables

RECORD = 80


@pytest.fixture(scope="module")
def ae(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("pilot")
    write_xpt({"AE": pilot_tables()["ae"]}, folder)
    return (folder / "ae.xpt").read_bytes()


def first_row(raw: bytes) -> int:
    return raw.index(b"HEADER RECORD*******OBS") + RECORD


def row_length(path: Path) -> int:
    return sum(pyreadstat.read_xport(path, metadataonly=True)[1].variable_storage_width.values())


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 0.75, 0.98])
def test_the_pilots_events_cut_off_at_a_record(ae: bytes, tmp_path: Path, share: float) -> None:
    path = tmp_path / "ae.xpt"
    path.write_bytes(ae[: int(len(ae) * share) // RECORD * RECORD])
    with pytest.raises(UnreadableError, match=r"cut off within row \d|before its rows begin"):
        read_file(path)


def test_of_all_lengths_only_those_where_row_and_record_end_together_are_read(
    ae: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "ae.xpt"
    path.write_bytes(ae)
    whole, length, start = read_file(path).table.height, row_length(path), first_row(ae)
    together = length * RECORD // math.gcd(length, RECORD)
    for size in range(start + RECORD, start + 3 * together + 1, RECORD):
        path.write_bytes(ae[:size])
        if (size - start) % together == 0:
            assert read_file(path).table.height == (size - start) // length < whole
        else:
            with pytest.raises(UnreadableError, match="cut off within row"):
                read_file(path)


def test_version_8_says_how_many_rows_there_are(ae: bytes, tmp_path: Path) -> None:
    path = tmp_path / "ae.xpt"
    table = pilot_tables()["ae"].head(200)
    pyreadstat.write_xport(table, str(path), table_name="AE", file_format_version=8)
    raw, length = path.read_bytes(), row_length(path)
    assert read_file(path).table.height == 200
    together = length * RECORD // math.gcd(length, RECORD)
    path.write_bytes(raw[: first_row(raw) + together])
    with pytest.raises(UnreadableError, match=f"promises 200 rows and {together // length} are"):
        read_file(path)


def test_blank_rows_at_the_end_are_rows_where_the_header_counts_them(tmp_path: Path) -> None:
    path = tmp_path / "x.xpt"
    table = pl.DataFrame({"A": ["x", "", ""]})
    pyreadstat.write_xport(table, str(path), table_name="X", file_format_version=8)
    assert read_file(path).table.height == 3


def test_a_folder_with_a_file_cut_off_names_it(tmp_path: Path) -> None:
    write_xpt(tables(), tmp_path)
    path = tmp_path / "ae.xpt"
    raw = path.read_bytes()
    path.write_bytes(raw[: first_row(raw) + RECORD])
    with pytest.raises(DataError) as caught:
        read_sdtm(tmp_path)
    assert str(caught.value).startswith("ae.xpt: cannot be read: the file is cut off within row 1")
