"""Safety definitions, and what the report shows beside the estimands."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import model_validator

from equipoise.protocol.model.base import Node, Number, OneOrMore, Span, Whole


class Query(Node):
    """A named set of adverse events: a condition over AE."""

    label: str
    where: str


class LabGrade(Node):
    """A laboratory toxicity shown in the report: test, direction, grades counted."""

    label: str
    test: str
    direction: Literal["low", "high"]
    grades: tuple[Whole, ...] = (3, 4)


class SafetyPlan(Node):
    """How adverse events and laboratory values are read."""

    ctcae: Literal["4.03", "5.0", "6.0"] | None = None
    dictionary: str = ""
    emergent_from: Literal["first dose", "randomization"] = "first dose"
    emergent_until: Span | None = None  # after the last dose; none: no end
    impute: Literal["nothing", "day", "day and month", "whole date"] = "whole date"
    queries: dict[str, Query] = {}
    labs: tuple[LabGrade, ...] = ()
    lab_source: Literal["LB", "AE"] = "LB"
    population: str = "safety"


class Published(Node):
    """A published figure beside which the report sets its own.

    `row` picks one row of Results: `estimand`, `statistic`, and where needed `group` and `at`.
    """

    says: str
    value: Number | None
    lower: Number | None = None
    upper: Number | None = None
    estimand: str
    statistic: str
    group: str | None = None
    term: str | None = None
    at: Span | None = None
    note: str = ""


class Characteristic(Node):
    """A line of Table 1."""

    short: ClassVar[dict[str, Any] | None] = {"type": "string"}

    variable: str
    label: str = ""
    kind: Literal["number", "category"] = "category"

    @model_validator(mode="before")
    @classmethod
    def _name(cls, value: Any) -> Any:
        return {"variable": value} if isinstance(value, str) else value


class ReportPlan(Node):
    """What the report shows."""

    title: str = ""
    look: str | None = None
    baseline: Annotated[tuple[Characteristic, ...], OneOrMore] = ()
    published: tuple[Published, ...] = ()
    citation: str = ""
