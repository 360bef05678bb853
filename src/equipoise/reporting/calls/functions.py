"""R functions for what R's own packages do not give; each call names those that it needs."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Final

_FOLDER: Final = "functions"
_BEGINS: Final = re.compile(r"^(\w+) <- function", re.MULTILINE)


@cache
def every_function() -> dict[str, str]:
    """Name -> its text in R, with the remark above it."""
    found = {}
    for file in sorted(files(__package__).joinpath(_FOLDER).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".R"):
            for block in file.read_text("utf-8").split("\n\n"):
                name = _BEGINS.search(block)
                if name:
                    found[name[1]] = block.strip()
    return found


def functions_of(code: str) -> list[str]:
    """The texts of the functions that some R calls, and of those that they call, in their order."""
    known = every_function()
    wanted: set[str] = set()
    new = [code]
    while new:
        text = new.pop()
        for name in set(re.findall(r"\w+", text)) & set(known) - wanted:
            wanted.add(name)
            new.append(known[name])
    return [text for name, text in known.items() if name in wanted]


def self_contained(call: str) -> str:
    """A call after the texts of the functions that it needs."""
    return "\n\n".join([*functions_of(call), call])
