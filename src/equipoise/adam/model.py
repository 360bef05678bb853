"""Analysis datasets and what they were derived from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from equipoise.errors import Finding, InputError, did_you_mean
from equipoise.protocol import Protocol
from equipoise.sdtm.model import Snapshot


@dataclass(frozen=True, eq=False, repr=False)
class ADaM:
    """The analysis datasets of one look.

    tables : dataset -> table; every ADTTE row says which record it came from and by which rule
    snapshot : the collected data they were derived from
    protocol : the rules they were derived by
    findings : what the derivation could not decide or had to assume
    """

    tables: Mapping[str, pl.DataFrame]
    snapshot: Snapshot
    protocol: Protocol
    findings: tuple[Finding, ...] = ()

    @property
    def look(self) -> str:
        return self.snapshot.look

    @property
    def date(self) -> dt.date | None:
        return self.snapshot.date

    @property
    def virtual(self) -> bool:
        return self.snapshot.virtual

    def table(self, name: str) -> pl.DataFrame:
        """A dataset, by its ADaM name or, where there is none, its SDTM domain.

        Raises   InputError if neither has it.
        """
        for tables in (self.tables, self.snapshot.tables):
            if name in tables:
                return tables[name]
        known = [*self.tables, *self.snapshot.tables]
        raise InputError(f'there is no dataset "{name}"{did_you_mean(name, known)}')

    def has(self, name: str) -> bool:
        return name in self.tables or name in self.snapshot.tables

    def __repr__(self) -> str:
        people = self.tables["ADSL"].height if "ADSL" in self.tables else 0
        kind = ", virtual patients" if self.virtual else ""
        return f"ADaM  {self.look}: {', '.join(self.tables)}; {people} subjects{kind}"
