"""Folders of every format become the same SDTM; what cannot be read is told."""

import datetime as dt
from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from equipoise.errors import DataError, InputError
from equipoise.sdtm.read.read import domain_of, of_tumors, read_sdtm, survey_sdtm
from equipoise.sdtm.read.write import write_dataset_json, write_parquet, write_xpt
from support.sdtm import tables
from support.street import protocol


def write_csv(data: dict[str, pl.DataFrame], folder: Path) -> None:
    for name, table in data.items():
        table.write_csv(folder / f"{name.lower()}.csv")


def rules(error: DataError) -> list[str]:
    return [finding.rule for finding in error.findings]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_xpt(tables(), tmp_path)
    return tmp_path


def test_every_format_reads_the_same(tmp_path: Path) -> None:
    writers = {
        "xpt5": write_xpt,
        "xpt8": lambda data, where: write_xpt(data, where, version=8),
        "parquet": write_parquet,
        "json": write_dataset_json,
        "csv": write_csv,
    }
    digests = {}
    for name, write in writers.items():
        (tmp_path / name).mkdir()
        write(tables(), tmp_path / name)
        digests[name] = read_sdtm(tmp_path / name).digest
    assert len(set(digests.values())) == 1, digests


def test_formats_may_be_mixed(folder: Path) -> None:
    whole = read_sdtm(folder).digest
    for name, write in (("AE", write_csv), ("EX", write_parquet), ("LB", write_dataset_json)):
        (folder / f"{name.lower()}.xpt").unlink()
        write({name: tables()[name]}, folder)
    mixed = read_sdtm(folder)
    assert mixed.digest == whole
    assert mixed.files["AE"] == "ae.csv"


def test_a_protocol_that_reads_tumors_asks_for_their_domains(folder: Path) -> None:
    arms = {
        "new": {"label": "Active", "role": "experimental"},
        "old": {"label": "Control", "role": "control"},
    }
    plan = protocol(arms=arms)
    assert of_tumors(plan) == ("PFS",)
    with pytest.raises(DataError) as caught:
        read_sdtm(folder, protocol=plan)
    assert [(f.rule, f.place) for f in caught.value.findings] == [("S46", "TU, TR, RS")]
    assert "PFS rests on tumor assessments" in str(caught.value)
    # whoever looks for faults of content may read on
    assert "S46" in [f.rule for f in survey_sdtm(folder, protocol=plan).findings]


@pytest.mark.parametrize(
    ("stem", "domain"),
    [
        *[("ae", "AE"), ("LBCH", "LB"), ("qsco", "QS"), ("suppdm", "SUPPDM")],
        *[("supplbhe", "SUPPLB"), ("relrec", "RELREC"), ("SUPPQSCO", "SUPPQS"), ("co", "CO")],
    ],
)
def test_files_are_named_by_domain(stem: str, domain: str) -> None:
    assert domain_of(stem) == domain


def test_a_split_domain_is_one_table_and_keeps_its_places(folder: Path) -> None:
    (folder / "lb.xpt").unlink()
    lb = tables()["LB"]
    second = lb.slice(1).with_columns(LBDTC=pl.Series(["2020-03-01", "31JAN2020"]))
    write_xpt({"lbch": lb.head(1), "lbhe": second}, folder)
    with pytest.raises(DataError) as caught:
        read_sdtm(folder)
    assert [f.place for f in caught.value.findings] == ["lbhe.xpt row 2 LBDTC"]
    write_xpt({"lbhe": lb.slice(1)}, folder)
    whole = read_sdtm(folder)
    assert whole.table("LB").height == lb.height
    assert whole.files["LB"] == "lbch.xpt + lbhe.xpt"


def test_labels_are_kept(tmp_path: Path) -> None:
    labels = {"DM": {"USUBJID": "Unique Subject Identifier"}}
    for write in (write_xpt, write_parquet, write_dataset_json):
        where = tmp_path / write.__name__
        write(tables(), where, labels=labels)
        assert read_sdtm(where).labels["DM"]["USUBJID"] == "Unique Subject Identifier"


def test_text_is_stripped_and_emptiness_is_null(folder: Path) -> None:
    padded = tables()["AE"].with_columns(
        AETERM=pl.Series(["  rash ", "", " ", "rash"]), AESEQ=pl.Series([1, 2, 1, 1])
    )
    (folder / "ae.xpt").unlink()
    padded.rename(str.lower).write_parquet(folder / "ae.parquet")
    ae = read_sdtm(folder).table("AE")
    assert ae["AETERM"].to_list() == ["rash", None, None, "rash"]
    assert ae.schema["AESEQ"] == pl.Float64


def test_stored_dates_become_iso_text(folder: Path) -> None:
    (folder / "lb.xpt").unlink()
    when = [dt.datetime(2020, 1, 1, 8, 30), None, dt.datetime(2020, 2, 1)]
    days = [dt.date(2020, 1, 1), None, dt.date(2020, 2, 1)]
    lb = tables()["LB"].with_columns(LBDTC=pl.Series(when), LBENDTC=pl.Series(days))
    pyreadstat.write_xport(lb, str(folder / "lb.xpt"), table_name="LB", file_format_version=8)
    read = read_sdtm(folder).table("LB")
    assert read["LBDTC"].to_list() == ["2020-01-01T08:30:00", None, "2020-02-01T00:00:00"]
    assert read["LBENDTC"].to_list() == ["2020-01-01", None, "2020-02-01"]


