"""Trials that the language does not describe, so that they are refused by their name."""

from __future__ import annotations

import re
from typing import Final

SINGLE_ARM: Final = "a trial with a single arm"
_KINDS: Final = (
    (re.compile(r"\bcluster|\bstepped.?wedge", re.IGNORECASE), "a cluster-randomized trial"),
    (re.compile(r"\bcross.?over|\bwash.?out|\blatin.?square", re.IGNORECASE), "a crossover trial"),
    (re.compile(r"\b(single|one).?(arm|group)\b|\buncontrolled", re.IGNORECASE), SINGLE_ARM),
)


IN_SCOPE: Final = "expected parallel arms of individually randomized patients"


def out_of_scope(*words: object) -> str:
    """What is out of scope, in words, if any of these speaks of it; "" if none does.

    >>> out_of_scope("design", "cross-over")
    'a crossover trial is out of scope'
    """
    for word in words:
        for pattern, kind in _KINDS:
            if isinstance(word, str) and pattern.search(word):
                return refused(kind)
    return ""


def refused(kind: str) -> str:
    """That a kind of trial is out of scope."""
    return f"{kind} is out of scope"
