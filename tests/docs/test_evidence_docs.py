"""The page about other people's trials says what happens, and its plan comes out."""

from __future__ import annotations

import re
import shlex
from io import StringIO
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from equipoise.cli import application

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```console\n\$ equipoise ([^\n]*)\n(.*?)\n```", PAGE, re.DOTALL)


def run(words: list[str]) -> str:
    found = CliRunner().invoke(application(), words, catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.stdout.rstrip()


@pytest.mark.parametrize(("words", "said"), SHOWN, ids=["patients", "assumption", "truth"])
def test_the_commands_say_this(monkeypatch: pytest.MonkeyPatch, words: str, said: str) -> None:
    monkeypatch.chdir(ROOT)
    assert run(shlex.split(words)) == said


def test_the_plan_comes_out(tmp_path: Path) -> None:
    yaml = YAML()
    plan = yaml.load(run(["new"]))
    lines = yaml.load(next(said for words, said in SHOWN if "--assume" in words))
    plan["sources"].update(lines["sources"])
    plan["assume"]["PFS"]["control"] = lines["assume"]["PFS"]["control"]
    out = StringIO()
    yaml.dump(plan, out)
    (tmp_path / "plan.yaml").write_text(out.getvalue(), "utf-8")
    (said,) = re.findall(r"```text\n(.*?)\n```", PAGE, re.DOTALL)
    assert run(["plan", str(tmp_path / "plan.yaml")]) == said


def test_the_truth_behind_the_figure_is_met() -> None:
    (lines,) = (said for words, said in SHOWN if "--truth" in words)
    points = dict(re.findall(r'([\d.]+) months: "([\d.]+)%', lines))
    two_errors = 2 * 100 * (0.5 * 0.5 / 115) ** 0.5
    for month, truth in (("2.76", 80.6), ("8.279", 53.8)):
        assert float(points[month]) == pytest.approx(truth, abs=two_errors)
