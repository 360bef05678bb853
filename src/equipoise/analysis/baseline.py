"""Table 1: who was randomized."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import polars as pl

from equipoise.adam.model import ADaM
from equipoise.analysis.continuous.describe import quantiles
from equipoise.analysis.results import Row
from equipoise.errors import InputError, did_you_mean
from equipoise.protocol import Protocol
from equipoise.protocol.model import Characteristic

POPULATION = "randomized"
MOST_CODES = 10  # values of a number that may be codes of categories


def baseline(data: ADaM) -> Iterator[Row]:
    """Summaries of the characteristics that the protocol's report lists, by arm and overall.

    Quantiles are those of SAS's default, the average at steps (Hyndman and Fan's type 2).
    Raises   InputError if ADSL lacks a variable.
    Checked  tests/unit/analysis/test_baseline.py
    """
    adsl = data.table("ADSL")
    missing(adsl, data.protocol)
    for line in data.protocol.report.baseline:
        for group, rows in by_arm(data, adsl):
            column = rows[line.variable]
            if is_number(line, adsl[line.variable]):
                yield from _number(line, group, column)
            else:
                levels = list(adsl[line.variable].drop_nulls().unique().sort())
                yield from _category(line, group, column, levels)


def missing(adsl: pl.DataFrame, protocol: Protocol, *, also: Collection[str] = ()) -> None:
    """Raises   InputError for a line of Table 1 that reads neither ADSL nor what is also there."""
    for line in protocol.report.baseline:
        if line.variable not in adsl.columns and line.variable not in also:
            hint = did_you_mean(line.variable, adsl.columns)
            raise InputError(f"Table 1 reads {line.variable}, which ADSL does not have{hint}")


def is_number(line: Characteristic, column: pl.Series) -> bool:
    """Whether it is summed up as a number: what is called so, and numbers of many values."""
    return line.kind == "number" or (column.dtype.is_numeric() and column.n_unique() > MOST_CODES)


def by_arm(data: ADaM, adsl: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """Subjects by arm as randomized, experimental first as the protocol lists them, then all."""
    for key in data.protocol.arms:
        yield key, adsl.filter(pl.col("TRT01P") == key)
    yield "all", adsl


def _row(
    line: Characteristic,
    group: str,
    statistic: str,
    value: float | None,
    level: str,
    n: float | None = None,
) -> Row:
    term = f"{line.variable}: {level}" if level else line.variable
    return Row("baseline", "summary", POPULATION, statistic, value, group=group, term=term, n=n)


def _number(line: Characteristic, group: str, column: pl.Series) -> Iterator[Row]:
    values = column.drop_nulls().cast(pl.Float64)
    first, median, third = quantiles(values) if len(values) else (None, None, None)
    found = {
        "n": len(values),
        "mean": values.mean(),
        "standard deviation": values.std(),
        "median": median,
        "first quartile": first,
        "third quartile": third,
        "minimum": values.min(),
        "maximum": values.max(),
    }
    for statistic, value in found.items():
        number = float(value) if isinstance(value, (int, float)) else None
        yield _row(line, group, statistic, number, "")


def _category(
    line: Characteristic, group: str, column: pl.Series, levels: list[object]
) -> Iterator[Row]:
    present = column.drop_nulls()
    yield _row(line, group, "n", len(present), "")
    missing = len(column) - len(present)
    yield _row(line, group, "missing", missing, "")
    for level in levels:
        count = int((present == level).sum())
        yield _row(line, group, "count", count, str(level))
        share = count / len(present) if len(present) else None
        yield _row(line, group, "proportion", share, str(level), len(present))
