"""Grade laboratory values by CTCAE, in both directions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache

import polars as pl

from equipoise.errors import InputError
from equipoise.laboratory.ctcae.criteria import threshold
from equipoise.laboratory.ctcae.terms import (
    LARGEST_GRADED,
    SCALE,
    Direction,
    GradedTerm,
    criteria,
    unit_for,
)
from equipoise.laboratory.units import factor, unit_of

_NEEDED = ("LBTESTCD", "AVAL", "UNIT", "ANRLO", "ANRHI", "BASE", "BNRIND")
_ASKED = ("LBSPEC", "LBFAST")
_MADE = ("ATOXGRL", "ATOXDSCL", "ATOXGRH", "ATOXDSCH")
_LETTER: dict[Direction, str] = {"low": "L", "high": "H"}
_HIGH = ("HIGH", "HIGH HIGH", "H", "HH")
_LOW = ("LOW", "LOW LOW", "L", "LL")


def _ladder(grades: Mapping[int, str], times: Fraction = Fraction(1)) -> pl.Expr:
    """The highest grade whose threshold is met; 0 if none is; null if that cannot be told."""
    steps = {grade: threshold(text, times) for grade, text in sorted(grades.items(), reverse=True)}
    met = pl.coalesce([pl.when(c).then(pl.lit(g, dtype=pl.Int8)) for g, c in steps.items()])
    unknown = pl.any_horizontal([c.is_null() for c in steps.values()])
    none = pl.when(~unknown).then(pl.lit(0, dtype=pl.Int8))
    return pl.when(pl.col("_VALUE").is_not_null()).then(pl.coalesce(met, none))


def _by_unit(table: Mapping[str, Mapping[int, str]], test: str, units: Iterable[str]) -> pl.Expr:
    """The ladder of the row's unit; null for a unit that cannot be turned into the criterion's."""
    if "any" in table:
        return _ladder(table["any"])
    ladders = []
    for unit in units:
        own = unit_for(test, unit, table)
        times = factor(test, from_=unit, to=own) if own else None
        if own and times:
            ladders.append(pl.when(pl.col("_UNIT") == unit).then(_ladder(table[own], times)))
    return pl.coalesce(ladders) if ladders else pl.lit(None, dtype=pl.Int8)


def _one(criterion: GradedTerm, test: str, units: Iterable[str]) -> pl.Expr:
    grade = _by_unit(criterion.grades, test, units)
    baseline = pl.col("BNRIND")
    if criterion.high is not None:
        high = baseline.is_in(_HIGH).fill_null(False)
        grade = pl.when(high).then(_by_unit(criterion.high, test, units)).otherwise(grade)
    if criterion.low is not None:
        low = baseline.is_in(_LOW).fill_null(False)
        grade = pl.when(low).then(_by_unit(criterion.low, test, units)).otherwise(grade)
    return grade


def _applies(criterion: GradedTerm, columns: Iterable[str]) -> pl.Expr:
    known = set(columns)
    parts = [
        pl.col(c).is_in(words).fill_null(False) if c in known else pl.lit(False)
        for c, words in criterion.where.items()
    ]
    return pl.all_horizontal(parts) if parts else pl.lit(True)


@lru_cache(maxsize=1024)  # of a trial after another the same are asked
def _direction(
    version: str, test: str, side: Direction, units: tuple[str, ...], columns: frozenset[str]
) -> tuple[pl.Expr, pl.Expr]:
    """A test's grade and term in one direction; the first criterion that applies decides.

    units : of its rows, in their order; columns : what the rows say
    """
    letter = _LETTER[side]
    mine = [c for c in criteria(version) if test in c.tests and c.direction == side]
    grade, term = pl.lit(None, dtype=pl.Int8), pl.lit(None, dtype=pl.String)
    for criterion in reversed(mine):
        applies = _applies(criterion, columns)
        grade = pl.when(applies).then(_one(criterion, test, units)).otherwise(grade)
        term = pl.when(applies).then(pl.lit(criterion.term)).otherwise(term)
    return grade.alias(f"ATOXGR{letter}"), term.alias(f"ATOXDSC{letter}")


def _both(part: pl.DataFrame, version: str, test: str) -> pl.DataFrame:
    """Grade one test's rows in both directions."""
    units = tuple(part["_UNIT"].drop_nulls().unique(maintain_order=True))
    asked = (units, frozenset(part.columns))
    low, high = (_direction(version, test, side, *asked) for side in _LETTER)
    return part.select("_ROW", low[0], low[1], high[0], high[1])


def _exact(rows: pl.DataFrame) -> pl.DataFrame:
    """Integer twins of the values."""

    def whole(column: str) -> pl.Expr:
        number = pl.col(column).cast(pl.Float64, strict=False)
        sound = number.is_finite() & (number.abs() < LARGEST_GRADED)
        return (pl.when(sound).then(number) * SCALE).round(0).cast(pl.Int64)

    return rows.with_columns(
        _VALUE=whole("AVAL"), _LO=whole("ANRLO"), _HI=whole("ANRHI"), _BASE=whole("BASE")
    )


def _named(part: pl.DataFrame, test: str) -> pl.DataFrame:
    """One test's rows with _UNIT, the one name of the unit; null if nobody knows it."""
    texts = part["UNIT"].drop_nulls().unique().to_list()
    names = {text: unit_of(text, test=test) for text in texts}
    name = pl.col("UNIT").cast(pl.String).replace_strict(names, return_dtype=pl.String)
    return part.with_columns(_UNIT=name if names else pl.lit(None, pl.String))


def grade(rows: pl.DataFrame, *, version: str) -> pl.DataFrame:
    """`rows` with CTCAE grades toward low and high values.

    rows : LBTESTCD, AVAL, UNIT, ANRLO, ANRHI, BASE, BNRIND (LOW, NORMAL, HIGH at baseline), all in
        the unit UNIT; LBSPEC and LBFAST where a criterion asks for specimen or fasting
    version : "4.03", "5.0" or "6.0"
    Returns  rows with ATOXGRL, ATOXGRH (Int8 0 to 4; null if there is no criterion, or it cannot
        be told for want of a limit or a known unit) and ATOXDSCL, ATOXDSCH (the CTCAE terms). A
        unit that the criterion has decides by its own thresholds; another one is turned exactly
        into one that the criterion has.
    Raises   InputError for an unknown version or a missing column.
    Source   NCI CTCAE v4.03 (2010), v5.0 (2017), v6.0 (2025).
    Checked  tests/cases/ctcae; tests/oracle/derivation; tests/twins/test_ctcae_plain.py.
    """
    missing = [c for c in _NEEDED if c not in rows.columns]
    if missing:
        raise InputError(f"laboratory rows: expected column {', '.join(missing)}")
    criteria(version)  # raises for an unknown one, rows or not
    used = [c for c in (*_NEEDED, *_ASKED) if c in rows.columns]
    narrow = _exact(rows.select(used).with_row_index("_ROW"))
    parts = []
    for (test,), part in narrow.partition_by("LBTESTCD", as_dict=True).items():
        parts.append(_both(_named(part, str(test)), version, str(test)))
    if not parts:
        parts = [_both(narrow.with_columns(_UNIT=pl.lit(None, pl.String)), version, "")]
    graded = pl.concat(parts).sort("_ROW").drop("_ROW")
    return rows.drop(_MADE, strict=False).hstack(graded)
