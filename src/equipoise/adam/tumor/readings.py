"""Tumor responses of a protocol: ADRS and ADTR by the reader and the options that it names."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from equipoise.adam.adsrc import Sourced, sources
from equipoise.adam.dates.sources import Context, dated, picked
from equipoise.adam.recist.from_rs import overall_from_rs, recorded_at
from equipoise.adam.recist.irecist import by_irecist
from equipoise.adam.recist.lesions import READING
from equipoise.adam.recist.overall import overall_response
from equipoise.adam.recist.readers import (
    EVAL_CENTRAL,
    EVAL_INVESTIGATOR,
    accepted_in_rs,
    central_reading,
)
from equipoise.adam.tumor.adrs import AdrsOptions, adrs
from equipoise.adam.tumor.adtr import adtr
from equipoise.adam.tumor.links import linked_responses, linked_sums, linked_to_readings
from equipoise.meaning.responders import INVESTIGATOR as NOBODY_NAMED
from equipoise.meaning.responders import reader_of
from equipoise.protocol import Protocol
from equipoise.protocol.language.sources import named_source
from equipoise.protocol.model import DateSource, RecistOptions

_NEVER = {"USUBJID": pl.String, "NEWTRTDT": pl.Date}
# By what a scan is judged; the other options are about the series of scans.
_OF_SCANS = (
    "version", "impute", "reappearance", "backdate_equivocal", "progression_date", "response_date",
)  # fmt: skip
_NO_LESIONS = pl.DataFrame(
    schema={
        "USUBJID": pl.String,
        "VISITNUM": pl.Float64,
        "TUSTRESC": pl.String,
        "TUSEQ": pl.Int64,
        "TUEVAL": pl.String,
    }
)


class TumorReader(NamedTuple):
    """What one reader of the protocol read.

    word : the protocol's name of the reader; name : that of the data
    options : how the protocol has the readings judged
    overall : the readings of `name`, as `overall_response` gives them
    """

    word: str
    name: str
    options: RecistOptions
    overall: pl.DataFrame


def readers_of(protocol: Protocol) -> dict[str, RecistOptions]:
    """Each reader that an endpoint names, with the options given for it.

    Endpoints of one reader agree (rule P45), but only one that confirms says how.
    """
    found: dict[str, RecistOptions] = {}
    for endpoint in protocol.endpoints.values():
        reader, options = reader_of(endpoint), endpoint.recist
        if options is not None and reader is not None:
            kept = found.setdefault(reader, options)
            if options.confirm and not kept.confirm:
                found[reader] = options
    return found or {NOBODY_NAMED: RecistOptions()}


def tumor_datasets(context: Context) -> dict[str, pl.DataFrame]:
    """ADRS, and ADTR where lesions were measured, of every reader that the protocol names.

    READER is the protocol's word.
    """
    read, begun = _read(context), starts(context)
    responses = _numbered([_adrs(context, one, begun) for one in read])
    if not (context.has("TU") and context.has("TR")):
        return {"ADRS": linked_responses(responses, None)}
    measured = linked_sums(_numbered([_adtr(context, one, begun) for one in read]))
    linked = linked_responses(responses, measured)
    return {"ADRS": linked, "ADTR": linked_to_readings(measured, linked)}


def _numbered(parts: list[pl.DataFrame]) -> pl.DataFrame:
    rows = pl.concat(parts)
    return rows.with_columns(ASEQ=pl.int_range(1, pl.len() + 1).over("USUBJID"))


def _adtr(context: Context, read: TumorReader, begun: pl.DataFrame) -> pl.DataFrame:
    tu = _as_read(context.table("TU"), "TU", read)
    tr = _as_read(context.table("TR"), "TR", read)
    rows = adtr(tu, tr, read.overall, begun, reader=read.name, by=_spoken(read.word))
    return rows.with_columns(READER=pl.lit(read.word))


def _adrs(context: Context, read: TumorReader, begun: pl.DataFrame) -> pl.DataFrame:
    made = AdrsOptions(reader=read.name, by=_spoken(read.word), recist=read.options)
    identified = context.table("TU") if context.has("TU") else _NO_LESIONS
    rows = adrs(read.overall, identified, begun, options=made)
    return rows.with_columns(READER=pl.lit(read.word))


def _read(context: Context) -> list[TumorReader]:
    """The readings of each reader; those judged alike are judged once."""
    judged: dict[tuple[object, ...], pl.DataFrame] = {}
    found = []
    for word, options in readers_of(context.protocol).items():
        key = tuple(getattr(options, name) for name in _OF_SCANS)
        if key not in judged:
            judged[key] = _judged(context, options)
        overall, name = _read_by(word, _overall(context, word, judged[key], options), options)
        found.append(TumorReader(word, name, options, overall))
    return found


def _judged(context: Context, options: RecistOptions) -> pl.DataFrame:
    """Every reader's response at every scan, with what stands in RS beside it.

    From the lesions if they were collected, else from the responses as recorded.
    """
    recorded = context.table("RS") if context.has("RS") else pl.DataFrame()
    if not (context.has("TU") and context.has("TR")):
        rows = overall_from_rs(recorded, options=options)
    else:
        rows = overall_response(context.table("TU"), context.table("TR"), options=options)
    if not {"VISITNUM", "RSSEQ"} <= set(recorded.columns):
        return rows
    return rows.join(recorded_at(recorded), on=READING, how="left", maintain_order="left")


def _overall(
    context: Context, word: str, judged: pl.DataFrame, options: RecistOptions
) -> pl.DataFrame:
    """The readings as they count: of central ones RS also says which was accepted."""
    rows = judged
    recorded = context.table("RS") if context.has("RS") else pl.DataFrame()
    if word == "central" and "SUM" in rows.columns and "RSEVAL" in recorded.columns:
        others = recorded.filter(pl.col("RSEVAL").fill_null(EVAL_INVESTIGATOR) != EVAL_INVESTIGATOR)
        rows = accepted_in_rs(rows, overall_from_rs(others, options=options))
    if options.version == "iRECIST":
        return by_irecist(rows, least=options.progression_days)
    return rows


def _spoken(word: str) -> str:
    return {"central": "Central Reader", "investigator": "Investigator"}.get(word, word)


def _read_by(word: str, overall: pl.DataFrame, options: RecistOptions) -> tuple[pl.DataFrame, str]:
    """The readings, and the data's name for the protocol's reader in them.

    "investigator" is the investigator; "central" the one independent assessor, or, of several, the
    reading that was accepted or adjudicated at each scan; any other word must itself be a reader.
    """
    if word == "investigator":
        return overall, EVAL_INVESTIGATOR
    if word != "central":
        return overall, word
    names = overall.filter(pl.col("EVAL") != EVAL_INVESTIGATOR)["READER"].unique().sort()
    if len(names) > 1:
        return central_reading(overall, options=options), EVAL_CENTRAL
    return overall, str(names[0]) if len(names) else word


def _as_read(table: pl.DataFrame, domain: str, by: TumorReader) -> pl.DataFrame:
    """TU or TR; after adjudication only what the reader in force at each scan wrote, as CENTRAL."""
    if by.name != EVAL_CENTRAL:
        return table
    reader = pl.coalesce(c for c in (f"{domain}EVALID", f"{domain}EVAL") if c in table.columns)
    visit = pl.col("VISITNUM").cast(pl.Float64)
    rows = table.with_columns(_reader=reader, _visit=visit)
    key = ["USUBJID", "_reader"] if domain == "TU" else ["USUBJID", "_reader", "_visit"]
    read = by.overall.select("USUBJID", _reader="READ", _visit="VISITNUM")
    rows = rows.join(read.unique(key), on=key, how="semi", maintain_order="left")
    return rows.with_columns(pl.lit(EVAL_CENTRAL).alias(f"{domain}EVALID")).drop(
        "_reader", "_visit"
    )


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


def evaluable(responses: pl.DataFrame) -> Sourced:
    """(USUBJID, BORFL): Y for whom some reading after baseline could be evaluated, else N."""
    best = responses.filter(pl.col("PARAMCD") == "BOR")
    seen = (~pl.col("AVALC").is_in(["MISSING", "NE"])).any().over("USUBJID")
    best = best.with_columns(BORFL=pl.when(seen).then(pl.lit("Y")).otherwise(pl.lit("N")))
    behind = sources(best.with_columns(SEQ="ASEQ"), "BORFL", domain="ADRS", column="AVALC")
    return Sourced(best.select("USUBJID", "BORFL").unique("USUBJID"), behind)
