"""Every result as text: one table of rules, in the styles of journals and of regulators.

Sources  P values: NEJM's rule as quoted in BMJ EBM 2019 (doi 10.1136/bmjebm-2019-111264); Annals of
         Internal Medicine, general statistical guidance. The regulator's P, NEJM's percentages and
         the whole of Lancet's are house convention, from memory.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Literal

from equipoise.errors import InputError, did_you_mean

MISSING = "–"
UNKNOWN, NOT_REACHED, INFINITE = "NE", "NR", "∞"
MINUS, THIN = "\N{MINUS SIGN}", "\N{THIN SPACE}"
ABBREVIATIONS = {
    UNKNOWN: "cannot be estimated",
    NOT_REACHED: "not reached",
    INFINITE: "without a limit",
}
NumberKind = Literal["count", "p", "bound", "percent", "ratio", "months", "number", "words"]

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SMALL_RATIO = 0.0995  # below it a ratio has three digits
_FROM = 10_000  # numbers with thousands separators


@dataclass(frozen=True, slots=True)
class Style:
    """How a journal prints numbers.

    p : (least, digits) from the largest P value down; below the last least, "<least"
    whole_below : percentages of fewer patients are whole numbers; of infinity all are
    point : the decimal mark
    """

    name: str
    p: tuple[tuple[float, int], ...]
    whole_below: float = 0
    point: str = "."


STYLES = {
    style.name: style
    for style in (
        Style("regulator", ((0.0001, 4),)),
        Style("nejm", ((0.01, 2), (0.001, 3)), whole_below=100),
        Style("annals", ((0.2, 2), (0.001, 3)), whole_below=200),
        Style("lancet", ((0.1, 2), (0.01, 3), (0.0001, 4)), whole_below=100, point="·"),
    )
}

# The first rule that fits a statistic's name, without "lower limit" or "upper limit", holds.
_KINDS: tuple[tuple[str, NumberKind], ...] = (
    (r"^(decision|conclusion|rejected|forecast date|planned date)$", "words"),
    (r"^(conditional|predictive) power", "percent"),
    (r"^(bound|observed|repeated|sequential) p, one-sided$|^futility bound p", "bound"),
    (r"(^| )p$|(^| )p, |^adjusted p$", "p"),
    (r"\bp$", "p"),
    (r"standard error|log |chi-square|^z\b|^df$| df$| z$", "number"),
    (r"hazard ratio$|odds ratio$|relative risk$|rate ratio$|^ratio of", "ratio"),
    (r"restricted mean months$|^difference in", "number"),
    (r"months$", "months"),
    (r"proportion$|^(survival|rate|information|curve|censored|cumulative incidence)$", "percent"),
    (r" power(,|$)", "percent"),
    (r"patients$|^(n|n at visit|events|competing events|responders|count|missing)$", "count"),
    (r", count$| n$|^at risk|^(not )?(randomized|treated|analyzed)$|^assessed for", "count"),
    (r" by then$|^events asked for$", "count"),
    (r" 100 patient-years$|^patient-years$", "months"),
    (r"the study|by kind$|by reason$| before$|^(lost to|discontinued)", "count"),
)
_SHARES = ("difference in proportions", "difference in survival", "risk difference")


@lru_cache(maxsize=4096)  # a report asks it of the same few hundred names ten thousand times
def kind_of(statistic: str) -> NumberKind:
    """What sort of number a statistic is."""
    name = re.sub(r" (lower|upper) limit$", "", statistic)
    if name in _SHARES or name.endswith(" risk difference"):
        return "percent"
    return next((kind for pattern, kind in _KINDS if re.search(pattern, name)), "number")


@dataclass(frozen=True, slots=True)
class NumberText:
    """Numbers in one style. Rounding is half away from zero on the decimal that was written.

    >>> regulator, nejm = NumberText(), NumberText.named("nejm")
    >>> regulator.p(0.00041), nejm.p(0.00041), nejm.p(0.00996), nejm.p(0.4)
    ('0.0004', '<0.001', '0.01', '0.40')
    """

    style: Style = STYLES["regulator"]

    @classmethod
    def named(cls, name: str) -> NumberText:
        """The words of a style by its name. Raises InputError that lists them."""
        if name not in STYLES:
            hint = did_you_mean(name, STYLES)
            raise InputError(f'style: found "{name}", expected {", ".join(STYLES)}{hint}')
        return cls(STYLES[name])

    def number(self, value: float, digits: int) -> str:
        """With so many digits after the point."""
        return _odd(value) or self._set(rounded(value, digits))

    def count(self, value: float) -> str:
        """A whole number."""
        return self.number(value, 0)

    def p(self, value: float, against: float | None = None) -> str:
        """A P value; never rounded onto or over the level that it is held against."""
        if _odd(value):
            return _odd(value)
        least, digits = self.style.p[-1]
        if value < least:
            return f"<{self._set(f'{least:.{digits}f}')}"
        for edge, fewer in reversed(self.style.p):
            if float(rounded(value, digits)) >= edge:
                digits = min(digits, fewer)
        if value > 1 - 10**-digits:
            return f">{self._set(rounded(1 - 10**-digits, digits))}"
        return self._set(_apart(value, digits, against))

    def bound(self, value: float, against: float | None = None) -> str:
        """A P value that is a bound or stands beside one: two digits that count, never cut off."""
        if _odd(value) or value <= 0:
            return _odd(value) or "0"
        power = math.floor(math.log10(float(f"{value:.1e}")))
        if power >= -4:
            return self._set(_apart(value, 1 - power, against))
        shown = _apart(value / 10.0**power, 1, None if against is None else against / 10.0**power)
        return f"{self._set(shown)}×10{str(power).translate(_RAISED)}"

    def percent(self, share: float, n: float | None = None) -> str:
        """Without the sign; 100 and 0 only where it is all of them, or none."""
        if _odd(share):
            return _odd(share)
        whole = (0 if n is None else n) < self.style.whole_below
        digits = 0 if whole and (n is not None or math.isinf(self.style.whole_below)) else 1
        shown = _half_up(Decimal(repr(float(share))) * 100, digits)
        step = 10.0**-digits
        if 0 < share < 1 and float(shown) == 0:
            return f"<{self.number(step, digits)}"
        if 0 < share < 1 and float(shown) == 100:
            return f">{self.number(100 - step, digits)}"
        return self._set(shown)

    def points(self, gap: float) -> str:
        """A difference of percentages, in percentage points."""
        return _odd(gap) or self._set(_half_up(Decimal(repr(float(gap))) * 100, 1))

    def ratio(self, value: float, of: float | None = None) -> str:
        """A ratio or its limit; `of` is the estimate, whose digits its limits have too."""
        size = value if of is None or _odd(of) else of
        digits = 3 if 0 < size < _SMALL_RATIO else 2
        if not _odd(value) and 0 < value < 0.5 * 10**-digits:
            return f"<{self.number(10.0**-digits, digits)}"
        return self.number(value, digits)

    def say(
        self,
        statistic: str,
        value: float | None,
        *,
        note: str = "",
        of: float | None = None,
        n: float | None = None,
        digits: int | None = None,
        against: float | None = None,
    ) -> str:
        """The value of a statistic in words, by the table of this module.

        of : the estimate of which it is a limit; n : the denominator of a share
        digits : of a measured value, as it was collected; against : a level or a bound
        """
        kind = kind_of(statistic)
        if kind == "words":
            return note or MISSING
        if value is None:
            return _absent(statistic, note)
        gap = statistic.startswith("difference in") or "risk difference" in statistic
        makers: dict[str, Callable[[], str]] = {
            "count": lambda: self.count(value),
            "p": lambda: self.p(value, against),
            "bound": lambda: self.bound(value, against),
            "percent": lambda: self.points(value) if gap else self.percent(value, n),
            "ratio": lambda: self.ratio(value, of),
            "months": lambda: self.number(value, 1),
            "number": lambda: self.number(value, 2 if digits is None else digits),
        }
        return makers[kind]()

    def _set(self, text: str) -> str:
        """Rounded digits as they are set in type: true minus, thousands, decimal mark."""
        whole, point, part = text.lstrip("-").partition(".")
        if len(whole) >= len(str(_FROM)):
            whole = f"{int(whole):,}".replace(",", THIN)
        sign = MINUS if text.startswith("-") else ""
        return sign + whole + (self.style.point + part if point else "")


def rounded(value: float, digits: int) -> str:
    """`value` with so many digits after the point, in plain signs.

    >>> rounded(0.125, 2), rounded(-0.04, 1)
    ('0.13', '0.0')
    """
    return _half_up(Decimal(repr(float(value))), digits)


def _half_up(value: Decimal, digits: int) -> str:
    found = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{abs(found) if found == 0 else found:f}"


def _apart(value: float, digits: int, against: float | None) -> str:
    """Rounded with as many digits more as keep it on its side of a level."""
    for more in range(digits, digits + 12):
        shown = float(rounded(value, more))
        if against is None or value == against:
            return rounded(value, more)
        if shown != against and (shown < against) == (value < against):
            return rounded(value, more)
    return repr(value)


def _odd(value: float) -> str:
    """The text of what is no number; "" for a number."""
    if math.isnan(value):
        return UNKNOWN
    if math.isinf(value):
        return INFINITE if value > 0 else MINUS + INFINITE
    return ""


def _absent(statistic: str, note: str) -> str:
    """Why there is no value, in two letters; a limit that cannot be had is never "not reached"."""
    if "not reached" in note and not statistic.endswith("limit"):
        return NOT_REACHED
    return UNKNOWN


def capital(text: str) -> str:
    """First letter large, the rest as it is."""
    return text[:1].upper() + text[1:]
