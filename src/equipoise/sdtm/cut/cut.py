"""The data as known at a look's cut-off date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import polars as pl

from equipoise.errors import Finding, InputError
from equipoise.sdtm.cut.amend import amended
from equipoise.sdtm.cut.last_day import LastDay
from equipoise.sdtm.cut.ledger import Ledger
from equipoise.sdtm.dates import certainly_after
from equipoise.sdtm.entry import died, entered, starts
from equipoise.sdtm.model import SDTM, Snapshot
from equipoise.sdtm.normalize import settled
from equipoise.sdtm.study import start_columns
from equipoise.sdtm.supp import orphans

ENTERED_LATER = "subject entered after the cut-off"
STARTS_LATER = "starts after the cut-off"
PARENT_GONE = "belongs to an excluded record"

Tables = Mapping[str, pl.DataFrame]


def cut(
    data: SDTM | Snapshot, *, date: dt.date | None, look: str, protocol_digest: str = ""
) -> Snapshot:
    """The data as known at the end of `date`.

    Subjects who entered later go entirely; so do records that start later, and what supplements
    them. A record goes only if it is certainly later: a partial date that may lie before the
    cut-off stays, as does a record without a date. What ends later has an unknown end (an adverse
    event is then not recovered), exposure ends at the cut-off and says so in EXCUTFL, and a later
    death is unknown. What a record says without a date of its own (a grade, a relation) stays.

    data : SDTM, or an earlier snapshot of it
    date : the last day that is in; None for everything
    Returns  Snapshot; `excluded` counts what this cut took away or changed, and why
    Raises   InputError if there is no DM to cut by
    Source   FDA and EMA practice of clinical cut-off dates; SDTMIG 3.4, sections 4.4 and 6.
    Checked  tests/unit/sdtm/test_cut.py; tests/laws/test_cut_laws.py (idempotent, composes, never
             contradicts a later cut)
    """
    ledger = Ledger()
    tables = {name: settled(table, domain=name).table for name, table in data.tables.items()}
    if date is not None:
        tables = _cut_tables(tables, LastDay(date), ledger)
    return Snapshot(
        look=look,
        date=date,
        tables=tables,
        protocol_digest=protocol_digest,
        cut_from=data.cut_from if isinstance(data, Snapshot) else "",
        virtual=data.virtual,
        seed=data.seed,
        findings=(*data.findings, *([] if date is None else _undated(tables))),
        excluded=ledger.frame(),
        collected=data.collected if isinstance(data, Snapshot) else data,
        protocol=data.protocol,
        read=data.read if isinstance(data, Snapshot) else _heights(data.tables),
    )


def _heights(tables: Tables) -> dict[str, int]:
    return {name: table.height for name, table in tables.items()}


def cut_each(tables: Tables, last: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Tables in which trials lie one under the other, each trial as known on a date of its own.

    last : USUBJID, LAST, the last day that is in
    Checked  tests/twins/test_together.py, against `cut` of each trial.
    """
    plain = {name: settled(table, domain=name).table for name, table in tables.items()}
    return _cut_tables(plain, LastDay(last), Ledger())


def _cut_tables(tables: Tables, last: LastDay, ledger: Ledger) -> dict[str, pl.DataFrame]:
    if "DM" not in tables or "USUBJID" not in tables["DM"].columns:
        raise InputError("there is no domain DM with USUBJID; a cut needs to know who entered when")
    came = entered(tables)
    later = came.filter(came["day"] > last.of(came["USUBJID"]))["USUBJID"]
    present = {name: _without(table, later, name, ledger) for name, table in tables.items()}
    begun = {name: _begun(table, last, name, ledger) for name, table in present.items()}
    whole = {name: _with_parents(name, present, begun, ledger) for name in begun}
    dead = died(present)
    dead_later = dead.filter(dead["first"] > last.of(dead["USUBJID"]))["USUBJID"]
    return amended(whole, last=last, dead_later=dead_later, ledger=ledger)


def _without(table: pl.DataFrame, later: pl.Series, domain: str, ledger: Ledger) -> pl.DataFrame:
    if "USUBJID" not in table.columns:
        return table
    goes = table["USUBJID"].is_in(later.implode()).fill_null(False)
    return ledger.drop(table, goes, domain=domain, reason=ENTERED_LATER)


def _begun(table: pl.DataFrame, last: LastDay, domain: str, ledger: Ledger) -> pl.DataFrame:
    start = starts(table, start_columns(domain))
    if domain == "DM" or start is None or "USUBJID" not in table.columns:
        return table
    late = certainly_after(start, last.of(table["USUBJID"]))
    return ledger.drop(table, late, domain=domain, reason=STARTS_LATER)


def _with_parents(domain: str, before: Tables, after: Tables, ledger: Ledger) -> pl.DataFrame:
    """A supplement, comment or relation without the rows whose record the cut removed."""
    table = after[domain]
    if not {"USUBJID", "RDOMAIN", "IDVAR", "IDVARVAL"} <= set(table.columns):
        return table
    goes = pl.repeat(False, table.height, eager=True)
    for parent in table["RDOMAIN"].drop_nulls().unique().to_list():
        if parent in before and before[parent].height > after[parent].height:
            refers = (table["RDOMAIN"] == parent) & table["IDVAR"].is_not_null()
            lost = orphans(after[parent], table) & ~orphans(before[parent], table)
            goes = goes | (refers.fill_null(False) & lost)
    return ledger.drop(table, goes, domain=domain, reason=PARENT_GONE)


def _undated(tables: Tables) -> list[Finding]:
    """S50: records without a date, which a cut keeps because nothing says that they are later."""
    findings = []
    for domain, table in sorted(tables.items()):
        start = starts(table, start_columns(domain))
        if domain == "DM" or start is None or "USUBJID" not in table.columns:
            continue
        count = start.null_count()
        if count:
            message = f"{count:,} records have no date and stay in at every cut-off"
            findings.append(Finding(domain, message, "", "S50", "note"))
    return findings
