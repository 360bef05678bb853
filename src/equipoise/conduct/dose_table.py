"""A regimen's dose-modification table, read once into conditions and numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from equipoise.conduct.measures import read_condition
from equipoise.errors import InputError
from equipoise.protocol.language.conditions import Condition
from equipoise.protocol.language.stops import Stop, parse_stop
from equipoise.protocol.model import Regimen
from equipoise.units import Duration

NEVER_COMES_BACK = -1.0


class DoseRule(NamedTuple):
    """One line of the table."""

    text: str
    when: Condition
    hold_until: Condition | None
    then_dose: float | None
    stop: bool
    release: str = ""  # `hold until` as the protocol writes it


class DoseTable(NamedTuple):
    """Doses in the regimen's unit, times in days."""

    full: float
    every: int
    longest: int
    rules: tuple[DoseRule, ...]
    recover: float  # -1: a reduced dose stays reduced
    comes_back: float  # toxicity at this dose or less stops the drug
    recurs: bool  # toxicity after any reduced dose stops it


def dose_table(regimen: Regimen) -> DoseTable:
    """The rules of a regimen in numbers.

    Raises   InputError if a rule is no condition, or a `stop` sentence means nothing; UnitError for
             a dose in another kind of unit.
    """
    unit, stops = regimen.dose.unit, _stops(regimen)
    every = regimen.every.whole_days if regimen.every else 0
    recover = float(regimen.recover_dose.to(unit)) if regimen.recover_dose else -1.0
    span = longest_interval(regimen)
    return DoseTable(
        full=float(regimen.dose.value),
        every=every,
        longest=span.whole_days if span else np.iinfo(np.int32).max,
        rules=tuple(_rules(regimen)),
        recover=recover,
        comes_back=max((float(s.at.to(unit)) for s in stops if s.at), default=NEVER_COMES_BACK),
        recurs=any(s.recurs for s in stops),
    )


def _rules(regimen: Regimen) -> Iterator[DoseRule]:
    for rule in regimen.modify:
        yield DoseRule(
            rule.when,
            read_condition(rule.when),
            read_condition(rule.hold_until) if rule.hold_until else None,
            float(rule.then_dose.to(regimen.dose.unit)) if rule.then_dose else None,
            rule.stop,
            rule.hold_until or "",
        )
    for sentence, stop in zip(regimen.stop, _stops(regimen), strict=True):
        if stop.condition is not None:
            yield DoseRule(sentence.when, stop.condition, None, None, stop=True)


def _stops(regimen: Regimen) -> list[Stop]:
    try:
        return [parse_stop(sentence.when) for sentence in regimen.stop]
    except ValueError as error:
        raise InputError(f"{regimen.drug}: {error}") from None


def longest_interval(regimen: Regimen, *, with_toxicity: bool = True) -> Duration | None:
    """The longest time between two doses; after it the drug is stopped.

    with_toxicity : whether a rule has held the dose; only then it can fail to recover
    """
    spans = [stop.after for stop in _stops(regimen) if with_toxicity and stop.after is not None]
    if regimen.longest_interval:
        spans.append(regimen.longest_interval)
    return min(spans, key=lambda span: span.whole_days, default=None)
