"""Where conduct departed from the protocol, as far as the record shows."""

from __future__ import annotations

import polars as pl

from equipoise.conduct.record import Record
from equipoise.conduct.visits import dosed_at
from equipoise.protocol import Protocol
from equipoise.protocol.model import Regimen, Visit

_COLUMNS = {
    "subject": pl.String,
    "category": pl.String,
    "text": pl.String,
    "date": pl.Date,
}
VISIT, DOSE, DRUG, ELIGIBILITY = "VISIT WINDOW", "DOSE WINDOW", "TREATMENT", "ELIGIBILITY"


def deviations(record: Record) -> pl.DataFrame:
    """Every departure from the protocol that the record shows, by subject and date.

    Found are visits and doses outside their window (a dose delayed by the dose table is none),
    visits left out between two that were held, drugs of another arm, and patients randomized
    against a criterion; beside them stand those that a person noted.
    Returns  subject, category, text, date
    Source   ICH E3, section 10.2; ICH E6(R3).
    Checked  tests/unit/conduct/test_deviations.py, one planted deviation of each kind.
    """
    parts = [
        *(_visits_off(record, key) for key in record.protocol.visits),
        *(_visits_missed(record, key) for key in record.protocol.visits),
        *_doses(record),
        _ineligible(record),
        record.table("departures"),
    ]
    table = pl.concat([pl.DataFrame(schema=_COLUMNS), *(part.select(*_COLUMNS) for part in parts)])
    return table.sort("subject", "date", "category", "text")


def _found(table: pl.DataFrame, category: str, text: pl.Expr) -> pl.DataFrame:
    return table.with_columns(category=pl.lit(category), text=text)


def _visits_off(record: Record, key: str) -> pl.DataFrame:
    visit = record.protocol.visits[key]
    held = record.table("visits").filter(pl.col("key") == key)
    if visit.window is None:
        return _found(held.clear(), VISIT, pl.lit(""))
    off = (pl.col("date") - pl.col("planned")).dt.total_days()
    late = held.with_columns(off=off).filter(pl.col("off").abs() > visit.window.whole_days)
    text = pl.format("{} held {} days off its planned day", pl.col("visit"), pl.col("off"))
    return _found(late, VISIT, text)


def _visits_missed(record: Record, key: str) -> pl.DataFrame:
    """Encounters that lie between two held ones, by the planned days of those.

    A visit that goes with a drug is planned from the dose before: none lies between.
    """
    visit = record.protocol.visits[key]
    held = record.table("visits").filter(pl.col("key") == key).sort("subject", "planned")
    regimens = [one for arm in record.protocol.arms.values() for one in arm.give]
    if visit.every is None or dosed_at(visit, regimens):
        return _found(held.clear(), VISIT, pl.lit(""))
    gap = (pl.col("planned") - pl.col("planned").shift(1).over("subject")).dt.total_days()
    gone = (gap / visit.every.days).round(0).cast(pl.Int64) - 1
    rows = held.with_columns(gone=gone).filter(pl.col("gone") > 0)
    name = _name(visit, key)
    text = pl.format("{} of {} left out before {}", pl.col("gone"), pl.lit(name), pl.col("visit"))
    return _found(rows, VISIT, text)


def _name(visit: Visit, key: str) -> str:
    return (visit.label or key).lower()


def _doses(record: Record) -> list[pl.DataFrame]:
    given = record.table("doses").join(
        record.table("subjects").select("subject", "arm"), on="subject", how="left"
    )
    return [
        _wrong_drug(record.protocol, given),
        *(
            _dose_off(given.filter(pl.col("arm") == key), regimen)
            for key, arm in record.protocol.arms.items()
            for regimen in arm.give
        ),
    ]


def _wrong_drug(protocol: Protocol, given: pl.DataFrame) -> pl.DataFrame:
    planned = [(key, r.drug) for key, arm in protocol.arms.items() for r in arm.give]
    known = pl.DataFrame(planned, schema={"arm": pl.String, "drug": pl.String}, orient="row")
    others = given.join(known.unique(), on=["arm", "drug"], how="anti")
    return _found(others, DRUG, pl.format("{} given, which the arm does not get", pl.col("drug")))


def _dose_off(given: pl.DataFrame, regimen: Regimen) -> pl.DataFrame:
    if regimen.window is None:
        return _found(given.clear(), DOSE, pl.lit(""))
    own = given.filter((pl.col("drug") == regimen.drug) & (pl.col("reason") == ""))
    off = (pl.col("date") - pl.col("planned")).dt.total_days()
    late = own.with_columns(off=off).filter(pl.col("off").abs() > regimen.window.whole_days)
    text = pl.format("{} given {} days off its planned day", pl.col("drug"), pl.col("off"))
    return _found(late, DOSE, text)


def _ineligible(record: Record) -> pl.DataFrame:
    entered = record.table("subjects").filter(pl.col("randomized").is_not_null())
    against = record.table("exceptions").join(entered.select("subject"), on="subject", how="semi")
    text = pl.format("randomized against criterion {}", pl.col("criterion"))
    return _found(against, ELIGIBILITY, text)
