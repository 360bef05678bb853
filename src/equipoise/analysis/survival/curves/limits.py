"""Pointwise confidence limits of a survival probability on five scales."""

from __future__ import annotations

from typing import get_args

from scipy.special import ndtri

from equipoise.analysis.survival.types import LimitScale
from equipoise.arrays import Floats
from equipoise.kernels.survival.limits import ARCSIN, LOG, LOG_LOG, LOGIT, PLAIN, curve_limits

LIMIT_SCALES: tuple[LimitScale, ...] = get_args(LimitScale)

_CODES = {"log-log": LOG_LOG, "log": LOG, "plain": PLAIN, "logit": LOGIT, "arcsin": ARCSIN}


def limits(
    survival: Floats, spread: Floats, *, conf: LimitScale = "log-log", level: float = 0.95
) -> tuple[Floats, Floats]:
    """Limits of S from S and Greenwood's sum; NaN where the scale leaves them undefined.

    survival : (m,) S(t); spread : (m,) sum of d / (Y (Y - d)), the variance of log S
    Returns  lower, upper : (m,) each; undefined once S is 0, and on the scales "log-log" and
             "logit" while S is 1
    Source   Kalbfleisch & Prentice 2002, section 1.4; Borgan & Liestol 1990 (arcsine).
    Checked  tests/byhand/test_curves.py; tests/oracle/survival (R survfit); twin
             `curve_limits_plain`.
    """
    ends = curve_limits(survival, spread, ndtri(0.5 + level / 2), _CODES[conf])
    return ends[0], ends[1]
