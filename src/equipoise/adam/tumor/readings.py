"""Tumor responses of a protocol: ADRS and ADTR by the reader and the options that it names."""

from __future__ import annotations

import polars as pl

from equipoise.adam.dates.sources import Context, dated, picked
from equipoise.adam.recist.from_rs import overall_from_rs
from equipoise.adam.recist.irecist import by_irecist
from equipoise.adam.recist.options import RecistOptions
from equipoise.adam.recist.overall import overall_response
from equipoise.adam.recist.readers import (
    CENTRAL,
    INVESTIGATOR,
    accepted_in_rs,
    central_reading,
)
from equipoise.adam.tumor.adrs import AdrsOptions, adrs
from equipoise.adam.tumor.adtr import adtr
from equipoise.protocol import Protocol
from equipoise.protocol.language.sources import named_source
from equipoise.protocol.model import DateSource, Endpoint
from equipoise.protocol.model import RecistOptions as Plan

_NEVER = {"USUBJID": pl.String, "NEWTRTDT": pl.Date}


def readers(context: Context) -> dict[str, Plan]:
    """Each reader that an endpoint names, with the options given for it.

    Endpoints of one reader agree (rule P45), but only one that confirms says how.
    """
    return readers_of(context.protocol)


def readers_of(protocol: Protocol) -> dict[str, Plan]:
    """As `readers`."""
    found: dict[str, Plan] = {}
    for endpoint in protocol.endpoints.values():
        options = endpoint.recist
        if options is not None:
            kept = found.setdefault(options.reader or "investigator", options)
            if options.confirm and not kept.confirm:
                found[options.reader or "investigator"] = options
    return found or {"investigator": Plan()}


def reader_of(endpoint: Endpoint) -> str | None:
    """Whose readings an endpoint uses, or None if it does not rest on tumor readings."""
    return (endpoint.recist.reader or "investigator") if endpoint.recist else None


def responses(context: Context) -> pl.DataFrame:
    """ADRS of every reader that the protocol names, with READER in the protocol's word."""
    return _numbered([_adrs(context, word, plan) for word, plan in readers(context).items()])


def measurements(context: Context) -> pl.DataFrame:
    """ADTR of every reader that the protocol names."""
    parts = []
    for word, plan in readers(context).items():
        options = recist_options(plan)
        overall, name = _read_by(word, _overall(context, word, options), options)
        tu = _as_read(context.table("TU"), "TU", overall, name)
        tr = _as_read(context.table("TR"), "TR", overall, name)
        rows = adtr(tu, tr, overall, starts(context), reader=name, by=_spoken(word))
        parts.append(rows.with_columns(READER=pl.lit(word)))
    return _numbered(parts)


def _numbered(parts: list[pl.DataFrame]) -> pl.DataFrame:
    rows = pl.concat(parts)
    return rows.with_columns(ASEQ=pl.int_range(1, pl.len() + 1).over("USUBJID"))


def _adrs(context: Context, word: str, plan: Plan) -> pl.DataFrame:
    options = recist_options(plan)
    overall, name = _read_by(word, _overall(context, word, options), options)
    benefit = _days(plan.benefit, options.minimum_sd_days)
    made = AdrsOptions(reader=name, by=_spoken(word), recist=options, benefit_days=benefit)
    identified = context.table("TU") if context.has("TU") else _NO_LESIONS
    return adrs(overall, identified, starts(context), options=made).with_columns(
        READER=pl.lit(word)
    )


_NO_LESIONS = pl.DataFrame(
    schema={
        "USUBJID": pl.String,
        "VISITNUM": pl.Float64,
        "TUSTRESC": pl.String,
        "TUSEQ": pl.Int64,
        "TUEVAL": pl.String,
    }
)


def _overall(context: Context, word: str, options: RecistOptions) -> pl.DataFrame:
    """From the lesions if they were collected, else from the responses as recorded.

    Of central readers, RS also says whose reading was accepted.
    """
    if context.has("TU") and context.has("TR"):
        rows = overall_response(context.table("TU"), context.table("TR"), options=options)
        recorded = context.table("RS") if context.has("RS") else pl.DataFrame()
        if word == "central" and "RSEVAL" in recorded.columns:
            others = recorded.filter(pl.col("RSEVAL").fill_null(INVESTIGATOR) != INVESTIGATOR)
            rows = accepted_in_rs(rows, overall_from_rs(others, options=options))
    else:
        rows = overall_from_rs(context.table("RS"), options=options)
    if options.version == "iRECIST":
        return by_irecist(rows, least=options.progression_days)
    return rows


