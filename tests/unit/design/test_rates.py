"""Size for rates of events: published sizes, limits by hand, and the time at risk."""

from __future__ import annotations

from math import exp, log, sqrt

import pytest
from scipy import special

from equipoise.design.plan.plan import plan
from equipoise.design.size.rates import Rates, power_rates, rate_spread, size_rates
from equipoise.errors import InputError
from equipoise.meaning.check import read_text
from equipoise.protocol.write.template import start


def test_published_sizes() -> None:
    """Zhu & Lakkis 2014, approach 2, with rates 0.8 and 0.68 a year, k 0.4, nine months: 1316 an
    arm for 80%; twoCoprimary (R): ss1Count(r1 = 1.0, r2 = 1.25, nu = 0.8, t = 1, r = 1,
    alpha = 0.025, beta = 0.1) gives 908 an arm, with nu = 1 / k.
    """
    first = size_rates(Rates(0.6, 0.51, 0.4), alpha=0.025, power=0.8)
    assert 1315.5 < first / 2 <= 1316
    second = size_rates(Rates(1.25, 1.0, 1.25), alpha=0.025, power=0.9)
    assert 907 < second / 2 <= 908


def test_poisson_by_hand() -> None:
    """4 and 2 events expected: variance (1/4 + 1/2) an arm of n, log 2 to be shown."""
    z = special.ndtri(0.975) + special.ndtri(0.9)
    by_hand = z**2 * 0.75 / log(2.0) ** 2
    found = size_rates(Rates(4.0, 2.0), alpha=0.025, power=0.9)
    assert found / 2 == pytest.approx(by_hand)
    assert power_rates(Rates(4.0, 2.0), subjects=found, alpha=0.025) == pytest.approx(0.9)


def test_a_ratio_and_a_margin_by_hand() -> None:
    """Twice as many treated, margin 1.5: n on control and 2 n treated, log 1.5 to be shown."""
    rates = Rates(2.0, 2.0, 0.5, 1.5)
    n = size_rates(rates, alpha=0.025, power=0.9, ratio=2.0) / 3.0
    z = special.ndtri(0.975) + special.ndtri(0.9)
    assert n == pytest.approx(z**2 * (1.0 + 0.5) / log(1.5) ** 2)
    assert rate_spread(rates, 2.0) == pytest.approx(sqrt(1.5 * 3.0))
    with pytest.raises(InputError, match=r"the assumed rate ratio is 2; expected below 1\.5"):
        size_rates(Rates(1.0, 2.0, 0.5, 1.5), alpha=0.025, power=0.9)


def test_a_plan_takes_the_time_before_dropout() -> None:
    """A year less 5% lost in it, evenly in hazard: (1 - 0.95^(364/365.25)) / -log 0.95 years."""
    protocol = read_text(start(endpoint="count"))
    h = plan(protocol)["EXACERBATIONS"]
    loss = -log(0.95)
    years = (1.0 - exp(-loss * 364 / 365.25)) / loss
    expected = size_rates(Rates(1.2 * years, 0.75 * years, 0.5), alpha=0.025, power=0.9)
    assert h.needed == pytest.approx(expected)
    assert (h.scale, h.method, h.margin) == ("rate ratio", "negative binomial", 1.0)
    assert h.effect == pytest.approx(0.625)
    assert h.drift == pytest.approx(-log(0.625) / (rate_spread_of(years) / sqrt(400)))


def rate_spread_of(years: float) -> float:
    return rate_spread(Rates(1.2 * years, 0.75 * years, 0.5), 1.0)


def test_without_a_time_subjects_are_at_risk_until_the_study_ends() -> None:
    """Entered evenly over two years and followed for two more, nobody lost: three years."""
    text = start(endpoint="count").replace("    at: 52 weeks", "    # at: 52 weeks")
    text = text.replace("  dropout: {all: 5%}", "  dropout: {all: 0%}")
    text = text.replace("follow up: 24 months", "follow up: 24 months")
    h = plan(read_text(text))["EXACERBATIONS"]
    expected = size_rates(Rates(3.6, 2.25, 0.5), alpha=0.025, power=0.9)
    assert h.needed == pytest.approx(expected, rel=1e-3)
