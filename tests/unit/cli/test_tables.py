"""The commands that lead from a report to its numbers and tables."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from xml.etree import ElementTree

from support.command import command
from support.street import built_pilot


def test_tables_are_written_and_gaps_told(tmp_path: Path) -> None:
    done = command("tables", built_pilot(), "--to", "csv", "-o", tmp_path, "--only", "14.1*")
    assert done.code == 0, done.err
    named = [line for line in done.out.splitlines() if not line.startswith("not made")]
    assert [Path(line).name for line in named] == [
        "t-14-1-1-disposition.csv", "t-14-1-2-baseline.csv", "t-14-1-3-exposure.csv", "all.csv",
        "index.csv",
    ]  # fmt: skip
    assert (
        "not made: 14.2.2 Effect in subgroups, because the protocol names no subgroups" in done.out
    )
    rows = list(csv.reader((tmp_path / "t-14-1-2-baseline.csv").open(encoding="utf-8")))
    assert ["  Female", "53 (61.6%)", "50 (59.5%)", "40 (47.6%)", "143 (56.3%)"] in rows


def test_a_key_of_the_report_is_answered() -> None:
    folder = built_pilot()
    page = (folder / "build" / "ttde-final" / "report.html").read_text("utf-8")
    key = re.findall(r"href=#(r-\w+)>4\.08</a>", page)[0]
    done = command("why", folder, key)
    assert done.code == 0, done.err
    assert done.out.startswith("4.077027424756517\nprinted     4.08\n")


def test_a_wrong_key_is_one_sentence() -> None:
    done = command("why", built_pilot(), "r-1")
    assert done.code == 1
    assert done.err == 'key: found "r-1", expected r- and ten digits from 0 to f\n'


def test_a_report_in_another_style(tmp_path: Path) -> None:
    out = tmp_path / "nejm.html"
    done = command("report", built_pilot(), "--style", "nejm", "-o", out)
    assert done.code == 0, done.err
    assert "&lt;0.001" in out.read_text("utf-8")
    alone = command("report", built_pilot(), "--style", "nejm")
    assert alone.code == 1
    assert "expected --out FILE too" in alone.err
    wrong = command("report", built_pilot(), "--style", "njem", "-o", out)
    assert wrong.code == 1
    assert wrong.err.startswith('style: found "njem", expected regulator, nejm, annals, lancet')


def test_a_figure_is_written_with_its_numbers(tmp_path: Path) -> None:
    done = command("figure", built_pilot(), "km-ttde", "-o", tmp_path, "--width", "84", "--gray")
    assert done.code == 0, done.err
    picture = ElementTree.fromstring((tmp_path / "km-ttde.svg").read_text("utf-8"))
    assert picture.get("width") == "84mm"
    assert picture.get("viewBox", "").startswith("0 0 360 ")
    style = "".join(part.text or "" for part in picture.iter("{http://www.w3.org/2000/svg}style"))
    assert "svg path.a1 { stroke: #555555; }" in style
    rows = list(csv.reader((tmp_path / "km-ttde.csv").open(encoding="utf-8")))
    assert ["Placebo: at risk", "86", "69", "59", "48", "45", "40", "27"] in rows


def test_an_unknown_figure_is_told_with_the_list(tmp_path: Path) -> None:
    done = command("figure", built_pilot(), "km-pfs", "-o", tmp_path)
    assert done.code == 1
    assert done.err.startswith('figure: found "km-pfs", expected one of flow, km-ttde, harms')
