"""Counts again by statsmodels: one number on both sides, and a planted bug is seen."""

from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from equipoise.analysis.counts.negative_binomial import negative_binomial
from equipoise.reporting.recompute import counts

# Events and days at risk of two arms of ten.
EVENTS = [0, 2, 1, 7, 0, 3, 1, 0, 4, 9, 0, 1, 0, 2, 0, 5, 1, 0, 0, 3]
DAYS = [365, 300, 365, 365, 120, 365, 365, 90, 365, 365] * 2
PEOPLE = pl.DataFrame({"ARM_": ["old"] * 10 + ["new"] * 10, "COUNT": EVENTS, "DAYS": DAYS})
CLOSE = 1e-8  # as `verify` asks


def theirs(people, monkeypatch):
    monkeypatch.setattr(counts, "pairs_of", lambda people, *_: [("new v old", people)])
    estimand = SimpleNamespace(covariates=())
    found = counts.event_rates(people, None, estimand, {"negative binomial"})
    return {(name, who): value for (_, name, who, _), (value, _) in found.items()}


def test_the_ratio_is_that_of_the_house(monkeypatch):
    found = theirs(PEOPLE, monkeypatch)
    x = np.column_stack([np.ones(20), np.arange(20) >= 10])
    fit = negative_binomial(EVENTS, x, exposure=DAYS)
    ours = {
        "rate ratio": fit.ratio[1],
        "rate ratio lower limit": fit.lower[1],
        "rate ratio upper limit": fit.upper[1],
        "log rate ratio standard error": fit.se[1],
        "p": fit.p[1],
        "dispersion": fit.dispersion,
    }
    for name, value in ours.items():
        assert found[name, "new v old"] == pytest.approx(value, rel=CLOSE), name


def test_the_tallies_are_counted_by_hand(monkeypatch):
    found = theirs(PEOPLE, monkeypatch)
    assert found["events", "old"] == 27
    assert found["with an event", "new"] == 5
    assert found["days at risk", "new"] == 3065


def test_an_event_more_is_seen(monkeypatch):
    more = PEOPLE.with_columns(COUNT=pl.Series([1, *EVENTS[1:]]))
    right, wrong = theirs(PEOPLE, monkeypatch), theirs(more, monkeypatch)
    assert wrong["rate ratio", "new v old"] != pytest.approx(
        right["rate ratio", "new v old"], rel=CLOSE
    )


def test_counts_that_vary_no_more_than_poissons_are_not_compared(monkeypatch):
    even = PEOPLE.with_columns(COUNT=pl.Series([2, 3] * 10), DAYS=pl.lit(365))
    assert ("rate ratio", "new v old") not in theirs(even, monkeypatch)
