"""ADSL completed: strata as used and as verified, end of treatment, durations."""

from __future__ import annotations

import polars as pl

from equipoise.adam.dtc import date_of
from equipoise.protocol import Protocol
from equipoise.sdtm.model import Snapshot

_DONE = ("COMPLETED", "COMPLETION OF STUDY", "COMPLETION OF TREATMENT")
_STOPPED = {"USUBJID": pl.String, "EOTSTT": pl.String, "DCTREAS": pl.String, "EOTDT": pl.Date}


def completed(adsl: pl.DataFrame, snapshot: Snapshot, protocol: Protocol) -> pl.DataFrame:
    """ADSL with what later rooms and reviewers look for.

    adsl : from `adsl`
    Returns  adsl with, for each factor n of the allocation, STRATnD (its label), STRATnV (as found
        by the site) and STRATnR (as used to randomize: what was collected under that name, else
        STRATnV), and STRATAR, all of STRATnR; EOTSTT, DCTREAS, EOTDT from the disposition of study
        treatment; TRTDURD and FUPDUR, days under treatment, and from randomization to death or to
        the last day known alive, both counted with their first day.
    Source   ADaMIG 1.3, section 2.3.1; variables of stratified randomization, ADaMIG 1.2, 3.2.3.
    Checked  tests/unit/adam/test_more_datasets.py; tests/oracle/derivation/test_pilot_adam.py.
    """
    frame = _stratified(adsl, protocol)
    frame = frame.join(_off_treatment(snapshot), on="USUBJID", how="left", maintain_order="left")
    end = pl.coalesce("DTHDT", "LSTALVDT")
    return frame.with_columns(
        TRTDURD=(pl.col("TRTEDT") - pl.col("TRTSDT")).dt.total_days() + 1,
        FUPDUR=(end - pl.col("RANDDT")).dt.total_days() + 1,
    )


def _stratified(frame: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    used = []
    for n, (key, factor) in enumerate(protocol.allocation.strata.items(), start=1):
        name = factor.variable or key
        if name not in frame.columns:
            continue
        found = pl.col(name).cast(pl.String)
        kept = f"STRAT{n}R"
        known = pl.col(kept).cast(pl.String) if kept in frame.columns else pl.lit(None, pl.String)
        frame = frame.with_columns(
            pl.lit(factor.label or key).alias(f"STRAT{n}D"),
            pl.coalesce(known, found).alias(kept),
            found.alias(f"STRAT{n}V"),
        )
        used.append(kept)
    if used:
        frame = frame.with_columns(STRATAR=pl.concat_str(used, separator=", "))
    return frame


def _off_treatment(snapshot: Snapshot) -> pl.DataFrame:
    """How a subject left study treatment: the last disposition of DSSCAT "STUDY TREATMENT"."""
    ds = snapshot.tables.get("DS")
    if ds is None or "DSSCAT" not in ds.columns:
        return pl.DataFrame(schema=_STOPPED)
    rows = ds.filter(pl.col("DSSCAT") == "STUDY TREATMENT")
    rows = rows.with_columns(EOTDT=date_of("DSSTDTC", impute="last"))
    rows = rows.sort("USUBJID", "EOTDT", maintain_order=True)
    last = rows.group_by("USUBJID", maintain_order=True).last()
    done = pl.col("DSDECOD").is_in(_DONE)
    state = pl.when(done).then(pl.lit("COMPLETED")).otherwise(pl.lit("DISCONTINUED"))
    reason = pl.when(~done).then("DSDECOD")
    return last.select("USUBJID", EOTSTT=state, DCTREAS=reason, EOTDT="EOTDT")
