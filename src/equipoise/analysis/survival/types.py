"""Words of this room that more than one module needs."""

from __future__ import annotations

from typing import Literal

LimitScale = Literal["log-log", "log", "plain", "logit", "arcsin"]
"""The scale on which a survival probability's limits are symmetric."""

Ties = Literal["efron", "breslow", "exact"]
"""How the partial likelihood treats events at one time."""
