"""Results are rows, unrounded; text and pictures are drawn from them."""

from __future__ import annotations

import hashlib
import pickle
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from operator import attrgetter, itemgetter
from typing import Any

import polars as pl

from equipoise.adam.model import ADaM
from equipoise.errors import Finding, InputError, did_you_mean
from equipoise.notebook import card


@dataclass(frozen=True, slots=True)
class Row:
    """One number of one analysis.

    analysis : the estimand's key, or "baseline", "flow", "safety"
    method : what computed it; population : among whom; comparison : "a v b" or ""
    group : arm key, "all", or ""; subgroup, term : finer keys, or ""
    statistic : its name in the field's words; at : days from origin, where it belongs to a time
    value : the number, None where it cannot be had; note : why not, or what should be known
    n : of a share, the number that it is a share of
    extension : whose method it is, distribution and version; "" for the house
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
    extension: str = ""


ROW_SCHEMA: dict[str, pl.DataType] = {
    f.name: pl.Float64() if f.name in ("value", "at", "n") else pl.String() for f in fields(Row)
}
_values = attrgetter(*ROW_SCHEMA)
PLACE = ("analysis", "method", "statistic", "comparison", "group", "subgroup", "term", "at")
"""The columns that say what a row is about; no two rows have the same."""
_place = itemgetter(*PLACE)


def row_key(row: Mapping[str, Any]) -> str:
    """`r-` and ten hexadecimal digits of what a row is about: the same at every look."""
    about = "|".join(["" if x is None else str(x) for x in _place(row)])
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

    def _repr_html_(self) -> str:
        row = (self.statistic, self.value, self.lower, self.upper, self.p, self.events, self.n)
        heads = ("", "estimate", "lower limit", "upper limit", "P", "events", "patients")
        return card(repr(self), heads, [row], self.note)

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

    def __eq__(self, other: object) -> bool:
        """The same rows of the same data under the same protocol, and the same findings."""
        if not isinstance(other, Results):
            return NotImplemented
        mine, theirs = self._about(), other._about()
        return mine == theirs and self.rows.equals(other.rows, null_equal=True)

    def __hash__(self) -> int:
        return hash(self._about())

    def _about(self) -> tuple[object, ...]:
        data = self.data
        return data.look, data.date, data.protocol.digest, data.snapshot.digest, self.findings

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled small: tables of texts say the same over and over."""
        state = (self.rows, self.data, self.findings)
        return _unpacked, (zlib.compress(pickle.dumps(state), 1),)

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
        return self.rows.filter([pl.col(k).eq_missing(v) for k, v in where.items()])

    def value(self, **where: str | float | None) -> float | None:
        """The one value that answers; None if its row has none, and the row's note says why.

        Raises   InputError if several rows fit, with what tells them apart; if none does, with the
        nearest word where there is no such word.
        """
        value: float | None = self._one(**where)["value"]
        return value

    def _one(self, **where: Any) -> dict[str, Any]:
        """The one row whose columns have the values given."""
        found = self.select(**where)
        if found.height == 1:
            return found.row(0, named=True)
        asked = ", ".join(f"{name} {value!r}" for name, value in where.items())
        if found.is_empty():
            raise InputError(f"results have no row with {asked}{self._unknown(where)}")
        raise InputError(f"{found.height} rows with {asked}; say also {_telling(found)}")

    def _unknown(self, where: dict[str, Any]) -> str:
        """The values that no row has, with the nearest that one does."""
        told = []
        for name, value in where.items():
            known = self.rows[name].drop_nulls().unique().to_list()
            if value is not None and value not in known:
                hint = did_you_mean(str(value), map(str, known))
                told.append(f'; no row has {name} "{value}"{hint}')
        return "".join(told)

    def _limit(self, statistic: str, **where: Any) -> float | None:
        """A limit of an interval, where there is one."""
        found = self.select(statistic=statistic, **where)
        return None if found.is_empty() else found["value"][0]

    def estimate(self, statistic: str, **where: Any) -> Estimate:
        """A statistic with its limits, and the patients it rests on.

        Raises   InputError as `value` does.
        """
        row = self._one(statistic=statistic, **where)
        own = {name: row[name] for name in ROW_SCHEMA if name not in ("value", "note")}
        lower = self._limit(**{**own, "statistic": f"{statistic} lower limit"})
        upper = self._limit(**{**own, "statistic": f"{statistic} upper limit"})
        n, events = self._counted(row)
        return Estimate(statistic, row["value"], lower, upper, None, "", events, n, row["note"])

    def _counted(self, row: dict[str, Any]) -> tuple[int, int]:
        """Patients and events of the groups that a row is about."""
        of = self.select(analysis=row["analysis"], subgroup=row["subgroup"])
        groups = [row["group"]] if row["group"] else row["comparison"].split(" v ")
        mine = of.filter(pl.col("group").is_in(groups)).unique(["group", "statistic"], keep="first")
        counts = [mine.filter(pl.col("statistic") == s)["value"].sum() for s in ("n", "events")]
        return int(counts[0]), int(counts[1])

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
        if pair.is_empty():
            note = "no method of the estimand gives it"
            return Estimate(wanted, None, None, None, None, test, 0, 0, note)
        comparison = pair["comparison"][0] if pair.height else ""
        p = rows.filter((pl.col("statistic") == "p") & (pl.col("method") == test))
        p = p.filter(pl.col("comparison") == comparison) if comparison else p
        of = {"analysis": name, "subgroup": ""}
        first = self.select(statistic=wanted, comparison=comparison, **of)
        keys = ("method", "population", "group", "term", "at")
        own = {key: first[key][0] for key in keys} if first.height > 1 else {}
        found = self.estimate(wanted, comparison=comparison, **of, **own)
        return replace(found, p=p["value"][0] if p.height else None, test=test)

    def to_pandas(self) -> Any:
        """The rows as a DataFrame of pandas, without anything else that has to be installed.

        Raises   InputError if there is no pandas.
        """
        try:
            import pandas as pd
        except ImportError:
            raise InputError("to_pandas needs pandas, which is not installed") from None
        return pd.DataFrame(self.rows.to_dict(as_series=False))

    def _repr_html_(self) -> str:
        estimands = self.data.protocol.estimands
        answers = [(key, self[key]) for key, e in estimands.items() if e.role == "primary"]
        rows = [(k, a.statistic, a.value, a.lower, a.upper, a.p, a.test) for k, a in answers]
        heads = ("primary", "statistic", "estimate", "lower limit", "upper limit", "P", "test")
        virtual = "Virtual patients." if self.data.virtual else ""
        return card(repr(self), heads, rows, virtual)

    def __repr__(self) -> str:
        return f"Results  {self.data.look}: {self.rows.height} rows"


def _unpacked(packed: bytes) -> Results:
    rows, data, findings = pickle.loads(zlib.decompress(packed))
    return Results(rows, data, findings)


def _telling(found: pl.DataFrame) -> str:
    """The columns in which rows differ, each with some of its values."""
    told = []
    for name in found.columns:
        values = found[name].unique(maintain_order=True).to_list()
        if name not in ("value", "note") and len(values) > 1:
            shown = ", ".join(repr(value) for value in values[:4])
            told.append(f"{name} ({shown}{', ...' if len(values) > 4 else ''})")
    return " or ".join(told) or "no more: the rows are alike"


def frame(rows: Iterable[Row]) -> pl.DataFrame:
    """Rows as a table of ROW_SCHEMA."""
    told = [_values(row) for row in rows]
    return pl.DataFrame(told, schema=ROW_SCHEMA, orient="row")
