"""The records behind a date of ADSL, and behind the reason why a time is censored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from equipoise.adam.dates.sources import Context
from equipoise.adam.model import ADaM
from equipoise.adam.subjects.alive import contacts
from equipoise.adam.time.adtte import deciding
from equipoise.sdtm.model import SDTM

_BEHIND = {
    "RANDDT": {"DS": "DSSTDTC"},
    "TRTSDT": {"EX": "EXSTDTC"},
    "TRTEDT": {"EX": "EXENDTC"},
    "DTHDT": {"DM": "DTHDTC"},
    "RFENDT": {"DM": "RFENDTC"},
    "EOSDT": {"DS": "DSSTDTC", "DM": "DTHDTC"},
}

Records = Iterator[tuple[str, pl.DataFrame]]


def behind(data: ADaM, source: SDTM, usubjid: str, variable: str, value: object) -> Records:
    """Records of the subject that gave a variable of ADSL its date, with the row as `_row`.

    A partial date gave any day that it can be.
    """
    if variable == "LSTALVDT":
        yield from _alive(data, source, usubjid, value)
    for domain, column in _BEHIND.get(variable, {}).items():
        if domain in source.tables and column in source.tables[domain].columns:
            table = source.tables[domain].with_row_index("_row")
            same = pl.lit(str(value)).str.starts_with(pl.col(column).str.slice(0, 10))
            mine = (pl.col("USUBJID") == usubjid) & (pl.col(column) != "")
            yield domain, table.filter(mine & same)


def _alive(data: ADaM, source: SDTM, usubjid: str, value: object) -> Records:
    """Records by which the subject was alive on the last day known."""
    people = data.table("ADSL").filter(pl.col("USUBJID") == usubjid)
    for contact in data.protocol.dates.alive:
        if contact.from_ == "ADSL":
            if contact.date in people.columns and people[contact.date][0] == value:
                yield from behind(data, source, usubjid, contact.date, value)
        elif contact.from_ in source.tables:
            table = source.tables[contact.from_].with_row_index("_row")
            mine = table.filter(pl.col("USUBJID") == usubjid)
            rows = contacts(mine, contact, people, data.date)
            yield contact.from_, rows.filter(pl.col("ALIVE") == value).drop("ALIVE")


def reasons(data: ADaM, row: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Why a row of ADTTE is censored where it is, in words, each with the record that says so."""
    if row["CNSR"] == 0:
        return
    mine = data.table("ADSL").filter(pl.col("USUBJID") == row["USUBJID"])
    context = Context(data.snapshot, data.protocol, {**data.tables, "ADSL": mine})
    ends, late = deciding(context, str(row["PARAMCD"]))
    for found, tail in ((ends, ""), (late, " does not count")):
        for record in found.iter_rows(named=True):
            yield f"{record['SAYS']} on {record['DATE']}{tail}", record
