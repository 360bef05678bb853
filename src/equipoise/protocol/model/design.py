"""How many and when we look: error, power, looks; and the assumptions behind them."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field, model_validator

from equipoise.protocol.language.wording import parse_hazard, parse_look
from equipoise.protocol.model.base import (
    AlsoMapping,
    Date,
    ErrorRate,
    Node,
    Number,
    OneOrMore,
    Positive,
    PositiveNumber,
    PositiveSpan,
    Probability,
    Span,
    YesNo,
)
from equipoise.units import Duration, parse_duration


def _empty(value: Any) -> bool:
    return not value


class LookPlan(Node):
    """When an analysis happens.

    Short forms: `74 events`, `50% information`, `with PFS final`, `36 months`, `end of study`, and
    `the later of 74 events and 36 months`.
    """

    short: ClassVar[dict[str, Any] | None] = {
        "type": "string",
        "examples": ["74 events", "50% information", "with PFS final", "36 months"],
    }

    events: Positive | None = None
    subjects: Positive | None = None
    information: Probability | None = None
    at: PositiveSpan | None = None
    with_: str | None = None
    cutoff: Date | None = None
    end_of_study: YesNo = False
    later_of: tuple[LookPlan, ...] = Field(default=(), exclude_if=_empty)
    efficacy: YesNo = True
    futility: YesNo = True

    @model_validator(mode="before")
    @classmethod
    def _sentence(cls, value: Any) -> Any:
        return parse_look(value) if isinstance(value, str) else value


class HypothesisDesign(Node):
    """Size and looks of one hypothesis (one endpoint, or a named estimand)."""

    estimand: str | None = None
    power: Probability | None = None
    alpha: ErrorRate | None = None
    method: str | None = None
    looks: dict[str, LookPlan] = {}
    spending: str | None = None
    futility: str | None = None
    beta: ErrorRate | None = None
    binding: YesNo = False
    margin: Number | None = None
    spend_by: Literal["information", "calendar", "smaller of planned and actual"] = "information"


class GraphPlan(Node):
    """A Maurer-Bretz graph: initial weights and transitions between hypotheses."""

    weights: dict[str, Number]
    transitions: dict[str, dict[str, Number]] = {}


class DesignPlan(Node):
    """Error and multiplicity; every other key is a hypothesis, named by its endpoint."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, HypothesisDesign] = Field(init=False)

    alpha: ErrorRate = 0.05
    sides: Literal[1, 2] = 2
    multiplicity: Literal["none", "fixed sequence", "holm", "bonferroni", "graph"] = "none"
    order: Annotated[tuple[str, ...], OneOrMore] = ()
    graph: GraphPlan | None = None

    @model_validator(mode="before")
    @classmethod
    def _whole(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("sides"), str):
            return {**value, "sides": {"1": 1, "2": 2}.get(value["sides"], value["sides"])}
        return value

    @property
    def hypotheses(self) -> dict[str, HypothesisDesign]:
        return dict(self.__pydantic_extra__ or {})


class CurvePoint(Node):
    """Survival `probability` at time `at`."""

    at: PositiveSpan
    survival: Probability


class LaterRatio(Node):
    """Another hazard ratio, that holds `after` a time: an effect that wanes or crosses."""

    after: PositiveSpan
    hazard_ratio: PositiveNumber


class Hazard(Node):
    """A distribution of time to event.

    One of: `median`; `curve` (points joined by constant hazards, the last one going on for ever);
    `hazard ratio` against the control arm, constant or by period.
    """

    short: ClassVar[dict[str, Any] | None] = {
        "type": "string",
        "examples": [
            "median 14 months",
            "hazard ratio 0.47",
            "hazard ratio 0.47 after 6 months",
            "hazard ratio 0.5 until 12 months, then 1",
        ],
    }

    median: PositiveSpan | None = None
    curve: Annotated[tuple[CurvePoint, ...], AlsoMapping()] = ()
    hazard_ratio: PositiveNumber | None = None
    after: Span | None = None  # the hazard ratio holds from here on (delayed effect)
    then: Annotated[tuple[LaterRatio, ...], OneOrMore] = ()

    @property
    def ratios(self) -> tuple[tuple[Duration, float], ...]:
        """Each hazard ratio with the time from which it holds; before the first it is 1."""
        if self.hazard_ratio is None:
            return ()
        first = (self.after or parse_duration("0 days"), self.hazard_ratio)
        return first, *((later.after, later.hazard_ratio) for later in self.then)

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        """`14 months` is a median; `{curve: {8 months: 50%}}` is a list of points."""
        if isinstance(value, str):
            return parse_hazard(value)
        if isinstance(value, dict) and isinstance(value.get("curve"), dict):
            points = [{"at": k, "survival": v} for k, v in value["curve"].items()]
            return {**value, "curve": points}
        return value


class Accrual(Node):
    """Patients enter evenly over `lasts`, or at `rates` (patients a month) over `periods`."""

    lasts: PositiveSpan | None = None
    start: Date | None = None
    end: Date | None = None
    rates: Annotated[tuple[Number, ...], OneOrMore] = ()
    periods: Annotated[tuple[PositiveSpan, ...], OneOrMore] = ()


class Assumptions(Node):
    """What planning assumes; every other key is an endpoint with its value per arm."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, dict[str, Any]] = Field(init=False)

    accrual: Accrual = Accrual()
    follow_up: Span | None = None
    dropout: Annotated[dict[str, Probability], Field()] = {}  # arm or "all" -> share lost in a year
    strata: dict[str, dict[str, Probability]] = {}

    @property
    def endpoints(self) -> dict[str, dict[str, Any]]:
        return dict(self.__pydantic_extra__ or {})


Order = Annotated[tuple[str, ...], OneOrMore]
