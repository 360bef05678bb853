"""ADSL: one row per subject, with arms, dates, strata, disposition."""

from __future__ import annotations

import polars as pl

from equipoise.adam.dates.dtc import date_of, flag_of
from equipoise.adam.dates.partial import completed, with_bounds, without_bounds
from equipoise.adam.subjects.alive import last_alive
from equipoise.protocol import Protocol
from equipoise.sdtm.model import Snapshot

_CARRIED = (
    "STUDYID", "USUBJID", "SUBJID", "SITEID", "AGE", "AGEU", "SEX", "RACE", "ETHNIC", "COUNTRY",
    "ARMCD", "ARM", "ACTARMCD", "ACTARM", "RFSTDTC", "RFENDTC",
)  # fmt: skip


def adsl(snapshot: Snapshot, protocol: Protocol) -> pl.DataFrame:
    """Subjects who were allocated to an arm of the protocol, in the order of DM.

    Returns  frame with TRT01P/TRT01A (arm key), TRT01PL (label), RANDDT, TRTSDT, TRTEDT, RFENDT,
             EOSDT, EOSSTT, DCSREAS, DTHDT, DTHDTF, DTHFL, LSTALVDT, strata and every supplemental
             qualifier of DM.
    Source   ADaMIG 1.3, section 2.3.1; admission of a subject by DM.ARMCD.
    Checked  tests/oracle/derivation/test_pilot_adam.py (CDISC's own ADSL).
    """
    dm = snapshot.table("DM")
    frame = dm.select([c for c in _CARRIED if c in dm.columns])
    frame = _with_arms(frame, protocol).filter(pl.col("TRT01P").is_not_null())
    frame = _with_dates(frame, dm)
    for found in (_randomized(snapshot), *_spans(frame, snapshot, protocol)):
        frame = frame.join(found, on="USUBJID", how="left", maintain_order="left")
    frame = _with_life(frame, snapshot, protocol)
    return _with_qualifiers(frame, snapshot).with_columns(RANDFL=pl.lit("Y"))


