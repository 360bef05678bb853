"""What is compared of a build: its rows by their keys, and its patients' records by what they are.

Frames are read, never derived: a comparison takes less than a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from equipoise.analysis.results import row_key


@dataclass(frozen=True, eq=False)
class BuildSide:
    """One of the two builds.

    name : how it is called; look, digests, program : of what it is made
    rows : its results; tables : its analysis datasets by name
    asked : what reads estimand -> (dataset, PARAMCD) from the protocol, where it is known
    """

    name: str
    look: str
    cutoff: str
    protocol: str
    snapshot: str
    program: str
    rows: pl.DataFrame
    tables: Mapping[str, pl.DataFrame]
    asked: Callable[[], Mapping[str, tuple[str, str]]] = dict

    @cached_property
    def endpoints(self) -> Mapping[str, tuple[str, str]]:
        """Estimand -> (dataset, PARAMCD); the protocol is read only if something differs."""
        return self.asked()

    @cached_property
    def numbers(self) -> dict[str, dict[str, Any]]:
        """Row key -> row."""
        return {row_key(row): row for row in self.rows.iter_rows(named=True)}

    @cached_property
    def arms(self) -> dict[str, str]:
        """Subject -> planned arm."""
        table = self.tables.get("ADSL")
        return dict(table.select("USUBJID", "TRT01P").iter_rows()) if table is not None else {}

    def events(self, parameter: str) -> dict[str, tuple[bool, float | None]]:
        """Subject -> whether there was the event, and the time, of a parameter of ADTTE."""
        table = self.tables.get("ADTTE")
        if table is None:
            return {}
        mine = table.filter(pl.col("PARAMCD") == parameter)
        return {s: (c == 0, t) for s, c, t in mine.select("USUBJID", "CNSR", "AVAL").iter_rows()}

    def records(self, dataset: str, parameter: str = "") -> dict[str, tuple[int, int]]:
        """Subject -> the records of a dataset in a digest; of one PARAMCD if it is named."""
        table = self.tables.get(dataset)
        if table is None or "USUBJID" not in table.columns:
            return {}
        if parameter and "PARAMCD" in table.columns:
            table = table.filter(pl.col("PARAMCD") == parameter)
        said = table.drop([c for c in table.columns if c.endswith(("SEQ", "SEQS"))])
        return _by_subject(said)

    def people(self, columns: tuple[str, ...]) -> dict[str, tuple[object, ...]]:
        """Subject -> values of columns of ADSL, those that it has; a column "*FL" is every flag."""
        table = self.tables.get("ADSL")
        if table is None:
            return {}
        flags = [c for c in table.columns if c.endswith("FL")] if "*FL" in columns else []
        named = [c for c in (*columns, *flags) if c in table.columns]
        rows = table.select("USUBJID", *named).iter_rows()
        return {row[0]: tuple(row[1:]) for row in rows}

    def terms(self, term: str) -> set[str]:
        """Subjects with an emergent adverse event of a term or a class; of any if "" is asked."""
        table = self.tables.get("ADAE")
        if table is None:
            return set()
        wanted = table.filter(pl.col("TRTEMFL") == "Y") if "TRTEMFL" in table.columns else table
        if term:
            last = term.rsplit(": ", 1)[-1]
            named = [c for c in ("AEDECOD", "AEBODSYS", "AETERM") if c in wanted.columns]
            wanted = wanted.filter(pl.any_horizontal(pl.col(c) == last for c in named))
        return set(wanted["USUBJID"])


def _by_subject(table: pl.DataFrame) -> dict[str, tuple[int, int]]:
    """Subject -> how many records differ from one another, and the sum of their digests."""
    digests = table.select("USUBJID", digest=table.hash_rows(seed=0))
    one = pl.col("digest").unique()
    sums = digests.group_by("USUBJID").agg(n=one.len(), total=one.sum())
    return {subject: (n, total) for subject, n, total in sums.iter_rows()}


def subjects_in(one: Mapping[str, object], two: Mapping[str, object]) -> Iterator[str]:
    """Subjects of either, in order."""
    yield from sorted({*one, *two})
