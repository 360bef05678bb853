"""Laboratory toxicity: patients by worst grade on treatment."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from equipoise.adam.model import ADaM
from equipoise.adam.subjects.populations import members
from equipoise.analysis.results import Row

LABORATORY_GRADE = "laboratory grade"
"""How the name of each statistic here begins."""

_GRADE = {"low": "ATOXGRL", "high": "ATOXGRH"}


def read_columns(table: pl.DataFrame, *names: str) -> pl.DataFrame:
    """The columns of a wide table that are read, as far as it has them: each row copied costs."""
    return table.select(name for name in names if name in table.columns)


def laboratory(data: ADaM) -> Iterator[Row]:
    """Worst grade after baseline of each laboratory toxicity that the protocol lists.

    Values count after the first dose, for as long as the protocol counts adverse events. The
    denominator is the patients of the safety population with a gradable value after baseline.
    """
    protocol = data.protocol
    if "ADLB" not in data.tables or not protocol.safety.labs:
        return
    population = protocol.safety.population
    who = members(data.table("ADSL"), population, protocol).select("USUBJID", "ARMKEY")
    values = read_columns(data.table("ADLB"), "USUBJID", "ONTRTFL", "PARAMCD", *_GRADE.values())
    values = values.filter(pl.col("ONTRTFL") == "Y").join(who, on="USUBJID")
    for toxicity in protocol.safety.labs:
        grade = pl.col(_GRADE[toxicity.direction]).cast(pl.Int64, strict=False).abs()
        one = values.filter(pl.col("PARAMCD") == toxicity.test).with_columns(grade.alias("G"))
        worst = one.filter(pl.col("G").is_not_null()).group_by("USUBJID", "ARMKEY")
        table = worst.agg(pl.col("G").max())
        for key in protocol.arms:
            grades = table.filter(pl.col("ARMKEY") == key)["G"]
            n, x = len(grades), int(grades.is_in(list(toxicity.grades)).sum())
            name = f"{LABORATORY_GRADE} {'-'.join(str(g) for g in toxicity.grades)}"
            for statistic, value in (
                ("n", float(n)),
                ("patients", float(x)),
                ("proportion", x / n if n else None),
            ):
                yield Row(
                    "safety", "worst laboratory grade", population, f"{name} {statistic}",
                    value, group=key, term=toxicity.label,
                    n=float(n) if statistic == "proportion" else None,
                )  # fmt: skip
