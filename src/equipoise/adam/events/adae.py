"""ADAE: adverse events with dates, emergence, named queries and first-occurrence flags."""

from __future__ import annotations

import datetime as dt

import polars as pl

from equipoise.adam.conditions import holds
from equipoise.adam.dates.dtc import date_of, flag_of, imputes
from equipoise.adam.dates.partial import completed, with_bounds, without_bounds
from equipoise.adam.subjects.milestones import drawn, first_doses
from equipoise.errors import InputError, did_you_mean
from equipoise.protocol import Protocol
from equipoise.sdtm.dates import clock, earliest, latest
from equipoise.sdtm.model import Snapshot

_GRADES = ("AETOXGR", "AESEV")
_SEVERITY = {"MILD": 1, "MODERATE": 2, "SEVERE": 3, "LIFE THREATENING": 4, "FATAL": 5}


def adae(snapshot: Snapshot, adsl: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """Adverse events of subjects in ADSL, in the order of AE.

    A start date that is partial or missing is completed as far as `safety.impute` and by the rule
    that `dates.adverse event` says, never after the event's end; an end by `dates.end`. What lacks
    more than may be imputed stays without a date.
    Returns  AE's columns with ASTDT, ASTDTF, AENDT, AENDTF, ASTDY, AENDY, ADURN (days, both
             counted; whole dates only), TRTEMFL, ATOXGRN, CQnnNAM per query, AOCCFL, AOCCSFL,
             AOCCPFL (first occurrences), AOCCIFL, AOCCSIFL, AOCCPIFL (first of the worst grade)
    An event on the day of the first dose is emergent unless the times of day of both say that it
    began before; one that has no date is if every day on which it may have begun is in the window.
    Where `safety.initial grade` names the grade at which an event began, one that had begun before,
    went on into the window and became worse than that is emergent too.
    Raises   InputError if AE does not have the variable with the initial grade.
    Source   ADaM OCCDS 1.1; the window of emergence is the protocol's.
    Checked  tests/oracle/derivation/test_pilot_adam.py (CDISC's own ADAE).
    """
    kept = ["USUBJID", "TRT01P", "TRT01A", "TRTSDT", "TRTEDT", "RANDDT"]
    frame = snapshot.table("AE").join(
        adsl.select(kept), on="USUBJID", how="inner", maintain_order="left"
    )
    if "AEBODSYS" not in frame.columns:
        frame = frame.with_columns(AEBODSYS=pl.lit(None, pl.String))
    origin = "TRTSDT" if _from_dose(protocol) else "RANDDT"
    frame = _with_dates(frame, adsl, snapshot.date, protocol)
    frame = _with_hours(frame, snapshot, adsl, protocol)
    said = frame["AESTDTC"].cast(pl.String)
    frame = frame.with_columns(_earliest=earliest(said), _latest=latest(said))
    frame = frame.with_columns(
        TRTEMFL=_emergent(frame, protocol),
        ATOXGRN=_grade(frame, *_GRADES),
        ASTDY=_study_day("ASTDT", origin),
        AENDY=_study_day("AENDT", origin),
        ADURN=_duration(),
    )
    queries = [
        pl.when(holds(query.where, frame.schema, dataset="AE"))
        .then(pl.lit(query.label))
        .alias(f"{key}NAM")
        for key, query in protocol.safety.queries.items()
    ]
    return _with_first(frame.with_columns(queries).drop("_before", "_earliest", "_latest"))


def _from_dose(protocol: Protocol) -> bool:
    return protocol.safety.emergent_from == "first dose"


def _with_dates(
    frame: pl.DataFrame, adsl: pl.DataFrame, cutoff: dt.date | None, protocol: Protocol
) -> pl.DataFrame:
    absent = [pl.lit(None, pl.String).alias("AEENDTC")] if "AEENDTC" not in frame.columns else []
    rules, impute = protocol.dates, protocol.safety.impute
    begin = rules.adverse_event or rules.start
    frame = with_bounds(frame.with_columns(absent), adsl, cutoff, begin, rules.end)
    started, ended = imputes("AESTDTC", impute), imputes("AEENDTC", impute)
    end = completed("AEENDTC", rules.end, floor=[date_of("AESTDTC")])
    frame = frame.with_columns(AENDT=pl.when(ended).then(end))
    start = completed("AESTDTC", begin, ceiling=[pl.col("AENDT")], unknown=True)
    frame = frame.with_columns(ASTDT=pl.when(started).then(start))
    yearless = date_of("AESTDTC", impute="first").is_null()
    flag = pl.when(yearless).then(pl.lit("Y")).otherwise(flag_of("AESTDTC"))
    frame = frame.with_columns(
        ASTDTF=pl.when(pl.col("ASTDT").is_not_null()).then(flag),
        AENDTF=pl.when(pl.col("AENDT").is_not_null()).then(flag_of("AEENDTC")),
    )
    return without_bounds(frame).drop(["AEENDTC"] if absent else [])


def _with_hours(
    frame: pl.DataFrame, snapshot: Snapshot, adsl: pl.DataFrame, protocol: Protocol
) -> pl.DataFrame:
    """With `_before`: the event began on the day of the origin, and by its time of day before it.

    False where either time was not collected, or only in a part that leaves the order open.
    """
    people = adsl.select("USUBJID", "DTHDT")
    begun = first_doses(snapshot, people, protocol) if _from_dose(protocol) else drawn(snapshot)
    hours = clock(begun["DTC"])
    begun = begun.with_columns(_hour=hours["first"]).select("USUBJID", "DAY", "_hour")
    # One dose of that day without a time may have been the first.
    earliest = begun.group_by("USUBJID", "DAY").agg(
        pl.when(pl.col("_hour").is_not_null().all()).then(pl.col("_hour").min())
    )
    origin = "TRTSDT" if _from_dose(protocol) else "RANDDT"
    frame = frame.with_columns(_until=clock(frame["AESTDTC"].cast(pl.String))["last"])
    earliest = earliest.rename({"DAY": origin})
    frame = frame.join(earliest, on=["USUBJID", origin], how="left", maintain_order="left")
    same = (pl.col("ASTDT") == pl.col(origin)) & pl.col("ASTDTF").is_null()
    before = (same & (pl.col("_until") < pl.col("_hour"))).fill_null(False)
    return frame.with_columns(_before=before).drop("_until", "_hour")


def _emergent(frame: pl.DataFrame, protocol: Protocol) -> pl.Expr:
    """Y if the event began, or became worse, in the window; else null, as ADaM has it."""
    origin = "TRTSDT" if _from_dose(protocol) else "RANDDT"
    inside = (pl.col("ASTDT") >= pl.col(origin)) & ~pl.col("_before")
    surely = pl.col("ASTDT").is_null() & (pl.col(origin) <= pl.col("_earliest"))
    until = protocol.safety.emergent_until
    if until is not None:
        end = pl.col("TRTEDT") + dt.timedelta(days=until.whole_days)
        inside &= pl.col("ASTDT") <= end
        surely &= pl.col("_latest") <= end
    inside = inside.fill_null(False) | surely.fill_null(False)
    worse = _worsened(frame, protocol.safety.initial_grade, origin)
    return pl.when(inside | worse.fill_null(False)).then(pl.lit("Y"))


def _worsened(frame: pl.DataFrame, initial: str | None, origin: str) -> pl.Expr:
    """Begun before the origin, not over by then, and of a higher grade than it began with."""
    if initial is None:
        return pl.lit(value=False)
    if initial not in frame.columns:
        raise InputError(
            f"AE: there is no {initial}, which `safety: initial grade` names"
            f"{did_you_mean(initial, frame.columns)}"
        )
    earlier = (pl.col("ASTDT") < pl.col(origin)) | pl.col("_before")
    goes_on = pl.col("AENDT").is_null() | (pl.col("AENDT") >= pl.col(origin))
    return earlier & goes_on & (_grade(frame, *_GRADES) > _grade(frame, initial))


def _duration() -> pl.Expr:
    """Days from start to end, both counted; unknown where either date is imputed."""
    whole = pl.col("ASTDTF").is_null() & pl.col("AENDTF").is_null()
    return pl.when(whole).then((pl.col("AENDT") - pl.col("ASTDT")).dt.total_days() + 1)


def _study_day(day: str, origin: str) -> pl.Expr:
    """Days from the origin, which is day 1; there is no day 0."""
    gap = (pl.col(day) - pl.col(origin)).dt.total_days()
    return gap + (gap >= 0).cast(pl.Int64)


def _grade(frame: pl.DataFrame, *names: str) -> pl.Expr:
    """The first of these columns that is there as 1 to 5, from a grade or a severity."""
    name = next((name for name in names if name in frame.columns), None)
    if name is None:
        return pl.lit(None, pl.Int64)
    said = pl.col(name).cast(pl.String).str.strip_chars().str.to_uppercase()
    word = said.replace_strict(_SEVERITY, default=None, return_dtype=pl.Int64)
    return pl.coalesce(said.cast(pl.Int64, strict=False), word)


def _with_first(frame: pl.DataFrame) -> pl.DataFrame:
    """The first emergent event of a subject, of a class, of a term, and the first of the worst.

    AOCCFL, AOCCSFL, AOCCPFL; AOCCIFL, AOCCSIFL, AOCCPIFL among those of the highest grade.
    """
    emergent = pl.col("TRTEMFL") == "Y"
    worst = pl.col("ATOXGRN").fill_null(0).max()
    within = {
        "": ["USUBJID"],
        "S": ["USUBJID", "AEBODSYS"],
        "P": ["USUBJID", "AEBODSYS", "AEDECOD"],
    }
    flags = []
    for letter, keys in within.items():
        here = [*keys, "TRTEMFL"]
        first = pl.struct("ASTDT", "AESEQ").rank("ordinal").over(here) == 1
        flags.append(_yes(first & emergent, f"AOCC{letter}FL"))
        high = pl.col("ATOXGRN").fill_null(0) == worst.over(here)
        first = pl.struct(~high, "ASTDT", "AESEQ").rank("ordinal").over(here) == 1
        graded = pl.col("ATOXGRN").is_not_null()
        flags.append(_yes(first & emergent & graded, f"AOCC{letter}IFL"))
    return frame.with_columns(flags)


def _yes(condition: pl.Expr, name: str) -> pl.Expr:
    return pl.when(condition).then(pl.lit("Y")).alias(name)
