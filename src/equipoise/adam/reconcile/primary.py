"""Whether the primary endpoints can be derived from what was collected."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from equipoise.adam.dates.sources import Context
from equipoise.adam.model import ADaM
from equipoise.adam.reconcile.conditions import OF_A_RECORD, matched, rows_asked
from equipoise.errors import DataError, Finding, did_you_mean
from equipoise.protocol.model import Endpoint

_READINGS = ("TR", "RS")
_QUESTIONNAIRE = "ADQS"


def stop_without_primary(data: ADaM) -> None:
    """Raises   DataError if the record, parameter or visit of a primary endpoint is nobody's.

    Checked  tests/unit/adam/test_reconcile.py
    """
    found = list(underivable(data))
    if found:
        raise DataError(found)


def underivable(data: ADaM) -> Iterator[Finding]:
    """D05: what a primary endpoint rests on and nobody has.

    Events that were not seen are no fault; records in which they would stand are.
    """
    context = Context(data.snapshot, data.protocol, dict(data.tables))
    protocol = data.protocol
    primary = [e.endpoint for e in protocol.estimands.values() if e.role == "primary"]
    for key in dict.fromkeys(primary):
        endpoint = protocol.endpoints[key]
        for said, expected in (*_unread(context, endpoint), *_unmeasured(context, endpoint)):
            yield Finding(f"endpoints.{key}", f"cannot be derived: {said}", expected, "D05")
        yield from _unrecorded(context, key)


def _unread(context: Context, endpoint: Endpoint) -> Iterator[tuple[str, str]]:
    """Tumor assessments, where the endpoint rests on them."""
    tables = context.snapshot.tables
    held = [name for name in _READINGS if name in tables and tables[name].height]
    if endpoint.reads_tumors and not held:
        yield "it rests on tumor assessments, and TU, TR and RS have none", "TU and TR, or RS"


def _unmeasured(context: Context, endpoint: Endpoint) -> Iterator[tuple[str, str]]:
    """The parameter, where the endpoint is a value of one."""
    if endpoint.parameter is None:
        return
    dataset = endpoint.data or (_QUESTIONNAIRE if endpoint.type == "questionnaire" else None)
    if dataset is None:
        return
    if not context.has(dataset):
        yield f"it reads {dataset}, which the collected data do not give", f"data for {dataset}"
        return
    table = context.table(dataset)
    if "PARAMCD" in table.columns and endpoint.parameter not in table["PARAMCD"]:
        known = sorted(table["PARAMCD"].drop_nulls().unique().to_list())
        said = f"nobody has a record of {endpoint.parameter} in {dataset}"
        yield said, f"one of {', '.join(known)}{did_you_mean(endpoint.parameter, known)}"


def _unrecorded(context: Context, key: str) -> Iterator[Finding]:
    """The record, where the condition on it names one that nobody has."""
    for found in matched(context, within=f"endpoints.{key}.responder"):
        said = [text for name, text in found.silent if name in OF_A_RECORD]
        if said:
            text = f"cannot be derived: nobody has the record it asks for: {'; '.join(said)}"
            yield Finding(found.asked.place, text, "", "D05")
        read_by = found.asked.reader
        if read_by is not None and found.rows == 0:
            everyone = rows_asked(context, found.asked._replace(reader=None))
            words = (
                [] if everyone is None or "READER" not in everyone.columns else _readers(everyone)
            )
            text = f'cannot be derived: nobody was read by "{read_by}"'
            yield Finding(found.asked.place, text, f"readers here: {', '.join(words)}", "D05")


def _readers(rows: pl.DataFrame) -> list[str]:
    return sorted(rows["READER"].drop_nulls().unique().to_list())
