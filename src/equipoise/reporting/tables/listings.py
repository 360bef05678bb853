"""Listings of patients: serious adverse events, and deaths. Text as it was collected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from equipoise.adam.model import ADaM
from equipoise.analysis.incidence import has_died, is_fatal
from equipoise.analysis.results import Results
from equipoise.reporting.labels import term_label
from equipoise.reporting.model import Cell, Display, Line, balanced, plain

_SERIOUS = (
    ("AEDECOD", "Term"), ("AEBODSYS", "Class"), ("ATOXGRN", "Grade"), ("ASTDY", "First day"),
    ("AENDY", "Last day"), ("AEREL", "Related"), ("AEACN", "Action"), ("AEOUT", "Outcome"),
)  # fmt: skip
_ONGOING = "not ended"


def serious_listing(results: Results) -> Display:
    """Every serious adverse event, patient by patient."""
    ae = results.data.table("ADAE")
    rows = ae.filter(pl.col("AESER") == "Y").sort("USUBJID", "ASTDT", "AESEQ")
    shown = [(name, head) for name, head in _SERIOUS if name in ae.columns]
    lines = [
        Line(str(row["USUBJID"]), (_arm(results, row), *(_said(row, name) for name, _ in shown)))
        for row in rows.iter_rows(named=True)
    ]
    heads: list[Cell] = [("Arm",), *((head,) for _, head in shown)]
    note = "Days are counted from the first dose, day 1. Grade 5, or outcome fatal: death."
    return Display(
        "serious", "14.3.2.2", "Listing of serious adverse events", tuple(heads), tuple(lines),
        (note,), words=True, shares=_shares(heads, lines),
    )  # fmt: skip


def deaths_listing(results: Results) -> Display:
    """Every death, with the last dose before it and the fatal events."""
    data = results.data
    adsl = _dead(data).sort("USUBJID")
    fatal = _fatal_terms(results)
    lines = []
    for row in adsl.iter_rows(named=True):
        day, since = _days(row)
        cells = (
            _arm(results, row), (_text(row.get("DTHDT")),), (day,), (since,),
            (", ".join(fatal.get(row["USUBJID"], [])) or "none recorded",),
        )  # fmt: skip
        lines.append(Line(str(row["USUBJID"]), cells))
    heads: tuple[Cell, ...] = (
        ("Arm",), ("Date",), ("Study day",), ("Days since the last dose",),
        ("Fatal adverse events",),
    )  # fmt: skip
    return Display(
        "deaths", "14.3.2.1", "Listing of deaths", heads, tuple(lines), (), words=True,
        shares=_shares(heads, lines),
    )  # fmt: skip


def _shares(heads: Sequence[Cell], lines: Sequence[Line]) -> tuple[int, ...]:
    """Widths by what stands in the columns, so that no word of a class or outcome is broken."""
    words = [[line.label, *map(plain, line.cells)] for line in lines]
    return balanced([["", *map(plain, heads)], *words])


def has_serious(results: Results) -> bool:
    """Whether the data hold a serious adverse event."""
    data = results.data
    if "ADAE" not in data.tables or "AESER" not in data.table("ADAE").columns:
        return False
    return data.table("ADAE").filter(pl.col("AESER") == "Y").height > 0


def has_deaths(results: Results) -> bool:
    """Whether the data hold a death."""
    return _dead(results.data).height > 0


def _dead(data: ADaM) -> pl.DataFrame:
    adsl = data.table("ADSL")
    return adsl.filter(has_died(adsl.columns))


def _fatal_terms(results: Results) -> dict[str, list[str]]:
    data = results.data
    if "ADAE" not in data.tables:
        return {}
    ae = data.table("ADAE")
    rows = ae.filter(is_fatal(ae.columns)).select("USUBJID", "AEDECOD").unique(maintain_order=True)
    found: dict[str, list[str]] = {}
    for who, term in rows.iter_rows():
        found.setdefault(who, []).append(term_label(str(term)))
    return found


def _days(row: dict[str, Any]) -> tuple[str, str]:
    died, start = row.get("DTHDT"), row.get("RANDDT") or row.get("TRTSDT")
    last = row.get("TRTEDT")
    day = "unknown" if died is None or start is None else str((died - start).days + 1)
    since = "no dose" if last is None else "unknown" if died is None else str((died - last).days)
    return day, since


def _arm(results: Results, row: dict[str, Any]) -> Cell:
    arms = results.data.protocol.arms
    key = row.get("TRT01A") or row.get("TRT01P")
    return (arms[key].label if key in arms else str(key or "none"),)


def _said(row: dict[str, Any], name: str) -> Cell:
    if name == "AENDY" and row[name] is None:
        return (_ONGOING,)
    return (_text(row[name]),)


def _text(value: Any) -> str:
    if value is None or value == "":
        return "not recorded"
    return term_label(value) if isinstance(value, str) else str(value)
