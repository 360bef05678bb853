"""Collected data and a snapshot of them: two nouns that hold tables and say their origin."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import polars as pl

from equipoise.errors import Finding, InputError, did_you_mean
from equipoise.protocol.model import Protocol


class Part(NamedTuple):
    """A file with some of a domain's rows, in order (LB may come as lbch.xpt and lbhe.xpt)."""

    file: str
    rows: int


@dataclass(frozen=True, eq=False, repr=False)
class SDTM:
    """What was collected, one table per domain, in the regulator's words.

    tables : domain -> table; text columns String, numbers Float64, dates ISO 8601 text
    files : domain -> name of the file or files it was read from
    virtual : whether the people are simulated; seed is then the one they came from
    findings : warnings and notes met on the way in
    labels : domain -> column -> label, as far as the files carried them
    parts : domain -> files with their row counts, to say where a row stands
    protocol : the protocol it was collected under, if known
    studies : what was derived from these data, so that it is derived once
    """

    tables: Mapping[str, pl.DataFrame]
    files: Mapping[str, str]
    virtual: bool = False
    seed: int | None = None
    findings: tuple[Finding, ...] = ()
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    parts: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)
    protocol: Protocol | None = None
    studies: dict[int, object] = field(default_factory=dict, init=False, compare=False)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content: the same values have it, whatever file format they came in."""
        return content_digest(self.tables)

    def table(self, name: str) -> pl.DataFrame:
        """One domain's table. Raises InputError if there is none."""
        return _table(self.tables, name)

    def __repr__(self) -> str:
        return _sentence("SDTM", _heights(self.tables), digest=self.digest, virtual=self.virtual)


@dataclass(frozen=True, eq=False, repr=False)
class Snapshot:
    """The data as known at one look's cut-off date.

    look : name of the look
    date : last day that is in, or None if everything is
    tables : domain -> table
    protocol_digest : the protocol it was cut for, or ""
    cut_from : digest of the SDTM it was cut from, where `collected` is not at hand; else ""
    findings : those of the SDTM, and the cut's own
    excluded : (domain, reason, rows, subjects), what the cut took away or made unknown
    read : domain -> rows of the SDTM it was cut from; {} if not known
    collected : the SDTM it was cut from, to find a record's file and row
    protocol : the protocol it was collected under, if known
    """

    look: str
    date: dt.date | None
    tables: Mapping[str, pl.DataFrame]
    protocol_digest: str
    cut_from: str
    virtual: bool
    seed: int | None
    findings: tuple[Finding, ...]
    excluded: pl.DataFrame
    collected: SDTM | None = None
    protocol: Protocol | None = None
    read: Mapping[str, int] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """Digest of the SDTM it was cut from, "" where that is not known."""
        return self.cut_from or (self.collected.digest if self.collected is not None else "")

    @cached_property
    def heights(self) -> Mapping[str, int]:
        """Domain -> how many rows it has."""
        return _heights(self.tables)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of date and content, as they are."""
        return snapshot_digest(self.tables, self.date)

    def table(self, name: str) -> pl.DataFrame:
        """One domain's table. Raises InputError if there is none."""
        return _table(self.tables, name)

    def __repr__(self) -> str:
        when = f"cut at {self.date}" if self.date else "uncut"
        head = f"Snapshot {self.look!r}, {when}"
        return _sentence(head, self.heights, digest=self.digest, virtual=self.virtual)


def content_digest(tables: Mapping[str, pl.DataFrame]) -> str:
    """SHA-256 over domains, columns by name, and values in row order.

    A column without any value counts by its name alone: formats differ in the type they give it.
    Checked  tests/unit/sdtm/test_read.py: equal for XPT, Parquet, CSV and Dataset-JSON.
    """
    state = hashlib.sha256()
    for domain in sorted(tables):
        table = tables[domain]
        state.update(f"{domain}|{table.height}|{table.width}\n".encode())
        blocks = _blocks(table)
        for name in sorted(table.columns):
            state.update(f"{len(name)}:{name}\n".encode())
            for block in blocks.get(name, [b"empty"]):
                state.update(block)
    return state.hexdigest()


def snapshot_digest(tables: Mapping[str, pl.DataFrame], date: dt.date | None) -> str:
    """SHA-256 of a cut-off date and the content cut there."""
    return hashlib.sha256(f"{date or ''}|{content_digest(tables)}".encode()).hexdigest()


_PRESENT = "\0present"  # behind the name of a column, as no name of SDTM ends


def _blocks(table: pl.DataFrame) -> dict[str, list[bytes]]:
    """The bytes that stand for each column with a value in it."""
    filled = [column.name for column in table if column.null_count() < len(column)]
    kinds = table.schema
    numeric = [name for name in filled if kinds[name].is_numeric()]
    textual = [name for name in filled if name not in numeric]
    # Adding zero turns -0.0 into 0.0, which is the same number.
    text = pl.col(textual).cast(pl.String)
    told = table.select(
        pl.col(numeric).cast(pl.Float64).fill_null(0.0),
        pl.col(numeric).is_not_null().cast(pl.UInt8).name.suffix(_PRESENT),
        text.str.len_bytes().cast(pl.Int64).fill_null(-1),
    )
    blocks = {
        name: [
            b"number",
            told[name + _PRESENT].to_numpy().tobytes(),
            (told[name].to_numpy() + 0.0).astype("<f8").tobytes(),
        ]
        for name in numeric
    }
    joined = table.select(text.str.join(""))
    for name in textual:
        sizes = told[name].to_numpy().astype("<i8").tobytes()
        blocks[name] = [b"text", sizes, joined[name][0].encode()]
    return blocks


def _table(tables: Mapping[str, pl.DataFrame], name: str) -> pl.DataFrame:
    found = tables.get(name.upper())
    if found is None:
        have = ", ".join(sorted(tables)) or "none"
        hint = did_you_mean(name.upper(), tables)
        raise InputError(f"there is no domain {name.upper()}{hint}; domains here: {have}")
    return found


def _heights(tables: Mapping[str, pl.DataFrame]) -> dict[str, int]:
    return {name: table.height for name, table in tables.items()}


def _sentence(head: str, heights: Mapping[str, int], *, digest: str, virtual: bool) -> str:
    who = "virtual subjects" if virtual else "subjects"
    size = f"{heights.get('DM', 0):,} {who}, {len(heights)} domains"
    size = f"{size}, {sum(heights.values()):,} records"
    return f"{head}: {size}, digest {digest[:12]}"
