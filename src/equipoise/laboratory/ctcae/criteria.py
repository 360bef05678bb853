"""Read a version's criteria; a threshold is a comparison of exact decimals."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import polars as pl

from equipoise.errors import InputError, did_you_mean
from equipoise.shipped import table

Direction = Literal["low", "high"]
CTCAE_FILES = {"4.03": "v4_03.json", "5.0": "v5.json", "6.0": "v6.json"}
SCALE = 10_000_000  # seven decimals, as whole numbers: 0.1 + 0.2 is 0.3
_RANGE = {"LLN": "LO", "ULN": "HI", "BASE": "BASE"}
_OF_BASELINE = ("if_baseline_high", "if_baseline_low")
_NUMBER = r"\d+(?:\.\d+)?"
_TERM = re.compile(
    rf"(?P<op><=|>=|<|>)\s*(?:(?:(?P<times>{_NUMBER})\s*x\s*)?(?P<ref>LLN|ULN|BASE)"
    rf"(?:\s*\+\s*(?P<plus>{_NUMBER}))?|(?P<fixed>{_NUMBER}))"
)


@dataclass(frozen=True, slots=True)
class GradedTerm:
    """One CTCAE term: for each unit, the threshold of each grade."""

    term: str
    tests: tuple[str, ...]
    direction: Direction
    grades: Mapping[str, Mapping[int, str]]
    high: Mapping[str, Mapping[int, str]] | None
    low: Mapping[str, Mapping[int, str]] | None
    where: Mapping[str, tuple[str, ...]]
    note: str


def _criterion(raw: Mapping[str, Any]) -> GradedTerm:
    of_baseline = {k: _by_grade(raw[k]) for k in _OF_BASELINE if k in raw}
    return GradedTerm(
        term=raw["term"],
        tests=tuple(raw["tests"]),
        direction=raw["direction"],
        grades=_by_grade(raw["grades"]),
        high=of_baseline.get("if_baseline_high"),
        low=of_baseline.get("if_baseline_low"),
        where={k: tuple(v) for k, v in raw.get("where", {}).items()},
        note=raw.get("note", ""),
    )


def _by_grade(raw: Mapping[str, Mapping[str, str]]) -> dict[str, dict[int, str]]:
    return {unit: {int(grade): says for grade, says in of.items()} for unit, of in raw.items()}


@functools.cache
def criteria(version: str) -> tuple[GradedTerm, ...]:
    """The criteria of one CTCAE version ("4.03", "5.0" or "6.0").

    Raises   InputError for a version there is no file for.
    """
    name = CTCAE_FILES.get(version)
    if name is None:
        hint = did_you_mean(version, CTCAE_FILES)
        raise InputError(f"CTCAE version {version!r}: expected {', '.join(CTCAE_FILES)}{hint}")
    return tuple(_criterion(raw) for raw in table(__package__, name)["criteria"])


def _comparison(text: str, factor: Fraction) -> pl.Expr:
    """`> 1.5 x ULN` on the integer columns VALUE, LO, HI, BASE.

    factor : what the columns are multiplied by to stand in the threshold's unit; whole numbers are
        compared, so that a value on the threshold is on it in every unit
    """
    found = _TERM.fullmatch(text.strip())
    if found is None:
        raise InputError(f"CTCAE threshold {text!r}: expected for example '> 1.5 x ULN'")
    value = _turned("_VALUE", factor)
    if found["fixed"]:
        left, right = value, _whole(found["fixed"], factor)
    else:
        times = Fraction(found["times"] or "1")
        left = value * times.denominator
        right = _turned("_" + _RANGE[found["ref"]], factor) * times.numerator
        right = right + _whole(found["plus"], factor) if found["plus"] else right
    truth = {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}
    return truth[found["op"]]


def _turned(column: str, factor: Fraction) -> pl.Expr:
    """A column times the factor's numerator; only where units differ does that take 128 bits."""
    if factor == 1:
        return pl.col(column)
    return pl.col(column).cast(pl.Int128) * pl.lit(factor.numerator, dtype=pl.Int128)


def _whole(number: str, factor: Fraction) -> pl.Expr:
    kind = pl.Int64 if factor == 1 else pl.Int128
    return pl.lit(int(Decimal(number) * SCALE) * factor.denominator, dtype=kind)


def threshold(text: str, factor: Fraction = Fraction(1)) -> pl.Expr:
    """A threshold of the criteria files as an expression; "or" of "and" of comparisons.

    Null where a limit or a baseline is missing and what is there does not decide.

    factor : from the unit of the values to the unit of the threshold
    """
    either = [
        pl.all_horizontal([_comparison(p, factor) for p in option.split(" and ")])
        for option in text.split(" or ")
    ]
    return pl.any_horizontal(either)
