"""The design of a trial as frozen data: what `plan` returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import exp, log
from typing import Any, Literal

from equipoise.design.bounds.model import Bounds
from equipoise.errors import InputError
from equipoise.meaning.expected import Course, WhenExpected
from equipoise.meaning.multiplicity import Graph
from equipoise.notebook import card
from equipoise.protocol.model.provenance import Origin

EffectScale = Literal[
    "hazard ratio", "rate ratio", "difference in proportions", "difference in means"
]
RATIO_SCALES = ("hazard ratio", "rate ratio")
"""Scales on which a margin of 1 is none, whose logarithm is tested, and lower is better."""


@dataclass(frozen=True, slots=True)
class Input:
    """A number the design rests on and where it came from.

    path : its place in the protocol, as a JSON pointer, or "" if it has none
    sources : keys of the protocol's `sources`
    """

    name: str
    value: str
    kind: Origin
    path: str = ""
    sources: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "value": self.value,
            "kind": self.kind,
            "path": self.path,
            "sources": list(self.sources),
        }


@dataclass(frozen=True, slots=True)
class LookDesign:
    """One analysis of one hypothesis.

    amount : events or subjects at the look; expected, not whole, where the calendar decides
    fixed : True if the look waits for that amount, False if `amount` is what is expected then
    day : expected day since the first patient, with a prediction interval; None where it never is
    """

    name: str
    says: str
    amount: float
    fixed: bool
    information: float
    day: WhenExpected
    efficacy: bool
    futility: bool

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "says": self.says,
            "amount": self.amount,
            "fixed": self.fixed,
            "information": self.information,
            "expected_day": self.day.time,
            "expected_day_interval": [self.day.early, self.day.late],
            "efficacy": self.efficacy,
            "futility": self.futility,
        }


@dataclass(frozen=True, slots=True)
class HypothesisPlan:
    """Size and looks of one hypothesis.

    estimand, test : the question it asks, and the test that decides it, where they are said
    control, experimental : the arms it compares; share : of all subjects, those in the two arms
    unit : what is counted in the two arms, "events", "deaths" or "subjects"
    alpha : one-sided level at which it is planned
    needed : amount for the planned power by `method`, not rounded; None if power is not planned
    maximum : amount at the last look
    power : at `maximum`; None, as `effect` is, where nothing is assumed
    effect : the ratio, or difference in proportions or in means, that is assumed, experimental
        against control; sign : 1 where a larger effect is better, -1 where a smaller one is
    standard_error : of the effect at information 1 (of the log for a ratio)
    course : rates of a time-to-event endpoint, else None
    """

    name: str
    endpoint: str
    estimand: str | None
    test: str | None
    control: str
    experimental: str
    share: float
    label: str
    scale: EffectScale
    unit: str
    alpha: float
    method: str
    effect: float | None
    sign: int
    margin: float
    assumed: str
    needed: float | None
    maximum: float
    planned_power: float | None
    power: float | None
    ratio: float
    standard_error: float | None
    spend_by: str
    looks: tuple[LookDesign, ...]
    bounds: Bounds
    course: Course | None = None

    @property
    def drift(self) -> float | None:
        """Expectation of Z at information 1 under what is assumed."""
        if self.effect is None or self.standard_error is None:
            return None
        if self.scale in RATIO_SCALES:
            return self.sign * log(self.effect / self.margin) / self.standard_error
        return self.sign * (self.effect - self.margin) / self.standard_error

    def effect_at(self, drift: float) -> float:
        """The effect at which Z has this expectation at information 1.

        Raises   InputError if nothing is assumed that says how precise the effect is.
        """
        if self.standard_error is None:
            raise InputError(f"{self.name}: nothing is assumed, so an effect cannot be worked out")
        if self.scale in RATIO_SCALES:
            return self.margin * exp(self.sign * drift * self.standard_error)
        return self.margin + self.sign * drift * self.standard_error

    def to_dict(self) -> dict[str, Any]:
        apart = ("looks", "bounds", "course")
        out = {n: getattr(self, n) for n in self.__dataclass_fields__ if n not in apart}
        out["looks"] = [look.to_dict() for look in self.looks]
        out["bounds"] = self.bounds.to_dict()
        return out


@dataclass(frozen=True, slots=True)
class Design:
    """How many patients, and when we look.

    alpha : type I error over both sides if `sides` is 2
    accrual_days : from the first patient to the last
    says : the function that puts it into sentences
    not_planned : hypotheses without power and assumptions, each with the reason
    notes : what a reader should know, for example events that the assumptions do not yield
    """

    trial: str
    protocol_digest: str
    subjects: int
    ratio: str
    accrual_days: float | None
    alpha: float
    sides: int
    multiplicity: str
    graph: Graph
    hypotheses: tuple[HypothesisPlan, ...]
    inputs: tuple[Input, ...]
    says: Callable[[Design], str] = field(compare=False)
    not_planned: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> HypothesisPlan:
        return next(h for h in self.hypotheses if h.name == name)

    def __repr__(self) -> str:
        parts = ", ".join(f"{h.name} {h.maximum:g} {h.unit}" for h in self.hypotheses)
        return f"Design  {self.trial}: {self.subjects} patients, {parts}"

    def _repr_html_(self) -> str:
        rows = [
            (f"{h.name}, {look.name}", look.says, look.amount, h.unit, bound, h.power)
            for h in self.hypotheses
            for look, bound in zip(h.looks, h.bounds.upper, strict=True)
        ]
        heads = ("look", "when", "amount", "of", "bound Z", "power of the hypothesis")
        return card(repr(self), heads, rows, " ".join(self.notes))

    def in_words(self) -> str:
        """The paragraphs for the statistics section of the protocol."""
        return self.says(self)

    def to_dict(self) -> dict[str, Any]:
        return {
            "trial": self.trial,
            "protocol_digest": self.protocol_digest,
            "subjects": self.subjects,
            "ratio": self.ratio,
            "accrual_days": self.accrual_days,
            "alpha": self.alpha,
            "sides": self.sides,
            "multiplicity": self.multiplicity,
            "graph": {
                "names": list(self.graph.names),
                "weights": list(self.graph.weights),
                "transitions": [list(row) for row in self.graph.transitions],
            },
            "hypotheses": [h.to_dict() for h in self.hypotheses],
            "inputs": [i.to_dict() for i in self.inputs],
            "not_planned": dict(self.not_planned),
            "notes": list(self.notes),
        }
