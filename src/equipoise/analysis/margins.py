"""Non-inferiority: the test of a hypothesis against its margin, and what it concludes."""

from __future__ import annotations

from collections.abc import Iterator
from math import log
from typing import NamedTuple

import polars as pl
from scipy import special

from equipoise.analysis.results import Row
from equipoise.errors import InputError
from equipoise.meaning.hypotheses import Hypothesis, hypotheses
from equipoise.protocol import Protocol

FARRINGTON_MANNING = "Farrington-Manning"
NON_INFERIOR, UNPROVEN = "non-inferior", "non-inferiority not shown"


class AgainstMargin(NamedTuple):
    """Z, large where the experimental arm is not worse by the margin, and its one-sided P."""

    z: float
    p: float


def margin_rows(protocol: Protocol, rows: pl.DataFrame) -> Iterator[Row]:
    """Margin, test against it and conclusion of every hypothesis that has a margin.

    rows : those of the estimands; a hypothesis without a test of its margin is passed over, since
        the protocol's rules refuse it
    Source   Farrington & Manning 1990; FDA, Non-Inferiority Clinical Trials, 2016.
    Checked  tests/unit/analysis/test_margins.py (by hand)
    """
    for h in hypotheses(protocol):
        if h.margin is None or h.key is None or h.method is None or not h.method.margin:
            continue
        own = rows.filter((pl.col("analysis") == h.key) & (pl.col("subgroup") == ""))
        if own.filter(pl.col("method") == h.method.name).is_empty():
            continue
        yield _row(h, "margin", h.margin)
        try:
            found = against_margin(own, h)
        except InputError as problem:
            yield _row(h, "p, margin, one-sided", None, f"not estimable: {problem}")
            continue
        yield _row(h, "z, margin", found.z)
        yield _row(h, "p, margin, one-sided", found.p)
        if len(h.looks) == 1:
            said = NON_INFERIOR if found.p < h.level else UNPROVEN
            yield _row(h, "conclusion", None, f"{said} at one-sided {100 * h.level:.4g}%")


def against_margin(rows: pl.DataFrame, h: Hypothesis) -> AgainstMargin:
    """The test of a hypothesis against its margin, from the rows of its estimand.

    Raises   InputError if the rows lack what it takes.
    """
    assert h.method is not None
    assert h.margin is not None
    own = rows.filter((pl.col("method") == h.method.name) & (pl.col("comparison") == h.comparison))
    if h.method.name == FARRINGTON_MANNING:
        return AgainstMargin(_value(own, "z"), _value(own, "p, one-sided"))
    if h.endpoint.type == "time to event":
        effect = _value(own, "log hazard ratio")
        distance = h.effect_sign * (effect - log(h.margin))
        z = distance / _value(own, "log hazard ratio standard error")
        return AgainstMargin(z, float(special.ndtr(-z)))
    if h.endpoint.type == "count":
        effect = log(_value(own, "rate ratio"))
        distance = h.effect_sign * (effect - log(h.margin))
        z = distance / _value(own, "log rate ratio standard error")
        return AgainstMargin(z, float(special.ndtr(-z)))
    gap = "difference in means"
    t = h.sign * (_value(own, gap) - h.margin) / _value(own, f"{gap} standard error")
    p = float(special.stdtr(_value(own, f"{gap} df"), -t))
    return AgainstMargin(float(-special.ndtri(p)), p)


def _value(rows: pl.DataFrame, statistic: str) -> float:
    found = rows.filter((pl.col("statistic") == statistic) & pl.col("value").is_not_null())
    if found.is_empty():
        raise InputError(f"there is no {statistic}")
    return float(found["value"][0])


def _row(h: Hypothesis, statistic: str, value: float | None, note: str = "") -> Row:
    assert h.key is not None
    assert h.estimand is not None
    assert h.method is not None
    return Row(
        h.key,
        h.method.name,
        h.estimand.population,
        statistic,
        value,
        comparison=h.comparison,
        note=note,
    )
