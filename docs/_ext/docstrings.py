"""Docstrings of the house as the site shows them: arguments and fields as lists of definitions.

An argument is told as `name : text`; of several names with commas, and several on a line with
semicolons. Returns, Raises, Source and Checked begin a line; lines that go on are indented.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_NAMES = r"[a-z_]\w*(?:, [a-z_]\w*)*"
_ARGUMENT = re.compile(rf"({_NAMES}) : ")
_NEXT = re.compile(rf"; (?={_NAMES} : )")
_FIELD = re.compile(r"(Returns|Raises|Source|Checked)\s+(?=\S)")


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("autodoc-process-docstring", _process)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _process(app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    lines[:] = shown(lines)


def shown(lines: list[str]) -> list[str]:
    """The lines, in which every argument and every field is a definition."""
    found: list[str] = []
    for line in _whole(lines):
        if head := _FIELD.match(line):
            found += _definition(head[1], line[head.end() :])
        elif _ARGUMENT.match(line):
            for part in _NEXT.split(line):
                names, _, text = part.partition(" : ")
                found += _definition(", ".join(f"``{one}``" for one in names.split(", ")), text)
        else:
            found.append(_plain(line))
    return found


def _whole(lines: list[str]) -> Iterator[str]:
    """The lines, those that go on put behind the argument or field that they belong to."""
    held = ""
    for line in lines:
        goes_on = bool(held) and line.startswith(" ")
        if not goes_on and held:
            yield held
            held = ""
        if goes_on:
            held += f" {line.strip()}"
        elif _FIELD.match(line) or _ARGUMENT.match(line):
            held = line
        else:
            yield line
    if held:
        yield held


def _definition(head: str, text: str) -> list[str]:
    return ["", head, f"    {_plain(text)}", ""]


def _plain(text: str) -> str:
    """Of the marks of reStructuredText only the backquotes, which tell a name, are meant."""
    return re.sub(
        r"(?<!`)`([^`]+)`(?!`)", r"``\1``", re.sub(r"([*|])|(_)(?=\W|$)", r"\\\1\2", text)
    )
