"""The command line stays thin: short functions, names of its own, and its place above the rest."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from support.told import of_each

ROOT = Path(__file__).parents[3]
SOURCE = ROOT / "src" / "equipoise"
MODULES = sorted((SOURCE / "cli").glob("*.py"))
MOST = 25  # lines of a function; a command's options stand in its signature and do not count


def lengths(source: str) -> Iterator[tuple[str, int]]:
    """Each function with the lines of its body, from below its docstring to its end."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            last = node.end_lineno or node.lineno
            yield node.name, last - body[0].lineno + 1 if body else 0


@cache
def public_names(path: Path) -> frozenset[str]:
    """Classes and constants that a module defines for others."""
    found: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    found.discard("app")  # every group of commands has one
    return frozenset(name for name in found if not name.startswith("_"))


@cache
def owners() -> dict[str, set[Path]]:
    """The modules that define each public name."""
    found: dict[str, set[Path]] = {}
    for path in SOURCE.rglob("*.py"):
        for name in public_names(path):
            found.setdefault(name, set()).add(path)
    return found


def no_function_is_long(path: Path) -> None:
    long = {name: n for name, n in lengths(path.read_text("utf-8")) if n > MOST}
    assert not long


def test_no_function_is_long() -> None:
    of_each(no_function_is_long, MODULES, at_least=50)


@pytest.mark.parametrize(("lines", "found"), [(25, 25), (26, 26)])
def test_the_lines_are_those_of_the_body(lines: int, found: int) -> None:
    body = "\n".join(["    x = 1"] * lines)
    text = f'def one(\n    a,\n    b,\n):\n    """Said.\n\n    More.\n    """\n{body}\n'
    assert dict(lengths(text)) == {"one": found}


def its_names_are_its_own(path: Path) -> None:
    shared = {name for name in public_names(path) if owners()[name] != {path}}
    assert not shared


def test_names_are_of_one_module() -> None:
    of_each(its_names_are_its_own, MODULES, at_least=50)


def test_the_workspace_stands_between_the_commands_and_the_simulation() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    (house,) = [one for one in contracts if one["type"] == "layers"]
    assert house["containers"] == ["equipoise"]
    assert house["exhaustive"] is True
    assert house["layers"][:4] == ["__main__", "cli", "(service)", "workspace"]


def test_no_command_reaches_into_a_room() -> None:
    """A name with a leading underscore is its module's own."""
    taken = [
        f"{path.stem}: {alias.name}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name.startswith("_") and alias.name != "__version__"
    ]
    assert not taken
