"""The worked study runs: the ends of its twenty settings, three tests, one of them from outside."""

from __future__ import annotations

import runpy
from pathlib import Path

import polars as pl

STUDY = Path(__file__).parents[2] / "examples" / "study" / "study.py"


def test_the_study_of_twenty_settings() -> None:
    study = runpy.run_path(str(STUDY))["study"]
    names = study.__globals__
    assert len(names["DELAYS"]) * len(names["RATIOS"]) == 20
    names |= {"DELAYS": names["DELAYS"][::4], "RATIOS": (0.4, 0.5, 1.0)}
    table = study(60)
    assert table.height == 6 * 3
    assert table["error"].max() <= 0.5 / 60**0.5
    of = {row["test"]: row for row in _at(table, 0, 0.5).iter_rows(named=True)}
    assert of["log-rank"]["power"] >= of["win ratio"]["power"] - 0.2
    late = {row["test"]: row["power"] for row in _at(table, 12, 0.4).iter_rows(named=True)}
    early = {row["test"]: row["power"] for row in _at(table, 0, 0.4).iter_rows(named=True)}
    assert all(late[name] < early[name] for name in ("log-rank", "win ratio"))
    null = table.filter(pl.col("ratio") == 1.0)["power"]
    assert null.max() < 0.13  # 0.025, and five Monte Carlo errors of 60 trials


def _at(table: pl.DataFrame, delay: int, ratio: float) -> pl.DataFrame:
    return table.filter((pl.col("delay") == delay) & (pl.col("ratio") == ratio))
