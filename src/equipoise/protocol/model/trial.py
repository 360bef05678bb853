"""Who asks what: identity, sources of figures, the people studied."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from equipoise.protocol.language.activities import Activity
from equipoise.protocol.language.wording import ANY_TIME, AT_CUTOFF, parse_visit
from equipoise.protocol.model.base import (
    Date,
    End,
    Moment,
    Node,
    OneOrMore,
    Positive,
    PositiveSpan,
    Span,
    Whole,
    YesNo,
    text_of,
)
from equipoise.protocol.model.frozen import Younger
from equipoise.units import Duration, parse_duration

DOSE_OF: Final = "dose of "
EVERY_ARM: Final = "all"
_BEFORE: Final = " before"
Framework = Literal["superiority", "non-inferiority", "equivalence"]
Masking = Literal["open label", "single blind", "double blind", "triple blind"]


def _dose_of(value: Any) -> Any:
    text = text_of(value, "a dose", f"{DOSE_OF}177Lu-Dotatate")
    if not text.startswith(DOSE_OF):
        raise ValueError(f'"{text}" is no dose; expected one such as {DOSE_OF}177Lu-Dotatate')
    return text


def _before(value: Any) -> Any:
    if isinstance(value, Duration):
        return value
    text = text_of(value, "a time before", f"14 days{_BEFORE}")
    if not text.endswith(_BEFORE):
        raise ValueError(f'"{text}" is no time before a dose; expected 14 days{_BEFORE}')
    return parse_duration(text.removesuffix(_BEFORE))


DoseOf = Annotated[
    str,
    BeforeValidator(_dose_of),
    WithJsonSchema({"type": "string", "examples": [f"{DOSE_OF}177Lu-Dotatate"]}),
]
SpanBefore = Annotated[
    Duration,
    BeforeValidator(_before),
    PlainSerializer(lambda one: f"{one}{_BEFORE}", return_type=str),
    WithJsonSchema({"type": "string", "examples": [f"14 days{_BEFORE}"]}),
]


class Trial(Node):
    """Identity of the trial, and of this version of its protocol.

    `in_force` is the first day of this version, `amends` the file of the version before it, and
    `first_patient` the day of the first randomization, after which some things are frozen.
    """

    id: str
    title: str
    registers: dict[str, str] = {}
    phase: Literal["1", "1/2", "2", "2/3", "3", "4"] = "3"
    masking: Masking = "open label"
    framework: Framework = "superiority"
    sponsor: str = ""
    virtual: YesNo = False
    version: str = "1"
    in_force: Date | None = None
    amends: str | None = None
    first_patient: Date | None = None


class Source(Node):
    """Where a figure in this file was read. `recalled` figures were read nowhere yet."""

    short: ClassVar[dict[str, Any] | None] = {"type": "string"}

    text: str
    recalled: YesNo = False
    calculated: YesNo = False

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
    include: Annotated[tuple[Criterion, ...], OneOrMore] = ()
    exclude: Annotated[tuple[Criterion, ...], OneOrMore] = ()


MOST_PATIENTS = 1_000_000
"""Of one trial; whoever is randomized is held in memory."""


class Population(Node):
    """The people studied and how many are randomized."""

    condition: str = ""
    randomize: Annotated[Positive, Field(le=MOST_PATIENTS)]
    eligibility: Eligibility = Eligibility()


class Epoch(Node):
    """A stretch of a patient's trial, with its longest duration."""

    label: str = ""
    lasts: Span | None = None
    until: End | None = None


class Visit(Node):
    """A row of the schedule of activities.

    At a `day` of the study, `at` a time after the anchor `from`, or `every` so often from it;
    `window` is allowed either side. One `at: data cut-off` is on the day of each look's cut-off,
    for every patient in follow-up; one `at: any time` is planned for no day. It is `for` some arms
    alone, or `with` the doses of a drug, whose rules then read results of `laboratory within`.
    Short form: `every 12 weeks, from week 12, within 1 week: tumor assessment`.
    """

    short: ClassVar[dict[str, Any] | None] = {
        "type": "string",
        "examples": ["day -7", "every 12 weeks, from week 12, within 1 week: tumor assessment"],
    }

    label: str = ""
    epoch: str | None = None
    day: Whole | None = None
    at: Moment | None = None
    every: PositiveSpan | None = None
    from_: str = "randomization"
    start: Span | None = None
    until: End | None = None
    window: Span | None = None
    for_: Annotated[tuple[str, ...], OneOrMore, Younger] = ()
    with_: Annotated[DoseOf | None, Younger] = None
    laboratory_within: Annotated[SpanBefore | None, Younger] = None
    do: Annotated[tuple[Activity, ...], OneOrMore] = ()

    @model_validator(mode="before")
    @classmethod
    def _sentence(cls, value: Any) -> Any:
        return parse_visit(value) if isinstance(value, str) else value

    @property
    def at_cutoff(self) -> bool:
        """Whether it goes with the looks, not with a patient's own days."""
        return self.at == AT_CUTOFF

    @property
    def at_any_time(self) -> bool:
        """Whether it is planned for no day, and held when there is need."""
        return self.at == ANY_TIME

    @property
    def drug(self) -> str | None:
        """The drug with whose doses it goes, where the protocol says so."""
        return None if self.with_ is None else self.with_.removeprefix(DOSE_OF)

    def is_for(self, arm: str) -> bool:
        """Whether the patients of an arm have it."""
        return not self.for_ or arm in self.for_ or EVERY_ARM in self.for_

    @property
    def precedes(self) -> bool:
        """Whether it is on a patient's own day up to that of randomization."""
        return not (self.follows or self.at_cutoff or self.at_any_time)

    @property
    def follows(self) -> bool:
        """Whether it is on a patient's own day after that of randomization."""
        later = isinstance(self.at, Duration) and self.at.value > 0
        regular = self.every is not None or self.with_ is not None
        return regular or later or (self.day is not None and self.day > 1)
