"""The statistic of a hypothesis' test that is held against its boundary."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl
from scipy import special

from equipoise.adam.model import ADaM
from equipoise.analysis.margins import against_margin
from equipoise.analysis.methods import method_named
from equipoise.analysis.results import frame
from equipoise.analysis.samples.of_estimand import whole_sample
from equipoise.analysis.samples.sample import Sample
from equipoise.errors import InputError
from equipoise.meaning.hypotheses import Hypothesis
from equipoise.meaning.methods import Method, Monitored

_SMALLEST_P = 1e-300


class Observed(NamedTuple):
    """amount : events or subjects of the two arms; z : large in favor of the experimental arm."""

    amount: float
    z: float


def observed_z(data: ADaM, h: Hypothesis) -> Observed:
    """Information and Z of a hypothesis in the data of one look.

    Raises   InputError that says why there is none.
    """
    method, sample = _asked(data, h)
    rows = frame(method_named(method.name)(sample))
    two, _ = sample.pair(h.experimental, h.control)
    amount = float(two.arm.size if two.event is None else two.event.sum())
    if h.margin is not None and method.margin:
        return Observed(amount, against_margin(rows, h).z)
    rows = rows.filter((pl.col("comparison") == h.comparison) & (pl.col("method") == method.name))
    assert method.monitored is not None
    z = _z(rows, method.monitored, method.name)
    return Observed(amount, z * h.sign * method.monitored.sign)


def _asked(data: ADaM, h: Hypothesis) -> tuple[Method, Sample]:
    if h.key is None:
        raise InputError(f"{h.name} has no estimand")
    if h.method is None:
        raise InputError(f'the estimand "{h.key}" names no test')
    if h.method.monitored is None:
        raise InputError(f"no statistic of {h.method.name} is held against a boundary")
    sample = whole_sample(data, h.key)
    missing = [arm for arm in h.arms if arm not in sample.groups]
    if missing:
        raise InputError(f"nobody with data is in the arm {missing[0]}")
    return h.method, sample


def _z(rows: pl.DataFrame, monitored: Monitored, name: str) -> float:
    """Z as the test has it, or of a two-sided P on the side of its estimate."""
    value = _value(rows, monitored.statistic, name)
    if monitored.statistic == "z":
        return value
    side = _value(rows, monitored.estimate, name) - monitored.null
    size = float(-special.ndtri(max(value, _SMALLEST_P) / 2.0))
    return size if side > 0 else -size


def _value(rows: pl.DataFrame, statistic: str, name: str) -> float:
    found = rows.filter((pl.col("statistic") == statistic) & pl.col("value").is_not_null())
    if found.is_empty():
        said = rows.filter(pl.col("note") != "")["note"]
        raise InputError(f"{name} has no {statistic}" + (f" ({said[0]})" if len(said) else ""))
    return float(found["value"][0])
