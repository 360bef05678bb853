"""Units at the edge: `8 weeks`, `7.4 GBq`, `65%` are read once; format is the inverse of parse."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from equipoise.errors import did_you_mean

_NUMBER = r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_QUANTITY = re.compile(rf"^(?P<value>{_NUMBER})\s*(?P<unit>\S.*)$")
_RATIO = re.compile(rf"^({_NUMBER})\s*/\s*({_NUMBER})$")

DURATION_DAYS: Final = {
    "day": Decimal(1),
    "week": Decimal(7),
    "month": Decimal("30.4375"),
    "year": Decimal("365.25"),
}

CLOCK_HOURS: Final = {"hour": Decimal(1), "day": Decimal(24), "week": Decimal(168)}

# kind of quantity -> unit -> factor to the kind's base unit
UNITS: Final[dict[str, dict[str, Decimal]]] = {
    "activity": {
        "MBq": Decimal(1),
        "GBq": Decimal(1000),
        "kBq": Decimal("0.001"),
        "mCi": Decimal(37),
        "Ci": Decimal(37000),
    },
    "mass": {
        "mg": Decimal(1),
        "g": Decimal(1000),
        "ug": Decimal("0.001"),
        "ng": Decimal("0.000001"),
        "kg": Decimal(1_000_000),
    },
    "volume": {"mL": Decimal(1), "L": Decimal(1000), "uL": Decimal("0.001")},
    "mass per weight": {"mg/kg": Decimal(1), "ug/kg": Decimal("0.001")},
    "mass per area": {"mg/m2": Decimal(1)},
    "activity per weight": {"MBq/kg": Decimal(1)},
    "absorbed dose": {"Gy": Decimal(1), "mGy": Decimal("0.001")},
    "international units": {"IU": Decimal(1), "U": Decimal(1)},
    "count": {"tablets": Decimal(1), "capsules": Decimal(1), "patches": Decimal(1)},
}
_KIND_OF: Final = {unit: kind for kind, table in UNITS.items() for unit in table}


class UnitError(ValueError):
    """A quantity cannot be read; the message says what was expected."""


def plain(value: Decimal) -> str:
    """A decimal without exponent or trailing zeros: 7.40 is 7.4, 1E+2 is 100."""
    text = format(value.normalize(), "f")
    return "0" if text in ("-0", "") else text


@dataclass(frozen=True, slots=True)
class Duration:
    """A span of time as a person wrote it; `days` is exact."""

    value: Decimal
    unit: str  # day, week, month or year

    @property
    def days(self) -> float:
        return float(self.value * DURATION_DAYS[self.unit])

    @property
    def whole_days(self) -> int:
        """Days rounded half up, since time is whole days."""
        return int((self.value * DURATION_DAYS[self.unit]).quantize(Decimal(1), "ROUND_HALF_UP"))

    @property
    def months(self) -> float:
        return float(self.value * DURATION_DAYS[self.unit] / DURATION_DAYS["month"])

    def __str__(self) -> str:
        return f"{plain(self.value)} {self.unit}{'' if self.value == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A span that a clock measures: of reports and of activity, never of study time."""

    value: Decimal
    unit: str  # hour, day or week

    @property
    def hours(self) -> Decimal:
        return self.value * CLOCK_HOURS[self.unit]

    @property
    def delta(self) -> dt.timedelta:
        """The same as Python has it, to the second."""
        return dt.timedelta(seconds=int(self.hours * 3600))

    def __str__(self) -> str:
        return f"{plain(self.value)} {self.unit}{'' if self.value == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount with its unit, for example 7.4 GBq."""

    value: Decimal
    unit: str

    @property
    def kind(self) -> str:
        return _KIND_OF[self.unit]

    def to(self, unit: str) -> Decimal:
        """The same amount in another unit of the same kind."""
        if _KIND_OF.get(unit) != self.kind:
            raise UnitError(f"{self.unit} cannot be turned into {unit}")
        table = UNITS[self.kind]
        return self.value * table[self.unit] / table[unit]

    def __str__(self) -> str:
        return f"{plain(self.value)} {self.unit}"


