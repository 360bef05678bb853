"""The test of proportional hazards after a weighted fit is that of the rows repeated."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.analysis.survival import cox, zph
from equipoise.analysis.survival.regression import proportional
from equipoise.errors import InputError
from support.mutants import plant

SAME = 1e-9
"""Both fits stop within 1e-12 of one maximum."""

TRANSFORMS = ("km", "rank", "identity", "log")


def weighted_rows(seed, n=60):
    rng = np.random.default_rng(seed)
    time = rng.integers(1, 25, n)
    event = rng.random(n) < 0.7
    x = np.column_stack((rng.integers(0, 2, n), rng.normal(size=n)))
    stratum, weight = rng.integers(0, 2, n), rng.integers(1, 5, n)
    start = np.floor(time * rng.choice([0, 0.5], n))
    return time, event, x, stratum, weight, start


def both(transform, *, strata=False, starts=False):
    """The chi-squares of the weighted fit, and of the fit of rows repeated."""
    time, event, x, stratum, weight, start = weighted_rows(3)
    again = np.repeat(np.arange(time.size), weight)

    def tested(rows, weights):
        fit = cox(
            time[rows],
            event[rows],
            x[rows],
            ties="breslow",
            stratum=stratum[rows] if strata else None,
            start=start[rows] if starts else None,
            weight=weights,
        )
        return [row.chisq for row in proportional.zph(fit, transform=transform)]

    return tested(np.arange(time.size), weight), tested(again, None)


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize(
    "more", [{}, {"strata": True}, {"starts": True}, {"strata": True, "starts": True}]
)
def test_weights_are_rows_repeated(transform, more):
    one, other = both(transform, **more)
    assert one == pytest.approx(other, rel=SAME)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_weights_of_any_size_by_the_model_written_out(ties):
    # x g(t) as a covariate of (start, stop] rows, one for each event time that a row is at risk at;
    # the score test of its coefficients at (estimate, 0), by the partial likelihood itself
    time, event, x, _, _, _ = weighted_rows(4)
    weight = np.random.default_rng(5).uniform(0.1, 2, time.size)
    fit = cox(time, event, x, ties=ties, weight=weight)
    points = np.unique(time[event])
    parts = [(r, a, t) for a, t in zip([0, *points[:-1]], points) for r in np.flatnonzero(time > a)]
    row, start, stop = (np.array(column) for column in zip(*parts))
    end = np.minimum(stop, time[row])
    wide = np.column_stack((x[row], x[row] * stop[:, None]))
    split = cox(
        end, event[row] & (end == time[row]), wide, start=start, weight=weight[row], ties=ties
    )
    at = split.like.at(np.append(fit.coef, [0, 0]))
    whole = at.score @ np.linalg.solve(at.info, at.score)
    assert zph(fit, transform="identity")[-1].chisq == pytest.approx(whole, rel=1e-6)


def test_the_logarithm_of_an_event_at_0():
    fit = cox([0, 1, 2, 3, 4], [1, 1, 1, 0, 1], [1.0, 0.0, 1.0, 0.0, 0.0])
    with pytest.raises(InputError, match="an event at 0 has no logarithm"):
        zph(fit, transform="log")


MUTANTS = {
    "score without weights": ("km", proportional.zph, " * weights(fit)[events.row]", ""),
    "ranks without weights": (
        "rank", proportional.g_of, "weight_before(rows.time, weight, when, side)",
        "weight_before(rows.time, np.ones(weight.size), when, side)",
    ),
    "S without weights": ("km", proportional.g_of, "weights=weight[rows.event]", "weights=None"),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTANTS)
def test_mutant_is_caught(name, monkeypatch):
    transform, *place = MUTANTS[name]
    plant(monkeypatch, *place)
    with pytest.raises(AssertionError):
        test_weights_are_rows_repeated(transform, {})