def test_a_numeric_site_is_text_without_a_decimal(folder: Path) -> None:
    (folder / "dm.xpt").unlink()
    tables()["DM"].with_columns(SITEID=pl.lit(701.0)).write_parquet(folder / "dm.parquet")
    assert read_sdtm(folder).table("DM")["SITEID"].unique().to_list() == ["701"]


def test_a_date_stored_as_a_bare_number_is_an_error(folder: Path) -> None:
    (folder / "ae.xpt").unlink()
    bare = tables()["AE"].with_columns(AESTDTC=pl.Series([21915.0, None, 21916.0, None]))
    bare.write_parquet(folder / "ae.parquet")
    with pytest.raises(DataError) as caught:
        read_sdtm(folder)
    places = [f.place for f in caught.value.findings if f.rule == "S06"]
    assert places == ["ae.parquet row 1 AESTDTC", "ae.parquet row 3 AESTDTC"]


def test_text_where_a_number_belongs_is_an_error(folder: Path) -> None:
    (folder / "lb.xpt").unlink()
    lb = tables()["LB"].with_columns(LBSTRESN=pl.Series(["200", "<90", "150"]))
    lb.write_csv(folder / "lb.csv")
    with pytest.raises(DataError) as caught:
        read_sdtm(folder)
    first = caught.value.findings[0]
    assert str(first) == (
        'lb.csv row 2 LBSTRESN: "<90" is not a number\n    a number, or nothing  [rule S06]'
    )


def test_windows_text_is_read_and_told(folder: Path) -> None:
    (folder / "ae.xpt").unlink()
    words = tables()["AE"].with_columns(AETERM=pl.lit("Übelkeit")).write_csv()
    (folder / "ae.csv").write_bytes(words.encode("cp1252"))
    data = read_sdtm(folder)
    assert data.table("AE")["AETERM"].unique().to_list() == ["Übelkeit"]
    assert [f.rule for f in data.findings] == ["S02"]


def test_windows_text_in_a_transport_file(folder: Path) -> None:
    words = tables()["AE"].with_columns(AETERM=pl.lit("aXbelkeit"))
    write_xpt({"ae": words}, folder)
    raw = (folder / "ae.xpt").read_bytes()
    (folder / "ae.xpt").write_bytes(raw.replace(b"aXbelkeit", "a\u00dcbelkeit".encode("cp1252")))
    data = read_sdtm(folder)
    assert data.table("AE")["AETERM"].unique().to_list() == ["aÜbelkeit"]
    assert [f.rule for f in data.findings] == ["S02"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("ae.xpt", b"", "cannot be read"),
        ("ae.xpt", b"not a transport file at all" * 80, "cannot be read"),
        ("ae.sas7bdat", b"neither", "cannot be read"),
        ("ae.parquet", b"neither", "cannot be read"),
        ("ae.csv", b"", "no header line"),
        ("ae.csv", b"A,B\n1,2,3\n", "cannot be read"),
        ("ae.json", b"[1, 2]", "no Dataset-JSON"),
        ("ae.json", b"{", "cannot be read"),
        ("ae.ndjson", b"", "cannot be read"),
    ],
)
def test_an_unreadable_file_is_a_finding(
    folder: Path, name: str, content: bytes, words: str
) -> None:
    (folder / "ae.xpt").unlink()
    (folder / name).write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_sdtm(folder)
    first = caught.value.findings[0]
    assert (first.place, first.rule) == (name, "S01")
    assert words in first.message


def test_a_cut_off_transport_file_is_noticed(folder: Path) -> None:
    raw = (folder / "ae.xpt").read_bytes()
    (folder / "ae.xpt").write_bytes(raw[:-100])
    with pytest.raises(DataError, match="cut off"):
        read_sdtm(folder)


def test_dataset_json_with_fewer_rows_than_promised(folder: Path) -> None:
    (folder / "ae.xpt").unlink()
    (path,) = write_dataset_json({"ae": tables()["AE"]}, folder)
    path.write_text(path.read_text().replace('"records": 4', '"records": 5'))
    with pytest.raises(DataError, match="promises 5 records and has 4"):
        read_sdtm(folder)


def test_dataset_ndjson_reads_the_same(folder: Path) -> None:
    import json

    whole = read_sdtm(folder).digest
    (path,) = write_dataset_json({"ae": tables()["AE"]}, folder)
    content = json.loads(path.read_text())
    path.unlink()
    (folder / "ae.xpt").unlink()
    lines = [json.dumps(row) for row in content.pop("rows")]
    (folder / "ae.ndjson").write_text("\n".join([json.dumps(content), *lines]) + "\n")
    assert read_sdtm(folder).digest == whole


def test_two_files_of_one_domain_are_an_error(folder: Path) -> None:
    tables()["AE"].write_csv(folder / "AE.csv")
    with pytest.raises(DataError) as caught:
        read_sdtm(folder)
    assert rules(caught.value)[0] == "S04"


def test_a_column_twice_is_an_error(folder: Path) -> None:
    (folder / "ae.xpt").unlink()
    twice = tables()["AE"].with_columns(aeterm=pl.lit("x"))
    twice.write_parquet(folder / "ae.parquet")
    with pytest.raises(DataError) as caught:
        read_sdtm(folder)
    assert "S05" in rules(caught.value)


def test_other_files_are_left_aside_and_told(folder: Path) -> None:
    (folder / "readme.txt").write_text("<x/>")
    (note,) = read_sdtm(folder).findings
    assert (note.place, note.rule, note.severity) == ("readme.txt", "S03", "note")


def test_no_folder_and_no_data_are_input_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        read_sdtm(tmp_path / "nowhere")
    with pytest.raises(InputError, match="no data here"):
        read_sdtm(tmp_path)
