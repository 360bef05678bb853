"""The last day that is in: one for everybody, or one for each subject."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class LastDay:
    """A cut-off date; trials that lie one under the other are each cut on a date of their own.

    day : of every subject, or of each: USUBJID, LAST
    """

    day: dt.date | pl.DataFrame

    def of(self, subjects: pl.Series) -> pl.Series:
        """(n,) the date of each of these USUBJID; null for one that is not known."""
        if isinstance(self.day, dt.date):
            return pl.repeat(self.day, len(subjects), dtype=pl.Date, eager=True)
        asked = pl.DataFrame({"USUBJID": subjects})
        return asked.join(self.day, on="USUBJID", how="left", maintain_order="left")["LAST"]
