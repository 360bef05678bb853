"""Gauss-Legendre panels in numba against the book's Simpson grid in numpy."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.design.bounds import integration
from support.boundaries_plain import exits_plain

SIMPSON = 1e-8  # error of the book's grid with r = 100
DESIGNS = {
    "one look": ([1.0], [-np.inf], [1.96]),
    "two looks": ([0.5, 1.0], [-np.inf, -np.inf], [2.8, 1.98]),
    "futility": ([0.3, 0.6, 1.0], [-0.5, 0.5, 1.9], [3.0, 2.5, 2.0]),
    "symmetric": (
        [0.2, 0.4, 0.7, 0.9, 1.0],
        [-4.9, -3.4, -2.4, -2.1, -2.0],
        [4.9, 3.4, 2.4, 2.1, 2],
    ),
    "close looks": ([0.5, 0.55, 1.0], [-np.inf] * 3, [2.5, 2.4, 2.0]),
    "no bound": ([0.5, 1.0], [-np.inf, -np.inf], [np.inf, 1.96]),
}


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("drift", [0.0, 1.5, 3.3, -1.0])
def test_kernel_equals_plain(name: str, drift: float) -> None:
    t, low, up = (np.array(x, dtype=np.float64) for x in DESIGNS[name])
    mean = drift * np.sqrt(t)
    ours = integration.exits(integration.Canonical(t, mean), low, up)
    plain = exits_plain(t, mean, low, up)
    assert np.abs(ours[0] - plain[0]).max() < SIMPSON
    assert np.abs(ours[1] - plain[1]).max() < SIMPSON


def test_spending_comes_back_as_exits() -> None:
    """Bounds that spend given error have just that error by the other recursion."""
    t = np.array([0.25, 0.6, 0.85, 1.0])
    alpha = np.array([0.001, 0.004, 0.01, 0.01])
    null = integration.Canonical(t, np.zeros(4))
    upper = integration.spend_above(null, alpha, False)
    found, _ = exits_plain(t, np.zeros(4), np.full(4, -np.inf), upper)
    assert np.abs(found - alpha).max() < SIMPSON


def test_lower_bounds_spend_beta_under_the_drift() -> None:
    t, drift = np.array([0.4, 0.7, 1.0]), 3.4
    drifted = integration.Canonical(t, drift * np.sqrt(t))
    upper, beta = np.array([3.0, 2.4, 2.0]), np.array([0.02, 0.03, 0.05])
    lower, excess = integration.spend_below(drifted, upper, beta)
    _, below = exits_plain(t, drifted.mean, lower, upper)
    assert np.abs(below - beta)[:2].max() < SIMPSON
    _, missed = exits_plain(t, drifted.mean, np.append(lower[:2], upper[2]), upper)
    assert missed[2] - beta[2] == pytest.approx(excess, abs=SIMPSON)


def test_binding_bounds_hold_both_errors_at_once() -> None:
    t, drift = np.array([0.4, 0.7, 1.0]), 3.4
    null, drifted = (
        integration.Canonical(t, np.zeros(3)),
        integration.Canonical(t, drift * np.sqrt(t)),
    )
    alpha, beta = np.array([0.002, 0.008, 0.015]), np.array([0.02, 0.03, 0.05])
    upper, lower, excess = integration.spend_both(null, drifted, alpha, beta)
    assert np.abs(exits_plain(t, null.mean, lower, upper)[0] - alpha).max() < SIMPSON
    below = exits_plain(t, drifted.mean, lower, upper)[1]
    assert np.abs(below - beta)[:2].max() < SIMPSON
    assert below[2] - beta[2] == pytest.approx(excess, abs=SIMPSON)
