"""Laboratory grades: the worst on treatment of each test, and from which grade it came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

import polars as pl

from equipoise.adam.model import ADaM
from equipoise.adam.subjects.populations import safety_members
from equipoise.analysis.laboratory import read_columns
from equipoise.analysis.results import Row

LABS: Final = "laboratory"
LAB_GRADES: Final = (0, 1, 2, 3, 4)
MISSING_GRADE: Final = "missing"
_SIDES = (("low", "ATOXGRL", "BTOXGRL"), ("high", "ATOXGRH", "BTOXGRH"))


def shifts(data: ADaM) -> Iterator[Row]:
    """Patients by worst grade on treatment, and by grade at baseline, of every graded test.

    Rows of analysis "laboratory"; term is "TEST, low: 3", or for shifts "TEST, low: 0 to 3". The
    denominator is the arm's patients with a gradable value after baseline.
    Checked  tests/unit/analysis/test_safety_rows.py (by hand).
    """
    if "ADLB" not in data.tables:
        return
    who = safety_members(data.table("ADSL"), data.protocol).select("USUBJID", "ARMKEY")
    graded = [name for side in _SIDES for name in side[1:]]
    values = read_columns(data.table("ADLB"), "USUBJID", "ONTRTFL", "PARAM", *graded)
    values = values.filter(pl.col("ONTRTFL") == "Y").join(who, on="USUBJID")
    for test in values["PARAM"].unique().sort():
        own = values.filter(pl.col("PARAM") == test)
        for side, after, before in _SIDES:
            if after in own.columns and before in own.columns:
                yield from _side(data, f"{test}, {side}", _worst(own, after, before))


def _worst(own: pl.DataFrame, after: str, before: str) -> pl.DataFrame:
    """ARMKEY, grade at baseline (None if it is not known) and worst grade of each patient."""
    graded = own.with_columns(
        pl.col(after).cast(pl.Int64, strict=False).abs().alias("WORST"),
        pl.col(before).cast(pl.Int64, strict=False).abs().alias("BASE"),
    ).filter(pl.col("WORST").is_not_null())
    return graded.group_by("USUBJID", "ARMKEY").agg(
        pl.col("WORST").max(), pl.col("BASE").drop_nulls().first()
    )


def _side(data: ADaM, name: str, worst: pl.DataFrame) -> Iterator[Row]:
    if worst.is_empty():
        return
    population = data.protocol.safety.population
    for arm in data.protocol.arms:
        own = worst.filter(pl.col("ARMKEY") == arm)
        n, moved = own.height, Counter(own.select("BASE", "WORST").iter_rows())
        yield Row(LABS, "worst grade", population, "n", n, group=arm, term=name)
        for grade in LAB_GRADES:
            x = sum(count for (_, worst_of), count in moved.items() if worst_of == grade)
            yield from _share(population, arm, f"{name}: {grade}", x, n)
            for base in (*LAB_GRADES, None):
                told = MISSING_GRADE if base is None else str(base)
                count = moved[base, grade]
                if count:
                    yield Row(LABS, "shift", population, "shifted patients", count, group=arm,
                              term=f"{name}: {told} to {grade}")  # fmt: skip


def _share(population: str, arm: str, term: str, x: int, n: int) -> Iterator[Row]:
    share = x / n if n else None
    yield Row(LABS, "worst grade", population, "graded patients", x, group=arm, term=term)
    yield Row(
        LABS, "worst grade", population, "graded proportion", share, group=arm, term=term, n=n
    )
