"""What a display is before it is written: text and numbers in cells, in the order of reading.

A writer takes a Display and formats no number: the text of each was made once, by `words`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from equipoise.reporting.words import ABBREVIATIONS, MISSING


@dataclass(frozen=True, slots=True)
class Number:
    """A result as it is printed, and the row of Results it is.

    row : its index; key : the row's key, which a later look keeps
    """

    row: int
    text: str
    key: str
    value: float | None = None
    note: str = ""

    def __str__(self) -> str:
        return self.text


Piece = str | Number
Cell = tuple[Piece, ...]
"""Text and numbers one after the other."""

NO_CELL: Cell = ()
DASH: Cell = (MISSING,)


def run(*parts: Piece | Cell | None) -> Cell:
    """Parts and cells one after the other, as one cell.

    >>> run("a", ("b", "c"))
    ('a', 'b', 'c')
    """
    found: list[Piece] = []
    for part in parts:
        if isinstance(part, tuple):
            found += part
        elif part is not None:
            found.append(part)
    return tuple(part for part in found if part != "")


def listed(cells: Sequence[Cell], last: str = " and ") -> Cell:
    """`a, b and c`."""
    joints = ["", *[", "] * (len(cells) - 2), last][: len(cells)]
    return run(*(run(joint, cell) for joint, cell in zip(joints, cells)))


def plain(cell: Cell) -> str:
    """A cell as text."""
    return "".join(map(str, cell))


@dataclass(frozen=True, slots=True)
class Line:
    """A label and its cells; a line without cells is a heading, or if indented a remark."""

    label: str
    cells: tuple[Cell, ...] = ()
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Display:
    """A table: title, heads of the columns after the first, lines, footnotes.

    key : its name in files and addresses; number : its place by ICH E3; name : "Table 1"
    words : True where the cells are text, set to the left
    shares : widths of the columns, the first among them; none where all but the first are alike
    corner : the head of the first column
    """

    key: str
    number: str
    title: str
    heads: tuple[Cell, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    population: str = ""
    name: str = ""
    words: bool = False
    shares: tuple[int, ...] = ()
    corner: str = ""

    @property
    def kind(self) -> str:
        """`Table`, or `Listing` of records."""
        return "Listing" if self.name.startswith("Listing") else "Table"

    @property
    def titled(self) -> str:
        """`Table 1. Characteristics of the patients`."""
        return f"{self.name}. {self.title}" if self.name else self.title

    @property
    def cells(self) -> Iterator[Cell]:
        """Every cell, heads first."""
        yield from self.heads
        for line in self.lines:
            yield from line.cells

    @property
    def numbers(self) -> Iterator[Number]:
        """Every number in it."""
        return numbers_in(self.cells)

    @property
    def footnotes(self) -> tuple[str, ...]:
        """Its notes, then each abbreviation that is printed for want of a number."""
        used = [*_spelled_out(self.cells)]
        if DASH in self.cells:
            used.append(f"{MISSING}: does not apply")
        return (*self.notes, *(["; ".join(used) + "."] if used else []))


def _spelled_out(cells: Iterable[Cell]) -> Iterator[str]:
    seen = {number.text for number in numbers_in(cells)}
    yield from (f"{k}: {v}" for k, v in ABBREVIATIONS.items() if k in seen)


def abbreviated(cell: Cell) -> str:
    """` NE: cannot be estimated.` of what a caption's numbers are abbreviated to; else nothing."""
    used = "; ".join(_spelled_out([cell]))
    return f" {used}." if used else ""


def balanced(rows: Iterable[Sequence[str]]) -> tuple[int, ...]:
    """Shares of columns of words: long texts get more, and no word is broken for want of room.

    >>> balanced([("OS", "x " * 50), ("Progression", "y")])
    (77, 100)
    """
    found = []
    for cells in zip(*rows, strict=True):
        longest = max(9, *map(len, cells))
        word = max((len(word) for cell in cells for word in cell.split()), default=0)
        found.append(max(round(10 * longest**0.5), 7 * min(word, 20)))
    return tuple(found)


def numbers_in(cells: Iterable[Cell]) -> Iterator[Number]:
    """The numbers among the parts of cells."""
    return (part for cell in cells for part in cell if isinstance(part, Number))
