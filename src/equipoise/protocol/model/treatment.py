"""Arms, regimens, and what is done when a dose is not tolerated."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import model_validator

from equipoise.protocol.language.wording import parse_dose_rule, parse_regimen
from equipoise.protocol.model.base import (
    Amount,
    End,
    Node,
    OneOrMore,
    Positive,
    PositiveSpan,
    Span,
    YesNo,
)


class DoseRule(Node):
    """One line of the dose-modification table.

    Short form: `platelets grade >= 2: hold until platelets grade <= 1, then 3.7 GBq`.
    """

    short: ClassVar[dict[str, Any] | None] = {
        "type": "string",
        "examples": ["platelets grade >= 2: hold until platelets grade <= 1, then 3.7 GBq"],
    }

    when: str
    hold_until: str | None = None
    then_dose: Amount | None = None
    stop: YesNo = False
    note: str = ""

    @model_validator(mode="before")
    @classmethod
    def _sentence(cls, value: Any) -> Any:
        return parse_dose_rule(value) if isinstance(value, str) else value


class StopRule(Node):
    """When a drug is stopped for good."""

    when: str


class Regimen(Node):
    """A drug as it is given.

    The short form `177Lu-Dotatate 7.4 GBq IV every 8 weeks, 4 times` means the same as the mapping.
    A finding older than `measured within`, or from before the previous dose, tells its rules
    nothing.
    """

    short: ClassVar[dict[str, Any] | None] = {
        "type": "string",
        "examples": ["177Lu-Dotatate 7.4 GBq IV every 8 weeks, 4 times"],
    }

    drug: str
    dose: Amount
    route: str
    every: PositiveSpan | None = None
    times: Positive | None = None
    until: End | None = None
    start: Span | None = None
    after: str | None = None
    window: Span | None = None
    longest_interval: Span | None = None
    counted_from: Literal["plan", "actual previous"] = "plan"
    measured_within: Span | None = None
    half_life: Span | None = None
    modify: Annotated[tuple[DoseRule, ...], OneOrMore] = ()
    recover_dose: Amount | None = None
    stop: Annotated[tuple[StopRule, ...], OneOrMore] = ()

    @model_validator(mode="before")
    @classmethod
    def _sentence(cls, value: Any) -> Any:
        return parse_regimen(value) if isinstance(value, str) else value


class Arm(Node):
    """A randomized group."""

    label: str
    role: Literal["experimental", "control"] = "experimental"
    code: str | None = None
    give: Annotated[tuple[Regimen, ...], OneOrMore] = ()
