"""Source marks: `74 [register]` is 74, and was read in the source called register."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from equipoise.errors import did_you_mean
from equipoise.protocol.language.lines import Fault, Path, Tree

_MARK: Final = re.compile(
    r"^(?P<body>.*\S)\s*\[(?P<marks>[a-z][\w-]*(?:,\s*[a-z][\w-]*)*)\]$", re.DOTALL
)


@dataclass(slots=True)
class Marked:
    """A tree without its marks, the marks by path, and the faults found in them."""

    value: Any
    marks: dict[Path, tuple[str, ...]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def split_marks(tree: Tree) -> Marked:
    """Take the source marks off every scalar."""
    known = _known(tree.value)
    marked = Marked(None)
    marked.value = _strip(tree.value, (), marked, known, tree)
    return marked


def _known(value: Any) -> tuple[str, ...]:
    sources = value.get("sources") if isinstance(value, dict) else None
    return tuple(sources) if isinstance(sources, dict) else ()


def _strip(node: Any, path: Path, marked: Marked, known: tuple[str, ...], tree: Tree) -> Any:
    if isinstance(node, dict):
        return {k: _strip(v, (*path, k), marked, known, tree) for k, v in node.items()}
    if isinstance(node, list):
        return [_strip(v, (*path, i), marked, known, tree) for i, v in enumerate(node)]
    if not isinstance(node, str) or not node.endswith("]") or not (found := _MARK.match(node)):
        return node
    names = tuple(name.strip() for name in found["marks"].split(","))
    for name in names:
        if name not in known:
            message = f'source mark [{name}] in "{_shorten(node)}" names no entry of sources'
            expected = (
                f"expected one of {', '.join(known) or '(none yet)'}{did_you_mean(name, known)}"
            )
            marked.faults.append(Fault(path, tree.place(path), message, expected, rule="P09"))
    marked.marks[path] = names
    return found["body"]


def _shorten(text: str, *, longest: int = 60) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= longest else f"{flat[:22]} ... {flat[-(longest - 27) :]}"
