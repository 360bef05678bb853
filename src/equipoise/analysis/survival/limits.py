"""Pointwise confidence limits of a survival probability on five scales."""

from __future__ import annotations

from typing import get_args

import numpy as np
from scipy.special import ndtri

from equipoise.analysis.survival.arrays import Floats
from equipoise.analysis.survival.types import Scale

SCALES: tuple[Scale, ...] = get_args(Scale)


def limits(
    survival: Floats, spread: Floats, *, conf: Scale = "log-log", level: float = 0.95
) -> tuple[Floats, Floats]:
    """Limits of S from S and Greenwood's sum; NaN where the scale leaves them undefined.

    survival : (m,) S(t); spread : (m,) sum of d / (Y (Y - d)), the variance of log S
    Returns  lower, upper : (m,) each; undefined once S is 0, and on the scales "log-log" and
             "logit" while S is 1
    Source   Kalbfleisch & Prentice 2002, section 1.4; Borgan & Liestol 1990 (arcsine).
    Checked  tests/byhand/test_curves.py; tests/oracle/survival (R survfit).
    """
    z = float(ndtri(0.5 + level / 2))
    undefined = survival <= 0
    if conf in ("log-log", "logit", "arcsin"):
        undefined = undefined | ((survival >= 1) & (conf != "arcsin"))
    s = np.where(undefined, 0.5, survival)
    half = z * np.sqrt(np.where(undefined, 0.0, spread))
    with np.errstate(divide="ignore", invalid="ignore"):
        lower, upper = _SCALED[conf](s, half)
    lower[undefined] = np.nan
    upper[undefined] = np.nan
    return lower, upper


def _plain(s: Floats, half: Floats) -> tuple[Floats, Floats]:
    return np.maximum(s - half * s, 0.0), np.minimum(s + half * s, 1.0)


def _log(s: Floats, half: Floats) -> tuple[Floats, Floats]:
    stretch = np.exp(half)
    return s / stretch, np.minimum(s * stretch, 1.0)


def _log_log(s: Floats, half: Floats) -> tuple[Floats, Floats]:
    log_s = np.log(s)
    stretch = np.exp(half / log_s)
    return np.exp(log_s / stretch), np.exp(log_s * stretch)


def _logit(s: Floats, half: Floats) -> tuple[Floats, Floats]:
    odds = s / (1 - s)
    stretch = np.exp(half / (1 - s))
    return odds / (odds + stretch), odds * stretch / (1 + odds * stretch)


def _arcsin(s: Floats, half: Floats) -> tuple[Floats, Floats]:
    # the step is 0/0 at S = 1, where no event has been seen and the limits are 1
    step = np.where(half > 0, 0.5 * half * np.sqrt(s / (1 - s)), 0.0)
    angle = np.arcsin(np.sqrt(s))
    return (
        np.sin(np.maximum(angle - step, 0.0)) ** 2,
        np.sin(np.minimum(angle + step, np.pi / 2)) ** 2,
    )


_SCALED = {"log-log": _log_log, "log": _log, "plain": _plain, "logit": _logit, "arcsin": _arcsin}
