"""What a P value may claim: its place in the testing order, and whether its bound is crossed."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.analysis.results import Results
from equipoise.meaning.hypotheses import Hypothesis, asked_by
from equipoise.reporting.labels import spoken
from equipoise.reporting.model import Cell, run
from equipoise.reporting.numbers import Numbers

CROSSED = "stop for efficacy"
_WAITS = "waits for"


@dataclass(frozen=True, slots=True)
class Standing:
    """The place of an estimand's test at this look.

    last : whether no look of the hypothesis comes after
    said : what must stand beside its P value; nothing where the value may speak for itself
    """

    hypothesis: Hypothesis | None
    last: bool
    crossed: bool
    said: Cell = ()


def standing(results: Results, numbers: Numbers, key: str, pair: str = "") -> Standing:
    """How far the P value of an estimand's own test may be taken.

    pair : of arms, where the estimand compares several and the design tests one
    """
    h = asked_by(results.data.protocol, key)
    if h is None:
        return Standing(None, True, False, ("nominal: outside the testing order",))
    if pair and pair != h.comparison:
        tested = spoken(results, h.comparison)
        return Standing(h, True, False, (f"nominal: the design tests {tested}",))
    now = [k for k, x in enumerate(h.looks) if results.data.look in (x.label, x.comes_with)]
    if not now:
        return Standing(h, False, False, ("nominal: no look of it at this cut-off",))
    last = now[0] + 1 == len(h.looks)
    decision = numbers.find(key, "decision")
    if decision is None:
        return Standing(h, last, False)
    if decision.note.startswith("no "):  # no boundary, of which a single test has no need
        said = () if len(h.looks) == 1 else (f"nominal: {decision.note}",)
        return Standing(h, last, False, said)
    if decision.note.startswith(CROSSED) and _WAITS not in decision.note:
        return Standing(h, last, True)
    return Standing(h, last, False, _short(numbers, key, decision.note))


def _short(numbers: Numbers, key: str, note: str) -> Cell:
    """Why a value is short of its bound."""
    if _WAITS in note:
        return (f"nominal: {note[note.index(_WAITS) :]}",)
    bound = numbers.find(key, "bound p, one-sided")
    if bound is None or bound.value is None:
        return ("nominal: no bound at this look",)
    return run("nominal: bound ", bound, ", one-sided, not crossed")


def decided(results: Results, numbers: Numbers, key: str, *, whole: bool = False) -> str:
    """The decision in words; a last look does not stop a trial, it ends it.

    whole : True to be told too why there is no decision
    """
    found = numbers.find(key, "decision")
    if found is None or (found.note.startswith("no ") and not whole):
        return ""
    verdict, comma, rest = found.note.partition(",")
    if standing(results, numbers, key).last:
        ended = {CROSSED: "bound crossed", "stop for futility": "bound not crossed"}
        verdict = ended.get(verdict, verdict)
    return f"{verdict}{comma}{rest}"
