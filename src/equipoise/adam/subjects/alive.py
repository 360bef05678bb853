"""The last day on which a subject is known to have been alive, by the dates the protocol counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import polars as pl

from equipoise.adam.conditions import holds
from equipoise.adam.dates.partial import completed, with_bounds, without_bounds
from equipoise.errors import Finding, did_you_mean
from equipoise.protocol import Protocol
from equipoise.protocol.model import Contact, DatePlan
from equipoise.sdtm.model import Snapshot

_LAST = {"USUBJID": pl.String, "LSTALVDT": pl.Date}


def last_alive(snapshot: Snapshot, people: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """(USUBJID, LSTALVDT): the latest of the dates of `dates.alive`.

    people : those variables of ADSL that are known by now; contacts may be among them
    Raises   InputError if a condition reads a variable that its domain does not have.
    """
    tables = {**snapshot.tables, "ADSL": people}
    found = [pl.DataFrame(schema=_LAST)]
    for contact in protocol.dates.alive:
        if contact.from_ in tables:
            rows = contacts(tables[contact.from_], contact, people, snapshot.date)
            found.append(rows.select("USUBJID", LSTALVDT="ALIVE"))
    seen = pl.concat(found).group_by("USUBJID", maintain_order=True)
    return seen.agg(pl.col("LSTALVDT").max())


def contacts(
    table: pl.DataFrame, contact: Contact, people: pl.DataFrame, cutoff: dt.date | None
) -> pl.DataFrame:
    """Rows of a table on whose day, ALIVE, the subject was alive; none if it lacks the variable."""
    if contact.date not in table.columns:
        return table.clear().with_columns(ALIVE=pl.lit(None, pl.Date))
    if contact.where:
        table = table.filter(holds(contact.where, table.schema, dataset=contact.from_))
    if table.schema[contact.date] == pl.Date:
        return table.with_columns(ALIVE=pl.col(contact.date))
    bounded = with_bounds(table, people, cutoff, contact.impute)
    return without_bounds(bounded.with_columns(ALIVE=completed(contact.date, contact.impute)))


def unheard(snapshot: Snapshot, people: pl.DataFrame, protocol: Protocol) -> Iterator[Finding]:
    """D01: dates named in `dates.alive` that a domain which was collected does not have.

    Those of the built-in list were not asked for one by one.
    """
    tables = {**snapshot.tables, "ADSL": people}
    for at, contact in enumerate(protocol.dates.alive):
        table = tables.get(contact.from_)
        if contact in DatePlan().alive or table is None:
            continue
        if contact.date not in table.columns:
            said = f"{contact.from_} has no {contact.date}, so it cannot say who was alive"
            hint = did_you_mean(contact.date, table.columns).removeprefix("; ")
            yield Finding(f"dates.alive[{at}]", said, hint, "D01", "warning")
