"""Results are rows, unrounded; text and pictures are drawn from them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from typing import Any

import polars as pl

from equipoise.adam.model import ADaM
from equipoise.errors import Finding, InputError, did_you_mean


@dataclass(frozen=True, slots=True)
class Row:
    """One number of one analysis.

    analysis : the estimand's key, or "baseline", "flow", "safety"
    method : what computed it; population : among whom; comparison : "a v b" or ""
    group : arm key, "all", or ""; subgroup, term : finer keys, or ""
    statistic : its name in the field's words; at : days from origin, where it belongs to a time
    value : the number, None where it cannot be had; note : why not, or what should be known
    n : of a share, the number that it is a share of
    """

    analysis: str
    method: str
    population: str
    statistic: str
    value: float | None
    comparison: str = ""
    group: str = ""
    subgroup: str = ""
    term: str = ""
    at: float | None = None
    note: str = ""
    n: float | None = None


ROW_SCHEMA: dict[str, pl.DataType] = {
    f.name: pl.Float64() if f.name in ("value", "at", "n") else pl.String() for f in fields(Row)
}
PLACE = ("analysis", "method", "statistic", "comparison", "group", "subgroup", "term", "at")
"""The columns that say what a row is about; no two rows have the same."""


def row_key(row: Mapping[str, Any]) -> str:
    """`r-` and ten hexadecimal digits of what a row is about: the same at every look."""
    about = "|".join("" if row[name] is None else str(row[name]) for name in PLACE)
    return f"r-{hashlib.sha256(about.encode()).hexdigest()[:10]}"


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number with its interval and P value, and a line that could stand in a paper."""

    statistic: str
    value: float | None
    lower: float | None
    upper: float | None
    p: float | None
    test: str
    events: int
    n: int
    note: str = ""

    def __repr__(self) -> str:
        if self.value is None:
            return f"Estimate  {self.statistic} not estimable ({self.note})"
        limits = ""
        if self.lower is not None and self.upper is not None:
            limits = f" (95% CI {self.lower:.2f} to {self.upper:.2f})"
        p = ""
        if self.p is not None:
            shown = "P<0.001" if self.p < 0.001 else f"P={self.p:.3f}"
            p = f"   {self.test} {shown}"
        seen = f"   {self.events} events in {self.n}" if self.events else f"   {self.n} patients"
        return f"Estimate  {self.statistic} {self.value:.2f}{limits}{p}{seen}"


@dataclass(frozen=True, eq=False, repr=False)
class Results:
    """Every number of one look, one row each, and the data they were computed from."""

    rows: pl.DataFrame
    data: ADaM
    findings: tuple[Finding, ...] = ()

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The key of each row."""
        places = self.rows.select(PLACE)
        return tuple(row_key(row) for row in places.iter_rows(named=True))

    def select(self, **where: Any) -> pl.DataFrame:
        """Rows whose columns have the values given.

        Raises   InputError if there is no such column.
        """
        for name in where:
            if name not in self.rows.columns:
                hint = did_you_mean(name, self.rows.columns)
                raise InputError(f'results have no column "{name}"{hint}')
        return self.rows.filter([pl.col(k) == v for k, v in where.items()])

    def value(self, **where: Any) -> float | None:
        """The one value that answers, or None if there is no such row or it has no value."""
        found = self.select(**where)
        return None if found.is_empty() else found["value"][0]

    def estimate(self, statistic: str, **where: Any) -> Estimate:
        """A statistic with its limits."""
        found = self.select(statistic=statistic, **where)
        if found.is_empty():
            raise InputError(f'results have no "{statistic}" for {where}')
        row = found.row(0, named=True)
        lower = self.value(statistic=f"{statistic} lower limit", **where)
        upper = self.value(statistic=f"{statistic} upper limit", **where)
        return Estimate(statistic, row["value"], lower, upper, None, "", 0, 0, row["note"])

    def __getitem__(self, key: str) -> Estimate:
        """The answer to an estimand, by its key or its role ("primary")."""
        estimands = self.data.protocol.estimands
        by_role = [k for k, e in estimands.items() if e.role == key]
        name = key if key in estimands else (by_role[0] if by_role else None)
        if name is None:
            raise InputError(f'no estimand "{key}"{did_you_mean(key, estimands)}')
        return self._answer(name, estimands[name].summary, estimands[name].test or "")

    def _answer(self, name: str, summary: Sequence[str], test: str) -> Estimate:
        rows = self.select(analysis=name, subgroup="").filter(pl.col("comparison") != "")
        wanted = summary[0] if summary else "hazard ratio"
        pair = rows.filter(pl.col("statistic") == wanted)
        comparison = pair["comparison"][0] if pair.height else ""
        p = rows.filter((pl.col("statistic") == "p") & (pl.col("method") == test))
        p = p.filter(pl.col("comparison") == comparison) if comparison else p
        of = {"analysis": name, "subgroup": ""}
        found = self.estimate(wanted, comparison=comparison, **of)
        groups = self.select(**of).filter(pl.col("group").is_in(comparison.split(" v ")))

        def total(statistic: str) -> int:
            counts = groups.filter(pl.col("statistic") == statistic).unique("group")["value"]
            return int(counts.sum())

        level = p["value"][0] if p.height else None
        events, n = total("events"), total("n")
        return Estimate(
            wanted, found.value, found.lower, found.upper, level, test, events, n, found.note
        )

    def __repr__(self) -> str:
        return f"Results  {self.data.look}: {self.rows.height} rows"


def frame(rows: Iterable[Row]) -> pl.DataFrame:
    """Rows as a table of ROW_SCHEMA."""
    return pl.DataFrame([asdict(row) for row in rows], schema=ROW_SCHEMA)
