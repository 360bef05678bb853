"""Roots beside scipy's brentq, and in corners."""

from math import cos, exp, inf, log, nan

import pytest
from scipy import optimize

from equipoise.errors import InputError
from equipoise.roots import root

CASES = {
    "a line": (lambda x: 3.0 * x - 1.0, -1.0, 5.0),
    "a cosine": (lambda x: cos(x) - x, 0.0, 1.0),
    "an exponential, steep": (lambda x: exp(20.0 * x) - 2.0, -1.0, 1.0),
    "a logarithm, far away": (lambda x: log(x) - 12.0, 1.0, 1e9),
    "a step": (lambda x: 1.0 if x > 0.123 else -1.0, -1.0, 1.0),
    "falling": (lambda x: 0.7 - x**3, 0.0, 2.0),
    "a pole of its own": (lambda x: 1.0 / (x - 2.0) + 1.0, -5.0, 1.9),
}


@pytest.mark.parametrize("what", CASES)
def test_beside_brentq(what):
    f, low, high = CASES[what]
    calls = []

    def counted(x):
        calls.append(x)
        return f(x)

    found = root(counted, low, high, xtol=1e-13)
    peer = optimize.brentq(f, low, high, xtol=1e-13)
    assert found == pytest.approx(peer, abs=1e-12, rel=1e-13)
    assert len(calls) < 60
    assert root(f, high, low, xtol=1e-13) == pytest.approx(found, abs=1e-12, rel=1e-13)


def test_a_flat_root_is_found_where_brentq_gives_up():
    assert root(lambda x: (x - 0.3) ** 9, -1.0, 1.0, xtol=1e-13) == pytest.approx(0.3, abs=1e-6)


def test_a_root_at_an_end():
    assert root(lambda x: x, 0.0, 1.0, xtol=1e-12) == 0.0
    assert root(lambda x: x - 1.0, 0.0, 1.0, xtol=1e-12) == 1.0


@pytest.mark.parametrize("f", [lambda x: x + 2.0, lambda x: nan, lambda x: -inf])
def test_no_root_is_said(f):
    with pytest.raises(InputError, match="no root between 0 and 1"):
        root(f, 0.0, 1.0, xtol=1e-12)
