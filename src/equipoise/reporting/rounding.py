"""Numbers as a journal prints them. Rounding is half away from zero, as SAS does it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

MISSING = "–"


def rounded(value: float, digits: int) -> str:
    """`value` with so many digits after the point.

    >>> rounded(0.125, 2), rounded(-0.04, 1)
    ('0.13', '0.0')
    """
    return _half_up(Decimal(repr(float(value))), digits)


def _half_up(value: Decimal, digits: int) -> str:
    found = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{abs(found) if found == 0 else found:f}"


def percent(share: float, digits: int = 1) -> str:
    """A proportion as a percentage, without the sign.

    >>> percent(0.0925)
    '9.3'
    """
    return _half_up(Decimal(repr(float(share))) * 100, digits)


def p_value(p: float) -> str:
    """A P value: three digits, two from 0.10 up; never zero.

    >>> p_value(0.00041), p_value(0.0136), p_value(0.4)
    ('<0.001', '0.014', '0.40')
    """
    if p < 0.001:
        return "<0.001"
    shown = rounded(p, 2 if p >= 0.1 else 3)
    return ">0.99" if p > 0.99 else shown


def tail(p: float) -> str:
    """A small P value that is compared with a bound: two significant digits, never cut off.

    >>> tail(8.4e-6), tail(0.025)
    ('8.4e-6', '0.025')
    """
    if p >= 0.001:
        return rounded(p, 3)
    mantissa, _, power = f"{p:.1e}".partition("e")
    return f"{mantissa}e{int(power)}"


def count(value: float) -> str:
    """A whole number with thousands separators."""
    return f"{round(value):,}"


def ratio(value: float) -> str:
    """A ratio with two digits, or three significant below 0.1."""
    return rounded(value, 3 if 0 < value < 0.0995 else 2)


def capital(text: str) -> str:
    """First letter large, the rest as it is."""
    return text[:1].upper() + text[1:]