def recist_options(plan: Plan) -> RecistOptions:
    """The protocol's judgement points in the words of the derivation."""
    base = RecistOptions()
    return RecistOptions(
        version=plan.version,
        impute=plan.impute,
        reappearance=plan.reappearance,
        backdate_equivocal=plan.backdate_equivocal,
        progression_date=plan.progression_date,
        response_date=plan.response_date,
        progression_days=_days(plan.confirm_progression, base.progression_days),
        adjudicator=plan.adjudicator,
        undecided=plan.undecided,
        confirmed=plan.confirm,
        confirmation_days=_days(plan.confirm_after, base.confirmation_days),
        confirmation_limit=plan.confirm_within.whole_days if plan.confirm_within else None,
        ne_between=plan.ne_between,
        sd_between=plan.sd_between,
        cr_then_pr=plan.cr_then_pr,
        pr_then_sd_needs_minimum=plan.pr_then_sd_needs_minimum,
        minimum_sd_days=_days(plan.minimum_sd, base.minimum_sd_days),
        pr_after_cr="accept" if plan.keep_pr else "refuse",
        same_day=plan.same_day,
        after_new_therapy="keep" if plan.after_new_therapy == "use" else "drop",
        missing_as_ne=plan.missing == "NE",
    )


def _days(span: object, default: int) -> int:
    return int(span.whole_days) if hasattr(span, "whole_days") else default


def _spoken(word: str) -> str:
    return {"central": "Central Reader", "investigator": "Investigator"}.get(word, word)


def _read_by(word: str, overall: pl.DataFrame, options: RecistOptions) -> tuple[pl.DataFrame, str]:
    """The readings, and the data's name for the protocol's reader in them.

    "investigator" is the investigator; "central" the one independent assessor, or, of several, the
    reading that was accepted or adjudicated at each scan; any other word must itself be a reader.
    """
    if word == "investigator":
        return overall, INVESTIGATOR
    if word != "central":
        return overall, word
    names = overall.filter(pl.col("EVAL") != INVESTIGATOR)["READER"].unique().sort()
    if len(names) > 1:
        return central_reading(overall, options=options), CENTRAL
    return overall, str(names[0]) if len(names) else word


def _as_read(table: pl.DataFrame, domain: str, overall: pl.DataFrame, name: str) -> pl.DataFrame:
    """TU or TR; after adjudication only what the reader in force at each scan wrote, as CENTRAL."""
    if name != CENTRAL:
        return table
    reader = pl.coalesce(c for c in (f"{domain}EVALID", f"{domain}EVAL") if c in table.columns)
    visit = pl.col("VISITNUM").cast(pl.Float64)
    rows = table.with_columns(_reader=reader, _visit=visit)
    key = ["USUBJID", "_reader"] if domain == "TU" else ["USUBJID", "_reader", "_visit"]
    read = overall.select("USUBJID", _reader="READ", _visit="VISITNUM")
    rows = rows.join(read.unique(key), on=key, how="semi", maintain_order="left")
    return rows.with_columns(pl.lit(CENTRAL).alias(f"{domain}EVALID")).drop("_reader", "_visit")


def starts(context: Context) -> pl.DataFrame:
    """(USUBJID, STARTDT, DTHDT, NEWTRTDT): randomization, or first dose where that is unknown."""
    adsl = context.table("ADSL")
    start = pl.coalesce("RANDDT", "TRTSDT")
    frame = adsl.select("USUBJID", start.alias("STARTDT"), "DTHDT")
    frame = frame.filter(pl.col("STARTDT").is_not_null())
    source = DateSource.model_validate(named_source("new anticancer therapy"))
    therapy = pl.DataFrame(schema=_NEVER)
    if context.has(source.from_) and "CMCAT" in context.table(source.from_).columns:
        rows = dated(context, source, frame.select("USUBJID", "STARTDT"))
        therapy = picked(rows, "first").select("USUBJID", NEWTRTDT="DATE")
    return frame.join(therapy, on="USUBJID", how="left", maintain_order="left")


def evaluable(responses: pl.DataFrame) -> pl.DataFrame:
    """(USUBJID, BORFL): Y for whom some reading after baseline could be evaluated."""
    best = responses.filter(pl.col("PARAMCD") == "BOR")
    seen = best.filter(~pl.col("AVALC").is_in(["MISSING", "NE"])).select("USUBJID").unique()
    return seen.with_columns(BORFL=pl.lit("Y"))
