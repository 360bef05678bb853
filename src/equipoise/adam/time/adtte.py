"""ADTTE: time to event, by event and censor sources as data, in order of precedence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import polars as pl

from equipoise.adam.dates.sources import SCHEMA, Context, dated, earliest, first_available
from equipoise.adam.subjects.populations import members
from equipoise.adam.time.intercurrent import Handling, Strategies, handling
from equipoise.adam.time.origins import ORIGINS as ORIGINS
from equipoise.adam.time.origins import start_dates, worsening
from equipoise.adam.tumor.readings import reader_of
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


def adtte(context: Context) -> pl.DataFrame:
    """One row per subject and parameter, with the record and the rule that decided.

    Returns  frame: USUBJID, TRT01P, PARAMCD, PARAM, STARTDT, ADT, AVAL (days; the origin is
             day 1, or day 0 if the endpoint says so), ADTF, CNSR (0 event, 1 censored), EVNTDESC
             (the event, or why it is censored), CNSDTDSC (what the date of censoring is), SRCDOM,
             SRCVAR, SRCSEQ, RULE
    Source   ADaM BDS for time to event, 1.0; FDA 2018, appendix, for the rules a protocol may name.
    Checked  tests/oracle/derivation/test_pilot_adam.py (CDISC's own ADTTE); tests/cases/tte.
    """
    protocol = context.protocol
    parts = []
    done: set[str] = set()
    for key, code in parameter_codes(protocol).items():
        if code not in done:
            done.add(code)
            parts.append(_parameter(context, protocol.estimands[key], code))
    return pl.concat(parts) if parts else pl.DataFrame()


class _Seen(NamedTuple):
    """What the data say for an estimand: origins, first events, last days that count."""

    endpoint: Endpoint
    rules: Handling
    start: pl.DataFrame
    event: pl.DataFrame
    cut: pl.DataFrame


def _seen(context: Context, estimand: Estimand) -> _Seen:
    endpoint = context.protocol.endpoints[estimand.endpoint]
    start = start_dates(context, endpoint)
    rules = handling(estimand, endpoint, context.protocol)
    limit = rules.limits(context, start)
    reader = reader_of(endpoint)
    asked = (*worsening(endpoint), *endpoint.event)
    events = [dated(context, s, start, reader=reader) for s in asked]
    events += [dated(context, s, start) for s in rules.composite]
    event = earliest(events)
    cut = _not_counted(event, limit, rules, context, start, endpoint)
    return _Seen(endpoint, rules, start, event, cut)


def _parameter(context: Context, estimand: Estimand, code: str) -> pl.DataFrame:
    endpoint, _, start, event, cut = _seen(context, estimand)
    reader = reader_of(endpoint)
    sources = [dated(context, s, start, reader=reader) for s in endpoint.censor]
    censored = first_available(sources, cut)
    row = start.join(event, on="USUBJID", how="left", maintain_order="left")
    row = row.join(cut, on="USUBJID", how="left", maintain_order="left")
    row = row.join(censored, on="USUBJID", how="left", maintain_order="left", suffix="_C")
    return _shape(row, context, endpoint, code)


def deciding(context: Context, code: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The records that end observation in a parameter, and the events that come too late for it.

    Returns  two frames in the columns of `sources.SCHEMA`, for the subjects of ADSL in `context`
    """
    codes = parameter_codes(context.protocol)
    key = next(key for key, found in codes.items() if found == code)
    _, rules, start, event, cut = _seen(context, context.protocol.estimands[key])
    late = event.join(cut, on="USUBJID").filter(pl.col("DATE") > pl.col("LIMIT"))
    ends = [dated(context, source, start) for source in rules.ending]
    rows = pl.concat([end.select(list(SCHEMA)) for end in ends]) if ends else late.clear()
    rows = rows.join(cut, on="USUBJID").filter(
        pl.col("DATE") == pl.col("LIMIT"), pl.col("SAYS") == pl.col("WHY")
    )
    return rows.select(list(SCHEMA)), late.select(list(SCHEMA))


def _not_counted(
    event: pl.DataFrame,
    limit: pl.DataFrame,
    rules: Handling,
    context: Context,
    start: pl.DataFrame,
    endpoint: Endpoint,
) -> pl.DataFrame:
    """(USUBJID, LIMIT, WHY, WHYCITE): the last day on which an observation still counts."""
    limit = (
        limit.sort("USUBJID", "LIMIT", maintain_order=True)
        .group_by("USUBJID", maintain_order=True)
        .first()
    )
    # An event that some other limit already takes away needs no gap to explain it.
    still = event.join(limit, on="USUBJID", how="left", maintain_order="left").filter(
        pl.col("LIMIT").is_null() | (pl.col("DATE") <= pl.col("LIMIT"))
    )
    gaps = rules.gaps(context, start, still, endpoint)
    return pl.concat([limit.join(gaps, on="USUBJID", how="anti"), gaps])


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


def time_to_event(context: Context, estimand_key: str) -> pl.DataFrame:
    """The rows of ADTTE that an estimand analyzes, with `ARMKEY`, restricted to its population."""
    protocol = context.protocol
    estimand = protocol.estimands[estimand_key]
    code = parameter_codes(protocol)[estimand_key]
    who = members(context.table("ADSL"), estimand.population, protocol)
    rows = context.table("ADTTE").filter(pl.col("PARAMCD") == code)
    extra = [c for c in who.columns if c not in rows.columns or c == "USUBJID"]
    return rows.join(who.select(extra), on="USUBJID", how="inner", maintain_order="left")
