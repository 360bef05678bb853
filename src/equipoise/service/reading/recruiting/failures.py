"""Why people who were screened are not in the trial, in the protocol's own sentences.

Checked  tests/unit/service/test_accrual.py.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Final, NamedTuple

from equipoise.conduct.commands.versions import version_of
from equipoise.conduct.form_kinds import CRITERIA_FORM
from equipoise.conduct.recorded import SCREEN_FAILED
from equipoise.conduct.store.served.recruiting import ended_by, not_met_by
from equipoise.conduct.store.unit import Unit
from equipoise.protocol import Protocol

_UNKNOWN: Final = "No reason was recorded"


class FailureReason(NamedTuple):
    """Why somebody was not taken in. criterion : its name, "" for another reason

    said : what the criterion did, "not met" or "applies"; text : the protocol's sentence
    """

    criterion: str
    said: str
    text: str

    def __str__(self) -> str:
        return f"{self.criterion} {self.said}: {self.text}" if self.criterion else self.text


class FailureLine(NamedTuple):
    """A reason, and of how many people, at each site that has some."""

    reason: FailureReason
    n: int
    sites: list[tuple[str, int]]


def failures_at(unit: Unit, site: str, failed: set[str]) -> Counter[FailureReason]:
    """Reason -> of how many of a site's screen failures; one who missed several counts in each.

    failed : the subjects
    """
    found, told = Counter[FailureReason](), set[str]()
    if not failed:
        return found
    missed = not_met_by(unit, site, SCREEN_FAILED, CRITERIA_FORM)
    known = {name: _criteria(version_of(unit, name)) for name in {one[1] for one in missed}}
    for subject, version, criterion in missed:
        found[known[version].get(criterion) or FailureReason(criterion, "not met", "")] += 1
        told.add(subject)
    for subject, why in ended_by(unit, site, SCREEN_FAILED).items():
        if subject not in told:
            found[FailureReason("", "", why.capitalize())] += 1
            told.add(subject)
    if left := len(failed - told):
        found[FailureReason("", "", _UNKNOWN)] += left
    return found


def failure_lines(sites: Mapping[str, Mapping[FailureReason, int]]) -> list[FailureLine]:
    """Of these sites together: the most frequent first, criteria before other reasons."""
    each: dict[FailureReason, list[tuple[str, int]]] = defaultdict(list)
    for site, reasons in sites.items():
        for reason, n in reasons.items():
            each[reason].append((site, n))
    lines = [FailureLine(one, sum(n for _, n in at), sorted(at)) for one, at in each.items()]
    return sorted(lines, key=lambda one: (-one.n, one.reason.criterion == "", one.reason))


def _criteria(protocol: Protocol) -> dict[str, FailureReason]:
    """Criterion -> what is said of it where it kept somebody out."""
    asked = protocol.population.eligibility
    found = {one.id: FailureReason(one.id, "not met", one.text) for one in asked.include}
    return found | {one.id: FailureReason(one.id, "applies", one.text) for one in asked.exclude}
