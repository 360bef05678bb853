"""The best overall response over all readings (RECIST 1.1, 4.4.3, 4.6.1 and Table 3)."""

from __future__ import annotations

import polars as pl

from equipoise.adam.recist.lesions import SERIES
from equipoise.adam.recist.series import AVAL, response_series
from equipoise.protocol.model import RecistOptions

_BEST = "RECIST 1.1 4.4.3"
_CONFIRM = "RECIST 1.1 4.6.1"
_TABLE3 = "RECIST 1.1 4.4.3 Table 3"
_STABLE = ("CR", "PR", "SD")
QUERY_CR_PR = "CR followed by PR"


def _counted(series: pl.DataFrame) -> pl.DataFrame:
    """`series` with running counts from which any stretch between two readings can be judged."""
    response = pl.col("OVRLRESP")

    def count(*words: str) -> pl.Expr:
        return response.is_in(words).cast(pl.Int32).cum_sum().over(SERIES)

    next_cr = pl.when(response == "CR").then("N").backward_fill().over(SERIES)
    last_pr = pl.when(response == "PR").then("N").forward_fill().over(SERIES)
    return series.with_columns(
        NES=count("NE"),
        SDS=count("SD", "NON-CR/NON-PD"),
        PRS=count("PR"),
        NEXTCR=next_cr,
        LASTPR=last_pr,
    )


def _pairs(series: pl.DataFrame, *, options: RecistOptions) -> pl.DataFrame:
    """Every two CR or PR readings far enough apart, with what lies between them."""
    rows = _counted(series).filter(pl.col("OVRLRESP").is_in(["CR", "PR"]))
    right = rows.select(*SERIES, "ADT", "N", "OVRLRESP", "NES", "SDS", "PRS", "LASTPR")
    pairs = rows.join(right, on=SERIES, suffix="2").filter(pl.col("N") < pl.col("N2"))
    apart = (pl.col("ADT2") - pl.col("ADT")).dt.total_days()
    near = apart <= options.confirmation_limit if options.confirmation_limit else pl.lit(True)
    crossed = (pl.col("NEXTCR") < pl.col("LASTPR2")).fill_null(False)
    pairs = pairs.filter((apart >= options.confirmation_days) & near)
    return pairs.with_columns(
        NE=pl.col("NES2") - pl.col("NES"),
        SD=pl.col("SDS2") - pl.col("SDS"),
        PR=pl.col("PRS2") - pl.col("PRS"),
        CROSSED=crossed,
    )


def confirmed_responses(series: pl.DataFrame, *, options: RecistOptions) -> pl.DataFrame:
    """The CR and PR readings a later reading confirms.

    series : from `response_series`
    Returns  series rows with BEST ("CR" or "PR"), CONFDT (the first date that confirms) and RULE.
    Source   Eisenhauer 2009, section 4.6.1 and Table 3.
    """
    pairs = _pairs(series, options=options).filter(pl.col("NE") <= options.ne_between)
    first, second = pl.col("OVRLRESP"), pl.col("OVRLRESP2")
    complete = (first == "CR") & (second == "CR") & (pl.col("SD") == 0) & (pl.col("PR") == 0)
    keep = options.keep_pr or options.cr_then_pr == "PR"
    started = (first == "PR") | pl.lit(options.cr_then_pr == "PR")
    partial = started & (pl.col("SD") <= options.sd_between) & (pl.lit(keep) | ~pl.col("CROSSED"))
    best = pl.when(complete).then(pl.lit("CR")).when(partial).then(pl.lit("PR"))
    found = pairs.with_columns(BEST=best).filter(pl.col("BEST").is_not_null())
    return found.group_by(*SERIES, "N", "BEST").agg(
        CONFDT=pl.col("ADT2").min(), RULE=pl.lit(_CONFIRM).first()
    )


def _responders(series: pl.DataFrame, *, options: RecistOptions, confirm: bool) -> pl.DataFrame:
    if confirm:
        return confirmed_responses(series, options=options)
    rows = series.filter(pl.col("OVRLRESP").is_in(["CR", "PR"]))
    none = pl.lit(None, dtype=pl.Date)
    return rows.select(*SERIES, "N", BEST=pl.col("OVRLRESP"), CONFDT=none, RULE=pl.lit(_BEST))


def _stable(series: pl.DataFrame, *, options: RecistOptions, confirm: bool) -> list[pl.DataFrame]:
    """SD, non-CR/non-PD, and what Table 3 makes of SD after CR or PR."""
    response = pl.col("OVRLRESP")
    days = (pl.col("ADT") - pl.col("STARTDT")).dt.total_days()
    long = days >= options.minimum_sd_days
    none = pl.lit(None, dtype=pl.Date)

    def take(rows: pl.DataFrame, best: str, rule: str) -> pl.DataFrame:
        return rows.select(*SERIES, "N", BEST=pl.lit(best), CONFDT=none, RULE=pl.lit(rule))

    before = {
        word: (response == word).cast(pl.Int32).cum_sum().over(SERIES) > 0 for word in ("CR", "PR")
    }
    found = [
        take(series.filter(long & response.is_in(_STABLE)), "SD", _BEST),
        take(series.filter(long & (response == "NON-CR/NON-PD")), "NON-CR/NON-PD", _BEST),
    ]
    if not confirm:
        return found
    after_cr = series.filter(before["CR"] & (response == "SD"))
    found.append(take(after_cr, "PD", _TABLE3))
    if not options.pr_then_sd_needs_minimum:
        after_pr = series.filter(before["PR"] & ~before["CR"] & (response == "SD"))
        found.append(take(after_pr, "SD", _TABLE3))
    return found


