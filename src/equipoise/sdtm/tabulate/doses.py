"""EC: doses as they were planned and as they were collected."""

from __future__ import annotations

import polars as pl

from equipoise.conduct.record import Record
from equipoise.sdtm.tabulate.rows import iso, numbered, study_day, with_identity
from equipoise.sdtm.tabulate.terms import ROUTES

_SCHEDULED, _PERFORMED = "SCHEDULED", "PERFORMED"


def collected_exposure(record: Record) -> pl.DataFrame:
    """EC: each dose as it was scheduled and as it was performed, or why it was not.

    What was scheduled is the full dose of the arm on its planned day; a dose that was held, left
    out or stopped was performed with ECOCCUR N, without an amount and with the reason.
    Source   SDTMIG 3.4, section 6.1.3.2.
    """
    origin = record.table("subjects").select("subject", "arm", origin="randomized")
    given = _joined(record.table("doses"), origin).with_columns(occurred=pl.lit("Y"), why=None)
    left = _joined(record.table("not given"), origin).with_columns(
        occurred=pl.lit("N"), why=pl.col("reason"), dose=None, last=pl.col("date")
    )
    shared = ["subject", "arm", "drug", "dose", "unit", "route", "date", "last", "planned"]
    kept = [*shared, "reason", "origin", "occurred", "why"]
    both = pl.concat([given.select(kept), left.select(kept)], how="vertical_relaxed")
    done = both.with_columns(mood=pl.lit(_PERFORMED))
    rows = pl.concat([done, _scheduled(both, record)], how="vertical_relaxed")
    return numbered(with_identity(rows, record, "EC"), "EC", ("date", "drug", "mood"), _columns())


def _scheduled(done: pl.DataFrame, record: Record) -> pl.DataFrame:
    """What the arm had planned for the day on which each dose fell due."""
    planned = [
        {"arm": key, "drug": one.drug, "full": float(one.dose.value), "of": one.dose.unit}
        for key, arm in record.protocol.arms.items()
        for one in arm.give
    ]
    schema = {"arm": pl.String, "drug": pl.String, "full": pl.Float64, "of": pl.String}
    known = pl.DataFrame(planned, schema=schema).unique(["arm", "drug"], keep="first")
    own = done.join(known, on=["arm", "drug"], how="inner", maintain_order="left")
    own = own.filter(pl.col("planned").is_not_null())
    return own.with_columns(
        dose=pl.col("full"), unit=pl.col("of"), date=pl.col("planned"), last=pl.col("planned"),
        occurred=pl.lit(None, pl.String), why=pl.lit(None, pl.String), reason=pl.lit(""),
        mood=pl.lit(_SCHEDULED),
    ).drop("full", "of")  # fmt: skip


def _joined(table: pl.DataFrame, origin: pl.DataFrame) -> pl.DataFrame:
    return table.join(origin, on="subject", how="left", maintain_order="left")


def _columns() -> dict[str, pl.Expr]:
    was_given = (pl.col("mood") == _PERFORMED) & (pl.col("occurred") == "Y")
    adjusted = pl.when(was_given & (pl.col("reason") != "")).then(pl.col("reason"))
    return {
        "ECTRT": pl.col("drug"),
        "ECMOOD": pl.col("mood"),
        "ECOCCUR": pl.col("occurred"),
        "ECREASOC": pl.col("why"),
        "ECDOSE": pl.col("dose"),
        "ECDOSU": pl.when(pl.col("dose").is_not_null()).then(pl.col("unit")),
        "ECDOSFRQ": pl.when(was_given & (pl.col("last") > pl.col("date"))).then(pl.lit("QD")),
        "ECROUTE": pl.col("route").replace(ROUTES),
        "ECADJ": adjusted,
        "EPOCH": pl.lit("TREATMENT"),
        "ECSTDTC": iso("date"),
        "ECENDTC": iso("last"),
        "ECSTDY": study_day("date"),
        "ECENDY": study_day("last"),
    }
