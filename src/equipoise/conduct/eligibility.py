"""Who may enter: the part of the eligibility criteria that a computer can judge."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from equipoise.arrays import Bools
from equipoise.conduct.measures import Measures, holds, read_condition
from equipoise.protocol import Protocol
from equipoise.protocol.language.conditions import names
from equipoise.protocol.model import Criterion

INCLUSION, EXCLUSION = "INCLUSION", "EXCLUSION"


class Judged(NamedTuple):
    """One criterion and who of n patients fails it."""

    criterion: Criterion
    category: str
    fails: Bools


def judge(protocol: Protocol, measures: Measures, *, size: int) -> tuple[Judged, ...]:
    """Each criterion that has a rule, and whom it keeps out.

    An inclusion criterion is failed by whom its rule does not hold for, an exclusion criterion by
    whom it holds for. Nobody fails a rule about something that is not known of anybody.
    Raises   InputError if a rule cannot be read.
    Checked  tests/unit/conduct/test_eligibility.py.
    """
    asked = protocol.population.eligibility
    parts = [(INCLUSION, c) for c in asked.include] + [(EXCLUSION, c) for c in asked.exclude]
    return tuple(
        Judged(c, category, _fails(c.rule, category, measures, size))
        for category, c in parts
        if c.rule
    )


def _fails(rule: str, category: str, measures: Measures, size: int) -> Bools:
    condition = read_condition(rule)
    found = holds(condition, measures, size=size)
    if category == EXCLUSION:
        return found
    known = all(name.lower() in measures.value for name in names(condition))
    return ~found if known else np.zeros(size, dtype=np.bool_)
