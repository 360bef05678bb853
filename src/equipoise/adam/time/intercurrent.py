"""Intercurrent events: what each strategy of the estimand does to a time to event.

treatment policy    nothing: the event counts whenever it happens
hypothetical        observation ends at the intercurrent event; censored at the last date that the
                    censor sources give on or before it
while on treatment  as hypothetical: what happens later is not part of the variable
composite           the intercurrent event is itself an event
principal stratum   cannot be derived from dates; refused
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from equipoise.adam.dates.sources import Context, dated, picked
from equipoise.arrays import Ints
from equipoise.conduct.visits import planned
from equipoise.errors import InputError, did_you_mean
from equipoise.meaning.responders import reader_of
from equipoise.protocol import Protocol
from equipoise.protocol.language.sources import named_sources
from equipoise.protocol.model import DateSource, Endpoint, Estimand, IntercurrentEvent

NEVER_TOO_LATE = 1 << 40
Strategies = tuple[tuple[str, str], ...]  # (name, everything that is said of it)
LIMITS = {"USUBJID": pl.String, "LIMIT": pl.Date, "WHY": pl.String, "WHYCITE": pl.String}
_RECORDS: dict[str, pl.DataType] = {
    "SRCDOM": pl.String(), "SRCVAR": pl.String(), "SRCSEQ": pl.Int64(),
    "SRCSEQS": pl.List(pl.Int64()), "REASON": pl.String(),
}  # fmt: skip
_MISSED = re.compile(
    r"^(?:(?P<event>\w+) after )?(?P<count>one|two|three|\d+)(?: or more)? missed assessments?$"
)
_COUNT = {"one": 1, "two": 2, "three": 3}


@dataclass(frozen=True, slots=True)
class Handling:
    """An estimand's intercurrent events, sorted by what they do."""

    strategies: Strategies
    ending: tuple[DateSource, ...]
    composite: tuple[DateSource, ...]
    missed: IntercurrentEvent | None

    def limits(self, context: Context, start: pl.DataFrame) -> pl.DataFrame:
        """(USUBJID, LIMIT, WHY, WHYCITE) of every event that ends observation, with its records."""
        found = [pl.DataFrame(schema={**LIMITS, **_RECORDS})]
        for source in self.ending:
            rows = dated(context, source, start)
            if rows.height:
                chosen = picked(rows, source.pick)
                of_day = rows.group_by("USUBJID", "DATE").agg(SRCSEQS=pl.col("SEQ").sort())
                chosen = chosen.join(of_day, on=["USUBJID", "DATE"], maintain_order="left")
                record = {"SRCDOM": "DOM", "SRCVAR": "VAR", "SRCSEQ": "SEQ", "SRCSEQS": "SRCSEQS"}
                why = {"LIMIT": "DATE", "WHY": "SAYS", "WHYCITE": "CITE"}
                told = pl.format("{} on {}", "SAYS", "DATE")
                found.append(chosen.select("USUBJID", **why, **record, REASON=told))
        return pl.concat(found)

    def gaps(
        self, context: Context, start: pl.DataFrame, event: pl.DataFrame, endpoint: Endpoint
    ) -> pl.DataFrame:
        """Subjects whose event came after too many missed assessments, with the last one before.

        `counted_until` says how long an event counts after the last adequate one (or the origin).
        """
        if self.missed is None:
            return pl.DataFrame(schema=LIMITS)
        event = _of_kind(event, missed_before(self.missed), endpoint)
        named = named_sources()
        source = named["two missed assessments"]
        known = self.missed.name in named
        says = source["says"] if known else f"{self.missed.name.capitalize()} before the event"
        reader = reader_of(endpoint)
        seen = [dated(context, s, start, reader=reader) for s in endpoint.censor]
        before = (
            pl.concat(seen)
            .join(event.select("USUBJID", EVENT="DATE"), on="USUBJID", how="inner")
            .filter(pl.col("DATE") < pl.col("EVENT"))
            .sort("DATE", maintain_order=True)
            .group_by("USUBJID", maintain_order=True)
            .agg(pl.col("DATE", "EVENT", "DOM", "VAR", "SEQ").last())
        )
        late = _late(before.join(start, on="USUBJID"), context, self.missed, endpoint)
        why = pl.lit(self.missed.says or says)
        return late.select(
            "USUBJID",
            LIMIT="DATE",
            WHY=why,
            WHYCITE=pl.lit(self.missed.cite or source["cite"]),
            SRCDOM="DOM",
            SRCVAR="VAR",
            SRCSEQ="SEQ",
            REASON=pl.format("{}: the last one before on {}", why, "DATE"),
        )


