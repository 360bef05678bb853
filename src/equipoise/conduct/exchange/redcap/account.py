"""What became of every row and cell of an export."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class RedcapImported(NamedTuple):
    """What became of an export.

    rows : read; written, and those that say nothing, by their line
    answers : entered; left_out : filled cells that the map leaves out; structure : those that name
    the subject, its site, event, day, consent or allocation
    again : the same was imported before, and nothing was written now
    """

    rows: int
    written: int
    empty: tuple[int, ...]
    subjects: int
    forms: int
    answers: int
    left_out: int
    structure: int
    cells: int
    problems: tuple[str, ...]
    sha256: str
    kept: bool
    again: bool = False

    def in_words(self) -> str:
        """As one sentence; rows and cells that are not accounted for would show."""
        told = f"{self.rows:,} rows read = {self.written:,} written"
        told += f" + {len(self.empty):,} that say nothing"
        cells = f"{self.cells:,} cells = {self.answers:,} answers + {self.left_out:,} left out"
        cells += f" + {self.structure:,} of subject, visit and allocation"
        whole = f"{told}; {cells}; {self.subjects:,} subjects, {self.forms:,} forms"
        if self.problems:
            return f"nothing was imported: {len(self.problems):,} problems in {self.rows:,} rows"
        if self.again:
            return f"was imported before, and nothing is written: {whole}"
        return whole if self.kept else f"would be imported: {whole}"


def unaccounted(found: RedcapImported) -> Iterator[str]:
    """What of an export is neither written nor told. There is nothing, or there is a bug."""
    if found.rows != found.written + len(found.empty):
        yield f"{found.rows - found.written - len(found.empty)} rows are not accounted for"
    if over := found.cells - found.answers - found.left_out - found.structure:
        yield f"{over} cells are not accounted for"
