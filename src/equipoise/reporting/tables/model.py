"""A table as a person sees it, and its HTML by great-tables."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a label (plain text), its cells (HTML), how far it is indented."""

    label: str
    cells: tuple[str, ...] = ()
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A title, column heads, lines and notes."""

    key: str
    title: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()

    def html(self) -> str:
        """The table as HTML; the same table is always the same text."""
        import polars as pl
        from great_tables import GT
        from great_tables import html as raw

        columns = [f"c{i}" for i in range(len(self.heads))]
        blank = [""] * len(columns)
        data = {"label": [_label(line) for line in self.lines]} | {
            name: [(list(line.cells) or blank)[i] for line in self.lines]
            for i, name in enumerate(columns)
        }
        table = (
            GT(pl.DataFrame(data), id=f"table-{self.key}")
            .tab_header(title=raw(escape(self.title)))
            .cols_label({"label": ""} | {c: raw(h) for c, h in zip(columns, self.heads)})
            .fmt_passthrough(["label", *columns], escape=False)
            .cols_align("left", ["label"])
            .cols_align("right", columns)
            .opt_table_font(font="inherit")
            .tab_options(table_width="100%", table_font_size="0.92rem", container_overflow_x="auto")
        )
        for note in self.notes:
            table = table.tab_source_note(raw(note))
        return str(table.as_raw_html())


def _label(line: Line) -> str:
    text = escape(line.label)
    if line.indent:
        return f'<span class="indent-{line.indent}">{text}</span>'
    return f"<strong>{text}</strong>" if not line.cells else text
