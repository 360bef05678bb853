"""Records as they are: any domain of SDTM or ADaM, in columns that fit and pages that are counted.

Widths are in signs of a font whose signs are all as wide (Courier New), so that what wraps, and so
how many lines a record takes, is known before it is written.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from equipoise.adam.conditions import select
from equipoise.adam.model import ADaM
from equipoise.adam.submit.metadata import dataset_labels
from equipoise.analysis.results import Results
from equipoise.errors import InputError, did_you_mean, expect
from equipoise.reporting.model import Display, Line
from equipoise.sdtm.tabulate.terms import labels_of

_SIGN, _GAP = 96, 150  # twips: a sign of 8 points, and what a cell needs beside its text
_ACROSS = 13680  # twips between the margins of a landscape page
_PAGE_LINES = 44  # lines of a page, the heads of the columns among them
_WIDEST, _NARROWEST = 36, 6
_KEYS = ("USUBJID", "SUBJID")
_SAME = ("STUDYID", "DOMAIN")  # told once and not in every row
_NUMBERS = {
    "DS": 1, "DV": 2, "DM": 4, "ADSL": 4, "SC": 4, "SUPPDM": 4, "MH": 4, "ADMH": 4, "EX": 5,
    "ADEX": 5, "EC": 5, "TU": 6, "TR": 6, "RS": 6, "ADTR": 6, "ADRS": 6, "ADTTE": 6, "QS": 6,
    "ADQS": 6, "AE": 7, "ADAE": 7, "LB": 8, "ADLB": 8,
}  # fmt: skip
_OTHERS = 9  # by ICH E3 the ninth list of appendix 16.2 is the first that it does not name
_SEQUENCE = re.compile(r"^[A-Z]{2}SEQ$|^ASEQ$")


@dataclass(frozen=True, slots=True)
class ListedColumn:
    """A column: its variable, its head, and how many signs wide it is."""

    name: str
    head: str
    width: int


@dataclass(frozen=True, slots=True, repr=False)
class Listing:
    """The records of a domain.

    columns : all that have a value; rows : (n, columns) texts
    panels : columns by index that stand beside one another; keys stand in each
    notes : what is the same in every row, and what has no value
    """

    domain: str
    number: str
    title: str
    columns: tuple[ListedColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    panels: tuple[tuple[int, ...], ...]
    notes: tuple[str, ...]

    @property
    def pages(self) -> int:
        """How many pages it takes, predicted."""
        return sum(len(_cuts(self, panel)) for panel in self.panels)

    def displays(self) -> Iterator[Display]:
        """A display for each page."""
        for k, panel in enumerate(self.panels):
            cuts = _cuts(self, panel)
            for i, (start, end) in enumerate(cuts):
                last = k + 1 == len(self.panels) and i + 1 == len(cuts)
                yield _display(self, panel, start, end, (k, i), last=last)

    def in_panels(self) -> Iterator[Display]:
        """A display for each panel, for formats that turn pages by themselves."""
        for k, panel in enumerate(self.panels):
            last = k + 1 == len(self.panels)
            yield _display(self, panel, 0, len(self.rows), (k, 0), last=last)

    def whole(self) -> Display:
        """One display of everything, for formats without pages."""
        every = tuple(range(len(self.columns)))
        alone = replace(self, panels=(every,))
        return _display(alone, every, 0, len(self.rows), (0, 0), last=True)

    def __repr__(self) -> str:
        return f"Listing  {self.domain}: {len(self.rows)} records, {self.pages} pages"


def listing(data: Results | ADaM, domain: str, *, where: str | None = None) -> Listing:
    """The records of an SDTM domain or ADaM dataset at a look.

    data : results of a look, or its analysis datasets
    domain : AE, ADSL, ...; where : a condition over its variables, as in a protocol
    Raises   InputError if there is no such domain, or the condition reads what it lacks.
    """
    expect(data, Results, ADaM)
    adam = data.data if isinstance(data, Results) else data
    name = domain.upper()
    known = [*adam.tables, *adam.snapshot.tables]
    if name not in known:
        hint = did_you_mean(name, known)
        raise InputError(f'domain: found "{domain}", expected one of {", ".join(known)}{hint}')
    table = select(adam.table(name), where, dataset=name)
    return _made(name, table, _labels_of(adam, name), where)


def _labels_of(adam: ADaM, name: str) -> dict[str, str]:
    if name in adam.tables:
        return dataset_labels(name, adam.tables[name], adam)
    told = adam.snapshot.collected.labels.get(name, {}) if adam.snapshot.collected else {}
    return {**labels_of({name: adam.snapshot.tables[name]})[name], **told}


def _made(name: str, table: pl.DataFrame, labels: dict[str, str], where: str | None) -> Listing:
    texts = {column: _texts(table[column]) for column in table.columns}
    blank = [c for c, found in texts.items() if not any(found)] if table.height else []
    same = [c for c in _SAME if c in texts and len(set(texts[c])) == 1]
    order = [c for c in _KEYS if c in texts and c not in blank][:1]
    order += [c for c in texts if _SEQUENCE.match(c) and c not in blank]
    order += [c for c in texts if c not in {*order, *blank, *same}]
    columns = tuple(_column(c, labels.get(c, c), texts[c]) for c in order)
    rows = tuple(zip(*(texts[c] for c in order), strict=True))
    notes = [f"Records: {table.height}{f' where {where}' if where else ''}."]
    notes += [f"In every record: {', '.join(f'{c} {texts[c][0]}' for c in same)}."] if same else []
    notes += [f"Without any value: {', '.join(blank)}."] if blank else []
    keys = sum(1 for c in order if c in _KEYS or _SEQUENCE.match(c))
    number = f"16.2.{_NUMBERS.get(name, _OTHERS)}"
    panels = tuple(_panels(columns, keys))
    return Listing(name, number, f"Listing of {name}", columns, rows, panels, tuple(notes))


def _texts(column: pl.Series) -> list[str]:
    """Values as text: numbers without a needless point, dates as ISO 8601, nothing as ""."""
    if column.dtype.is_float():
        return ["" if v is None or math.isnan(v) else _number(v) for v in column.to_list()]
    return column.cast(pl.String).fill_null("").to_list()


def _number(value: float) -> str:
    return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value)


def _column(name: str, label: str, texts: Sequence[str]) -> ListedColumn:
    """As wide as its widest text up to a limit, never narrower than a word of its head."""
    head = name if label == name else f"{name}\n{label}"
    widest = max(map(len, set(texts)), default=0)
    word = max(map(len, head.split()), default=0)
    return ListedColumn(name, head, min(max(widest, word, _NARROWEST), _WIDEST))


def _panels(columns: Sequence[ListedColumn], keys: int) -> Iterator[tuple[int, ...]]:
    """Columns that fit beside one another; the key columns again in each panel."""
    first = tuple(range(keys))
    base = sum(_twips(columns[i]) for i in first)
    mine, used = list(first), base
    for i in range(keys, len(columns)):
        wide = _twips(columns[i])
        if used + wide > _ACROSS and len(mine) > keys:
            yield tuple(mine)
            mine, used = list(first), base
        mine.append(i)
        used += wide
    yield tuple(mine)


def _twips(column: ListedColumn) -> int:
    return column.width * _SIGN + _GAP


def _cuts(listing: Listing, panel: Sequence[int]) -> list[tuple[int, int]]:
    """Where each page of a panel begins and ends, so that no page runs over."""
    columns = [listing.columns[i] for i in panel]
    room = _PAGE_LINES - max(_lines(c.head, c.width) for c in columns)
    cuts, start, used = [], 0, 0
    pairs = [(i, listing.columns[i].width) for i in panel]
    for k, row in enumerate(listing.rows):
        tall = max(_lines(row[i], width) if row[i] else 1 for i, width in pairs)
        if used + tall > room and k > start:
            cuts.append((start, k))
            start, used = k, 0
        used += tall
    cuts.append((start, len(listing.rows)))
    return cuts


def _lines(text: str, width: int) -> int:
    """Lines that a text takes in a cell so many signs wide, words kept whole where they can be."""
    if text.isascii() and len(text) <= width and "\n" not in text:
        return 1
    plain = text.isascii()
    return sum(_wrapped(part, width) for part in text.split("\n")) * (1 if plain else 2)


def _wrapped(text: str, width: int) -> int:
    lines, used = 1, 0
    for word in text.split(" "):
        size = _wide(word)
        if used and used + 1 + size <= width:
            used += 1 + size
            continue
        lines += 1 if used else 0
        lines += max(0, (size - 1) // width)
        used = size % width or (width if size else 0)
    return lines


def _wide(word: str) -> int:
    """Signs of a word; one from the Far East is two wide, as is one that no font of ours has."""
    if word.isascii():
        return len(word)
    return sum(2 if unicodedata.east_asian_width(s) in "WF" else 1 for s in word)


def _display(
    listing: Listing,
    panel: Sequence[int],
    start: int,
    end: int,
    place: tuple[int, int],
    *,
    last: bool,
) -> Display:
    first, *others = panel
    lines = tuple(
        Line(row[first], tuple((row[i],) for i in others)) for row in listing.rows[start:end]
    )
    several = len(listing.panels) > 1
    part = f", columns {place[0] + 1} of {len(listing.panels)}" if several else ""
    key = f"{listing.domain.lower()}-{place[0] + 1}-{place[1] + 1}"
    heads = tuple((listing.columns[i].head,) for i in others)
    return Display(
        key, listing.number, listing.title + part, heads, lines,
        listing.notes if last else (), name=f"Listing {listing.number}", words=True,
        shares=tuple(_twips(listing.columns[i]) for i in panel), corner=listing.columns[first].head,
    )  # fmt: skip
