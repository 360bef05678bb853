"""What virtual patients are made of. A Truth is not an Assumption: planning never reads it."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag, WithJsonSchema, model_validator

from equipoise.protocol.model.base import (
    Node,
    Number,
    OneOrMore,
    Positive,
    PositiveNumber,
    Probability,
    Span,
    Whole,
)
from equipoise.protocol.model.design import Accrual, Hazard

_Setting = Annotated[
    str, WithJsonSchema({"type": ["string", "number"], "examples": [0.5, "65%"]}, mode="validation")
]
"""A value as written: what it means depends on the thing that is set to it."""
ProgressionSign = Literal["target", "new lesion", "non-target"]


class Share(Node):
    """Probabilities of the levels of a baseline variable."""

    levels: dict[str, Probability]
    label: str = ""


class Normal(Node):
    """A normal baseline variable, cut to a range."""

    mean: Number
    sd: Number
    at_least: Number | None = None
    at_most: Number | None = None
    digits: Whole = 0
    unit: str = ""
    label: str = ""


def _which(value: Any) -> str:
    return (
        "Share"
        if isinstance(value, Share) or (isinstance(value, dict) and "levels" in value)
        else "Normal"
    )


Baseline = Annotated[
    Annotated[Share, Tag("Share")] | Annotated[Normal, Tag("Normal")], Discriminator(_which)
]


class LabTruth(Node):
    """A laboratory test: value at baseline (between patients), its fall after each dose, its noise.

    `nadir` is the share of the baseline lost at the deepest point after one full dose of the
    arm's first drug, per arm; `spread` the standard deviation between patients of its logarithm.
    """

    test: str
    code: str
    unit: str
    mean: Number
    sd: Number
    lower: Number | None = None
    upper: Number | None = None
    nadir: dict[str, Probability] = {}
    spread: Number = 0.5
    nadir_at: Span | None = None
    recovers_in: Span | None = None
    noise: Number = 0.05


class EventTruth(Node):
    """An adverse event term: share of patients with it, and with grade 3 or 4, per arm.

    With `lab`, the code of a laboratory test, the patients whose values fall deepest have it.
    """

    term: str
    lab: str | None = None
    system: str
    any_grade: dict[str, Probability]
    grade_34: dict[str, Probability] = {}


class Occurrence(Node):
    """How an event stands in the collected data: as an adverse event, or as an event of DS."""

    in_: Literal["AE", "DS"] = "DS"
    term: str
    system: str = ""
    grade: Whole = 1


class TimeTruth(Node):
    """Time to an event, per arm; `correlation` is that of a Gaussian copula with the first time.

    `recorded` says where the event of another endpoint than progression and death is found; by
    default it stands in DS under the endpoint's name.
    """

    arms: dict[str, Hazard]
    with_: str | None = None
    correlation: Number = 0.0
    recorded: Occurrence | None = None


class Crossover(Node):
    """What patients of one arm do on the day of progression: a share takes another arm's drug.

    `to` is that arm; the life that is left to them becomes `life` times as long (1: no longer).
    """

    to: str
    share: Probability
    life: PositiveNumber = 1.0


class MeasureTruth(Node):
    """A number measured at visits, such as a score or a vital sign.

    `mean` and `sd` are those of the patients at baseline; `change`, per arm, is the mean change
    that is reached, evenly, after the time `by`; `noise` the standard deviation within a patient.
    It is measured at visits that do `vital signs` (VS) or `questionnaires` (QS). With
    `questionnaire` it is one of that form's scales, answered item by item so that the score comes
    nearest to it; `unanswered` is the share of items left blank.
    """

    label: str = ""
    domain: Literal["VS", "QS"] = "VS"
    category: str = ""
    unit: str = ""
    mean: Number
    sd: Number
    change: dict[str, Number] = {}
    by: Span | None = None
    noise: Number = 0.0
    at_least: Number | None = None
    at_most: Number | None = None
    digits: Whole = 0
    questionnaire: str | None = None
    unanswered: Probability = 0.0


class RecurrentTruth(Node):
    """Events that come again and again, found among the adverse events (AE) under `term`.

    `rates` are events a year at risk, per arm; with `dispersion` k the rates of patients vary
    (gamma, variance k around 1), so that of m expected events the variance is m + k m^2.
    """

    rates: dict[str, PositiveNumber]
    dispersion: Number = 0.0
    term: str
    system: str = ""
    grade: Whole = 1


def _empty(value: Any) -> bool:
    return not value


class Truth(Node):
    """Everything a virtual trial needs beyond the protocol."""

    label: str = ""
    patients: Positive | None = None  # none: as many as the protocol randomizes
    accrual: Accrual = Accrual()
    follow_up: Span | None = None  # after the last patient; none: as assumed, or 5 years
    sites: dict[str, Whole] = {}  # country -> number of sites
    screen_failures: Probability = 0.0  # of those who consent
    strata: dict[str, dict[str, Probability]] = {}
    never_treated: dict[str, Probability] = {}
    dropout: dict[str, Probability] = {}  # arm or "all" -> share lost in a year
    treatment_stopped: dict[str, Probability] = {}  # arm or "all" -> share in a year, not by a rule
    progression: TimeTruth | None = None
    death: TimeTruth | None = None
    crossover: dict[str, Crossover] = {}  # by the arm that is left
    response: dict[str, Probability] = {}
    response_correlation: Number = 0.0  # with the time to progression
    complete_response: Probability = 0.05  # of those who respond
    signs_of_progression: dict[ProgressionSign, Probability] = {
        "target": 0.55,
        "new lesion": 0.35,
        "non-target": 0.10,
    }
    organs: dict[str, Probability] = {
        "LIVER": 0.5,
        "LYMPH NODE": 0.3,
        "LUNG": 0.1,
        "PERITONEUM": 0.1,
    }
    new_therapy_after_progression: Probability = 0.0
    later_therapies: dict[str, Probability] = {"ANTICANCER THERAPY": 1.0}
    attendance: Probability = 1.0
    scans_missed: Probability = 0.0
    baseline: dict[str, Baseline] = {}
    labs: Annotated[tuple[LabTruth, ...], OneOrMore] = ()
    adverse_events: Annotated[tuple[EventTruth, ...], OneOrMore] = ()
    measures: dict[str, MeasureTruth] = {}  # parameter -> what is measured
    endpoints: dict[str, TimeTruth] = Field(default={})
    recurring: dict[str, RecurrentTruth] = Field(default={}, exclude_if=_empty)
    dose_delay: Probability = 0.0  # of each dose, by 1 to 3 weeks, for no reason of the protocol


class ScenarioGrid(Node):
    """Virtual trials side by side: every combination of the values of what is varied.

    `truth` is where each starts from, unless truths are varied. Short form: the name of a truth.
    """

    short: ClassVar[dict[str, Any] | None] = {"type": "string", "examples": ["as planned"]}

    label: str = ""
    truth: str | None = None
    vary: dict[str, Annotated[tuple[_Setting, ...], OneOrMore]] = {}

    @model_validator(mode="before")
    @classmethod
    def _name(cls, value: Any) -> Any:
        return {"truth": value} if isinstance(value, str) else value
