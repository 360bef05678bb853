"""How a trial is conducted: sites, clocks, mail, signatures, the pharmacy of what decays."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema, model_validator

from equipoise.protocol.model.base import Node, OneOrMore, Positive, Span, text_of
from equipoise.units import (
    Accepted,
    ClockTime,
    Duration,
    parse_accepted,
    parse_clock,
    parse_duration,
)

_AFTER_LAST: Final = " after the last dose"
_AFTER_CALIBRATION: Final = " after calibration"
_MENTION: Final = re.compile(r"\{(\w+)(?::0(\d))?\}")


def _clock(value: Any) -> Any:
    if isinstance(value, ClockTime):
        return value
    return parse_clock(text_of(value, "a clock", "24 hours"))


def _usable(value: Any) -> Any:
    return _after(value, ClockTime, "a clock", "72 hours", _AFTER_CALIBRATION, parse_clock)


def _after_last(value: Any) -> Any:
    what = "a time after the last dose"
    return _after(value, Duration, what, "30 days", _AFTER_LAST, parse_duration)


def _after(
    value: Any, read: type, what: str, example: str, end: str, parse: Callable[[str], Any]
) -> Any:
    """A time that says after what it is counted."""
    if isinstance(value, read):
        return value
    text = text_of(value, what, example + end)
    if not text.endswith(end):
        raise ValueError(f'"{text}" says not after what; expected {example}{end}')
    return parse(text.removesuffix(end))


def _accepted(value: Any) -> Any:
    if isinstance(value, Accepted):
        return value
    return parse_accepted(text_of(value, "an activity", "7.4 GBq within 10%"))


ClockSpan = Annotated[  # of a clock alone: hours are no time of the study
    ClockTime,
    BeforeValidator(_clock),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["24 hours", "7 days"]}),
]
UsableFor = Annotated[
    ClockTime,
    BeforeValidator(_usable),
    PlainSerializer(lambda one: f"{one}{_AFTER_CALIBRATION}", return_type=str),
    WithJsonSchema({"type": "string", "examples": [f"72 hours{_AFTER_CALIBRATION}"]}),
]
AfterLastDose = Annotated[
    Duration,
    BeforeValidator(_after_last),
    PlainSerializer(lambda one: f"{one}{_AFTER_LAST}", return_type=str),
    WithJsonSchema({"type": "string", "examples": [f"30 days{_AFTER_LAST}"]}),
]
AcceptedDose = Annotated[
    Accepted,
    BeforeValidator(_accepted),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["7.4 GBq within 10%"]}),
]


class SitesPlan(Node):
    """How many sites, how they and their subjects are named, and the most that each randomizes.

    identifier, subject : patterns over {country}, {site} and {number:02}
    """

    at_most: Positive | None = None
    identifier: str | None = None
    subject: str = "{site}-{number:03}"
    per_site: Positive | None = None
    per_stratum: Positive | None = None

    def is_named_so(self, site: str) -> bool:
        """Whether a site's name follows the pattern."""
        if self.identifier is None:
            return True
        parts, last = [], 0
        for found in _MENTION.finditer(self.identifier):
            parts += [re.escape(self.identifier[last : found.start()]), _one(found)]
            last = found.end()
        whole = "".join(parts) + re.escape(self.identifier[last:])
        return re.fullmatch(whole, site) is not None

    def subject_named(self, *, site: str, number: int, country: str) -> str:
        """The name of a subject, the number-th of a site."""
        return self.subject.format(site=site, number=number, country=country)


def _one(found: re.Match[str]) -> str:
    if found[1] == "number":
        return rf"\d{{{found[2] or 1},}}"
    return "[A-Z]{2,3}" if found[1] == "country" else r"[\w-]+"


class MailPlan(Node):
    """Who is written to of an event, and how long before it."""

    short: ClassVar[dict[str, Any] | None] = {"type": ["string", "array"]}

    to: Annotated[tuple[str, ...], OneOrMore]
    before: Span | None = None

    @model_validator(mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return value if isinstance(value, dict) else {"to": value}


class SusarPlan(Node):
    """Until when an unexpected serious reaction is told to the authorities."""

    fatal: ClockSpan = ClockTime(Decimal(7), "day")
    other: ClockSpan = ClockTime(Decimal(15), "day")


class SaePlan(Node):
    """Until when a serious adverse event is reported, and how long after treatment it is one.

    Source   ICH E2A: 7 and 15 days; at once, which trials write as 24 hours.
    """

    report_within: ClockSpan = ClockTime(Decimal(24), "hour")
    susar: SusarPlan = SusarPlan()
    until: AfterLastDose | None = None


class RadiopharmacyPlan(Node):
    """An activity that is ordered for each infusion, and decays until it is given."""

    drug: str
    order_before: Span | None = None
    calibrated_at: Literal["infusion", "arrival", "dispatch"] = "infusion"
    accept: AcceptedDose | None = None
    usable_for: UsableFor | None = None


class ConductPlan(Node):
    """How the trial is conducted.

    languages : of pages and forms; they are in English alone
    stop_recruiting_at : that many randomized, as many as the trial wants where it is not said
    sign : role -> what it signs; freeze : what must be so before the data are frozen
    """

    languages: Annotated[tuple[Literal["en"], ...], OneOrMore] = ("en",)
    sites: SitesPlan = SitesPlan()
    stop_recruiting_at: Positive | None = None
    local_time: Literal["site", "UTC"] = "site"
    e_mail: dict[str, MailPlan] = {}
    sae: SaePlan = SaePlan()
    sign: dict[str, Annotated[tuple[str, ...], OneOrMore]] = {}
    freeze: dict[str, Annotated[tuple[str, ...], OneOrMore]] = {}
    radiopharmacy: Annotated[tuple[RadiopharmacyPlan, ...], OneOrMore] = ()
