"""Who may enter: the part of the eligibility criteria that a computer can judge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from equipoise.arrays import Bools
from equipoise.conduct.measures import Measures, Verdict, judge, missing, read_condition
from equipoise.protocol import Protocol
from equipoise.protocol.model import Criterion

INCLUSION, EXCLUSION = "INCLUSION", "EXCLUSION"


class Judged(NamedTuple):
    """One criterion and what is known of it for n patients.

    met : yes where it lets the patient in; no where it keeps the patient out; else not known
    """

    criterion: Criterion
    category: str
    met: Verdict


def judge_criteria(protocol: Protocol, measures: Measures, *, size: int) -> tuple[Judged, ...]:
    """Each criterion that has a rule, and whom it lets in.

    An inclusion criterion is met where its rule holds, an exclusion criterion where it does not;
    what a rule asks for and nobody measured leaves the criterion not known.
    Raises   InputError if a rule cannot be read.
    Checked  tests/unit/conduct/test_eligibility.py.
    """
    asked = protocol.population.eligibility
    parts = [(INCLUSION, c) for c in asked.include] + [(EXCLUSION, c) for c in asked.exclude]
    return tuple(
        Judged(c, category, _met(c.rule, category, measures, size))
        for category, c in parts
        if c.rule
    )


def may_enter(judged: Sequence[Judged], *, size: int) -> Bools:
    """(n,) who meets every criterion that has a rule; one that is not known blocks."""
    found = np.ones(size, dtype=np.bool_)
    for one in judged:
        found &= one.met.yes
    return found


def why_not(judged: Sequence[Judged], measures: Measures, *, patient: int) -> tuple[str, ...]:
    """What stands against one patient's entry, one sentence a criterion, all at once.

    A criterion without a rule is a person's to judge and is not told here.
    """
    said = []
    for one in judged:
        criterion, rule = one.criterion, one.criterion.rule or ""
        if one.met.no[patient]:
            said.append(f"{criterion.id} not met: {criterion.text}")
        elif not one.met.yes[patient]:
            asked = missing(read_condition(rule), measures, size=len(one.met.yes))
            names = ", ".join(name for name, lacks in asked.items() if lacks[patient])
            said.append(f"{criterion.id} not known: {names}")
    return tuple(said)


def _met(rule: str, category: str, measures: Measures, size: int) -> Verdict:
    yes, no = judge(read_condition(rule), measures, size=size)
    return Verdict(no, yes) if category == EXCLUSION else Verdict(yes, no)
