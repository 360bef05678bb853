"""The house: folders that can be looked over, modules that can be read, one thing for one name."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

SRC = Path(__file__).parents[2] / "src" / "equipoise"
MODULES = sorted(SRC.rglob("*.py"))
MOST_MODULES, MOST_LINES, MOST_ALLOWED = 16, 300, 10
COMMANDS = SRC / "cli"  # one file for each command

ALLOWED = {
    "RULES": "each module of rules has its own; one door puts them together",
    "Number": "a type of the language, of the model and of the report, none of which meets another",
    "Published": "a figure in a protocol, and what an evidence file makes of it",
    "DoseRule": "a rule as written, and the rule at work",
    "Scale": "grades of toxicity, and the axis of a figure",
    "WIDTH": "of a drawing, in its own units",
    "VISIT": "a code of USDM, and a kind of deviation",
    "INCLUSION": "a code of USDM, and a kind of criterion",
    "EXCLUSION": "a code of USDM, and a kind of criterion",
}
"""Names that several modules may have, and why."""


def _named(tree: ast.Module) -> Iterator[str]:
    """The public classes and constants of a module: what is written LIKE_THIS or LikeThis."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node.name
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        for name in (part for target in targets for part in ast.walk(target)):
            if isinstance(name, ast.Name) and name.id[0].isupper():
                yield name.id


@cache
def shared_names() -> dict[str, list[str]]:
    """Names defined in two modules or more, and where."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in MODULES:
        for name in _named(ast.parse(path.read_text("utf-8"))):
            found[name].add(str(path.relative_to(SRC)))
    return {name: sorted(where) for name, where in found.items() if len(where) > 1}


def test_a_folder_can_be_looked_over() -> None:
    crowded = {}
    for folder in {path.parent for path in MODULES} - {COMMANDS}:
        modules = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        if len(modules) > MOST_MODULES:
            crowded[str(folder.relative_to(SRC))] = len(modules)
    assert crowded == {}


def test_a_module_can_be_read() -> None:
    lines = {str(p.relative_to(SRC)): len(p.read_text("utf-8").splitlines()) for p in MODULES}
    assert {name: n for name, n in lines.items() if n > MOST_LINES} == {}


def test_a_name_is_used_for_one_thing() -> None:
    assert len(ALLOWED) <= MOST_ALLOWED
    assert {k: v for k, v in shared_names().items() if k not in ALLOWED} == {}
