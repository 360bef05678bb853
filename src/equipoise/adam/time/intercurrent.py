"""What intercurrent events do to dates: where observation ends, and what comes after a gap."""

from __future__ import annotations

import polars as pl

from equipoise.adam.dates.sources import Context, dated, picked
from equipoise.adam.time.handling import Handling, counted_until, missed_before
from equipoise.errors import InputError, did_you_mean
from equipoise.meaning.responders import reader_of
from equipoise.protocol.language.sources import named_sources
from equipoise.protocol.model import Endpoint, IntercurrentEvent

LIMITS = {"USUBJID": pl.String, "LIMIT": pl.Date, "WHY": pl.String, "WHYCITE": pl.String}
_RECORDS: dict[str, pl.DataType] = {
    "SRCDOM": pl.String(), "SRCVAR": pl.String(), "SRCSEQ": pl.Int64(),
    "SRCSEQS": pl.List(pl.Int64()), "REASON": pl.String(),
}  # fmt: skip


def limits(rules: Handling, context: Context, start: pl.DataFrame) -> pl.DataFrame:
    """(USUBJID, LIMIT, WHY, WHYCITE) of every event that ends observation, with its records."""
    found = [pl.DataFrame(schema={**LIMITS, **_RECORDS})]
    for source in rules.ending:
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
    rules: Handling,
    context: Context,
    start: pl.DataFrame,
    event: pl.DataFrame,
    endpoint: Endpoint,
) -> pl.DataFrame:
    """Subjects whose event came after too many missed assessments, with the last one before.

    `counted_until` says how long an event counts after the last adequate one (or the origin).
    """
    if rules.missed is None:
        return pl.DataFrame(schema=LIMITS)
    event = _of_kind(event, missed_before(rules.missed), endpoint)
    named = named_sources()
    source = named["two missed assessments"]
    known = rules.missed.name in named
    says = source["says"] if known else f"{rules.missed.name.capitalize()} before the event"
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
    late = _late(before.join(start, on="USUBJID"), context, rules.missed, endpoint)
    why = pl.lit(rules.missed.says or says)
    return late.select(
        "USUBJID",
        LIMIT="DATE",
        WHY=why,
        WHYCITE=pl.lit(rules.missed.cite or source["cite"]),
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
