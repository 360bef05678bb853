"""How a subject left the study, and study treatment, with the records that say so."""

from __future__ import annotations

import polars as pl

from equipoise.adam.adsrc import NO_SOURCES, Sourced, sources, with_sequence
from equipoise.adam.dates.partial import completed, with_bounds
from equipoise.protocol import Protocol
from equipoise.sdtm.model import Snapshot

_DONE = ("COMPLETED", "COMPLETION OF STUDY")
_TREATED = (*_DONE, "COMPLETION OF TREATMENT")
_MILESTONES = (
    "RANDOMIZED", "RANDOMISED", "ENROLLED", "INFORMED CONSENT OBTAINED", "ELIGIBILITY CRITERIA MET",
    "ENTERED INTO TRIAL",
)  # fmt: skip
_ENDED = {"USUBJID": pl.String, "EOSSTT": pl.String, "DCSREAS": pl.String, "EOSDT": pl.Date}
_STOPPED = {"USUBJID": pl.String, "EOTSTT": pl.String, "DCTREAS": pl.String, "EOTDT": pl.Date}


def left_study(snapshot: Snapshot, people: pl.DataFrame, protocol: Protocol) -> Sourced:
    """EOSSTT, DCSREAS and EOSDT by the last disposition event that is not about treatment alone.

    people : USUBJID, and the variables of ADSL that may bound a partial date
    """
    if "DS" not in snapshot.tables:
        return Sourced(pl.DataFrame(schema=_ENDED), NO_SOURCES)
    ds = with_sequence(snapshot.tables["DS"], "DS")
    if "DSCAT" in ds.columns:
        ds = ds.filter(pl.col("DSCAT") == "DISPOSITION EVENT")
    ds = ds.filter(~pl.col("DSDECOD").is_in(_MILESTONES).fill_null(False))
    if "DSSCAT" in ds.columns:
        ds = ds.filter(pl.col("DSSCAT").is_null() | (pl.col("DSSCAT") != "STUDY TREATMENT"))
    return _last(ds, ("EOSSTT", "DCSREAS", "EOSDT"), _DONE, snapshot, people, protocol)


def left_treatment(snapshot: Snapshot, people: pl.DataFrame, protocol: Protocol) -> Sourced:
    """EOTSTT, DCTREAS and EOTDT by the last disposition of DSSCAT "STUDY TREATMENT".

    people : as in `left_study`
    """
    if "DSSCAT" not in snapshot.tables.get("DS", pl.DataFrame()).columns:
        return Sourced(pl.DataFrame(schema=_STOPPED), NO_SOURCES)
    ds = with_sequence(snapshot.tables["DS"], "DS")
    ds = ds.filter(pl.col("DSSCAT") == "STUDY TREATMENT")
    return _last(ds, ("EOTSTT", "DCTREAS", "EOTDT"), _TREATED, snapshot, people, protocol)


def _last(
    ds: pl.DataFrame,
    names: tuple[str, str, str],
    done: tuple[str, ...],
    snapshot: Snapshot,
    people: pl.DataFrame,
    protocol: Protocol,
) -> Sourced:
    """Status, reason and date, so named, by each subject's last record."""
    state, reason, date = names
    rule = protocol.dates.end
    ds = with_bounds(ds, people, snapshot.date, rule)
    ds = ds.with_columns(completed("DSSTDTC", rule).alias(date))
    ds = ds.sort("USUBJID", date, maintain_order=True)
    last = ds.group_by("USUBJID", maintain_order=True).last()
    is_done = pl.col("DSDECOD").is_in(done)
    table = last.select(
        "USUBJID",
        pl.when(is_done).then(pl.lit("COMPLETED")).otherwise(pl.lit("DISCONTINUED")).alias(state),
        pl.when(is_done).then(None).otherwise(pl.col("DSDECOD")).alias(reason),
        date,
    )
    behind = [
        sources(last, state, reason, domain="DS", column="DSDECOD"),
        sources(last, date, domain="DS", column="DSSTDTC"),
    ]
    return Sourced(table, pl.concat(behind))


def with_status(people: pl.DataFrame, snapshot: Snapshot) -> Sourced:
    """ADSL with who died as having left the study, and with what goes on where DS tells no end."""
    ds = snapshot.tables.get("DS")
    if ds is None:
        return Sourced(people, NO_SOURCES)
    open_, dead = pl.col("EOSSTT").is_null(), pl.col("DTHDT").is_not_null()
    by_death = people.filter(open_ & dead).with_columns(SEQ=pl.lit(None, pl.Int64))
    people = people.with_columns(
        EOSSTT=pl.when(open_ & dead)
        .then(pl.lit("DISCONTINUED"))
        .otherwise(pl.col("EOSSTT").fill_null("ONGOING")),
        DCSREAS=pl.when(open_ & dead).then(pl.lit("DEATH")).otherwise("DCSREAS"),
        EOSDT=pl.when(open_ & dead).then("DTHDT").otherwise("EOSDT"),
    )
    treated = pl.col("TRTSDT").is_not_null() & (pl.col("EOSSTT") == "ONGOING")
    going = pl.when(treated & ("DSSCAT" in ds.columns)).then(pl.lit("ONGOING"))
    behind = sources(by_death, "EOSSTT", "DCSREAS", "EOSDT", domain="ADSL", column="DTHDT")
    return Sourced(people.with_columns(EOTSTT=pl.coalesce("EOTSTT", going)), behind)
