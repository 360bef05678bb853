"""ADTTE: time to event, by event and censor sources as data, in order of precedence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from equipoise.adam.adsrc import NO_SOURCES, Sourced, sources_of_times
from equipoise.adam.dates.sources import SCHEMA, Context, dated, earliest, first_available
from equipoise.adam.model import ADaM
from equipoise.adam.subjects.populations import members
from equipoise.adam.time.handling import Handling, Strategies, handling
from equipoise.adam.time.intercurrent import LIMITS, gaps, limits
from equipoise.adam.time.origins import ORIGINS as ORIGINS
from equipoise.adam.time.origins import origin_source, start_dates, worsening
from equipoise.errors import InputError
from equipoise.meaning.responders import reader_of
from equipoise.protocol import Protocol
from equipoise.protocol.model import Endpoint, Estimand


def parameter_codes(protocol: Protocol) -> dict[str, str]:
    """Estimand -> PARAMCD; estimands that handle the same endpoint in the same way share one."""
    codes: dict[str, str] = {}
    seen: dict[tuple[str, Strategies], str] = {}
    asked = [k for k, e in protocol.estimands.items() if _is_time(protocol, e)]
    # The first handling of each endpoint takes its name before any second one takes a number.
    first = {protocol.estimands[key].endpoint: key for key in reversed(asked)}
    for key in sorted(asked, key=lambda key: key not in first.values()):
        estimand = protocol.estimands[key]
        endpoint = protocol.endpoints[estimand.endpoint]
        same = (estimand.endpoint, handling(estimand, endpoint, protocol).strategies)
        if same not in seen:
            base = (endpoint.code or estimand.endpoint).upper().replace(" ", "")[:8]
            seen[same] = _unused(base, set(seen.values()))
        codes[key] = seen[same]
    return {key: codes[key] for key in asked}


def _is_time(protocol: Protocol, estimand: Estimand) -> bool:
    return protocol.endpoints[estimand.endpoint].type == "time to event"


def _unused(base: str, taken: set[str]) -> str:
    """`base`, or with the first number from 2 up that makes a code not taken yet."""
    code, n = base, 1
    while code in taken:
        n += 1
        code = f"{base[: 8 - len(str(n))]}{n}"
    return code


def adtte(context: Context) -> Sourced:
    """One row per subject and parameter, with the record and the rule that decided.

    Returns  frame: USUBJID, TRT01P, PARAMCD, PARAM, STARTDT, ADT, AVAL (days; the origin is
             day 1, or day 0 if the endpoint says so), ADTF, CNSR (0 event, 1 censored), EVNTDESC
             (the event, or why it is censored), CNSDTDSC (what the date of censoring is), SRCDOM,
             SRCVAR, SRCSEQ, RULE; and behind STARTDT the record of the origin, behind CNSR what
             ended observation and what came too late
    Source   ADaM BDS for time to event, 1.0; FDA 2018, appendix, for the rules a protocol may name.
    Checked  tests/oracle/derivation/test_pilot_adam.py (CDISC's own ADTTE); tests/cases/tte.
    """
    protocol = context.protocol
    codes = parameter_codes(protocol)
    first = {code: key for key, code in reversed(codes.items())}
    made = [
        _parameter(context, protocol.estimands[first[code]], code)
        for code in dict.fromkeys(codes.values())
    ]
    if not made:
        return Sourced(pl.DataFrame(), NO_SOURCES)
    return Sourced(pl.concat(m.table for m in made), pl.concat(m.sources for m in made))


def _parameter(context: Context, estimand: Estimand, code: str) -> Sourced:
    endpoint = context.protocol.endpoints[estimand.endpoint]
    origin = start_dates(context, endpoint)
    start = origin.select("USUBJID", "STARTDT")
    rules = handling(estimand, endpoint, context.protocol)
    limit = limits(rules, context, start)
    reader = reader_of(endpoint)
    asked = (*worsening(endpoint), *endpoint.event)
    events = [dated(context, s, start, reader=reader) for s in asked]
    events += [dated(context, s, start) for s in rules.composite]
    event = earliest(events)
    cut = _not_counted(event, limit, rules, context, start, endpoint)
    ends = [dated(context, s, start, reader=reader) for s in endpoint.censor]
    if origin_source(endpoint) is not None and endpoint.censor:
        ends.append(_at_origin(origin))
    censored = first_available(ends, cut.select(list(LIMITS)))
    row = start.join(event, on="USUBJID", how="left", maintain_order="left")
    row = row.join(cut.select(list(LIMITS)), on="USUBJID", how="left", maintain_order="left")
    row = row.join(censored, on="USUBJID", how="left", maintain_order="left", suffix="_C")
    table = _shape(row, context, endpoint, code)
    begun = origin.with_columns(ADT="STARTDT").join(table, on="USUBJID", how="semi")
    behind = [sources_of_times(begun, code=code, variable="STARTDT")]
    open_ = table.filter(pl.col("CNSR") == 1).select("USUBJID")
    for found in (_ended(cut), _too_late(event, cut)):
        mine = found.join(open_, on="USUBJID", how="semi", maintain_order="left")
        behind.append(sources_of_times(mine, code=code, variable="CNSR"))
    return Sourced(table, pl.concat(behind))


def _at_origin(origin: pl.DataFrame) -> pl.DataFrame:
    """The origin as a date of censoring: a response, say, is an adequate assessment itself."""
    record = {"DOM": "SRCDOM", "VAR": "SRCVAR", "SEQ": "SRCSEQ", "CITE": "RULE"}
    return origin.select(
        "USUBJID",
        pl.lit(None, pl.String).alias("FLAG"),
        pl.lit("first").alias("PICK"),
        DATE="STARTDT",
        SAYS=pl.format("{}, and nothing adequate later", "REASON"),
        DATESAYS=pl.format("{}, and nothing adequate later", "REASON"),
        **record,
    ).select([*SCHEMA, "PICK"])


def _ended(cut: pl.DataFrame) -> pl.DataFrame:
    """What ended observation, in the columns of ADSRC."""
    return cut.with_columns(ADT="LIMIT", RULE="WHYCITE")


def _too_late(event: pl.DataFrame, cut: pl.DataFrame) -> pl.DataFrame:
    """The events after the last day that counts, in the columns of ADSRC."""
    late = event.join(cut.select("USUBJID", "LIMIT"), on="USUBJID", maintain_order="left")
    return late.filter(pl.col("DATE") > pl.col("LIMIT")).select(
        "USUBJID",
        ADT="DATE",
        RULE="CITE",
        REASON=pl.format("{} on {} does not count", "SAYS", "DATE"),
        **{"SRCDOM": "DOM", "SRCVAR": "VAR", "SRCSEQ": "SEQ"},
        SRCSEQS=pl.concat_list("SEQ"),
    )


def _not_counted(
    event: pl.DataFrame,
    limit: pl.DataFrame,
    rules: Handling,
    context: Context,
    start: pl.DataFrame,
    endpoint: Endpoint,
) -> pl.DataFrame:
    """The last day on which an observation still counts, as `limits` tells it."""
    limit = (
        limit.sort("USUBJID", "LIMIT", maintain_order=True)
        .group_by("USUBJID", maintain_order=True)
        .first()
    )
    # An event that some other limit already takes away needs no gap to explain it.
    still = event.join(limit, on="USUBJID", how="left", maintain_order="left").filter(
        pl.col("LIMIT").is_null() | (pl.col("DATE") <= pl.col("LIMIT"))
    )
    missed = gaps(rules, context, start, still, endpoint)
    kept = limit.join(missed, on="USUBJID", how="anti")
    return pl.concat([kept, missed], how="diagonal_relaxed")


def _shape(row: pl.DataFrame, context: Context, endpoint: Endpoint, code: str) -> pl.DataFrame:
    counts = pl.col("DATE").is_not_null() & (
        pl.col("LIMIT").is_null() | (pl.col("DATE") <= pl.col("LIMIT"))
    )

    def either(name: str) -> pl.Expr:
        return pl.when(counts).then(pl.col(name)).otherwise(pl.col(f"{name}_C"))

    row = row.with_columns(
        ADT=either("DATE"),
        CNSR=pl.when(counts).then(0).otherwise(1).cast(pl.Int64),
        ADTF=either("FLAG"),
        EVNTDESC=pl.when(counts).then("SAYS").otherwise(pl.coalesce("WHY", "SAYS_C")),
        CNSDTDSC=pl.when(~counts).then("DATESAYS_C"),
        SRCDOM=either("DOM"),
        SRCVAR=either("VAR"),
        SRCSEQ=either("SEQ"),
        RULE=pl.when(counts)
        .then(pl.col("CITE"))
        .otherwise(pl.coalesce(pl.col("WHYCITE"), pl.col("CITE_C"))),
        PARAMCD=pl.lit(code),
        PARAM=pl.lit(endpoint.label),
    ).filter(pl.col("ADT").is_not_null())
    arms = context.table("ADSL").select("USUBJID", "TRT01P", "TRT01A")
    less = 0 if endpoint.count_from == "day 1" else 1
    row = row.join(arms, on="USUBJID", how="left", maintain_order="left").with_columns(
        AVAL=(pl.col("ADT") - pl.col("STARTDT")).dt.total_days() + 1 - less
    )
    return row.select(
        "USUBJID", "TRT01P", "TRT01A", "PARAMCD", "PARAM", "STARTDT", "ADT", "ADTF", "AVAL",
        "CNSR", "EVNTDESC", "CNSDTDSC", "SRCDOM", "SRCVAR", "SRCSEQ", "RULE",
    )  # fmt: skip


def outcome(row: Mapping[str, Any]) -> str:
    """What decided a row of ADTTE: the event, or the date of censoring and why it is one."""
    if row["CNSR"] == 0 or row["CNSDTDSC"] == row["EVNTDESC"]:
        return str(row["EVNTDESC"])
    return f"{row['CNSDTDSC']}: {row['EVNTDESC']}"


def derived_times(source: Context | ADaM, estimand: str) -> pl.DataFrame:
    """ADTTE. Raises InputError if nobody has a time to event, with the file that is missing."""
    if source.has("ADTTE"):
        return source.table("ADTTE")
    absent = [f"no {domain}" for domain in ("DS", "EX") if not source.has(domain)]
    why = f": there is {' and '.join(absent)}" if absent else ""
    raise InputError(f'no time to event of "{estimand}" could be derived for anybody{why}')


def time_to_event(context: Context, estimand_key: str) -> pl.DataFrame:
    """The rows of ADTTE that an estimand analyzes, with `ARMKEY`, restricted to its population.

    Raises   InputError if nobody has one.
    """
    protocol = context.protocol
    estimand = protocol.estimands[estimand_key]
    code = parameter_codes(protocol)[estimand_key]
    who = members(context.table("ADSL"), estimand.population, protocol)
    rows = derived_times(context, estimand_key).filter(pl.col("PARAMCD") == code)
    extra = [c for c in who.columns if c not in rows.columns or c == "USUBJID"]
    return rows.join(who.select(extra), on="USUBJID", how="inner", maintain_order="left")
