"""Whether a file that anybody may open gives an arm away: read before the file appears."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

import polars as pl

from equipoise.analysis.results import Results

_ARM_COLUMNS = ("TRT01P", "TRT01A", "TRT01PL", "ARM", "ARMCD", "ACTARM", "ACTARMCD")
_COLORS = re.compile(
    r"--a\d|\bclass=[\"'][^\"']*\ba\d\b|#(?:4b5563|0f5c8c|b3471f|2f6f43|6d3f96|b6bfc9|6db6e6"
    r"|f0936b|7fc795|c39ae6)\b",
    re.IGNORECASE,
)

_DRAWN = (" of path", " of line", " of rect", " of circle", " of svg", ": style", ": script")
"""Places whose numbers are coordinates, not patients."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What tells one arm from another.

    words : names, codes and drugs; keys : of rows about one arm or a comparison
    sizes : patients of each arm
    """

    words: tuple[str, ...]
    keys: frozenset[str]
    sizes: tuple[int, ...]


def secrets_of(results: Results) -> Secrets:
    """Arm keys, labels, codes and drugs of a trial, its rows by arm, and the sizes of its arms."""
    protocol, data = results.data.protocol, results.data
    words = {name for arm in protocol.arms.values() for name in (arm.label, arm.code or "")}
    words |= set(protocol.arms)
    words |= {drug.drug for arm in protocol.arms.values() for drug in arm.give}
    adsl = data.table("ADSL")
    for column in _ARM_COLUMNS:
        if column in adsl.columns:
            words |= set(adsl[column].drop_nulls().cast(pl.String).unique())
    if data.has("EX") and "EXTRT" in data.table("EX").columns:
        words |= set(data.table("EX")["EXTRT"].drop_nulls().unique())
    arms = set(protocol.arms)
    about = zip(results.keys, results.rows["group"], results.rows["comparison"])
    keys = frozenset(key for key, group, pair in about if group in arms or pair)
    sizes = tuple(int((adsl["TRT01P"] == arm).sum()) for arm in protocol.arms)
    kept = tuple(sorted({w.strip() for w in words if w and w.strip()}, key=lambda w: (-len(w), w)))
    return Secrets(kept, keys, sizes)


def betrayed(text: str, secrets: Secrets) -> list[str]:
    """Every place of an HTML or typst text that gives an arm away, with what stands there."""
    found = [
        f"{place}: {what}"
        for place, said in _places(text)
        for what in _said(said, secrets, drawn=place.endswith(_DRAWN))
    ]
    found += [
        f"line {_line(text, m.start())}: color of an arm, {m[0]}" for m in _COLORS.finditer(text)
    ]
    found += [f"line {_line(text, m.start())}: row of an arm, {m[0]}"
              for m in re.finditer(r"r-[0-9a-f]{10}", text) if m[0] in secrets.keys]  # fmt: skip
    return list(dict.fromkeys(found))


def told_by(text: str, secrets: Secrets) -> list[str]:
    """The names of arms and drugs that stand in a text."""
    return [word for word in secrets.words if _stands(word, text)]


def _said(text: str, secrets: Secrets, *, drawn: bool) -> Iterator[str]:
    yield from (f'"{word}"' for word in told_by(text, secrets))
    if not drawn and _sizes(text, secrets.sizes):
        yield "number of patients of an arm"


def _stands(word: str, text: str) -> bool:
    """Whether a name stands in a text as a word; a single sign only where it stands alone."""
    if len(word) < 2:
        return text.strip() == word or re.search(rf"\barm {re.escape(word)}\b", text) is not None
    flags = re.IGNORECASE if len(word) > 4 else 0
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, flags) is not None


def _sizes(text: str, sizes: tuple[int, ...]) -> bool:
    """Whether an arm's size stands after n or N, or all sizes stand in one text."""
    named = {int(n) for n in re.findall(r"\b[nN]\s*=\s*(\d+)\b", text)}
    numbers = [int(n) for n in re.findall(r"(?<![\d.\-–])\d+(?![\d.\-–])", text) if len(n) < 9]
    return bool(named & set(sizes)) or (len(sizes) > 1 and set(sizes) <= set(numbers))


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _places(text: str) -> list[tuple[str, str]]:
    """Each text of a file with its place: title, metadata, attribute, comment, style, element."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    """Collects everything that is said in a page, hidden or not."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self._inside = ["text"]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        name = dict(attrs).get("name") or ""
        for key, value in attrs:
            kind = f"metadata {name}" if tag == "meta" else f"attribute {key} of {tag}"
            self.found.append((f"line {line}: {kind}", value or ""))
        self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while len(self._inside) > 1 and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append((f"line {self.getpos()[0]}: {self._inside[-1]}", data))

    def handle_comment(self, data: str) -> None:
        self.found.append((f"line {self.getpos()[0]}: comment", data))

    def handle_decl(self, decl: str) -> None:
        self.found.append((f"line {self.getpos()[0]}: declaration", decl))
