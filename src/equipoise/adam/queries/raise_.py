"""Every rule over all of the data, as one table."""

from __future__ import annotations

import polars as pl

from equipoise.adam.queries import dates, doses, lesions, records, scans, tumors
from equipoise.adam.queries.model import FOUND, NOTHING, Material, QueryRule
from equipoise.errors import InputError, expect
from equipoise.protocol import Protocol
from equipoise.sdtm.model import SDTM
from equipoise.sdtm.places import Sheet

QUERY_RULES: tuple[QueryRule, ...] = (
    *tumors.TUMOR_RULES,
    *lesions.LESION_RULES,
    *scans.SCAN_RULES,
    *dates.DATE_RULES,
    *doses.DOSE_RULES,
    *records.RECORD_RULES,
)
# Faults of the data that a rule here asks about in its own words: ends before starts, after death.
_ASKED = ("S31", "S34")
_COLUMNS = ("QUERY", "TITLE", "FILE", "ROW", "USUBJID", "FOUND", "ASK")
_FAULT = "fault of the data"


def queries(data: SDTM, *, protocol: Protocol) -> pl.DataFrame:
    """Everything in the collected data that only the site can settle.

    data : as collected; faults that keep it from being analyzed are allowed
    Returns  frame: id of the rule (`QUERY_RULES`) and its title, file, row in it (1 is the
        first), subject, what stands there, and what to ask; in the order of the rules, then of the
        file. A rule that cannot read the data says so in a row without a place. Errors that were
        found on reading (`data.findings`) follow, by the id of their own rule.
    Checked  tests/cases/test_planted_queries.py.
    """
    expect(data, SDTM)
    material = Material(data, protocol)
    parts = [
        _found(rule, material).with_columns(QUERY=pl.lit(rule.id), TITLE=pl.lit(rule.title))
        for rule in QUERY_RULES
    ]
    rows = pl.concat(parts)
    places = [_place(data, domain, row) for domain, row in rows.select("DOMAIN", "_row").rows()]
    asked = rows.with_columns(
        FILE=pl.Series([file for file, _ in places], dtype=pl.String),
        ROW=pl.Series([row for _, row in places], dtype=pl.Int64),
    ).select(_COLUMNS)
    return pl.concat([asked, _faults(data)])


def _faults(data: SDTM) -> pl.DataFrame:
    """The errors of reading, as queries."""
    schema = {c: pl.Int64 if c == "ROW" else pl.String for c in _COLUMNS}
    found = [f for f in data.findings if f.severity == "error" and f.rule not in _ASKED]
    rows = []
    for fault in found:
        file, _, rest = fault.place.partition(" row ")
        number = rest.split(" ", 1)[0]
        row = int(number) if number.isdigit() else None
        text = (
            f"Expected {fault.expected}. Please correct." if fault.expected else "Please correct."
        )
        rows.append((fault.rule, _FAULT, file, row, None, fault.message, text))
    return pl.DataFrame(rows, schema=schema, orient="row")


def _found(rule: QueryRule, material: Material) -> pl.DataFrame:
    try:
        return rule.find(material).sort("DOMAIN", "_row", maintain_order=True)
    except InputError as problem:
        text = f"{rule.title}: not checked, {problem}"
        row = {"DOMAIN": "", "FOUND": text, "ASK": "Please correct the record, or tell why."}
        return pl.concat([NOTHING, pl.DataFrame([row], schema=FOUND)])


def _place(data: SDTM, domain: str, row: int | None) -> tuple[str, int | None]:
    """The file of a row of a domain, and its number there."""
    if row is None:
        return data.files.get(domain, domain), None
    table = data.tables[domain]
    sheet = Sheet(domain, table, data.parts.get(domain, ()), data.files.get(domain, ""))
    file, _, number = sheet.place(row=row).rpartition(" row ")
    return file, int(number)
