"""What paints an SVG element: attributes, rules of `<style>`, inline style, what is inherited.

Rules of selectors made of element names, classes, ids and descent are known; `@media` and other
selectors are passed over, since a figure on paper has neither a dark screen nor a pointer.

Source   CSS 2.2, sections 5 and 6.4 (selectors, cascade); CSS Custom Properties 1, section 3.
Checked  tests/unit/evidence/test_css.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element

PAINT = ("stroke", "stroke-dasharray", "fill", "color", "visibility", "display")
STAYS_BEHIND = ("display",)
"""What an element does not hand on to what is inside it."""
LONGEST_CHAIN = 8
"""A variable that leads through more others than this leads in a circle."""

_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.S)
_RULE = re.compile(r"([^{}@;]+)\{([^{}]*)\}")
_NESTED = re.compile(r"@[^{};]*(?:;|\{(?:[^{}]|\{[^{}]*\})*\})")
_SIMPLE = re.compile(r"(\*|[A-Za-z][\w-]*)?((?:[.#][A-Za-z_-][\w-]*|:root)*)")
_PART = re.compile(r"[.#][\w-]+|:root")
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,((?:[^()]|\([^()]*\))*))?\)")

Painted = Mapping[str, str]


class Named(NamedTuple):
    """What selectors ask of an element."""

    tag: str
    key: str
    classes: frozenset[str]
    root: bool


class Compound(NamedTuple):
    """One step of a selector: `path.a0`."""

    tag: str
    parts: tuple[str, ...]

    def fits(self, node: Named) -> bool:
        return self.tag in ("", "*", node.tag) and all(_has(node, part) for part in self.parts)


class StyleRule(NamedTuple):
    """A selector from the outside in, how specific it is, and what it declares."""

    path: tuple[Compound, ...]
    weight: tuple[int, int, int]
    declared: tuple[tuple[str, str], ...]

    def fits(self, line: Sequence[Named]) -> bool:
        """Whether the last element of a line of descent is meant."""
        *outer, own = self.path
        if not own.fits(line[-1]):
            return False
        above = iter(reversed(line[:-1]))
        return all(any(step.fits(node) for node in above) for step in reversed(outer))


def _has(node: Named, part: str) -> bool:
    if part == ":root":
        return node.root
    return node.key == part[1:] if part[0] == "#" else part[1:] in node.classes


def named(node: Element, *, root: bool = False) -> Named:
    """An element as selectors see it."""
    tag = str(node.tag).rsplit("}", 1)[-1]
    return Named(tag, node.get("id", ""), frozenset(node.get("class", "").split()), root)


def rules_of(texts: Iterable[str]) -> tuple[StyleRule, ...]:
    """The rules of style sheets, the weightier last."""
    found = []
    for text in texts:
        for selectors, body in _RULE.findall(_NESTED.sub("", _COMMENT.sub("", text))):
            declared = tuple(declarations(body).items())
            paths = (_path(selector) for selector in selectors.split(","))
            found += [StyleRule(path, _weight(path), declared) for path in paths if path]
    return tuple(sorted(found, key=lambda rule: rule.weight))


def _path(selector: str) -> tuple[Compound, ...]:
    """The steps of a selector; none if there is something in it that is not known."""
    steps = [_SIMPLE.fullmatch(part) for part in selector.split()]
    if not all(steps):
        return ()
    return tuple(Compound(s[1] or "", tuple(_PART.findall(s[2]))) for s in steps if s)


def _weight(path: Sequence[Compound]) -> tuple[int, int, int]:
    parts = [part for step in path for part in step.parts]
    keys = sum(part[0] == "#" for part in parts)
    tags = sum(step.tag not in ("", "*") for step in path)
    return keys, len(parts) - keys, tags


def declarations(text: str) -> dict[str, str]:
    """`stroke: red; fill: none` by property."""
    pairs = (part.split(":", 1) for part in text.split(";") if ":" in part)
    return {k.strip(): v.replace("!important", "").strip() for k, v in pairs}


def painted(
    node: Element, line: Sequence[Named], outer: Painted, rules: Sequence[StyleRule]
) -> dict[str, str]:
    """What holds for an element, from the least weighty to the weightiest.

    line : it and what it stands in, from the outside; outer : what held there
    """
    found = {key: value for key, value in outer.items() if key not in STAYS_BEHIND}
    told = {key: node.get(key, "") for key in PAINT}
    for rule in rules:
        if rule.fits(line):
            told |= dict(rule.declared)
    told |= declarations(node.get("style", ""))
    found |= {key: value for key, value in told.items() if value and value != "inherit"}
    return found


def paint(style: Painted, key: str) -> str:
    """A property with its variables and `currentColor` put in; empty if it is not told."""
    text = style.get(key, "")
    for _ in range(LONGEST_CHAIN):
        if "var(" not in text:
            break
        text = _VARIABLE.sub(lambda found: style.get(found[1], (found[2] or "").strip()), text)
    if text.lower() == "currentcolor":
        return paint(style, "color") if key != "color" else ""
    return text.strip()
