"""Exact Poisson rates and their ratio against R's poisson.test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from equipoise.analysis.safety.rates import poisson_rate, rate_ratio

ENTRIES = {
    e["topic"]: e["value"]
    for e in json.loads((Path(__file__).parent / "reference.json").read_text())["entries"]
}
EXACT = 1e-8  # relative: quantiles of the gamma and beta distributions


def test_rate():
    expected = ENTRIES["poisson_exact_rate"]
    found = poisson_rate(12, 345.6)
    assert found == pytest.approx([expected[k] for k in ("rate", "lower", "upper")], rel=EXACT)


def test_ratio():
    expected = ENTRIES["poisson_rate_ratio"]
    found = rate_ratio(12, 345.6, 25, 330.2)
    assert found == pytest.approx(
        [expected[k] for k in ("ratio", "lower", "upper", "p")], rel=EXACT
    )