def _spans(
    frame: pl.DataFrame, snapshot: Snapshot, protocol: Protocol
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Treatment and disposition; nothing that is completed ends after death can have been."""
    people = frame.select("USUBJID", DTHDT="_last")
    return _treated(snapshot, people, protocol), _disposition(snapshot, people, protocol)


def _with_life(frame: pl.DataFrame, snapshot: Snapshot, protocol: Protocol) -> pl.DataFrame:
    """DTHDT and LSTALVDT, made to agree.

    Nobody is alive after death: a date collected later says nothing about life. A partial date of
    death may rest on the last day known alive, so that one counts up to the last day it can be.
    """
    alive = last_alive(snapshot, frame, protocol)
    frame = frame.join(alive, on="USUBJID", how="left", maintain_order="left")
    rule = protocol.dates.death
    frame = with_bounds(frame, frame, snapshot.date, rule).with_columns(
        DTHDT=completed("DTHDTC", rule)
    )
    flag = pl.when(pl.col("DTHDT").is_not_null()).then(flag_of("DTHDTC"))
    frame = frame.with_columns(
        DTHDTF=flag, LSTALVDT=pl.min_horizontal("LSTALVDT", pl.coalesce("DTHDT", "_last"))
    )
    dead = pl.col("DTHDT").is_not_null() | (pl.col("DTHFL") == "Y").fill_null(False)
    frame = frame.with_columns(DTHFL=pl.when(dead).then(pl.lit("Y")))
    return without_bounds(frame).drop("_last", "DTHDTC")


def _with_arms(frame: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    keys: dict[str, str] = {}
    for key, arm in protocol.arms.items():
        keys |= {key: key, arm.label: key} | ({arm.code: key} if arm.code else {})
    actual = "ACTARMCD" if "ACTARMCD" in frame.columns else "ARMCD"
    order = {key: i for i, key in enumerate((protocol.control, *protocol.experimental))}
    labels = {key: arm.label for key, arm in protocol.arms.items()}
    return frame.with_columns(
        TRT01P=pl.col("ARMCD").replace_strict(keys, default=None, return_dtype=pl.String),
        TRT01A=pl.col(actual).replace_strict(keys, default=None, return_dtype=pl.String),
    ).with_columns(
        TRT01PL=pl.col("TRT01P").replace_strict(labels, default=None, return_dtype=pl.String),
        TRT01PN=pl.col("TRT01P").replace_strict(order, default=None, return_dtype=pl.Int64),
    )


def _with_dates(frame: pl.DataFrame, dm: pl.DataFrame) -> pl.DataFrame:
    read = ("RFICDTC", "RFENDTC", "DTHDTC", "DTHFL")
    absent = [pl.lit(None, pl.String).alias(name) for name in read if name not in dm.columns]
    side = dm.with_columns(absent).select(
        "USUBJID",
        date_of("RFICDTC").alias("RFICDT"),
        date_of("RFENDTC").alias("RFENDT"),
        pl.col("DTHDTC", "DTHFL").cast(pl.String),
        date_of("DTHDTC", impute="last").alias("_last"),
    )
    return frame.join(side, on="USUBJID", how="left", maintain_order="left")


_DOSED = {
    "USUBJID": pl.String, "TRTSDT": pl.Date, "TRTSDTF": pl.String, "TRTEDT": pl.Date,
    "TRTEDTF": pl.String,
}  # fmt: skip


def _treated(snapshot: Snapshot, people: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """First and last day of a dose that was given; a zero dose counts only for placebo."""
    if "EX" not in snapshot.tables:
        return pl.DataFrame(schema=_DOSED)
    rules = protocol.dates
    ex = with_bounds(snapshot.tables["EX"], people, snapshot.date, rules.start, rules.end)
    given = (pl.col("EXDOSE") > 0) | pl.col("EXTRT").str.to_uppercase().str.contains("PLACEBO")
    ended = "EXENDTC" if "EXENDTC" in ex.columns else "EXSTDTC"
    end = completed(ended, rules.end, floor=[date_of("EXSTDTC")])
    ex = ex.filter(given.fill_null(False)).with_columns(
        _start=completed("EXSTDTC", rules.start), _end=end
    )
    later = (pl.col("_end") >= pl.col("_start")).fill_null(pl.col("_end").is_not_null())
    ex = ex.with_columns(
        _last=pl.max_horizontal("_start", "_end"),
        _flag=pl.when(later).then(flag_of(ended)).otherwise(flag_of("EXSTDTC")),
    )
    return ex.group_by("USUBJID", maintain_order=True).agg(
        TRTSDT=pl.col("_start").min(),
        TRTSDTF=_flag_at(flag_of("EXSTDTC"), pl.col("_start"), pl.col("_start").min()),
        TRTEDT=pl.col("_last").max(),
        TRTEDTF=_flag_at(pl.col("_flag"), pl.col("_last"), pl.col("_last").max()),
    )


def _flag_at(flag: pl.Expr, day: pl.Expr, chosen: pl.Expr) -> pl.Expr:
    """What of the chosen day was imputed: nothing if one record has it whole."""
    return flag.filter(day == chosen).sort(nulls_last=False).first()


def _randomized(snapshot: Snapshot) -> pl.DataFrame:
    empty = pl.DataFrame(schema={"USUBJID": pl.String, "RANDDT": pl.Date})
    if "DS" not in snapshot.tables:
        return empty
    ds = snapshot.tables["DS"].filter(pl.col("DSDECOD") == "RANDOMIZED")
    return ds.group_by("USUBJID", maintain_order=True).agg(
        RANDDT=date_of("DSSTDTC", impute="first").min()
    )


_MILESTONES = (
    "RANDOMIZED", "RANDOMISED", "ENROLLED", "INFORMED CONSENT OBTAINED", "ELIGIBILITY CRITERIA MET",
    "ENTERED INTO TRIAL",
)  # fmt: skip


def _disposition(snapshot: Snapshot, people: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """How a subject left the study: the last disposition event."""
    schema = {
        "USUBJID": pl.String, "EOSSTT": pl.String, "DCSREAS": pl.String, "EOSDT": pl.Date,
    }  # fmt: skip
    if "DS" not in snapshot.tables:
        return pl.DataFrame(schema=schema)
    ds = snapshot.tables["DS"]
    if "DSCAT" in ds.columns:
        ds = ds.filter(pl.col("DSCAT") == "DISPOSITION EVENT")
    ds = ds.filter(~pl.col("DSDECOD").is_in(_MILESTONES).fill_null(False))
    if "DSSCAT" in ds.columns:
        ds = ds.filter(pl.col("DSSCAT").is_null() | (pl.col("DSSCAT") != "STUDY TREATMENT"))
    done = pl.col("DSDECOD").is_in(["COMPLETED", "COMPLETION OF STUDY"])
    end = protocol.dates.end
    ds = with_bounds(ds, people, snapshot.date, end)
    return (
        ds.with_columns(completed("DSSTDTC", end).alias("EOSDT"))
        .sort("USUBJID", "EOSDT", maintain_order=True)
        .group_by("USUBJID", maintain_order=True)
        .last()
        .select(
            "USUBJID",
            EOSSTT=pl.when(done).then(pl.lit("COMPLETED")).otherwise(pl.lit("DISCONTINUED")),
            DCSREAS=pl.when(done).then(None).otherwise(pl.col("DSDECOD")),
            EOSDT="EOSDT",
        )
    )


def _with_qualifiers(frame: pl.DataFrame, snapshot: Snapshot) -> pl.DataFrame:
    """Supplemental qualifiers of DM and subject characteristics, one column each."""
    for name, code, value in (("SUPPDM", "QNAM", "QVAL"), ("SC", "SCTESTCD", "SCSTRESC")):
        if name not in snapshot.tables:
            continue
        long = snapshot.tables[name].select("USUBJID", code, value)
        wide = long.unique(["USUBJID", code], keep="first", maintain_order=True).pivot(
            on=code, index="USUBJID", values=value
        )
        wide = wide.select([c for c in wide.columns if c == "USUBJID" or c not in frame.columns])
        frame = frame.join(_numeric(wide), on="USUBJID", how="left", maintain_order="left")
    return frame


def _numeric(wide: pl.DataFrame) -> pl.DataFrame:
    """Columns of which every value is a number become numbers."""
    casts = []
    for name in wide.columns[1:]:
        column = wide[name].drop_nulls()
        if len(column) and column.cast(pl.Float64, strict=False).null_count() == 0:
            casts.append(pl.col(name).cast(pl.Float64))
    return wide.with_columns(casts)
