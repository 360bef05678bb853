"""When a look is, as the data tell: its cut-off date, and the data as known then."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from functools import cached_property

import polars as pl

from equipoise.adam.derive import derive, governing
from equipoise.adam.model import ADaM
from equipoise.adam.time.adtte import parameter_codes
from equipoise.errors import InputError, did_you_mean
from equipoise.protocol import Protocol
from equipoise.protocol.model import LookPlan
from equipoise.sdtm.cut.cut import cut
from equipoise.sdtm.model import SDTM, Snapshot


def look_names(protocol: Protocol) -> dict[str, tuple[str, LookPlan]]:
    """Every look by its full name, "PFS final", with its endpoint and plan."""
    return {
        f"{endpoint} {name}": (endpoint, look)
        for endpoint, design in protocol.design.hypotheses.items()
        for name, look in design.looks.items()
    }


def cut_at(data: SDTM, *, look: str | None = None, protocol: Protocol | None = None) -> Snapshot:
    """The data as known at a look of the protocol; by default at the look that the report names.

    protocol : the one it was collected under, if `data` does not carry it

    A look is cut at its `cutoff` if it has one, with the look it is taken `with`, so long `at`
    after the first randomization, at the day of the event it waits for, or at the end of the study.
    Raises   InputError if there is no such look, or too few events for it yet.
    """
    protocol = governing(data, protocol)
    name = default_look(protocol) if look is None else look
    date = look_date(data, protocol, name)
    known = replace(data, protocol=protocol)
    return cut(known, date=date, look=name, protocol_digest=protocol.digest)


def default_look(protocol: Protocol) -> str:
    """The look that the report names, or else the first. Raises InputError if there is none."""
    name = protocol.report.look or next(iter(look_names(protocol)), None)
    if name is None:
        raise InputError("the protocol plans no look: give one under `design`")
    return name


def _look_named(protocol: Protocol, name: str) -> tuple[str, LookPlan]:
    looks = look_names(protocol)
    if name not in looks:
        hint = did_you_mean(name, looks)
        raise InputError(f'there is no look "{name}"; there are {", ".join(looks)}{hint}')
    return looks[name]


class _Whole:
    """All the data there are, without a cut-off, derived once if a look needs them."""

    def __init__(self, data: SDTM, protocol: Protocol) -> None:
        self.data, self.protocol = data, protocol

    @cached_property
    def adam(self) -> ADaM:
        whole = cut(self.data, date=None, look="", protocol_digest=self.protocol.digest)
        return derive(whole, protocol=self.protocol)


def look_date(data: SDTM, protocol: Protocol, name: str) -> dt.date | None:
    """The cut-off date of a look; None is the end of the study."""
    return _look_date(_Whole(data, protocol), name)


def cutoffs(data: SDTM, protocol: Protocol) -> list[dt.date]:
    """The cut-off dates of the looks that the data have come to, each once, ascending."""
    whole = _Whole(data, protocol)
    found = set()
    for name in look_names(protocol):
        try:
            date = _look_date(whole, name)
        except InputError:
            continue  # too few events: this look is not held
        if date is not None:
            found.add(date)
    return sorted(found)


def _look_date(whole: _Whole, name: str) -> dt.date | None:
    protocol = whole.protocol
    endpoint, look = _look_named(protocol, name)
    if look.with_ is not None:
        return _look_date(whole, look.with_)
    if look.cutoff is not None:
        return look.cutoff
    if look.end_of_study:
        return None
    if look.at is not None:
        first = _first_randomization(whole)
        return first + dt.timedelta(days=look.at.whole_days)
    events = look.events or _share_of_events(protocol, endpoint, look)
    if events is None:
        raise InputError(f'look "{name}" says neither a number of events nor a date')
    return _event_date(whole, endpoint, events)


def _share_of_events(protocol: Protocol, endpoint: str, look: LookPlan) -> int | None:
    """Events at a share of the information: of those of the hypothesis' last look, rounded up."""
    last = list(protocol.design.hypotheses[endpoint].looks.values())[-1].events
    if look.information is None or last is None:
        return None
    # A binary fraction such as 0.7 of 10 must not become 8.
    return math.ceil(round(look.information * last, 9))


def _event_date(whole: _Whole, endpoint: str, events: int) -> dt.date:
    """The calendar day of the D-th event, in the handling of the endpoint's first estimand."""
    code = parameter_codes(whole.protocol).get(_estimand_of(whole.protocol, endpoint))
    if code is None:
        raise InputError(f'look of "{endpoint}": no estimand with a time to event names it')
    rows = whole.adam.table("ADTTE")
    dates = rows.filter((pl.col("PARAMCD") == code) & (pl.col("CNSR") == 0))["ADT"].sort()
    if len(dates) < events:
        raise InputError(
            f"{endpoint}: {events} events are asked for, {len(dates)} were seen so far"
        )
    found: dt.date = dates[events - 1]
    return found


def _estimand_of(protocol: Protocol, hypothesis: str) -> str:
    """The estimand that a hypothesis names or is called by, else its endpoint's first; or ""."""
    named = protocol.design.hypotheses[hypothesis].estimand or hypothesis
    if named in protocol.estimands:
        return named
    codes = parameter_codes(protocol)
    return next((k for k in codes if protocol.estimands[k].endpoint == named), "")


def _first_randomization(whole: _Whole) -> dt.date:
    adsl = whole.adam.table("ADSL")
    starts = adsl["RANDDT"].fill_null(adsl["TRTSDT"]).drop_nulls()
    if starts.is_empty():
        raise InputError("nobody has a date of randomization or of a first dose yet")
    found: dt.date = starts.min()  # type: ignore[assignment]
    return found
