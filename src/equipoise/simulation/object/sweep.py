"""The contact of every patient in follow-up on the data cut-off of a look."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

import polars as pl

from equipoise.adam.study import Study
from equipoise.conduct.record import Record
from equipoise.meaning.virtual.limits import LAST_KNOWN_ALIVE
from equipoise.patients.virtual_trial import MARK_LENGTH
from equipoise.protocol import Protocol
from equipoise.protocol.language.activities import SURVIVAL_STATUS
from equipoise.protocol.language.wording import AT_CUTOFF
from equipoise.protocol.model import Visit
from equipoise.sdtm.tabulate.tabulate import tabulate

_UNSAID = "data cut-off"
"""The visit of a protocol that says nothing of how it is known who lives."""


def sweeps(protocol: Protocol) -> dict[str, Visit]:
    """The visits that take place at the data cut-off.

    Where an endpoint is censored when last known alive, and no row of the schedule asks who lives,
    everybody is asked then: the schedule is not yet written, and not one that asks nobody.
    """
    found = {key: visit for key, visit in protocol.visits.items() if visit.at_cutoff}
    if found or protocol.visits_for(SURVIVAL_STATUS):
        return found
    sources = [s.name for e in protocol.endpoints.values() for s in e.censor]
    said = {"label": _UNSAID, "at": AT_CUTOFF, "do": [SURVIVAL_STATUS]}
    return {_UNSAID: Visit.model_validate(said)} if LAST_KNOWN_ALIVE in sources else {}


def swept(record: Record, days: Collection[date] | None = None) -> Record:
    """A record with its visits at the data cut-off of each look, where the protocol has such.

    days : on which there are looks, by default as the data tell

    When a look is, the data tell: those collected until then, as those of a real trial would; `run`
    knows the same days sooner where `looks_supported`. Asked
    is who is in follow-up and alive on that day. A contact moves no event, and so no look.
    Checked  tests/unit/simulation/test_sweep.py; tests/twins/test_roads.py.
    """
    held = sweeps(record.protocol)
    if not held:
        return record
    if days is None:
        days = Study(tabulate(record), record.protocol).dates()
    asked = pl.DataFrame({"date": sorted(set(days))}, schema={"date": pl.Date})
    return _visited(record, held, record.table("subjects").join(asked, how="cross"))


def swept_each(record: Record, days: Mapping[str, Collection[date]]) -> Record:
    """As `swept`, of several trials in one record.

    days : on which the looks of each trial are, by what stands before its subjects' names
    """
    rows = [(mark, day) for mark, some in days.items() for day in sorted(set(some))]
    asked = pl.DataFrame(rows, schema={"mark": pl.String, "date": pl.Date}, orient="row")
    subjects = record.table("subjects").with_columns(
        mark=pl.col("subject").str.slice(0, MARK_LENGTH)
    )
    return _visited(record, sweeps(record.protocol), subjects.join(asked, on="mark"))


def _visited(record: Record, held: Mapping[str, Visit], asked: pl.DataFrame) -> Record:
    """With the contacts of such visits of subjects on dates."""
    if not held:
        return record
    contacts = [_contacts(record, key, visit, asked) for key, visit in held.items()]
    visits = pl.concat([record.table("visits"), *contacts])
    return replace(record, tables={**record.tables, "visits": visits})


def _contacts(record: Record, key: str, visit: Visit, asked: pl.DataFrame) -> pl.DataFrame:
    """The rows of `visits` of one such visit."""
    order = [*record.protocol.visits, key].index(key) + 1
    week = (pl.col("date") - pl.col("randomized")).dt.total_days() // 7
    label = (visit.label or key).capitalize()
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
