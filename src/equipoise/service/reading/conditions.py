"""What must hold before a subject is randomized, each with a tick or with what is missing."""

from __future__ import annotations

from typing import Final, NamedTuple

from equipoise.conduct.commands.model import CommandDesk

# Of the reasons that `randomize` gives, the words by which each belongs to a condition.
_CONDITIONS: Final = (
    ("The trial recruits", ("the trial is", "the trial has randomized")),
    ("The site is active and has approved this version", ("the site",)),
    ("The list is at hand", ("list",)),
    ("Consent is dated", ("the consent",)),
    ("Every criterion is met", ("not eligible", " by what was measured")),
    ("Baseline is entered and signed, the strata are known", (" form is not", "the stratum ")),
)


class Tick(NamedTuple):
    """A condition; `lacking` is empty where it holds."""

    words: str
    lacking: list[str]


def conditions(desk: CommandDesk, against: list[str]) -> list[Tick]:
    """Every condition, with the reasons against it.

    A reason that belongs to none stands in a condition of its own: none is left out.
    """
    left = list(against)
    found = []
    for words, marks in _CONDITIONS:
        own = [one for one in left if any(mark in one for mark in marks)]
        left = [one for one in left if one not in own]
        found.append(Tick(words, own))
    return [*found, *([Tick("Nothing else stands in the way", left)] if left else [])]