def _late(
    before: pl.DataFrame, context: Context, missed: IntercurrentEvent, endpoint: Endpoint
) -> pl.DataFrame:
    """The rows whose EVENT comes too long after the assessment of DATE."""
    if before.is_empty():
        return before
    people = context.table("ADSL").select("USUBJID", first="RANDDT")
    before = before.join(people, on="USUBJID", how="left")
    first = pl.coalesce("first", "STARTDT")
    day = {name: (pl.col(name) - first).dt.total_days() + 1 for name in ("DATE", "EVENT")}
    before = before.with_columns(_seen=day["DATE"].clip(lower_bound=0), _day=day["EVENT"])
    table = counted_until(missed, endpoint, context.protocol, days=int(before["_seen"].max()))  # type: ignore[arg-type]
    until = pl.Series(table[before["_seen"].to_numpy()])
    return before.filter(pl.col("_day") > until)


def _of_kind(event: pl.DataFrame, name: str | None, endpoint: Endpoint) -> pl.DataFrame:
    """Events of one source of the endpoint; all of them without a name."""
    if name is None:
        return event
    said = [s.says or s.name for s in endpoint.event if s.name == name]
    if not said:
        known = [s.name for s in endpoint.event]
        raise InputError(
            f'"{name} after missed assessments": {endpoint.label} has no event "{name}"; '
            f"expected one of {', '.join(known)}{did_you_mean(name, known)}"
        )
    return event.filter(pl.col("SAYS") == said[0])


def counted_until(
    missed: IntercurrentEvent, endpoint: Endpoint, protocol: Protocol, *, days: int
) -> Ints:
    """The last study day on which an event counts, by the day of the last assessment before it.

    An assessment stands for the planned one nearest to it; day 1 without one is randomization. An
    event is too late when as many planned assessments as `missed` says have come after that one,
    and the window of the last of them has closed. Where no more are planned none is missed.
    days : study day up to which the table goes
    Returns  (days + 2,) for days 0, 1, ... of the last assessment
    Raises   InputError if the endpoint does not say when it is assessed.
    """
    key = endpoint.assessed_at or ""
    visit = protocol.visits.get(key)
    if visit is None or visit.every is None:
        raise InputError(
            f'"{missed.name}" needs to know when assessments are due: '
            "say `assessed at` with a visit that comes `every` so often"
        )
    count, every = missed_count(missed) or 0, visit.every.whole_days
    due = planned(protocol, key, horizon=days + (count + 2) * every).day
    due = due[due > 1]
    window = visit.window.whole_days if visit.window else 0
    last = np.arange(days + 2)
    done = np.searchsorted(2 * due - every, 2 * last, side="right")
    return np.append(due + window, np.full(count + 1, NEVER_TOO_LATE))[
        np.minimum(done + count - 1, len(due))
    ]


def missed_count(event: IntercurrentEvent) -> int | None:
    """How many missed assessments an intercurrent event stands for; None if it is another kind.

    >>> missed_count(IntercurrentEvent(name="two missed assessments", strategy="hypothetical"))
    2
    """
    if event.missed is not None:
        return event.missed
    found = _MISSED.match(event.name)
    return None if found is None else _COUNT.get(found["count"]) or int(found["count"])


def missed_before(event: IntercurrentEvent) -> str | None:
    """The one kind of event before which a gap matters; None if it does before any.

    >>> missed_before(IntercurrentEvent(name="death after two missed assessments",
    ...                                 strategy="hypothetical"))
    'death'
    """
    found = _MISSED.match(event.name)
    return None if found is None else found["event"]


def handling(estimand: Estimand, endpoint: Endpoint, protocol: Protocol) -> Handling:
    """Sort the intercurrent events of an estimand by what they do to its endpoint.

    Raises   InputError if a strategy cannot be carried out on a time to event.
    """
    ending, composite, missed, kept = [], [], None, []
    events = {source.name for source in endpoint.event}
    for ice in estimand.intercurrent_events:
        if ice.strategy == "principal stratum":
            raise InputError(f'"{ice.name}": a principal stratum cannot be derived from dates')
        if ice.strategy == "treatment policy" or ice.name in events:
            continue
        kept.append((ice.name, ice.model_dump_json(exclude={"name"})))
        if missed_count(ice) is not None:
            missed = ice
        elif ice.strategy == "composite":
            composite.append(_source(ice))
        else:
            ending.append(_source(ice))
    return Handling(tuple(sorted(kept)), tuple(ending), tuple(composite), missed)


def _source(ice: IntercurrentEvent) -> DateSource:
    """The date source of an intercurrent event: its own words over the built-in ones."""
    base: dict[str, Any] = dict(named_sources().get(ice.name, {}))
    own = {
        "from": ice.from_, "where": ice.where, "date": ice.date, "impute": ice.impute,
        "says": ice.says or None,
    }  # fmt: skip
    base |= {k: v for k, v in own.items() if v is not None}
    if ice.cite:
        base["cite"] = ice.cite
    if not {"from", "date"} <= set(base):
        raise InputError(
            f'intercurrent event "{ice.name}" is no built-in one: say `from` and `date` to find it'
        )
    return DateSource.model_validate({"name": ice.name, **base})
