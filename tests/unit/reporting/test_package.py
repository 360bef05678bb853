"""A submission's folder: what is in it, what leads where, and what is found to be wrong."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pyreadstat
import pytest

from equipoise.analysis.results import Results
from equipoise.errors import InputError
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.package.checks import missing_leaves, problems, untrue_texts
from equipoise.reporting.package.package import SubmissionPackage, write_package
from equipoise.reporting.package.scripts import r_scripts
from support.command import command
from support.dual import dual_interim
from support.street import built_pilot, pilot_results

DEFINE = "{http://www.cdisc.org/ns/def/v2.1}"
ODM = "{http://www.cdisc.org/ns/odm/v1.3}"
ARM = "{http://www.cdisc.org/ns/arm/v1.0}"


@cache
def package() -> tuple[Path, SubmissionPackage]:
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="equipoise-m5-")) / "m5"
    return folder, write_package(pilot_results(), folder)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(package()[0], tmp_path / "m5"))


def test_nothing_is_wrong_with_the_pilots() -> None:
    folder, made = package()
    assert made.problems == ()
    assert {p.relative_to(folder) for p in made.files} == {
        p.relative_to(folder) for p in folder.rglob("*") if p.is_file()
    }
    home = folder / "datasets" / "cdiscpilot01"
    for name in ("tabulations/sdtm/define.xml", "tabulations/sdtm/dm.xpt",
                 "tabulations/sdtm/csdrg.html",
                 "analysis/adam/datasets/define.xml", "analysis/adam/datasets/adsl.xpt",
                 "analysis/adam/datasets/adrg.html", "analysis/adam/programs/ttde.R",
                 "analysis/adam/ars.json"):  # fmt: skip
        assert (home / name).is_file(), name


def test_every_leaf_is_a_file_and_every_file_has_a_leaf() -> None:
    for define in package()[0].rglob("define.xml"):
        root = ElementTree.fromstring(define.read_bytes())
        leaves = [
            leaf.get("{http://www.w3.org/1999/xlink}href") for leaf in root.iter(f"{DEFINE}leaf")
        ]
        assert leaves
        assert all((define.parent / str(leaf)).is_file() for leaf in leaves)
        assert not any(str(leaf).endswith(".parquet") for leaf in leaves)


def test_what_sdtm_says_of_itself_is_what_the_files_hold() -> None:
    home = package()[0] / "datasets" / "cdiscpilot01" / "tabulations" / "sdtm"
    root = ElementTree.fromstring((home / "define.xml").read_bytes())
    items = {item.get("OID"): item for item in root.iter(f"{ODM}ItemDef")}
    groups = list(root.iter(f"{ODM}ItemGroupDef"))
    assert {str(g.get("Name")) for g in groups} == set(pilot_results().data.snapshot.tables)
    for group in groups:
        table, meta = pyreadstat.read_xport(str(home / f"{str(group.get('Name')).lower()}.xpt"))
        named = [str(items[ref.get("ItemOID")].get("Name")) for ref in group.iter(f"{ODM}ItemRef")]
        assert named == list(meta.column_names)
        for name in named:
            item = items[f"IT.{group.get('Name')}.{name}"]
            if item.get("DataType") == "text":
                longest = max((len(str(v)) for v in table[name].dropna()), default=1)
                assert int(str(item.get("Length"))) >= longest


def test_results_metadata_lead_to_the_programs() -> None:
    home = package()[0] / "datasets" / "cdiscpilot01" / "analysis" / "adam" / "datasets"
    root = ElementTree.fromstring((home / "define.xml").read_bytes())
    (display,) = root.iter(f"{ARM}ResultDisplay")
    (result,) = display.iter(f"{ARM}AnalysisResult")
    assert result.get("AnalysisPurpose") == "PRIMARY OUTCOME MEASURE"
    assert "coxph(Surv(AVAL, CNSR == 0)" in str(next(result.iter(f"{ARM}Code")).text)
    (reference,) = result.iter(f"{DEFINE}DocumentRef")
    leaves = {leaf.get("ID"): leaf for leaf in root.iter(f"{DEFINE}leaf")}
    href = leaves[reference.get("leafID")].get("{http://www.w3.org/1999/xlink}href")
    assert href == "../programs/ttde.R"


def test_programs_are_ascii_and_name_each_row_once() -> None:
    scripts = r_scripts(pilot_results(), Numbers(pilot_results()))
    assert set(scripts) == {"ttde.R"}
    keys = re.findall(r'show\("(r-[0-9a-f]{10})"', scripts["ttde.R"])
    assert len(keys) == len(set(keys)) > 20
    assert set(keys) <= set(pilot_results().keys)
    assert scripts["ttde.R"].isascii()


def test_a_leaf_without_a_file_and_a_file_without_a_leaf_are_found(copied: Path) -> None:
    define = copied / "datasets" / "cdiscpilot01" / "tabulations" / "sdtm" / "define.xml"
    (define.parent / "dm.xpt").rename(define.parent / "dm2.xpt")
    assert list(missing_leaves(define)) == [
        "sdtm/define.xml: the leaf dm.xpt is not there",
        "sdtm/dm2.xpt: no leaf of define.xml leads to it",
    ]


def test_a_result_that_is_not_as_printed_is_found(copied: Path) -> None:
    file = next(copied.rglob("ars.json"))
    assert list(untrue_texts(copied, pilot_results(), Numbers(pilot_results()))) == []
    event = json.loads(file.read_text("utf-8"))
    for analysis in event["analyses"]:
        for one in analysis["results"]:
            if one["formattedValue"] == "4.08":
                one["formattedValue"] = "4.80"
    file.write_text(json.dumps(event), "utf-8")
    told = list(untrue_texts(copied, pilot_results(), Numbers(pilot_results())))
    assert told == ['ars.json: TTDE, hazard ratio: "4.80", printed "4.08"']


def test_names_and_letters_are_held_to_the_guide(copied: Path) -> None:
    home = copied / "datasets" / "cdiscpilot01" / "analysis" / "adam" / "programs"
    (home / "Big Name.R").write_text("# µ\n", "utf-8")
    (home / "empty.R").write_text("", "utf-8")
    told = list(problems(copied, pilot_results(), Numbers(pilot_results())))
    assert len(told) == 3
    assert any("Big Name.R: letters outside ASCII" in one for one in told)
    assert any("empty.R: is empty" in one for one in told)
    assert any("Big Name.R: expected small letters" in one for one in told)


def test_letters_that_xpt_does_not_hold_are_told_and_nothing_vanishes(tmp_path: Path) -> None:
    results = pilot_results()
    tables = dict(results.data.snapshot.tables)
    tables["AE"] = tables["AE"].with_columns(AETERM=pl.lit("Übelkeit"))
    snapshot = replace(results.data.snapshot, tables=tables)
    made = write_package(
        Results(results.rows, replace(results.data, snapshot=snapshot)), tmp_path / "m5"
    )
    assert made.problems == ("SDTM AE.AETERM: letters outside ASCII, which XPT does not hold",)
    guide = next((tmp_path / "m5").rglob("csdrg.html")).read_text("utf-8")
    assert "Not written: AE.AETERM" in guide


def test_a_folder_that_holds_something_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(InputError, match="holds something already"):
        write_package(pilot_results(), tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_the_guides_leave_to_people_what_is_theirs() -> None:
    for name in ("adrg", "csdrg"):
        said = next(package()[0].rglob(f"{name}.html")).read_text("utf-8")
        assert "[to be written]" in said
        assert pilot_results().data.protocol.digest in said


def test_two_primaries_have_a_program_each() -> None:
    scripts = r_scripts(dual_interim(), Numbers(dual_interim()))
    assert set(scripts) == {"pfs.R", "os.R", "orr.R"}
    assert "strata(" in scripts["pfs.R"]
    assert "binom.test(" in scripts["orr.R"]


def test_the_command_ends_with_the_list(tmp_path: Path) -> None:
    done = command("package", built_pilot(), "-o", tmp_path / "m5")
    assert done.code == 0, done.err
    assert "ars.json" in done.out
    again = command("package", built_pilot(), "-o", tmp_path / "m5")
    assert again.code == 1
