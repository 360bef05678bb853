"""Where a time to event starts, for whom, and the events that are changes of a score."""

from __future__ import annotations

import polars as pl

from equipoise.adam.dates.sources import Context, dated, picked
from equipoise.errors import InputError, did_you_mean
from equipoise.meaning.responders import reader_of
from equipoise.protocol.language.sources import named_source, named_sources
from equipoise.protocol.model import DateSource, Endpoint

ORIGINS = {"randomization": "RANDDT", "first dose": "TRTSDT"}
_START = {
    "USUBJID": pl.String, "STARTDT": pl.Date, "REASON": pl.String, "RULE": pl.String,
    "SRCDOM": pl.String, "SRCVAR": pl.String, "SRCSEQ": pl.Int64,
}  # fmt: skip


def origin_source(endpoint: Endpoint) -> DateSource | None:
    """The source that the endpoint counts from, such as "response"; None for a date of ADSL."""
    if endpoint.from_ in ORIGINS or endpoint.from_ not in named_sources():
        return None
    return DateSource.model_validate(named_source(endpoint.from_))


def start_dates(context: Context, endpoint: Endpoint) -> pl.DataFrame:
    """(USUBJID, STARTDT) of the subjects who have an origin, and an `among` if it is asked for.

    Returns  with the record that the origin was taken from: REASON, RULE, SRCDOM, SRCVAR, SRCSEQ
    Raises   InputError if the origin is neither a built-in source nor a column of ADSL.
    """
    found = _origin(context, endpoint)
    if endpoint.among is not None:
        has = dated(context, endpoint.among, found, reader=reader_of(endpoint))
        found = found.join(has, on="USUBJID", how="semi", maintain_order="left")
    return found


def _origin(context: Context, endpoint: Endpoint) -> pl.DataFrame:
    adsl = context.table("ADSL")
    source = origin_source(endpoint)
    if source is not None:
        from_start = adsl.select("USUBJID", STARTDT=pl.coalesce("RANDDT", "TRTSDT"))
        rows = dated(context, source, from_start, reader=reader_of(endpoint))
        if rows.is_empty():
            return pl.DataFrame(schema=_START)
        found = picked(rows, source.pick)
        record = {"SRCDOM": "DOM", "SRCVAR": "VAR", "SRCSEQ": "SEQ"}
        return found.select("USUBJID", STARTDT="DATE", REASON="SAYS", RULE="CITE", **record)
    column = ORIGINS.get(endpoint.from_, endpoint.from_)
    if column not in adsl.columns:
        hint = did_you_mean(endpoint.from_, [*ORIGINS, *named_sources()])
        raise InputError(
            f'"{endpoint.from_}" is no origin: no built-in source, and ADSL has no column {column}'
            + hint
        )
    told = {"USUBJID": pl.col("USUBJID"), "STARTDT": pl.col(column)}
    told |= {"SRCDOM": pl.lit("ADSL"), "SRCVAR": pl.lit(column)}
    found = adsl.select(told.get(c, pl.lit(None, kind)).alias(c) for c, kind in _START.items())
    return found.filter(pl.col("STARTDT").is_not_null())


def worsening(endpoint: Endpoint) -> tuple[DateSource, ...]:
    """The first change of a score for the worse by `worse by` or more, as an event source.

    Source   Osoba 1998 (J Clin Oncol 16:139) for a minimal change of 10 points of EORTC scales.
    """
    if endpoint.worse_by is None:
        return ()
    amount = abs(endpoint.worse_by)
    change = f"CHG >= {amount:g}" if endpoint.better == "lower" else f"CHG <= -{amount:g}"
    source = {
        "name": "deterioration",
        "from": endpoint.data or "ADQS",
        "where": f'PARAMCD = "{endpoint.parameter}" and {change}',
        "date": "ADT",
        "says": f"{endpoint.parameter} worse by {amount:g} or more",
    }
    return (DateSource.model_validate(source),)
