"""The contact of every patient in follow-up on the data cut-off of a look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from equipoise.adam.study import Study
from equipoise.conduct.record import Record
from equipoise.protocol import Protocol
from equipoise.sdtm.tabulate.tabulate import tabulate


def sweeps(protocol: Protocol) -> tuple[str, ...]:
    """The visits that take place at the data cut-off."""
    return tuple(key for key, visit in protocol.visits.items() if visit.at_cutoff)


def swept(record: Record) -> Record:
    """A record with its visits at the data cut-off of each look, where the protocol has such.

    When a look is, the data tell: those collected until then, as those of a real trial would. Asked
    is who is in follow-up and alive on that day. A contact moves no event, and so no look.
    Checked  tests/unit/simulation/test_sweep.py; tests/twins/test_roads.py.
    """
    keys = sweeps(record.protocol)
    days = Study(tabulate(record), record.protocol).dates() if keys else []
    if not days:
        return record
    contacts = [_contacts(record, key, days) for key in keys]
    visits = pl.concat([record.table("visits"), *contacts])
    return replace(record, tables={**record.tables, "visits": visits})


def _contacts(record: Record, key: str, days: Sequence[date]) -> pl.DataFrame:
    """The rows of `visits` of one such visit."""
    visit = record.protocol.visits[key]
    order = list(record.protocol.visits).index(key) + 1
    week = (pl.col("date") - pl.col("randomized")).dt.total_days() // 7
    label = (visit.label or key).capitalize()
    asked = record.table("subjects").join(pl.DataFrame({"date": days}), how="cross")
    asked = asked.filter(
        pl.col("date").is_between("randomized", "ended"),
        pl.col("died").is_null() | (pl.col("date") < pl.col("died")),
    )
    return asked.select(
        "subject",
        key=pl.lit(key),
        visit=pl.lit(f"{label}, week ") + week.cast(pl.String),
        number=(week + 1 + order / 100).round(2),
        date="date",
        planned="date",
        epoch=pl.lit(visit.epoch or ""),
    ).select(record.table("visits").columns)