def _split(text: str, what: str, example: str) -> tuple[Decimal, str]:
    found = _QUANTITY.match(text.strip())
    if not found:
        raise UnitError(f'"{text}" is no {what}; expected a number and a unit, as in {example}')
    value = Decimal(found["value"])
    if value and not -12 <= value.adjusted() <= 12:
        raise UnitError(f'"{text}" is out of all proportion; expected one such as {example}')
    return value, found["unit"].strip()


def parse_duration(text: str) -> Duration:
    """Read `8 weeks`, `1 day`, `18 months`.

    >>> parse_duration("8 weeks").whole_days
    56
    """
    value, unit = _split(text, "duration", "8 weeks")
    word = unit[:-1] if unit.endswith("s") else unit
    if word not in DURATION_DAYS:
        hint = did_you_mean(unit, [f"{u}s" for u in DURATION_DAYS])
        raise UnitError(
            f'unknown unit "{unit}" in "{text}"; expected days, weeks, months or years{hint}'
        )
    return Duration(value, word)


def parse_clock(text: str) -> ClockTime:
    """Read `24 hours`, `7 days`: what a clock measures.

    >>> parse_clock("7 days").hours
    Decimal('168')
    """
    value, unit = _split(text, "clock", "24 hours")
    word = unit[:-1] if unit.endswith("s") else unit
    if word not in CLOCK_HOURS:
        hint = did_you_mean(unit, [f"{u}s" for u in CLOCK_HOURS])
        raise UnitError(f'unknown unit "{unit}" in "{text}"; expected hours, days or weeks{hint}')
    if value <= 0:
        raise UnitError(f'"{text}" is no time at all; expected one such as 24 hours')
    return ClockTime(value, word)


@dataclass(frozen=True, slots=True)
class Accepted:
    """An amount, and how far from it another may be: `7.4 GBq within 10%`."""

    amount: Quantity
    within: Decimal  # a share

    def holds(self, other: Quantity) -> bool:
        """Whether another amount is near enough."""
        gap = abs(other.to(self.amount.unit) - self.amount.value)
        return gap <= self.within * self.amount.value

    def __str__(self) -> str:
        return f"{self.amount} within {plain(self.within * 100)}%"


def parse_accepted(text: str) -> Accepted:
    """Read `7.4 GBq within 10%`.

    >>> parse_accepted("7.4 GBq within 10%").holds(parse_quantity("6700 MBq"))
    True
    """
    amount, found, share = text.partition(" within ")
    if not found or not re.fullmatch(rf"{_NUMBER}\s*%", share.strip()):
        raise UnitError(f'"{text}" says not how near; expected one such as 7.4 GBq within 10%')
    return Accepted(parse_quantity(amount), Decimal(share.strip().rstrip("% ")) / 100)


def parse_quantity(text: str) -> Quantity:
    """Read `7.4 GBq`, `30 mg`.

    >>> parse_quantity("7.4 GBq").to("mCi")
    Decimal('200.0')
    """
    value, unit = _split(text, "amount", "7.4 GBq")
    if unit not in _KIND_OF:
        raise UnitError(
            f'unknown unit "{unit}" in "{text}"; '
            "expected an activity (GBq, MBq, mCi) or a mass (mg, g)" + did_you_mean(unit, _KIND_OF)
        )
    return Quantity(value, unit)


def parse_number(text: str) -> float:
    """Read `0.47`, `65%` or `14/30`."""
    body = text.strip()
    try:
        ratio = _RATIO.match(body)
        if ratio:
            return float(Decimal(ratio[1]) / Decimal(ratio[2]))
        number = body.removesuffix("%").rstrip()
        if not re.fullmatch(_NUMBER, number):
            raise InvalidOperation
        return float(Decimal(number) / (100 if body.endswith("%") else 1))
    except ArithmeticError:
        raise UnitError(f'"{text}" is no number; expected one such as 0.47, 65% or 14/30') from None


def parse_probability(text: str) -> float:
    """Read a number from 0 to 1, also as a percentage."""
    value = parse_number(text)
    if not 0 <= value <= 1:
        raise UnitError(f'"{text}" is no probability; expected 0 to 1, or 0% to 100%')
    return value