def _plain(series: pl.DataFrame) -> list[pl.DataFrame]:
    """PD and NED at their readings; NE for any reading at all."""
    none = pl.lit(None, dtype=pl.Date)
    exact = series.filter(pl.col("OVRLRESP").is_in(["PD", "NED"]))
    return [
        exact.select(*SERIES, "N", BEST="OVRLRESP", CONFDT=none, RULE=pl.lit(_BEST)),
        series.select(*SERIES, "N", BEST=pl.lit("NE"), CONFDT=none, RULE=pl.lit(_BEST)),
    ]


_PREFER = {"CR": 1, "PR": 2, "SD": 3, "NON-CR/NON-PD": 4, "NED": 5, "PD": 6, "NE": 7, "MISSING": 8}
_SOURCE = ("VISITNUM", "VISIT", "ADT", "OVRLRESP", "SRCDOM", "SRCVAR", "SRCSEQ")


def cr_then_pr(series: pl.DataFrame) -> pl.DataFrame:
    """The subjects and readers whose PR came right after a CR: USUBJID, READER, ADT of the PR.

    Source   Eisenhauer 2009, Table 3 note a: ask whether the CR was one.
    """
    seen = series.filter(pl.col("OVRLRESP") != "NE")
    last = pl.col("OVRLRESP").shift(1).over(SERIES)
    return seen.filter((pl.col("OVRLRESP") == "PR") & (last == "CR")).select(*SERIES, "ADT")


def _reason(options: RecistOptions) -> pl.Expr:
    best = pl.col("AVALC")
    confirmed = pl.format("{} on {}, confirmed on {}", best, pl.col("ADT"), pl.col("CONFDT"))
    read = pl.format("{} on {}", pl.col("OVRLRESP"), pl.col("ADT"))
    least = f", at least {options.minimum_sd_days} days after the start"
    return (
        pl.when(pl.col("CONFDT").is_not_null())
        .then(confirmed)
        .when(best.is_in(["SD", "NON-CR/NON-PD"]) & (pl.col("RULE") == _BEST))
        .then(pl.concat_str(read, pl.lit(least)))
        .when(pl.col("OVRLRESP").is_null())
        .then(pl.lit("no reading"))
        .when((best == "NE") & (pl.col("OVRLRESP") != "NE"))
        .then(pl.concat_str(read, pl.lit(f", sooner than {options.minimum_sd_days} days")))
        .when(best != pl.col("OVRLRESP"))
        .then(pl.format("{} after a better reading, too soon for SD", read))
        .otherwise(read)
    )


def _everyone(overall: pl.DataFrame, start: pl.DataFrame) -> pl.DataFrame:
    """Each subject with each reader; a trial nobody has read yet has the investigator."""
    readers = overall.select("READER").unique()
    if readers.is_empty():
        readers = pl.DataFrame({"READER": ["INVESTIGATOR"]})
    return start.select("USUBJID").join(readers, how="cross")


def _queries(overall: pl.DataFrame, start: pl.DataFrame, *, options: RecistOptions) -> pl.DataFrame:
    """USUBJID, READER, QUERY where a CR was followed by PR, as read."""
    read = response_series(overall, start, options=options, as_read=True)
    return cr_then_pr(read).select(*SERIES, QUERY=pl.lit(QUERY_CR_PR)).unique()


def best_response(
    overall: pl.DataFrame,
    start: pl.DataFrame,
    *,
    options: RecistOptions | None = None,
    confirm: bool | None = None,
) -> pl.DataFrame:
    """Each subject's best overall response by each reader.

    overall : from `overall_response` or `overall_from_rs`
    start : one row per subject: USUBJID, STARTDT (pl.Date) and, if known, NEWTRTDT
    confirm : CR and PR need a second reading; by default as the options say
    Returns  one row per subject in `start` and reader in `overall`: AVALC (CR, PR, SD,
        NON-CR/NON-PD, PD, NE, MISSING, NED), AVAL, ADT of the reading that gave it, CONFDT,
        VISITNUM, VISIT, OVRLRESP there, RULE, REASON, QUERY, SRCDOM, SRCVAR, SRCSEQ.
    Raises   InputError if a column is missing.
    Source   Eisenhauer 2009, sections 4.4.3 and 4.6.1, Table 3.
    Checked  tests/cases/recist; tests/oracle/derivation; tests/twins/test_best_response.py.
    """
    options = options or RecistOptions()
    asked = options.confirm if confirm is None else confirm
    series = response_series(overall, start, options=options)
    parts = [
        _responders(series, options=options, confirm=asked),
        *_stable(series, options=options, confirm=asked),
    ]
    columns = (*SERIES, "N", "BEST", "CONFDT", "RULE")
    found = pl.concat([part.select(columns) for part in (*parts, *_plain(series))])
    place = pl.col("BEST").replace_strict(_PREFER, return_dtype=pl.Int32)
    found = found.sort(*SERIES, place, "N").unique(SERIES, keep="first", maintain_order=True)
    series = series.with_columns(pl.lit(None).alias(c) for c in _SOURCE if c not in series.columns)
    found = found.join(series.select(*SERIES, "N", *_SOURCE), on=[*SERIES, "N"])
    rows = _everyone(overall, start).join(found, on=SERIES, how="left")
    rows = rows.join(_queries(overall, start, options=options), on=SERIES, how="left")
    rows = rows.with_columns(
        AVALC=pl.col("BEST").fill_null(options.missing), RULE=pl.col("RULE").fill_null(_BEST)
    )
    rows = rows.with_columns(
        AVAL=pl.col("AVALC").replace_strict(AVAL, return_dtype=pl.Int64), REASON=_reason(options)
    )
    said = ("RULE", "REASON", "QUERY")
    return rows.select(*SERIES, "AVALC", "AVAL", "CONFDT", *_SOURCE, *said).sort(SERIES)
