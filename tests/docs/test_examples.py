"""The scripts that bring the examples' data."""

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize("name", ["pilot", "onco"])
def test_asked_for_help_a_script_writes_nothing(name, tmp_path):
    ask = [sys.executable, str(EXAMPLES / name / "collect.py"), "--help"]
    done = subprocess.run(ask, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "usage: collect.py" in done.stdout
    assert not list(tmp_path.iterdir())
