"""The last day on which a subject is known to have been alive, by the dates the protocol counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import polars as pl

from equipoise.adam.adsrc import Sourced, sources, with_sequence
from equipoise.adam.conditions import holds
from equipoise.adam.dates.partial import completed, with_bounds, without_bounds
from equipoise.errors import Finding, did_you_mean
from equipoise.protocol import Protocol
from equipoise.protocol.language.conditions import names, parse_condition
from equipoise.protocol.model import Contact, DatePlan
from equipoise.sdtm.model import Snapshot

_SEEN = {
    "USUBJID": pl.String, "ALIVE": pl.Date, "SEQ": pl.Int64, "DOM": pl.String, "VAR": pl.String,
}  # fmt: skip


def last_alive(snapshot: Snapshot, people: pl.DataFrame, protocol: Protocol) -> Sourced:
    """(USUBJID, LSTALVDT): the latest of the dates of `dates.alive`, and the records of that day.

    people : those variables of ADSL that are known by now; contacts may be among them
    Raises   InputError if a condition reads a variable that its domain does not have.
    """
    tables = {**snapshot.tables, "ADSL": people}
    found = [pl.DataFrame(schema=_SEEN)]
    for contact in protocol.dates.alive:
        if contact.from_ in tables:
            table = with_sequence(tables[contact.from_], contact.from_)
            rows = _latest(_contacts(table, contact, people, snapshot.date))
            said = {"DOM": pl.lit(contact.from_), "VAR": pl.lit(contact.date)}
            found.append(rows.select("USUBJID", "ALIVE", "SEQ", **said))
    seen = _latest(pl.concat(found))
    table = seen.unique("USUBJID", keep="first", maintain_order=True)
    behind = sources(seen, "LSTALVDT", domain=pl.col("DOM"), column=pl.col("VAR"))
    return Sourced(table.select("USUBJID", LSTALVDT="ALIVE"), behind)


def _latest(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of the last day of each subject."""
    return rows.filter(pl.col("ALIVE") == pl.col("ALIVE").max().over("USUBJID"))


def _contacts(
    table: pl.DataFrame, contact: Contact, people: pl.DataFrame, cutoff: dt.date | None
) -> pl.DataFrame:
    """Rows of a table on whose day, ALIVE, the subject was alive; none if it lacks the variable."""
    if contact.date not in table.columns:
        return table.clear().with_columns(ALIVE=pl.lit(None, pl.Date))
    if contact.where and not _unasked(contact, table):
        table = table.filter(holds(contact.where, table.schema, dataset=contact.from_))
    if table.schema[contact.date] == pl.Date:
        return table.with_columns(ALIVE=pl.col(contact.date))
    bounded = with_bounds(table, people, cutoff, contact.impute)
    return without_bounds(bounded.with_columns(ALIVE=completed(contact.date, contact.impute)))


def _unasked(contact: Contact, table: pl.DataFrame) -> bool:
    """Whether a condition of the built-in list reads what was not collected: all rows count."""
    read = set(names(parse_condition(contact.where or "")))
    return contact in DatePlan().alive and not read <= set(table.columns)


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
