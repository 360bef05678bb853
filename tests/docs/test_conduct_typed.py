"""What docs/conduct.md prints of a trial's first commands is typed, line by line."""

from __future__ import annotations

import datetime as dt
import re
import shlex
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from equipoise.cli import main

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "conduct.md"
NEVER_STILL_TO_COME = ("2026-01-05", "2026-01-06")
"""Days of the page on which something happened: of a dose it is the day of randomization, today."""


def commands():
    text = PAGE.read_text("utf-8").split("The account is taken at its word")[0]
    return re.findall(r"^    equipoise (.+)$", text, re.MULTILINE)


@pytest.fixture
def typed(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "TRIAL"
    folder.mkdir()
    text = (ROOT / "examples" / "netter1" / "protocol.yaml").read_text("utf-8")
    (folder / "protocol.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))

    def type_(line):
        for day in NEVER_STILL_TO_COME:
            line = line.replace(day, dt.datetime.now(ZoneInfo("Europe/Berlin")).date().isoformat())
        words = shlex.split(line.replace("~/", f"{tmp_path}/"))
        monkeypatch.setattr("sys.argv", ["equipoise", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return type_


def test_the_commands_of_the_page_do_what_it_says(typed, monkeypatch):
    """The key is one by which the first subject of the page's stratum gets the infusion."""
    monkeypatch.setattr("secrets.token_bytes", lambda n: bytes([1]) * n)
    told = {line: typed(line) for line in commands()}
    assert {line: said for line, (code, said) in told.items() if code} == {}
    assert "0 faults" in told["audit verify TRIAL"][1]
    assert len(told) > 25
