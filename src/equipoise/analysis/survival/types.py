"""Words of this room that more than one module needs."""

from __future__ import annotations

from typing import Literal, NamedTuple

Scale = Literal["log-log", "log", "plain", "logit", "arcsin"]
"""The scale on which a survival probability's limits are symmetric."""

Ties = Literal["efron", "breslow", "exact"]
"""How the partial likelihood treats events at one time."""


class Interval(NamedTuple):
    """An estimate with its limits; NaN where one is not estimable."""

    estimate: float
    lower: float
    upper: float
