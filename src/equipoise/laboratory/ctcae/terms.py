"""The criteria of each version of CTCAE, as its file tells them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from equipoise.errors import InputError, did_you_mean
from equipoise.laboratory.units import factor, kind_of
from equipoise.shipped import table

Direction = Literal["low", "high"]
CTCAE_FILES: Final = {"4.03": "v4_03.json", "5.0": "v5.json", "6.0": "v6.json"}
SCALE: Final = 10_000_000  # seven decimals, as whole numbers: 0.1 + 0.2 is 0.3
DIGITS: Final = 12  # of a converted value; a double is good for 15, so decimals stay decimals
LARGEST_GRADED: Final = 9e11  # as whole numbers of seven decimals these still fit 64 bits
# The words by which dose rules call the tests that they grade.
TEST_WORDS: Final = {
    "neutrophils": "NEUT",
    "platelets": "PLAT",
    "lymphocytes": "LYM",
    "leukocytes": "WBC",
    "hemoglobin": "HGB",
    "creatinine": "CREAT",
    "bilirubin": "BILI",
    "alanine aminotransferase": "ALT",
    "aspartate aminotransferase": "AST",
    "albumin": "ALB",
}
# Of these a rule that speaks of toxicity means too little, though there is a grade of too much.
GRADED_DOWN: Final = ("NEUT", "PLAT", "LYM", "WBC", "HGB", "ALB")
_OF_BASELINE = ("if_baseline_high", "if_baseline_low")
_NUMBER = r"\d+(?:\.\d+)?"
TERM: Final = re.compile(
    rf"(?P<op><=|>=|<|>)\s*(?:(?:(?P<times>{_NUMBER})\s*x\s*)?(?P<ref>LLN|ULN|BASE)"
    rf"(?:\s*\+\s*(?P<plus>{_NUMBER}))?|(?P<fixed>{_NUMBER}))"
)
"""A comparison of a threshold, such as `> 1.5 x ULN`."""


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


def unit_for(test: str, unit: str, known: Iterable[str]) -> str | None:
    """The unit of a criterion in which a test's value in `unit` is graded; None if there is none.

    Its own if the criterion has it, or else one of its kind, or else any it can be turned into.
    """
    near = sorted(known, key=lambda u: (u != unit, kind_of(u) != kind_of(unit)))
    return next((u for u in near if factor(test, from_=unit, to=u) is not None), None)


def has_no_grade(word: str, version: str) -> bool:
    """Whether a word names a test that other versions grade, and this one does not.

    >>> has_no_grade("lymphocytes", "6.0"), has_no_grade("lymphocytes", "5.0")
    (True, False)
    """
    code = TEST_WORDS.get(word.lower(), word.upper())

    def is_graded(by: str) -> bool:
        mine = (one for one in criteria(by) if code in one.tests and not one.where)
        return any(code not in GRADED_DOWN or one.direction == "low" for one in mine)

    return not is_graded(version) and any(is_graded(other) for other in CTCAE_FILES)
