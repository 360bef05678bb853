"""Every reason of a refusal has a number, by which a program knows it whatever it is about.

`refusals.csv` has a line for each sentence, `{}` where it names something. A number stays; a
sentence that is no longer said keeps its line.
Checked  tests/unit/conduct/commands/test_refusal_numbers.py (no sentence without a number).
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files
from typing import Final

FILE_OF_REFUSALS: Final = "refusals.csv"
OTHER_REASON: Final = "R000"  # in the words of a protocol's own check


@cache
def refusals() -> dict[str, str]:
    """Each sentence, and its number."""
    file = files("equipoise.conduct.commands").joinpath(FILE_OF_REFUSALS)
    return {
        one["says"]: one["rule"] for one in csv.DictReader(file.read_text("utf-8").splitlines())
    }


def rule_of(reason: str) -> str:
    """The number of a reason: of the sentence that says most of it word for word."""
    return next((rule for pattern, rule in _patterns() if pattern.fullmatch(reason)), OTHER_REASON)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    several = sorted(refusals().items(), key=lambda one: -len(one[0].replace("{}", "")))
    return tuple((_pattern(says), rule) for says, rule in several)


def _pattern(says: str) -> re.Pattern[str]:
    return re.compile(".*?".join(map(re.escape, says.split("{}"))), re.DOTALL)
