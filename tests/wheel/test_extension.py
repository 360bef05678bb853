"""The example extension, installed: on the command line, from Python, marked where it shows."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from support.extension import installed_example
from support.street import pilot_folder
from support.wheel import ROOT

ORIGIN = "equipoise-example 1.0"
METHOD = "win ratio"


class Installed:
    """A trial of the pilot's data, and an interpreter that sees the example."""

    def __init__(self, folder: Path) -> None:
        site = installed_example(folder)
        self.trial = folder / "trial"
        self.trial.mkdir()
        (self.trial / "sdtm").symlink_to(pilot_folder())
        text = (ROOT / "examples" / "pilot" / "protocol.yaml").read_text(encoding="utf-8")
        asked = text.replace("[Cox, Kaplan-Meier, median]", "[Cox, Kaplan-Meier, win ratio]")
        (self.trial / "protocol.yaml").write_text(asked, encoding="utf-8")
        path = os.pathsep.join([str(site), str(ROOT / "src")])
        self.variables = os.environ | {"PYTHONPATH": path}

    def run(self, *words: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, *words], env=self.variables, capture_output=True, text=True,
            check=False, cwd=self.trial,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def command(self, *words: str, code: int = 0) -> str:
        return self.run("-m", "equipoise", *words, code=code)

    @property
    def built(self) -> Path:
        return self.trial / "build" / "ttde-final"

    @property
    @cache  # noqa: B019
    def report(self) -> str:
        return (self.built / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Built once."""
    found = Installed(tmp_path_factory.mktemp("extension"))
    found.command("build", ".")
    return found


def rows(here: Installed) -> pl.DataFrame:
    return pl.read_parquet(here.built / "results.parquet")


def test_its_rows_say_whose_they_are(here: Installed) -> None:
    found = rows(here)
    own = found.filter(pl.col("method") == METHOD)
    assert own["extension"].unique().to_list() == [ORIGIN]
    assert found.filter(pl.col("method") != METHOD)["extension"].unique().to_list() == [""]
    (ratio,) = own.filter(
        (pl.col("statistic") == METHOD) & (pl.col("comparison") == "high v placebo")
    )["value"]
    assert 0.1 < ratio < 0.4  # skin reactions come sooner on the drug


def test_the_manifest_names_it(here: Installed) -> None:
    manifest = json.loads((here.built / "manifest.json").read_text(encoding="utf-8"))
    parts = ["figure wins", "method win ratio", "rule weekend", "section wins"]
    assert manifest["extensions"] == {ORIGIN: parts}


def test_the_report_names_it_at_each_part(here: Installed) -> None:
    assert f"{METHOD} ({ORIGIN})" in here.report  # the rows
    assert f"Drawn by {ORIGIN}." in here.report
    assert f"Written by {ORIGIN}." in here.report
    assert f"weekend, {ORIGIN}" in here.report  # the finding
    assert f"<li>{ORIGIN}: figure wins, method win ratio, rule weekend, section wins.</li>" in (
        here.report
    )


def test_its_numbers_lead_to_their_rows(here: Installed) -> None:
    _, _, section = here.report.partition('<h2 id="added-wins">')
    text, _, _ = section.partition("</section>")
    cited = re.findall(r"<a data-row=(\d+) href=#(r-[0-9a-f]{10})>", text)
    assert len(cited) == 8  # ratio, limits and P of two comparisons
    assert all(rows(here)["method"][int(row)] == METHOD for row, _ in cited)
    told = here.command("why", ".", cited[0][1])
    assert f"added by    {ORIGIN}" in told


def test_its_figure_is_a_file_too(here: Installed, tmp_path: Path) -> None:
    here.command("figure", ".", "wins", "--out", str(tmp_path))
    assert (tmp_path / "wins.svg").read_text(encoding="utf-8").count("<rect") == 6
    table = (tmp_path / "wins.csv").read_text(encoding="utf-8")
    assert "undecided pairs" in table


def test_verify_says_that_nobody_has_recomputed_it(here: Installed) -> None:
    lines = here.command("verify", "build/ttde-final").splitlines()
    own = [one for one in lines if f" {METHOD} " in one]
    assert len(own) == 16
    assert all(one.endswith("not recomputed") for one in own)
    assert lines[-1].endswith("none disagreeing")


def test_from_python(here: Installed) -> None:
    code = f"""
import equipoise as eq
protocol = eq.read("protocol.yaml")
data = eq.derive(eq.cut(eq.read_sdtm("sdtm", protocol=protocol), protocol=protocol))
found = eq.analyze(data)
row = found.select(statistic="{METHOD}", comparison="low v placebo").row(0, named=True)
print(row["extension"], f"{{row['value']:.6f}}")
print(found.estimate("{METHOD}", comparison="low v placebo"))
print([f.rule for f in data.findings if f.rule.startswith("weekend")])
print(eq.bounds((0.5, 1.0), efficacy="power:2").to_dict() ==
      eq.bounds((0.5, 1.0), efficacy="kim-demets:2").to_dict() | {{"efficacy": "power:2"}})
"""
    said = here.run("-c", code).splitlines()
    value = rows(here).filter(
        (pl.col("statistic") == METHOD) & (pl.col("comparison") == "low v placebo")
    )["value"][0]
    assert said[0] == f"{ORIGIN} {value:.6f}"
    assert said[1].startswith(f"Estimate  {METHOD} 0.27 (95% CI 0.17 to 0.43)")
    assert said[2] == f"['weekend, {ORIGIN}']"
    assert said[3] == "True"


def test_its_spending_is_that_of_the_house_with_the_same_curve(here: Installed) -> None:
    asked = ("bounds", "--information", "0.5,1", "--efficacy")
    assert here.command(*asked, "power:2") == here.command(*asked, "kim-demets:2")
    assert ORIGIN in here.command("bounds", "--families")


def with_test(here: Installed, more: str = "") -> str:
    """The protocol decided by the win ratio."""
    text = (here.trial / "protocol.yaml").read_text(encoding="utf-8")
    text = text.replace("test: log-rank", "test: win ratio")
    text = text.replace("  TTDE:\n    looks:", f"  TTDE:\n{more}    looks:")
    text = text.replace("final: end of study", "final: {events: 60}")
    file = here.trial / "tested.yaml"
    file.write_text(text, encoding="utf-8")
    return file.name


def test_check_says_what_it_cannot_do(here: Installed) -> None:
    told = here.command("check", with_test(here))
    assert 'virtual trials do not know the test "win ratio"' in told
    assumed = "    power: 90%\n"
    refused = here.command("check", with_test(here, assumed), code=1)
    assert f'nothing says the power of its test "win ratio", which {ORIGIN} adds' in refused


def test_it_decides_and_the_decision_is_marked(here: Installed) -> None:
    code = f"""
import equipoise as eq
protocol = eq.read("{with_test(here)}")
data = eq.derive(eq.cut(eq.read_sdtm("sdtm", protocol=protocol), protocol=protocol))
found = eq.analyze(data)
row = found.select(method="group-sequential boundary", statistic="decision").row(0, named=True)
z = found.value(statistic="observed z")
own = found.value(statistic="z", method="win ratio", comparison="low v placebo")
print(row["note"], "|", row["extension"], "|", z == own)
"""
    assert here.run("-c", code).strip() == f"stop for harm | {ORIGIN} | True"


def test_another_version_makes_the_build_stale(here: Installed) -> None:
    assert "nothing has changed" in here.command("build", ".")
    site = Path(here.variables["PYTHONPATH"].split(os.pathsep)[0])
    metadata = site / "equipoise_example-1.0.dist-info" / "METADATA"
    text = metadata.read_text(encoding="utf-8")
    metadata.write_text(text.replace("Version: 1.0", "Version: 1.1"), encoding="utf-8")
    try:
        assert "nothing has changed" not in here.command("build", ".", "--trials", "0")
        manifest = json.loads((here.built / "manifest.json").read_text(encoding="utf-8"))
        assert list(manifest["extensions"]) == ["equipoise-example 1.1"]
    finally:
        metadata.write_text(text, encoding="utf-8")
        here.command("build", ".")
