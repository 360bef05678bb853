"""What every file of tables has around a display: head, footnotes, stamp."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from equipoise.adam.model import ADaM
from equipoise.analysis.results import Results
from equipoise.reporting.model import Cell, Display, Line, Number


@dataclass(frozen=True, slots=True)
class Stamp:
    """From what a file was made: trial, look, cut-off, digests; virtual patients say so."""

    trial: str
    look: str
    digests: str
    virtual: bool

    @classmethod
    def of(cls, results: Results) -> Stamp:
        """That of a look's results."""
        return cls.of_data(results.data)

    @classmethod
    def of_data(cls, data: ADaM) -> Stamp:
        """That of a look's datasets."""
        cutoff = f", cut-off {data.date.isoformat()}" if data.date else ""
        digests = f"protocol {data.protocol.digest[:8]}, snapshot {data.snapshot.digest[:8]}"
        return cls(data.protocol.trial.id, f"{data.look}{cutoff}", digests, data.virtual)

    @property
    def head(self) -> str:
        """The running head."""
        end = ", VIRTUAL PATIENTS" if self.virtual else ""
        return f"{self.trial}, {self.look}{end}"


def title_lines(display: Display) -> tuple[str, ...]:
    """`Table 14.2.1`, the title, and among whom."""
    among = (display.population,) if display.population else ()
    return (f"{display.kind} {display.number}", display.title, *among)


def row_keys(display: Display) -> tuple[str, ...]:
    """The keys of the rows that a display prints, once each."""
    return tuple(dict.fromkeys(number.key for number in display.numbers))


def shell(display: Display) -> Display:
    """The display without its data: an x for every digit of a number."""

    def blank(cell: Cell) -> Cell:
        return tuple(
            replace(part, text=re.sub(r"\d", "x", part.text)) if isinstance(part, Number) else part
            for part in cell
        )

    lines = tuple(replace(line, cells=tuple(map(blank, line.cells))) for line in display.lines)
    return replace(display, heads=tuple(map(blank, display.heads)), lines=lines)


def widths(display: Display, total: int) -> list[int]:
    """Widths of the columns, the first wider, that together are `total`."""
    columns = len(display.heads)
    if display.shares:
        whole = sum(display.shares)
        cut = [share * total // whole for share in display.shares]
        return [cut[0] + total - sum(cut), *cut[1:]]
    first = total * (20 if display.words else 34) // 100 if columns < 7 else total * 22 // 100
    each = (total - first) // max(columns, 1)
    return [total - each * columns, *[each] * columns]


def spans(line: Line) -> bool:
    """Whether a line is one cell over all columns."""
    return not line.cells


def leads(display: Display, i: int) -> bool:
    """Whether a line heads those after it, and so is never the last of a page."""
    line, after = display.lines[i], display.lines[i + 1 : i + 2]
    return bool(after) and ((spans(line) and not line.indent) or after[0].indent > line.indent)
