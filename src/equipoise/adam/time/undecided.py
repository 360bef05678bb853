"""What the derivation could not decide about subjects and their times, told in its findings."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from equipoise.adam.dates.sources import Context
from equipoise.adam.subjects.populations import flag_name
from equipoise.adam.time.adtte import parameter_codes
from equipoise.adam.time.origins import ORIGINS, origin_source, start_dates
from equipoise.errors import Finding
from equipoise.protocol.model import Endpoint

_NAMED = 3  # subjects whom a message names


def doubts(context: Context) -> Iterator[Finding]:
    """D02: who is in an estimand's population without a time; D03: who died nobody knows when."""
    yield from _timeless(context)
    yield from _dead(context)


def _timeless(context: Context) -> Iterator[Finding]:
    protocol, people = context.protocol, context.table("ADSL")
    told: set[str] = set()
    for key, code in parameter_codes(protocol).items():
        estimand = protocol.estimands[key]
        endpoint = protocol.endpoints[estimand.endpoint]
        if code in told:
            continue
        told.add(code)
        inside = people.filter(pl.col(flag_name(estimand.population, protocol)) == "Y")
        begun = start_dates(context, endpoint).select("USUBJID")
        if context.has("ADTTE"):
            rows = context.table("ADTTE").filter(pl.col("PARAMCD") == code)
            inside = inside.join(rows, on="USUBJID", how="anti", maintain_order="left")
        undated = inside.join(begun, on="USUBJID", how="semi", maintain_order="left")
        unknown = _without_origin(inside, begun, endpoint)
        origin = ORIGINS.get(endpoint.from_, endpoint.from_)
        for who, why in (
            (unknown, f"{origin} is not known"),
            (undated, "no event and no date of censoring"),
        ):
            if who.height:
                said = f"{_who(who)} of {estimand.population} left out: {why}"
                yield Finding(f"ADTTE {code}", said, "", "D02", "warning")


def _without_origin(inside: pl.DataFrame, begun: pl.DataFrame, endpoint: Endpoint) -> pl.DataFrame:
    """Who has no origin; a time from a response, or among responders, is of some by its nature."""
    if endpoint.among is not None or origin_source(endpoint) is not None:
        return inside.clear()
    return inside.join(begun, on="USUBJID", how="anti", maintain_order="left")


def _dead(context: Context) -> Iterator[Finding]:
    people, dm = context.table("ADSL"), context.snapshot.table("DM")
    dead = people.filter(pl.col("DTHFL") == "Y")
    if "DTHDTC" in dm.columns:
        some = dm.filter(pl.col("DTHDTC").str.len_chars() > 0).select("USUBJID")
        dead = pl.concat([dead, people.join(some, on="USUBJID", how="semi")]).unique("USUBJID")
    found = dead.filter(pl.col("DTHDT").is_null()).sort("USUBJID")
    if found.height:
        said = f"{_who(found)} died, but on no day that can be used; no event is counted"
        yield Finding("ADSL DTHDT", said, "a date, or a rule in `dates: death`", "D03", "warning")


def _who(people: pl.DataFrame) -> str:
    names = people["USUBJID"].head(_NAMED).to_list()
    more = ", ..." if people.height > _NAMED else ""
    noun = "subject" if people.height == 1 else "subjects"
    return f"{people.height} {noun} ({', '.join(names)}{more})"
