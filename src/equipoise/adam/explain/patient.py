"""One subject's course: everything dated that a timeline shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import polars as pl

from equipoise.adam.dates.dtc import date_of
from equipoise.adam.dates.sources import Context, dated
from equipoise.adam.explain.trace import Step, collected, explain, parameter_of, subject_of
from equipoise.adam.model import ADaM
from equipoise.adam.time.origins import origin_source
from equipoise.adam.tumor.readings import reader_of
from equipoise.protocol.language.sources import named_source
from equipoise.protocol.model import DateSource, Endpoint

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Patient:
    """What is known of one subject, for one endpoint.

    who : the subject's row of ADSL; origin : day 1 of the picture
    outcome : the row of ADTTE, or None for a proportion
    readings : tumor responses in time, each with ADT, AVALC, VISIT, REASON, RULE, RECORDS (the
        collected records behind it, as steps), and, if lesions were measured, SUM, BASE, NADIR (mm;
        the nadir before the reading)
    doses : DAY, EXTRT, EXDOSE, EXDOSU, EXADJ, PLACE (file and row)
    events : adverse events with ASTDT, AENDT, AEDECOD, ATOXGRN, AESER, AEREL, PLACE
    therapies : new anticancer therapies with DATE, CMTRT
    why : the tree from the value to the records
    """

    who: Row
    origin: dt.date
    endpoint: Endpoint
    outcome: Row | None
    readings: tuple[Row, ...]
    doses: tuple[Row, ...]
    events: tuple[Row, ...]
    therapies: tuple[Row, ...]
    why: Step

    @property
    def id(self) -> str:
        return str(self.who["USUBJID"])


def patient(data: ADaM, endpoint: str, *, subject: str) -> Patient:
    """The course of one subject.

    endpoint, subject : as in `trace.explain`
    Raises   InputError if there is no such endpoint or subject, or nothing dates the subject.
    """
    why = explain(data, endpoint, subject=subject)
    usubjid = subject_of(data, subject)
    mine = pl.col("USUBJID") == usubjid
    who = data.table("ADSL").filter(mine).row(0, named=True)
    asked, outcome = parameter_of(data, endpoint, usubjid)
    origin = who["RANDDT"] or who["TRTSDT"]
    if outcome is not None and origin_source(asked) is None:
        origin = outcome["STARTDT"]
    return Patient(
        who=who,
        origin=origin,
        endpoint=asked,
        outcome=outcome,
        readings=_readings(data, usubjid, asked),
        doses=_doses(data, usubjid),
        events=_events(data, usubjid),
        therapies=_therapies(data, usubjid, origin),
        why=why,
    )


def _readings(data: ADaM, usubjid: str, endpoint: Endpoint) -> tuple[Row, ...]:
    if "ADRS" not in data.tables:
        return ()
    reader = reader_of(endpoint) or data.tables["ADRS"]["READER"].first()
    mine = (pl.col("USUBJID") == usubjid) & (pl.col("READER") == reader)
    rows = data.tables["ADRS"].filter(mine & (pl.col("PARAMCD") == "OVR"))
    rows = rows.select("ADT", "AVALC", "VISIT", "REASON", "RULE", "ANL01FL", "SRCDOM", "SRCSEQ")
    sums = pl.DataFrame(schema={"ADT": pl.Date, "SUM": pl.Float64, "SUMSEQS": pl.List(pl.Int64)})
    if "ADTR" in data.tables:
        sums = data.tables["ADTR"].filter(mine & (pl.col("PARAMCD") == "SDIAM"))
        kept = {"SUM": "AVAL", "BASE": "BASE", "NADIR": "NADIR", "WHOLE": "ANL01FL"}
        sums = sums.select("ADT", SUMSEQS="SRCSEQS", **{k: pl.col(v) for k, v in kept.items()})
    both = sums.join(rows, on="ADT", how="full", coalesce=True)
    both = both.filter(pl.col("ADT").is_not_null()).sort("ADT")
    return tuple(
        {**row, "RECORDS": _records(data, usubjid, row)} for row in both.iter_rows(named=True)
    )


def _records(data: ADaM, usubjid: str, reading: Row) -> tuple[Step, ...]:
    """The sizes that make a reading's sum, and the record that decided its response."""
    keys = [("TR", seq) for seq in reading["SUMSEQS"] or ()]
    if reading["SRCSEQ"] is not None:
        keys.append((reading["SRCDOM"], reading["SRCSEQ"]))
    return tuple(collected(data, usubjid, *key) for key in dict.fromkeys(keys))


def _doses(data: ADaM, usubjid: str) -> tuple[Row, ...]:
    if "EX" not in data.snapshot.tables:
        return ()
    rows = _placed(data, "EX", data.snapshot.tables["EX"], usubjid)
    rows = rows.filter(pl.col("EXDOSE").is_not_null())
    absent = [c for c in ("EXDOSU", "EXADJ", "EXENDTC") if c not in rows.columns]
    rows = rows.with_columns(pl.lit(None, pl.String).alias(c) for c in absent)
    rows = rows.with_columns(
        DAY=date_of("EXSTDTC", impute="first"), END=date_of("EXENDTC", impute="last")
    ).filter(pl.col("DAY").is_not_null())
    kept = rows.select("DAY", "END", "EXTRT", "EXDOSE", "EXDOSU", "EXADJ", "PLACE").sort("DAY")
    return tuple(kept.iter_rows(named=True))


def _placed(data: ADaM, domain: str, table: pl.DataFrame, usubjid: str) -> pl.DataFrame:
    """The subject's rows of a domain, or of what was derived from it, with PLACE."""
    mine, key = table.filter(pl.col("USUBJID") == usubjid), f"{domain}SEQ"
    if key not in mine.columns:
        return mine.with_columns(PLACE=pl.lit(""))
    places = [collected(data, usubjid, domain, seq).place for seq in mine[key]]
    return mine.with_columns(PLACE=pl.Series(places, dtype=pl.String))


def _events(data: ADaM, usubjid: str) -> tuple[Row, ...]:
    if "ADAE" not in data.tables:
        return ()
    rows = _placed(data, "AE", data.tables["ADAE"], usubjid).filter(pl.col("ASTDT").is_not_null())
    wanted = ("ASTDT", "AENDT", "AEDECOD", "ATOXGRN", "AESER", "AEREL", "TRTEMFL", "PLACE")
    kept = rows.select(c for c in wanted if c in rows.columns).sort("ASTDT", "AEDECOD")
    return tuple(kept.iter_rows(named=True))


def _therapies(data: ADaM, usubjid: str, origin: dt.date) -> tuple[Row, ...]:
    context = Context(data.snapshot, data.protocol, dict(data.tables))
    source = DateSource.model_validate(named_source("new anticancer therapy"))
    if not context.has("CM") or "CMCAT" not in context.table("CM").columns:
        return ()
    start = pl.DataFrame({"USUBJID": [usubjid], "STARTDT": [origin]})
    rows = dated(context, source, start).sort("DATE")
    return tuple(rows.select("DATE", "SAYS").iter_rows(named=True))
