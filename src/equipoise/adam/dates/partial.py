"""Partial dates completed by the protocol's rules, between the bounds that it names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial

import polars as pl

from equipoise.adam.dates.dtc import date_of
from equipoise.protocol.language.completion import BOUNDS, Completion
from equipoise.sdtm.dates import earliest, latest, missing, whole

_BOUND, _ABOVE, _BELOW = "_bound ", "above ", "below "


def with_bounds(
    rows: pl.DataFrame, people: pl.DataFrame, cutoff: dt.date | None, *rules: Completion
) -> pl.DataFrame:
    """Rows with the dates of their subject that a rule may name, for `completed` to read.

    people : USUBJID and those variables of ADSL that are known by now; what is not bounds nothing
    cutoff : the last day that is in the data; None bounds nothing
    """
    asked = sorted(frozenset().union(*(rule.bounds for rule in rules)))
    known = {word: BOUNDS[word] for word in asked if BOUNDS[word] in people.columns}
    if known:
        side = people.select(
            "USUBJID", *(pl.col(name).alias(_BOUND + word) for word, name in known.items())
        )
        rows = rows.join(side, on="USUBJID", how="left", maintain_order="left")
    absent = [word for word in asked if word not in known]
    return rows.with_columns(
        pl.lit(cutoff if word == "cut-off" else None, pl.Date).alias(_BOUND + word)
        for word in absent
    )


def without_bounds(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows as they were before `with_bounds`."""
    return rows.drop([name for name in rows.columns if name.startswith(_BOUND)])


def completed(
    column: str,
    rule: Completion,
    *,
    floor: Sequence[pl.Expr] = (),
    ceiling: Sequence[pl.Expr] = (),
    unknown: bool = False,
) -> pl.Expr:
    """The day that a --DTC text stands for, over rows that `with_bounds` has seen.

    floor, ceiling : further dates that a partial one may not pass
    unknown : whether a date of which not even the year is known becomes the bound toward which the
        rule leans

    The days that a partial date can be are narrowed by each bound that leaves one of them, those
    above first; then the rule picks.
    Returns  pl.Date expression named as the column; null under the rule "nothing"
    Source   ADaMIG 1.3, section 3.1.2 (flag it, state the rule); the 15th, or 30 June, is admiral's
             "mid".
    Checked  tests/unit/adam/test_partial.py.
    """
    if rule.day == "nothing":
        return date_of(column)
    limits = {
        _ABOVE: [*(pl.col(_BOUND + word) for word in rule.not_after), *ceiling],
        _BELOW: [*(pl.col(_BOUND + word) for word in rule.not_before), *floor],
    }
    named = [e.alias(f"{side}{k}") for side in limits for k, e in enumerate(limits[side])]
    read = partial(_completed, rule=rule, unknown=unknown)
    rows = pl.struct(pl.col(column).cast(pl.String).alias("text"), *named)
    return rows.map_batches(read, return_dtype=pl.Date, is_elementwise=True).alias(column)


def _completed(rows: pl.Series, *, rule: Completion, unknown: bool) -> pl.Series:
    """The days of texts with their bounds; the rule is asked only where one is not whole."""
    told = rows.struct.unnest()
    text = told["text"]
    known, first = whole(text), earliest(text)
    is_asked = known.is_null() & (first.is_not_null() | unknown)
    if not is_asked.any():
        return known
    dated = told.with_columns(
        whole=known, first=first, last=latest(text), missing=missing(text), asked=is_asked
    )
    picked = pl.when("asked").then(_picked(told.columns, rule))
    return dated.select(pl.coalesce("whole", picked)).to_series()


def _picked(bounds: Sequence[str], rule: Completion) -> pl.Expr:
    """The day that the rule picks of those that the bounds leave."""
    first, last = pl.col("first"), pl.col("last")
    above = [pl.col(name) for name in bounds if name.startswith(_ABOVE)]
    below = [pl.col(name) for name in bounds if name.startswith(_BELOW)]
    for bound in above:
        can = (bound >= first).fill_null(True)
        last = pl.when(can).then(pl.min_horizontal(last, bound)).otherwise(last)
    for bound in below:
        can = (bound <= last).fill_null(True)
        first = pl.when(can).then(pl.max_horizontal(first, bound)).otherwise(first)
    middle = pl.max_horizontal(pl.min_horizontal(_middle(), last), first)
    picked = {"first": first, "middle": middle, "last": last}[rule.day]
    return pl.coalesce(_of_known_day(picked, (first, last), rule), picked)


def _of_known_day(picked: pl.Expr, span: tuple[pl.Expr, pl.Expr], rule: Completion) -> pl.Expr:
    """Where a year and a day are known and the month is not: that day of the month that is picked.

    The next month (for "last" the one before) where the bounds leave no such day in that one; null
    where they leave none at all, and for any other date.
    """
    start, end = pl.col("first"), pl.col("last")
    only_month = (
        (pl.col("missing") == "M") & (start.dt.day() == end.dt.day()) & _of_a_year(start, end)
    )
    first, last = span
    back = rule.day == "last"
    days = [start.dt.offset_by(f"{k}mo") for k in (range(11, -1, -1) if back else range(12))]
    fits = [
        pl.when(
            (day.dt.day() == start.dt.day())
            & day.is_between(first, last)
            & (day.dt.month_start() <= picked if back else day.dt.month_end() >= picked)
        ).then(day)
        for day in days
    ]
    return pl.when(only_month).then(pl.coalesce(fits))


def _of_a_year(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Whether a date runs from January to December of one year."""
    return (start.dt.month() == 1) & (end.dt.month() == 12)


def _middle() -> pl.Expr:
    """The 15th of a known month, 30 June of a known year, the middle of an interval."""
    first, last = pl.col("first"), pl.col("last")
    month = (first == first.dt.month_start()) & (last == first.dt.month_end())
    year = _of_a_year(first, last) & (first.dt.day() == 1) & (last.dt.day() == 31)
    return (
        pl.when(month)
        .then(first.dt.offset_by("14d"))
        .when(year)
        .then(first.dt.offset_by("5mo29d"))
        .when(_of_a_year(first, last))
        .then(first.dt.offset_by("5mo"))
        .otherwise(first + (last - first) / 2)
    )
