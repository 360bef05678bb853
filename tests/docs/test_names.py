"""A name means one thing: no public class or constant of the data rooms has a second home."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

SRC = Path(__file__).parents[2] / "src" / "equipoise"
ROOMS = ("adam", "sdtm")


def defined(tree: ast.Module) -> set[str]:
    """The public classes, types and constants that a module defines; functions may share a name."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            found.add(node.name)
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        found |= {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
    return {name for name in found if name[0].isupper()}


def homes(sources: dict[str, str]) -> dict[str, list[str]]:
    """Name -> the modules that define it, where a data room is one of several."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for module, text in sources.items():
        for name in defined(ast.parse(text)):
            found[name].append(module)
    several = {name: where for name, where in found.items() if len(where) > 1}
    return {name: w for name, w in several.items() if any(m.split("/")[0] in ROOMS for m in w)}


def test_every_name_of_the_data_rooms_has_one_home() -> None:
    files = SRC.rglob("*.py")
    assert homes({str(f.relative_to(SRC)): f.read_text("utf-8") for f in files}) == {}


def test_a_second_home_would_be_seen() -> None:
    one, two = "LIMIT = 1\n", "class LIMIT:\n    pass\n"
    assert homes({"adam/a.py": one, "kernels/b.py": two}) == {
        "LIMIT": ["adam/a.py", "kernels/b.py"]
    }
    assert homes({"adam/a.py": one, "kernels/b.py": "_LIMIT = 1\n"}) == {}
    assert homes({"design/a.py": one, "kernels/b.py": two}) == {}
