"""Who asks what: identity, sources of figures, the people studied."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from equipoise.protocol.model.base import Node, Span

Framework = Literal["superiority", "non-inferiority", "equivalence"]
Masking = Literal["open label", "single blind", "double blind", "triple blind"]


class Trial(Node):
    """Identity of the trial."""

    id: str
    title: str
    registers: dict[str, str] = {}
    phase: Literal["1", "1/2", "2", "2/3", "3", "4"] = "3"
    masking: Masking = "open label"
    framework: Framework = "superiority"
    sponsor: str = ""
    virtual: bool = False


class Source(Node):
    """Where a figure in this file was read. `recalled` figures were read nowhere yet."""

    text: str
    recalled: bool = False
    calculated: bool = False

    @model_validator(mode="before")
    @classmethod
    def _sentence(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value


class Criterion(Node):
    """One eligibility criterion; `rule` is the part a computer can check."""

    id: str
    text: str
    rule: str | None = None


class Eligibility(Node):
    include: tuple[Criterion, ...] = ()
    exclude: tuple[Criterion, ...] = ()


class Population(Node):
    """The people studied and how many are randomized."""

    condition: str = ""
    randomize: int = Field(gt=0)
    eligibility: Eligibility = Eligibility()


class Epoch(Node):
    """A stretch of a patient's trial, with its longest duration."""

    label: str = ""
    lasts: Span | None = None
    until: str | None = None


class Visit(Node):
    """A row of the schedule of activities.

    Either at a `day` of the study, or `every` so often `from` an anchor; `window` is allowed either side.
    """

    label: str = ""
    epoch: str | None = None
    day: int | None = None
    at: Span | None = None
    every: Span | None = None
    from_: str = "randomization"
    start: Span | None = None
    until: str | None = None
    window: Span | None = None
    do: tuple[str, ...] = ()
