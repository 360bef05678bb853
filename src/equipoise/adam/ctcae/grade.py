"""Grade laboratory values by CTCAE, in both directions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from equipoise.adam.ctcae.criteria import SCALE, UNITS, Criterion, Direction, criteria, threshold
from equipoise.errors import InputError

_NEEDED = ("LBTESTCD", "AVAL", "UNIT", "ANRLO", "ANRHI", "BASE", "BNRIND")
_ASKED = ("LBSPEC", "LBFAST")
_MADE = ("ATOXGRL", "ATOXDSCL", "ATOXGRH", "ATOXDSCH")
_LETTER = {"low": "L", "high": "H"}
_HIGH = ("HIGH", "HIGH HIGH", "H", "HH")
_LOW = ("LOW", "LOW LOW", "L", "LL")


def _ladder(grades: Mapping[int, str]) -> pl.Expr:
    """The highest grade whose threshold is met; 0 if none is; null if that cannot be told."""
    steps = {grade: threshold(text) for grade, text in sorted(grades.items(), reverse=True)}
    met = pl.coalesce([pl.when(c).then(pl.lit(g, dtype=pl.Int8)) for g, c in steps.items()])
    unknown = pl.any_horizontal([c.is_null() for c in steps.values()])
    none = pl.when(~unknown).then(pl.lit(0, dtype=pl.Int8))
    return pl.when(pl.col("_VALUE").is_not_null()).then(pl.coalesce(met, none))


def _by_unit(table: Mapping[str, Mapping[int, str]]) -> pl.Expr:
    """The ladder of the row's unit; null for a unit the criteria do not know."""
    if "any" in table:
        return _ladder(table["any"])
    return pl.coalesce(
        [pl.when(pl.col("_UNIT") == unit).then(_ladder(grades)) for unit, grades in table.items()]
    )


def _one(criterion: Criterion) -> pl.Expr:
    grade = _by_unit(criterion.grades)
    baseline = pl.col("BNRIND")
    if criterion.high is not None:
        high = baseline.is_in(_HIGH).fill_null(False)
        grade = pl.when(high).then(_by_unit(criterion.high)).otherwise(grade)
    if criterion.low is not None:
        low = baseline.is_in(_LOW).fill_null(False)
        grade = pl.when(low).then(_by_unit(criterion.low)).otherwise(grade)
    return grade


def _applies(criterion: Criterion, columns: Iterable[str]) -> pl.Expr:
    known = set(columns)
    parts = [
        pl.col(c).is_in(words).fill_null(False) if c in known else pl.lit(False)
        for c, words in criterion.where.items()
    ]
    return pl.all_horizontal(parts) if parts else pl.lit(True)


def _direction(part: pl.DataFrame, found: list[Criterion], side: Direction) -> pl.DataFrame:
    """Grade one test's rows in one direction; the first criterion that applies decides."""
    letter = _LETTER[side]
    mine = [c for c in found if c.direction == side]
    if not mine:
        return part.with_columns(
            pl.lit(None, dtype=pl.Int8).alias(f"ATOXGR{letter}"),
            pl.lit(None, dtype=pl.String).alias(f"ATOXDSC{letter}"),
        )
    use = [_applies(c, part.columns) for c in mine]
    pick = pl.coalesce([pl.when(u).then(pl.lit(i)) for i, u in enumerate(use)])
    part = part.with_columns(_PICK=pick)
    at = [pl.col("_PICK") == i for i in range(len(mine))]
    return part.with_columns(
        pl.coalesce([pl.when(a).then(_one(c)) for a, c in zip(at, mine, strict=True)]).alias(
            f"ATOXGR{letter}"
        ),
        pl.coalesce([pl.when(a).then(pl.lit(c.term)) for a, c in zip(at, mine, strict=True)]).alias(
            f"ATOXDSC{letter}"
        ),
    )


def _exact(rows: pl.DataFrame) -> pl.DataFrame:
    """Integer twins of the values, and the unit by its one name."""

    def whole(column: str) -> pl.Expr:
        number = pl.col(column).cast(pl.Float64)
        return (pl.when(number.is_finite()).then(number) * SCALE).round(0).cast(pl.Int64)

    unit = pl.col("UNIT").str.to_uppercase().str.strip_chars()
    return rows.with_columns(
        _VALUE=whole("AVAL"),
        _LO=whole("ANRLO"),
        _HI=whole("ANRHI"),
        _BASE=whole("BASE"),
        _UNIT=unit.replace_strict(UNITS, default=None, return_dtype=pl.String),
    )


def grade(rows: pl.DataFrame, *, version: str) -> pl.DataFrame:
    """`rows` with CTCAE grades toward low and high values.

    rows : LBTESTCD, AVAL, UNIT, ANRLO, ANRHI, BASE, BNRIND (LOW, NORMAL, HIGH at baseline), all in
        the unit UNIT; LBSPEC and LBFAST where a criterion asks for specimen or fasting
    version : "4.03", "5.0" or "6.0"
    Returns  rows with ATOXGRL, ATOXGRH (Int8 0 to 4; null if there is no criterion, or it cannot
        be told for want of a limit or a known unit) and ATOXDSCL, ATOXDSCH (the CTCAE terms).
    Raises   InputError for an unknown version or a missing column.
    Source   NCI CTCAE v4.03 (2010), v5.0 (2017), v6.0 (2025).
    Checked  tests/cases/ctcae; tests/oracle/derivation; tests/twins/test_ctcae_plain.py.
    """
    missing = [c for c in _NEEDED if c not in rows.columns]
    if missing:
        raise InputError(f"laboratory rows: expected column {', '.join(missing)}")
    table = criteria(version)
    used = [c for c in (*_NEEDED, *_ASKED) if c in rows.columns]
    narrow = _exact(rows.select(used).with_row_index("_ROW"))
    parts = []
    for (test,), part in narrow.partition_by("LBTESTCD", as_dict=True).items():
        found = [c for c in table if test in c.tests]
        both = _direction(_direction(part, found, "low"), found, "high")
        parts.append(both.select("_ROW", *_MADE))
    if not parts:
        parts = [_direction(_direction(narrow, [], "low"), [], "high").select("_ROW", *_MADE)]
    graded = pl.concat(parts).sort("_ROW").drop("_ROW")
    return rows.drop(_MADE, strict=False).hstack(graded)
