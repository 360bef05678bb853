"""A number of a rule in the unit in which the measure is told."""

from __future__ import annotations

from fractions import Fraction

from equipoise.laboratory.units import factor, unit_of
from equipoise.units import UnitError, parse_duration, parse_quantity


def in_unit(number: float, *, of: str, to: str, code: str = "") -> float | None:
    """`number`, said in the unit `of`, in the unit `to`; None if that cannot be.

    code : LBTESTCD, for what only its molar mass can tell, and for spellings such as G/L

    >>> in_unit(80, of="g/L", to="g/dL", code="HGB")
    8.0
    """
    if of == to:
        return float(number)
    here, there = unit_of(of, test=code), unit_of(to, test=code)
    times = factor(code, from_=here, to=there) if here and there else _everyday(of, to)
    return None if times is None else float(Fraction(str(number)) * times)


def _everyday(of: str, to: str) -> Fraction | None:
    """The factor between two amounts (kg, g) or two spans (years, months)."""
    try:
        return Fraction(parse_duration(f"1 {of}").days) / Fraction(parse_duration(f"1 {to}").days)
    except UnitError:
        pass
    try:
        return Fraction(parse_quantity(f"1 {of}").to(parse_quantity(f"1 {to}").unit))
    except UnitError:
        return None
