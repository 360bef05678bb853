"""A laboratory result's unit as its one name, and the exact factor from one unit to another.

Factors are fractions, so that 1.5 mg/dL and 15 mg/L are one value. The tables are data files beside
this module; a molar mass is a fact of the test, told by its formula.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal

from equipoise.errors import InputError, did_you_mean
from equipoise.shipped import table

System = Literal["SI", "US"]

_MICRO: Final = re.compile("[\u00b5\u03bc\u039c]")  # micro sign, Greek mu, and its capital
_ELEMENT: Final = re.compile(r"([A-Z][a-z]?)(\d*)")
_TO_AMOUNT: Final = 1000  # g/L over g/mol is mol/L
_MASS, _AMOUNT = "mass concentration", "amount concentration"
_CHARGE = "charge concentration"


@dataclass(frozen=True, slots=True)
class LabTest:
    """A test by its LBTESTCD.

    kinds : of unit, the usual one first; charge : of the ion
    molar_mass : g/mol, or None where grams cannot be told from moles
    si, us : its unit in SI and US reports
    """

    code: str
    kinds: tuple[str, ...]
    molar_mass: Fraction | None
    charge: int | None
    si: str
    us: str


@functools.cache
def kinds() -> Mapping[str, Mapping[str, Fraction]]:
    """Kind of quantity -> unit -> its size in the kind's first unit."""
    return {
        kind: {unit: Fraction(str(said["size"])) for unit, said in units.items()}
        for kind, units in table(__package__, "units.json")["kinds"].items()
    }


@functools.cache
def _spellings() -> Mapping[str, Mapping[str, str]]:
    """Kind -> a way to write a unit -> the unit."""
    return {
        kind: {
            spelled: unit
            for unit, said in units.items()
            for spelled in (_plain(unit), *said.get("also", ()))
        }
        for kind, units in table(__package__, "units.json")["kinds"].items()
    }


def _plain(text: str) -> str:
    """Capitals without blanks; every micro sign is a U."""
    return _MICRO.sub("U", "".join(text.split()).upper())


def _molar_mass(said: Mapping[str, Any], weights: Mapping[str, str]) -> Fraction | None:
    if "molar mass" in said:
        return Fraction(said["molar mass"])
    parts = _ELEMENT.findall(said.get("formula", ""))
    total = sum(Fraction(weights[element]) * int(count or 1) for element, count in parts)
    return Fraction(total) if parts else None


@functools.cache
def known_tests() -> Mapping[str, LabTest]:
    """Every test whose units are known, by LBTESTCD."""
    told = table(__package__, "tests.json")
    weights = told["atomic weights"]
    return {
        code: LabTest(
            code,
            tuple(said["kinds"]),
            _molar_mass(said, weights),
            said.get("charge"),
            said["SI"],
            said["US"],
        )
        for code, said in told["tests"].items()
    }


@functools.cache
def kind_of(unit: str) -> str:
    """The kind of a unit by its one name."""
    return next(kind for kind, units in kinds().items() if unit in units)


@functools.cache
def unit_of(text: str | None, *, test: str = "") -> str | None:
    """The one name of a unit as somebody wrote it, or None if nobody knows it.

    test : LBTESTCD; of the kinds that its units may be of the first decides what `G/L` means

    >>> unit_of("K/µL", test="PLAT"), unit_of("G/L", test="PLAT"), unit_of("gm/dl", test="HGB")
    ('10^3/uL', '10^9/L', 'g/dL')
    """
    if text is None:
        return None
    said = _plain(text)
    known = known_tests().get(test)
    for kind in known.kinds if known else kinds():
        if said in _spellings()[kind]:
            return _spellings()[kind][said]
    return None


@functools.cache
def factor(test: str, *, from_: str, to: str) -> Fraction | None:
    """What a value of a test in one unit is multiplied by to stand in another; None if it cannot.

    from_, to : units by their one name

    >>> float(factor("CREAT", from_="mg/dL", to="umol/L"))
    88.4016973125884
    """
    here, there = kind_of(from_), kind_of(to)
    size = kinds()[here][from_] / kinds()[there][to]
    if here == there:
        return size
    first, last = _in_moles(test, here), _in_moles(test, there)
    return None if first is None or last is None else size * first / last


def _in_moles(test: str, kind: str) -> Fraction | None:
    """mmol/L of one first unit of a kind, for a test."""
    known = known_tests().get(test)
    if known is None:
        return None
    if kind == _MASS and known.molar_mass is not None:
        return _TO_AMOUNT / known.molar_mass
    if kind == _CHARGE and known.charge is not None:
        return Fraction(1, known.charge)
    return Fraction(1) if kind == _AMOUNT else None


def usual(test: str, system: System) -> str | None:
    """The unit of a test in SI or US reports; None if the test is not known."""
    known = known_tests().get(test)
    if known is None:
        return None
    return known.si if system == "SI" else known.us


def asked(test: str, unit: str) -> str:
    """The one name of a unit that a protocol asks for.

    Raises   InputError if nobody knows it, or the test cannot be told in it.
    """
    known = known_tests().get(test)
    units = [u for kind in (known.kinds if known else kinds()) for u in kinds()[kind]]
    found = unit if unit in units else unit_of(unit, test=test)
    if found is None:
        hint = did_you_mean(unit, units)
        raise InputError(f'"{unit}" is no unit of {test}; expected one of {", ".join(units)}{hint}')
    return found
