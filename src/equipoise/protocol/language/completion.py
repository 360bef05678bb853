"""How a partial date is completed, in words: `last, not after death or cut-off`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

from equipoise.errors import did_you_mean

Day = Literal["nothing", "first", "middle", "last"]
DAYS: Final = get_args(Day)
# a word for a date of a subject -> the variable of ADSL that has it; the cut-off is the snapshot's
BOUNDS: Final = {
    "randomization": "RANDDT",
    "first dose": "TRTSDT",
    "last dose": "TRTEDT",
    "last known alive": "LSTALVDT",
    "end of study": "EOSDT",
    "death": "DTHDT",
    "cut-off": "",
}
_RULE: Final = re.compile(
    r"^(?P<day>\w+)(?:, not before (?P<before>[^,]+))?(?:, not after (?P<after>[^,]+))?$"
)


@dataclass(frozen=True, slots=True)
class Completion:
    """The day that a partial date is taken for, and the subject's dates that it may not pass.

    day : "first", "middle" (the 15th, or 30 June) or "last" day that it can be, or "nothing": a
        partial date is then no date. A bound counts if the date can lie on its right side.
    """

    day: Day
    not_before: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()

    @property
    def bounds(self) -> frozenset[str]:
        """Every date that the rule names."""
        return frozenset((*self.not_before, *self.not_after))

    def __str__(self) -> str:
        before = f", not before {' or '.join(self.not_before)}" if self.not_before else ""
        after = f", not after {' or '.join(self.not_after)}" if self.not_after else ""
        return f"{self.day}{before}{after}"


def parse_completion(text: str) -> Completion:
    """The rule that a sentence says; `str` is its inverse.

    Raises   ValueError if the sentence does not follow the pattern.

    >>> print(parse_completion("last, not after death or cut-off"))
    last, not after death or cut-off
    """
    found = _RULE.match(" ".join(text.split()))
    day = found["day"] if found else text
    for known in DAYS:
        if found and day == known:
            return Completion(known, _bounds(found["before"]), _bounds(found["after"]))
    raise ValueError(
        f'"{text}" does not say how a partial date is completed; expected first, middle, last or '
        f"nothing, as in: last, not after death or cut-off{did_you_mean(day, DAYS)}"
    )


def _bounds(text: str | None) -> tuple[str, ...]:
    words = tuple(text.split(" or ")) if text else ()
    for word in words:
        if word not in BOUNDS:
            raise ValueError(
                f'"{word}" is no date that bounds another; expected one of '
                f"{', '.join(BOUNDS)}{did_you_mean(word, BOUNDS)}"
            )
    return words
