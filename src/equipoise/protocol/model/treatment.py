"""Arms, regimens, and what is done when a dose is not tolerated."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from equipoise.protocol.model.base import Amount, Node, Span


class DoseRule(Node):
    """One line of the dose-modification table."""

    when: str
    hold_until: str | None = None
    then_dose: Amount | None = None
    stop: bool = False
    note: str = ""


class StopRule(Node):
    """When a drug is stopped for good."""

    when: str


class Regimen(Node):
    """A drug as it is given.

    The short form `177Lu-Dotatate 7.4 GBq IV every 8 weeks, 4 times` means the same as the mapping.
    """

    drug: str
    dose: Amount
    route: str
    every: Span | None = None
    times: int | None = Field(default=None, gt=0)
    until: str | None = None
    start: Span | None = None
    after: str | None = None
    window: Span | None = None
    longest_interval: Span | None = None
    counted_from: Literal["plan", "actual previous"] = "plan"
    half_life: Span | None = None
    modify: tuple[DoseRule, ...] = ()
    recover_dose: Amount | None = None
    stop: tuple[StopRule, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _sentence(cls, value: Any) -> Any:
        from equipoise.protocol.wording import parse_regimen

        return parse_regimen(value) if isinstance(value, str) else value


class Arm(Node):
    """A randomized group."""

    label: str
    role: Literal["experimental", "control"] = "experimental"
    code: str | None = None
    give: tuple[Regimen, ...] = ()
