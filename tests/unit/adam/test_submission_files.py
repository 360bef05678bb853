"""The files of a submission: all or none, and define.xml names those that are there."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from shutil import copy
from xml.etree import ElementTree

import polars as pl
import pytest

from equipoise.adam.derive import derive
from equipoise.adam.model import ADaM
from equipoise.adam.submit.define import SUFFIX, FileForm
from equipoise.adam.submit.files import write_adam
from equipoise.cli import main
from equipoise.errors import InputError
from equipoise.sdtm.cut.cut import cut
from equipoise.sdtm.read.formats import read_file
from equipoise.sdtm.read.write import write_xpt
from support import onco

HREF = "{http://www.w3.org/1999/xlink}href"


@cache
def data() -> ADaM:
    return derive(cut(onco.collected(), date=None, look="PFS final"), protocol=onco.protocol())


def with_text(text: str, name: str = "ARM") -> ADaM:
    """The data with one value of ADSL changed, or a column of another name."""
    adsl = data().tables["ADSL"].with_columns(pl.lit(text).alias(name))
    return replace(data(), tables={**data().tables, "ADSL": adsl})


@pytest.mark.parametrize("form", list(SUFFIX))
def test_leaves_of_define_point_to_files_that_exist(form: FileForm, tmp_path: Path) -> None:
    paths = write_adam(data(), tmp_path, form=form)
    assert sorted(tmp_path.iterdir()) == sorted(paths)
    leaves = [e.get(HREF) for e in ElementTree.parse(paths[-1]).iter() if e.tag.endswith("leaf")]
    assert sorted(map(str, leaves)) == sorted(p.name for p in paths[:-1])


@pytest.mark.parametrize(
    ("made", "match"),
    [
        (lambda: with_text("Größe"), r'ADSL.ARM: \d+ values with letters outside ASCII, first "Gr'),
        (lambda: with_text("x", "MUCHTOOLONG"), "ADSL.MUCHTOOLONG: expected a name of at most 8"),
        (lambda: with_text("x", "lower"), "ADSL.lower: expected a name"),
    ],
)
def test_what_does_not_fit_is_known_before_a_file_is_written(made, match, tmp_path: Path) -> None:
    (tmp_path / "adsl.xpt").write_text("an earlier one")
    with pytest.raises(InputError, match=match):
        write_adam(made(), tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["adsl.xpt"]
    assert (tmp_path / "adsl.xpt").read_text() == "an earlier one"


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    made = with_text("é")
    adae = made.tables["ADAE"].with_columns(pl.lit("x").alias("ANOTHERLONGNAME"))
    made = replace(made, tables={**made.tables, "ADAE": adae})
    with pytest.raises(InputError, match=r"(?s)ADSL.ARM.*ADAE.ANOTHERLONGNAME"):
        write_adam(made, tmp_path)


def test_letters_outside_ascii_are_written_where_utf_8_is_declared(tmp_path: Path) -> None:
    *_, define = write_adam(with_text("Größe"), tmp_path, encoding="utf-8")
    assert "texts in UTF-8" in define.read_text("utf-8")
    assert read_file(tmp_path / "adsl.xpt").table["ARM"][0] == "Größe"


def test_another_form_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean dataset-json"):
        write_adam(data(), tmp_path, form="datasetjson")  # type: ignore[arg-type]


def test_the_command_writes_them(tmp_path: Path, monkeypatch, capsys) -> None:
    write_xpt(onco.collected().tables, tmp_path / "trial/sdtm")
    copy(onco.FOLDER / "protocol.yaml", tmp_path / "trial")
    words = ["derive", str(tmp_path / "trial"), "--to", "dataset-json"]
    monkeypatch.setattr("sys.argv", ["equipoise", *words, "--out", str(tmp_path / "a")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    assert "adsl.json" in capsys.readouterr().out
    assert (tmp_path / "a/define.xml").exists()
