"""Rules of other distributions, run beside those of the house."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from equipoise.errors import Finding
from equipoise.extensions import Added, added
from equipoise.sdtm.study import ExaminedStudy

_OURS: Final = re.compile(r"[A-Z][0-9]+")
"""How the ids of the house look: S31, P24."""


def added_findings(study: ExaminedStudy) -> Iterator[Finding]:
    """What every rule of an installed distribution finds, marked with whose it is.

    Raises   InputError in a sentence for a rule that fails, or takes an id of the house.
    """
    for one in added("rules"):
        if _OURS.fullmatch(one.name):
            raise one.refused("a letter with a number is an id of Equipoise")
        for finding in _found(one, study):
            yield replace(finding, rule=f"{one.name}, {one.origin}")


def _found(one: Added, study: ExaminedStudy) -> list[Finding]:
    rule = one.takes(one.load(), "study")
    found = one.called(lambda: list(rule(study)))
    wrong = [each for each in found if not isinstance(each, Finding)]
    if wrong:
        raise one.refused(f"expected findings, found {wrong[0]!r}")
    return found
