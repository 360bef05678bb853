"""Everything of one subject by its number: derived rows, and collected records with their place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import polars as pl

from equipoise.adam.adsrc import with_sequence
from equipoise.adam.explain.records import Fields, Records, records_of
from equipoise.adam.explain.step import Step
from equipoise.adam.model import ADaM


def key_of(columns: Mapping[str, Any] | list[str], dataset: str) -> str:
    """The variable that numbers the rows of a derived dataset: ASEQ, --SEQ, or "" for none."""
    return next((c for c in ("ASEQ", f"{dataset[2:]}SEQ") if c in columns), "")


class Dossier:
    """One subject's rows of every dataset and domain, to be looked up by number."""

    def __init__(self, data: ADaM, usubjid: str) -> None:
        self.data, self.usubjid = data, usubjid
        self._derived: dict[str, list[Fields]] = {}
        self._places: dict[str, dict[object, int]] = {}
        self._told: dict[tuple[str, object, str], Step] = {}
        self._domains: dict[str, Records] = {}

    def rows(self, dataset: str) -> list[Fields]:
        """The subject's rows of a dataset, or of a domain with their numbers as SEQ.

        Raises   InputError if there is neither.
        """
        if dataset not in self._derived:
            mine = self.data.table(dataset).filter(pl.col("USUBJID") == self.usubjid)
            if dataset not in self.data.tables:
                mine = with_sequence(mine, dataset)
            self._derived[dataset] = mine.to_dicts()
        return self._derived[dataset]

    def at(self, dataset: str, number: object) -> int | None:
        """The place among `rows` of the row with a number."""
        if dataset not in self._places:
            rows = self.rows(dataset)
            key = key_of(rows[0], dataset) if rows else ""
            found = {row[key]: n for n, row in reversed(list(enumerate(rows)))} if key else {}
            self._places[dataset] = found
        return self._places[dataset].get(number)

    @cached_property
    def sources(self) -> dict[tuple[str, str | None, str], list[Fields]]:
        """The subject's rows of ADSRC by dataset, parameter and variable."""
        found: dict[tuple[str, str | None, str], list[Fields]] = {}
        for row in self.rows("ADSRC"):
            key = (row["DATASET"], row["PARAMCD"], row["VARIABLE"])
            found.setdefault(key, []).append(row)
        return found

    def has(self, domain: str, variable: str) -> bool:
        """Whether a domain of the snapshot has a variable."""
        tables = self.data.snapshot.tables
        return domain in tables and variable in tables[domain].columns

    def record(self, domain: str, seq: object, variable: str = "") -> Step:
        """What stands in a collected record, and where; `variable` is the one it was read for."""
        number = int(seq) if isinstance(seq, float) else seq  # --SEQ is a float in a domain
        key = (domain, number, variable)
        if key not in self._told:
            found = None
            if domain in self.data.snapshot.tables:
                found = self._records(domain).told(number, variable)
            self._told[key] = found or Step(f"{domain} has no record {number} of {self.usubjid}")
        return self._told[key]

    def supplement(self, name: str, code: str, value: str, variable: str) -> Step:
        """The record of SUPPDM or SC in which a variable of ADSL was collected."""
        number = self._records(name).number_where(code, variable)
        return self.record(name, number, value)

    def _records(self, domain: str) -> Records:
        if domain not in self._domains:
            self._domains[domain] = records_of(self.data.snapshot, domain, self.usubjid)
        return self._domains[domain]
