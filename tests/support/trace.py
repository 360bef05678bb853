"""`python -m support.trace`: each property of a conduct system, and the tests that show it."""

from __future__ import annotations

import ast
import sys
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

TESTS = Path(__file__).parents[1]
SAME = "T31 to T45 are the properties A1 to E6"


@cache
def properties() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = YAML(typ="safe").load(TESTS / "trace.yaml")["properties"]
    return found


@cache
def tests_of(file: str) -> frozenset[str]:
    """The names of a file's tests; none where there is no such file."""
    path = TESTS / file
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text("utf-8"))
    names = (node.name for node in tree.body if isinstance(node, ast.FunctionDef))
    return frozenset(name for name in names if name.startswith("test_"))


def missing(named: str) -> bool:
    """Whether a test that the matrix names is not there."""
    file, _, name = named.partition("::")
    return name not in tests_of(file) if name else not tests_of(file)


def faults() -> list[str]:
    """Properties that nothing shows and that wait for nobody, and tests that are not there."""
    found = [
        f"{key}: {one['title']}: no test"
        for key, one in properties().items()
        if not one["tests"] and "waits for" not in one
    ]
    found += [f"{key}: there is no test {name}" for key, one in properties().items()
              for name in one["tests"] if missing(name)]  # fmt: skip
    return found


def main() -> None:
    waiting = []
    for key, one in properties().items():
        print(f"{key:4} {one['title']}")
        print(*(f"       {name}" for name in one["tests"]), sep="\n")
        if "waits for" in one:
            waiting.append(key)
            print(f"       waits for {one['waits for']}")
    wrong = faults()
    print(*wrong, SAME, sep="\n")
    silent = [key for key, one in properties().items() if not one["tests"]]
    lost = [key for key in silent if key not in waiting]
    print(f"{len(properties())} properties, {len(lost)} without a test; waiting for a room, "
          f"wholly: {', '.join(silent) or 'none'}; in part: "
          f"{', '.join(key for key in waiting if key not in silent) or 'none'}")  # fmt: skip
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
