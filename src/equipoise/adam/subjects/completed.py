"""ADSL completed: strata as used and as verified, end of treatment, durations."""

from __future__ import annotations

import polars as pl

from equipoise.adam.dates.partial import completed as completed_date
from equipoise.adam.dates.partial import with_bounds
from equipoise.protocol import Protocol
from equipoise.protocol.model import Estimand
from equipoise.sdtm.model import Snapshot

_DONE = ("COMPLETED", "COMPLETION OF STUDY", "COMPLETION OF TREATMENT")
_STOPPED = {"USUBJID": pl.String, "EOTSTT": pl.String, "DCTREAS": pl.String, "EOTDT": pl.Date}


def completed(adsl: pl.DataFrame, snapshot: Snapshot, protocol: Protocol) -> pl.DataFrame:
    """ADSL with what later rooms and reviewers look for.

    adsl : from `adsl`
    Returns  adsl with, for each factor n of the allocation, STRATnD (its label), STRATnV (as found
        by the site) and STRATnR (as used to randomize, by the factor's `randomized`, else STRATnV),
        and STRATAR and STRATAV, all of them; EOSSTT in terms of SBJTSTAT; EOTSTT, DCTREAS, EOTDT
        from the disposition of study treatment; TRTDURD and FUPDUR, days under treatment, and from
        randomization to death or to the last day known alive, both counted with their first day.
        Reverse Kaplan-Meier takes FUPDUR as time and DTHFL "Y" as censored.
    Source   ADaMIG 1.3, section 2.3.1; variables of stratified randomization, ADaMIG 1.2, 3.2.3.
    Checked  tests/unit/adam/test_more_datasets.py; tests/oracle/derivation/test_pilot_adam.py.
    """
    frame = _stratified(adsl, protocol)
    off = _off_treatment(snapshot, adsl, protocol)
    frame = frame.join(off, on="USUBJID", how="left", maintain_order="left")
    frame = _status(frame, snapshot)
    end = pl.coalesce("DTHDT", "LSTALVDT")
    return frame.with_columns(
        TRTDURD=(pl.col("TRTEDT") - pl.col("TRTSDT")).dt.total_days() + 1,
        FUPDUR=(end - pl.col("RANDDT")).dt.total_days() + 1,
    )


def stratum_column(protocol: Protocol, estimand: Estimand, factor: str) -> str:
    """The variable of ADSL by which an estimand is stratified: a factor's STRATnR or STRATnV.

    A factor that the allocation does not have is itself a variable.
    """
    factors = list(protocol.allocation.strata)
    if factor not in factors:
        return factor
    end = "V" if estimand.stratified == "as corrected" else "R"
    return f"STRAT{factors.index(factor) + 1}{end}"


def _stratified(frame: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    made: list[str] = []
    for n, (key, factor) in enumerate(protocol.allocation.strata.items(), start=1):
        used, found = f"STRAT{n}R", f"STRAT{n}V"
        names = (factor.randomized or used, factor.variable or key)
        have = [name for name in names if name in frame.columns]
        if not have:
            continue
        text = [level_text(c, frame.schema) for c in have]
        frame = frame.with_columns(
            pl.lit(factor.label or key).alias(f"STRAT{n}D"),
            pl.coalesce(text).alias(used),
            pl.coalesce(text[::-1]).alias(found),
        )
        made.append(used)
    if not made:
        return frame
    verified = [f"{name[:-1]}V" for name in made]
    return frame.with_columns(
        STRATAR=pl.concat_str(made, separator=", "), STRATAV=pl.concat_str(verified, separator=", ")
    )


def level_text(name: str, schema: pl.Schema) -> pl.Expr:
    """A factor's level as it was collected: whole numbers, such as of ECOG, without a point."""
    column = pl.col(name)
    if not schema[name].is_float():
        return column.cast(pl.String)
    whole = column == column.round()
    return (
        pl.when(whole).then(column.cast(pl.Int64).cast(pl.String)).otherwise(column.cast(pl.String))
    )


def _off_treatment(snapshot: Snapshot, people: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """How a subject left study treatment: the last disposition of DSSCAT "STUDY TREATMENT"."""
    ds = snapshot.tables.get("DS")
    if ds is None or "DSSCAT" not in ds.columns:
        return pl.DataFrame(schema=_STOPPED)
    rule = protocol.dates.end
    rows = with_bounds(ds, people, snapshot.date, rule)
    rows = rows.filter(pl.col("DSSCAT") == "STUDY TREATMENT")
    rows = rows.with_columns(EOTDT=completed_date("DSSTDTC", rule))
    rows = rows.sort("USUBJID", "EOTDT", maintain_order=True)
    last = rows.group_by("USUBJID", maintain_order=True).last()
    done = pl.col("DSDECOD").is_in(_DONE)
    state = pl.when(done).then(pl.lit("COMPLETED")).otherwise(pl.lit("DISCONTINUED"))
    reason = pl.when(~done).then("DSDECOD")
    return last.select("USUBJID", EOTSTT=state, DCTREAS=reason, EOTDT="EOTDT")


def _status(frame: pl.DataFrame, snapshot: Snapshot) -> pl.DataFrame:
    """Who died has left the study; of whom DS tells no end, the study or treatment goes on."""
    ds = snapshot.tables.get("DS")
    if ds is None:
        return frame
    open_, dead = pl.col("EOSSTT").is_null(), pl.col("DTHDT").is_not_null()
    frame = frame.with_columns(
        EOSSTT=pl.when(open_ & dead)
        .then(pl.lit("DISCONTINUED"))
        .otherwise(pl.col("EOSSTT").fill_null("ONGOING")),
        DCSREAS=pl.when(open_ & dead).then(pl.lit("DEATH")).otherwise("DCSREAS"),
        EOSDT=pl.when(open_ & dead).then("DTHDT").otherwise("EOSDT"),
    )
    treated = pl.col("TRTSDT").is_not_null() & (pl.col("EOSSTT") == "ONGOING")
    going = pl.when(treated & ("DSSCAT" in ds.columns)).then(pl.lit("ONGOING"))
    return frame.with_columns(EOTSTT=pl.coalesce("EOTSTT", going))
