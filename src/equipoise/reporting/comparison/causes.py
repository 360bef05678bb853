"""Why a number changed: which patients' records behind it are others than before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

from equipoise.reporting.comparison.sides import BuildSide, subjects_in

_ONE = re.compile(r"^(event|patient)s")
NAMED = 10  # subjects that a sentence names before it counts the rest


class NumberCause(NamedTuple):
    """One reason: `+12 events`, and the patients whose records differ so."""

    says: str
    subjects: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """`+2 events: subjects 0007, 0012`."""
        if not self.subjects:
            return self.says
        shown = [subject.rsplit("-", 1)[-1] for subject in self.subjects[:NAMED]]
        more = len(self.subjects) - len(shown)
        rest = f" and {more} more" if more else ""
        word = "subject" if len(self.subjects) == 1 else "subjects"
        return f"{self.says}: {word} {', '.join(shown)}{rest}"


_DATASETS = {"harms": "ADAE", "exposure": "ADEX", "laboratory": "ADLB"}
_OF_FLOW = (
    (("left", "in the study", "lost", "completed"), ("EOSSTT", "DCSREAS")),
    (("discontinued",), ("EOTSTT", "DCTREAS")),
    (("treated", "not treated"), ("TRTSDT",)),
    (("analyzed", "not analyzed"), ("*FL",)),
)


def _columns(row: dict[str, Any]) -> tuple[str, ...]:
    """The columns of ADSL that a number of the flow or of the baseline counts."""
    if row["analysis"] == "baseline":
        return (str(row["term"]).partition(":")[0],)
    said = str(row["statistic"])
    return next((columns for starts, columns in _OF_FLOW if said.startswith(starts)), ("TRT01P",))


def _counted(says: str, n: int) -> str:
    """`+12 events` of n patients; one is `+1 event`."""
    sign, _, rest = says.partition(" ")
    if sign[:1] not in "+−" or not sign[1:].isdigit():
        return says
    what = _ONE.sub(r"\1", rest) if n == 1 else rest
    return f"{sign[0]}{n} {what}"


class Causes:
    """What differs between the records of two builds, looked up by what a row is about."""

    def __init__(self, one: BuildSide, two: BuildSide) -> None:
        self.one, self.two = one, two
        self.events: Callable[[str], tuple[NumberCause, ...]] = cache(self._events)
        self.records: Callable[[str, str], tuple[NumberCause, ...]] = cache(self._records)
        self.disposed: Callable[[tuple[str, ...], str], tuple[NumberCause, ...]] = cache(
            self._disposed
        )
        self.terms: Callable[[str], tuple[NumberCause, ...]] = cache(self._terms)
        self.people: Callable[[], tuple[NumberCause, ...]] = cache(lambda: tuple(self._people()))
        self.known = frozenset({*one.arms.values(), *two.arms.values()})
        self.arm_of = {**one.arms, **two.arms}
        self._found: dict[tuple[int, frozenset[str]], NumberCause] = {}

    def of(self, row: dict[str, Any]) -> tuple[NumberCause, ...]:
        """The reasons for a row, among the patients of its arms."""
        arms = self._arms(row)
        found = [self._among(cause, arms) for cause in self._sought(row)]
        return tuple(cause for cause in found if cause.subjects)

    def _sought(self, row: dict[str, Any]) -> Iterator[NumberCause]:
        analysis = str(row["analysis"])
        yield from self.people()
        if analysis in ("flow", "baseline"):
            yield from self.disposed(_columns(row), str(row["term"]))
        elif analysis == "safety":
            laboratory = str(row["statistic"]).startswith("laboratory")
            yield from self.records("ADLB", "") if laboratory else self.terms(str(row["term"]))
        elif analysis in _DATASETS:
            yield from self.records(_DATASETS[analysis], "")
        else:
            dataset, parameter = self.two.endpoints.get(analysis, ("ADTTE", analysis))
            if dataset == "ADTTE":
                yield from self.events(parameter)
            else:
                yield from self.records(dataset, parameter)

    def _arms(self, row: dict[str, Any]) -> frozenset[str]:
        """Arms that a row is about; all where it names none."""
        named = set(str(row["comparison"]).split(" v ")) if row["comparison"] else {row["group"]}
        return frozenset(named & self.known or self.known)

    def _among(self, cause: NumberCause, arms: frozenset[str]) -> NumberCause:
        """A reason among the patients of some arms; asked for many rows, found once."""
        place = id(cause), arms  # what is cached stays, and so does its id
        if place not in self._found:
            mine = tuple(s for s in cause.subjects if self.arm_of.get(s) in arms)
            self._found[place] = NumberCause(_counted(cause.says, len(mine)), mine)
        return self._found[place]

    def _people(self) -> Iterator[NumberCause]:
        """Patients who came, who went, and who are in another arm."""
        before, after = self.one.arms, self.two.arms
        come = tuple(sorted(set(after) - set(before)))
        gone = tuple(sorted(set(before) - set(after)))
        moved = tuple(sorted(s for s in set(after) & set(before) if after[s] != before[s]))
        if come:
            yield NumberCause(f"+{len(come)} patients", come)
        if gone:
            yield NumberCause(f"−{len(gone)} patients", gone)
        if moved:
            yield NumberCause("another arm", moved)

    def _events(self, parameter: str) -> tuple[NumberCause, ...]:
        """Events that were added or taken away, and times that are others."""
        before, after = self.one.events(parameter), self.two.events(parameter)
        both = [s for s in subjects_in(before, after) if s in before and s in after]
        seen = tuple(s for s in subjects_in(before, after) if s in after and after[s][0]
                     and not (s in before and before[s][0]))  # fmt: skip
        lost = tuple(s for s in subjects_in(before, after) if s in before and before[s][0]
                     and not (s in after and after[s][0]))  # fmt: skip
        others = [s for s in both if s not in seen and s not in lost and before[s] != after[s]]
        longer = tuple(s for s in others if not after[s][0])
        moved = tuple(s for s in others if after[s][0])
        made = (
            NumberCause(f"+{len(seen)} events", seen),
            NumberCause(f"−{len(lost)} events", lost),
            NumberCause("another time of an event", moved),
            NumberCause("another time of censoring", longer),
        )
        return tuple(cause for cause in made if cause.subjects)

    def _disposed(self, columns: tuple[str, ...], term: str) -> tuple[NumberCause, ...]:
        """Subjects whose columns of ADSL are others; of a reason, those who have it and had not."""
        before, after = self.one.people(columns), self.two.people(columns)
        others = [s for s in subjects_in(before, after) if before.get(s) != after.get(s)]
        come = tuple(s for s in others if term in after.get(s, ()))
        gone = tuple(s for s in others if term in before.get(s, ()) and s not in come)
        if term and (come or gone):
            made = [NumberCause(f"+{len(come)} patients with it", come)] if come else []
            return (*made, *([NumberCause(f"−{len(gone)} patients with it", gone)] if gone else []))
        return (NumberCause(f"others in {', '.join(columns)}", tuple(others)),) if others else ()

    def _records(self, dataset: str, parameter: str) -> tuple[NumberCause, ...]:
        """Subjects whose records of a dataset are not the same."""
        before, after = self.one.records(dataset, parameter), self.two.records(dataset, parameter)
        changed = tuple(s for s in subjects_in(before, after) if before.get(s) != after.get(s))
        return (NumberCause(f"other records in {dataset}", changed),) if changed else ()

    def _terms(self, term: str) -> tuple[NumberCause, ...]:
        """Subjects who have an adverse event now and had none, and the other way round."""
        before, after = self.one.terms(term), self.two.terms(term)
        come, gone = tuple(sorted(after - before)), tuple(sorted(before - after))
        made = [NumberCause(f"+{len(come)} patients with it", come)] if come else []
        made += [NumberCause(f"−{len(gone)} patients with it", gone)] if gone else []
        return tuple(made) or self.records("ADAE", "")
