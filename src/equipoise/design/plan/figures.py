"""Figures as the sentences of a plan print them."""

from __future__ import annotations


def small(p: float) -> str:
    """A probability with two digits that count: 0.025, 0.0092, 8.4e-6."""
    if p >= 0.001:
        return f"{p:.2g}"
    mantissa, exponent = f"{p:.1e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def percent(p: float) -> str:
    return f"{100.0 * p:.4g}%"
