"""Adjusted P values by their own formulas, beside which graphs are set."""

from __future__ import annotations

import numpy as np


def bonferroni(p):
    """P values times their number."""
    return tuple(min(len(p) * v, 1.0) for v in p)


def holm(p):
    """Step-down Bonferroni (Holm 1979)."""
    order = np.argsort(p, kind="stable")
    left = len(p) - np.arange(len(p))
    out = np.empty(len(p))
    out[order] = np.minimum(np.maximum.accumulate(left * np.asarray(p)[order]), 1.0)
    return tuple(out)


def fixed_sequence(p):
    """Each at the full level until one is not rejected."""
    return tuple(np.maximum.accumulate(p))
