"""Safety definitions, and what the report shows beside the estimands."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import model_validator

from equipoise.protocol.model.base import Amount, Node, Number, OneOrMore, Span, Whole


class Query(Node):
    """A named set of adverse events: a condition over AE."""

    label: str
    where: str


class LabGrade(Node):
    """A laboratory toxicity shown in the report: test, direction, grades counted."""

    label: str
    test: str
    direction: Literal["low", "high"]
    grades: Annotated[tuple[Whole, ...], OneOrMore] = (3, 4)


class OrganDose(Node):
    """Absorbed dose to an organ by a published regression.

    Gy of one cycle: gray x (activity / reference activity)^by activity x (creatinine clearance /
    reference clearance)^by clearance; `clearance` is its PARAMCD in ADLB, mL/min.
    """

    code: str
    label: str
    gray: Number
    reference_activity: Amount
    by_activity: Number = 1.0
    reference_clearance: Number = 1.0
    by_clearance: Number = 0.0
    clearance: str = "CRCL"
    limit: Number | None = None  # cumulative Gy
    source: str = ""


class SafetyPlan(Node):
    """How adverse events and laboratory values are read.

    Laboratory values are analyzed in the usual `units` of SI or US reports, or as they were
    collected; `unit_of` a test (by its LBTESTCD) says otherwise. Grades do not depend on it.
    """

    ctcae: Literal["4.03", "5.0", "6.0"] | None = None
    dictionary: str = ""
    emergent_from: Literal["first dose", "randomization"] = "first dose"
    emergent_until: Span | None = None  # after the last dose, laboratory values too; none: no end
    initial_grade: str | None = None  # AE's variable with the grade at which an event began
    impute: Literal["nothing", "day", "day and month", "whole date"] = "whole date"
    queries: dict[str, Query] = {}
    labs: Annotated[tuple[LabGrade, ...], OneOrMore] = ()
    dosimetry: Annotated[tuple[OrganDose, ...], OneOrMore] = ()
    lab_source: Literal["LB", "AE"] = "LB"
    units: Literal["as collected", "SI", "US"] = "as collected"
    unit_of: dict[str, str] = {}
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
    published: Annotated[tuple[Published, ...], OneOrMore] = ()
    citation: str = ""
