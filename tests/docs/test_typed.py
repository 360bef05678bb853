"""To a type checker every public name has its type, and twelve wrong calls are seen as wrong."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CALLS = Path(__file__).parent / "typed" / "calls.py"
TEXT = CALLS.read_text(encoding="utf-8")
WRONG = {n for n, line in enumerate(TEXT.splitlines(), 1) if line.endswith("# wrong")}


def test_there_are_forty_calls_of_which_twelve_are_wrong() -> None:
    calls = [n for n in ast.walk(ast.parse(TEXT)) if isinstance(n, ast.Call)]
    assert len(calls) >= 40
    assert len(WRONG) == 12


def test_mypy_names_the_wrong_calls_and_no_other() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", str(CALLS)],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    found = {int(n) for n in re.findall(r"calls\.py:(\d+): error", done.stdout)}
    assert found == WRONG, done.stdout + done.stderr


def test_pyright_names_the_wrong_calls_and_no_other(tmp_path: Path) -> None:
    """By the build of pyright that brings its own node, so that nothing is fetched."""
    asked = {
        "include": [str(CALLS)],
        "extraPaths": [str(ROOT / "src")],
        "typeCheckingMode": "standard",
        "pythonPath": sys.executable,
    }
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(asked), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "basedpyright", "--outputjson", "-p", str(tmp_path),
         "--pythonpath", sys.executable],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    told = json.loads(done.stdout)["generalDiagnostics"]
    found = {d["range"]["start"]["line"] + 1 for d in told if d["severity"] == "error"}
    assert found == WRONG, done.stdout + done.stderr
