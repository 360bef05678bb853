"""What both kinds of endpoint need."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import polars as pl

from equipoise.meaning.hypotheses import comparisons
from equipoise.protocol import Protocol
from equipoise.protocol.model import Estimand

Key = tuple[str, str, str, float | None]
"""(method, statistic, comparison or group, day or None)."""
Theirs = dict[Key, tuple[float | None, str]]
"""Value, None where the library has none, and the library."""

LEVEL = 0.95


def pairs_of(
    people: pl.DataFrame, protocol: Protocol, estimand: Estimand
) -> list[tuple[str, pl.DataFrame]]:
    """Each pair that the estimand compares, where both have subjects."""
    present = set(people["ARM_"])
    return [
        (f"{arm} v {control}", people.filter(pl.col("ARM_").is_in([arm, control])))
        for arm, control in comparisons(protocol, estimand)
        if {arm, control} <= present
    ]


def counted(people: pl.DataFrame, column: str, name: str) -> Iterator[tuple[Key, Any]]:
    """Subjects and events, or responders, by arm."""
    for (arm,), part in people.group_by(["ARM_"]):
        yield ("count", "n", str(arm), None), (float(part.height), "polars")
        yield ("count", name, str(arm), None), (float(part[column].sum()), "polars")


def finite(value: float) -> float | None:
    """A number, or None for what is not one."""
    return float(value) if math.isfinite(value) else None
