"""The command line says what it does, and says it quickly."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from equipoise import __version__
from equipoise.cli import COMMANDS
from support.command import command

SOURCE = Path(__file__).parents[3] / "src"
PROTOCOL = str(SOURCE.parent / "examples" / "netter1" / "protocol.yaml")
HEAVY = ("numpy", "polars", "numba", "scipy", "matplotlib", "pydantic", "great_tables")
PRESENT = [name for name, module in COMMANDS.items() if find_spec(f"equipoise.cli.{module}")]


def modules_after(*words: str) -> set[str]:
    """Modules that a command has imported by its end."""
    code = (
        "import sys; sys.argv = ['equipoise', *sys.argv[1:]]\n"
        "from equipoise.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('\\n' + ' '.join(sys.modules))"
    )
    env = {**os.environ, "PYTHONPATH": str(SOURCE)}
    run = [sys.executable, "-c", code, *words]
    done = subprocess.run(run, env=env, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_help_imports_nothing_heavy() -> None:
    assert not modules_after("--help") & set(HEAVY)


@pytest.mark.parametrize("words", [("bounds",), ("check", PROTOCOL), ("plan", PROTOCOL)])
def test_a_plan_needs_neither_compiler_nor_solver(words: tuple[str, ...]) -> None:
    assert not modules_after(*words) & {"numba", "scipy.optimize", "scipy.stats", "polars"}


def test_virtual_trials_as_arrays_need_no_tables() -> None:
    words = ("simulate", PROTOCOL, "--truth", "as reported", "--seed", "1", "--trials", "1")
    found = modules_after(*words)
    assert "numba" in found
    assert not found & {"polars", "narwhals", "scipy.optimize", "scipy.stats", "matplotlib"}


def test_the_check_would_see_a_heavy_import() -> None:
    assert "pydantic" in modules_after("run", str(SOURCE), "--truth", "x", "--seed", "1")


@pytest.mark.parametrize("name", PRESENT)
def test_every_command_says_what_it_does(name: str) -> None:
    done = command(name, "--help")
    assert done.code == 0
    usage, _, said = done.out.partition("\n\n")
    assert name in (usage or said)
    first = next(line for line in done.out.splitlines()[2:] if line.strip())
    assert len(first.split()) >= 3, "a command without a docstring"


def test_every_command_is_listed() -> None:
    done = command("--help")
    assert done.code == 0
    for name in PRESENT:
        assert f" {name} " in done.out


def test_every_module_of_a_command_is_registered() -> None:
    folder = SOURCE / "equipoise" / "cli"
    offered = {
        path.stem for path in folder.glob("*.py") if "\ndef command(" in path.read_text("utf-8")
    }
    assert offered <= set(COMMANDS.values())


def test_the_version() -> None:
    assert command("--version").out == f"equipoise {__version__}\n"


def test_an_unknown_command_is_a_usage_error() -> None:
    done = command("bild")
    assert done.code == 2
    assert "bild" in done.err
    assert "Traceback" not in done.err
