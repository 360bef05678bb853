"""No two modules of the house import each other, not even in a roundabout way or late.

An import inside a function, or one for types alone, counts as any other: what it hides is that two
modules are one.

Checked  by the circle planted below.
"""

from __future__ import annotations

import ast
from pathlib import Path

import equipoise

ROOT = Path(equipoise.__file__).parent
Graph = dict[str, set[str]]


def modules(root: Path) -> dict[str, str]:
    """The text of every module by its name inside the package; the package itself is ''."""
    found = {}
    for path in root.rglob("*.py"):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(p for p in parts if p != "__init__")] = path.read_text(encoding="utf-8")
    return found


def graph(texts: dict[str, str], package: str) -> Graph:
    """What each module imports of the same package, anywhere in its text."""

    def own(name: str) -> str | None:
        """The module that a dotted name is, or lies in; None outside of the package."""
        head, _, rest = name.partition(".")
        while rest and rest not in texts:
            rest = rest.rpartition(".")[0]
        return rest if head == package else None

    found: Graph = {}
    for module, text in texts.items():
        names = []
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                names += [alias.name for alias in node.names]
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{module}: imports are written in full"
                names += [f"{node.module}.{alias.name}" for alias in node.names]
        found[module] = {name for n in names if (name := own(n)) is not None} - {module}
    return found


def circles(imports: Graph) -> set[frozenset[str]]:
    """Sets of modules each of which reaches every other (Tarjan's strong components)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = set()

    def visit(module: str) -> None:
        index[module] = low[module] = len(index)
        stack.append(module)
        for other in imports[module]:
            if other not in index:
                visit(other)
            if other in stack:
                low[module] = min(low[module], low[other])
        if low[module] == index[module]:
            at = stack.index(module)
            one = frozenset(stack[at:])
            del stack[at:]
            if len(one) > 1:
                found.add(one)

    for module in imports:
        if module not in index:
            visit(module)
    return found


def test_no_module_imports_itself_through_others():
    assert not circles(graph(modules(ROOT), "equipoise"))


def test_a_circle_is_found_however_it_hides():
    texts = {
        "": "",
        "a": "from house.b import x\n",
        "b": "def late():\n    from house import c\n",
        "c": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import house.a\n",
        "d": "import house.a, os\n",
        "e": "from house.f import y\n",
        "f": "from house import z\n",
    }
    assert circles(graph(texts, "house")) == {frozenset("abc")}
