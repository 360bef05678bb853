"""ADSL: one row per subject, with arms, dates, strata, disposition."""

from __future__ import annotations

import polars as pl

from equipoise.adam.adsrc import Sourced, sources
from equipoise.adam.dates.dtc import date_of, flag_of
from equipoise.adam.dates.partial import completed, with_bounds, without_bounds
from equipoise.adam.subjects.alive import last_alive
from equipoise.adam.subjects.disposition import left_study, left_treatment, with_status
from equipoise.adam.subjects.milestones import randomized, treated
from equipoise.adam.subjects.strata import stratified
from equipoise.protocol import Protocol
from equipoise.sdtm.arms import ACTUAL, PLANNED, KnownArms
from equipoise.sdtm.model import Snapshot

_CARRIED = (
    "STUDYID", "USUBJID", "SUBJID", "SITEID", "AGE", "AGEU", "SEX", "RACE", "ETHNIC", "COUNTRY",
    "ARMCD", "ARM", "ACTARMCD", "ACTARM", "RFSTDTC", "RFENDTC",
)  # fmt: skip


def adsl(snapshot: Snapshot, protocol: Protocol) -> Sourced:
    """Subjects who were allocated to an arm of the protocol, in the order of DM.

    Returns  TRT01P/TRT01A (arm key), TRT01PL (label), RANDDT, TRTSDT, TRTEDT, RFENDT, EOSDT,
             EOSSTT, DCSREAS (study), EOTDT, EOTSTT, DCTREAS (treatment), DTHDT, DTHDTF, DTHFL,
             LSTALVDT, strata, every supplemental qualifier of DM; TRTDURD and FUPDUR, days under
             treatment, and from randomization to death or to the last day known alive, both counted
             with their first day: reverse Kaplan-Meier takes FUPDUR as time and DTHFL "Y" as
             censored; and the records behind them
    Source   ADaMIG 1.3, section 2.3.1; admission by DM.ARMCD or DM.ARM.
    Checked  tests/oracle/derivation/test_pilot_adam.py (CDISC's own ADSL);
             tests/unit/adam/test_more_datasets.py.
    """
    dm = snapshot.table("DM")
    frame = dm.select([c for c in _CARRIED if c in dm.columns])
    frame = _with_arms(frame, protocol).filter(pl.col("TRT01P").is_not_null())
    frame = _with_dates(frame, dm)
    # Nothing that is completed ends after death can have been.
    people = frame.select("USUBJID", DTHDT="_last")
    spans = (treated(snapshot, people, protocol), left_study(snapshot, people, protocol))
    behind = []
    for found in (randomized(snapshot), *spans):
        frame = frame.join(found.table, on="USUBJID", how="left", maintain_order="left")
        behind.append(found.sources)
    alive = _with_life(frame, snapshot, protocol)
    frame = _with_qualifiers(alive.table, snapshot).with_columns(RANDFL=pl.lit("Y"))
    frame = stratified(frame, protocol)
    off = left_treatment(snapshot, frame, protocol)
    frame = frame.join(off.table, on="USUBJID", how="left", maintain_order="left")
    ended = with_status(frame, snapshot)
    told = pl.concat([*behind, alive.sources, off.sources, ended.sources])
    mine = told.join(frame.select("USUBJID"), on="USUBJID", how="semi")
    return Sourced(_with_durations(ended.table), mine)


def _with_durations(frame: pl.DataFrame) -> pl.DataFrame:
    end = pl.coalesce("DTHDT", "LSTALVDT")
    return frame.with_columns(
        TRTDURD=(pl.col("TRTEDT") - pl.col("TRTSDT")).dt.total_days() + 1,
        FUPDUR=(end - pl.col("RANDDT")).dt.total_days() + 1,
    )


def _with_life(frame: pl.DataFrame, snapshot: Snapshot, protocol: Protocol) -> Sourced:
    """DTHDT and LSTALVDT, made to agree.

    Nobody is alive after death: a date collected later says nothing about life. A partial date of
    death may rest on the last day known alive, so that one counts up to the last day it can be.
    """
    alive = last_alive(snapshot, frame, protocol)
    frame = frame.join(alive.table, on="USUBJID", how="left", maintain_order="left")
    rule = protocol.dates.death
    frame = with_bounds(frame, frame, snapshot.date, rule).with_columns(
        DTHDT=completed("DTHDTC", rule)
    )
    flag = pl.when(pl.col("DTHDT").is_not_null()).then(flag_of("DTHDTC"))
    limit = pl.coalesce("DTHDT", "_last")
    late = frame.filter(pl.col("LSTALVDT") > limit).with_columns(SEQ=pl.lit(None, pl.Int64))
    frame = frame.with_columns(DTHDTF=flag, LSTALVDT=pl.min_horizontal("LSTALVDT", limit))
    dead = pl.col("DTHDT").is_not_null() | (pl.col("DTHFL") == "Y").fill_null(False)
    frame = frame.with_columns(DTHFL=pl.when(dead).then(pl.lit("Y")))
    behind = [
        alive.sources.join(late, on="USUBJID", how="anti", maintain_order="left"),
        sources(late, "LSTALVDT", domain="DM", column="DTHDTC", reason="nobody lives after death"),
    ]
    return Sourced(without_bounds(frame).drop("_last", "DTHDTC"), pl.concat(behind))


def _with_arms(frame: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    known = KnownArms.of(protocol)
    actual = ACTUAL if set(ACTUAL) & set(frame.columns) else PLANNED
    order = {key: i for i, key in enumerate((protocol.control, *protocol.experimental))}
    labels = {key: arm.label for key, arm in protocol.arms.items()}
    return frame.with_columns(
        TRT01P=known.keys(frame), TRT01A=known.keys(frame, actual)
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
