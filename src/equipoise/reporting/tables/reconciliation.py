"""Where every subject, row, condition and analysis went, as one table."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from equipoise.adam.reconcile.counts import Parted
from equipoise.analysis.reconciliation import Reconciliation, reconcile
from equipoise.analysis.results import Results
from equipoise.reporting.rounding import MISSING, count
from equipoise.reporting.tables.model import Line, Table


def reconciliation_table(results: Results) -> Table:
    """Numbers that add up: of subjects, of rows, of conditions, of analyses."""
    found = reconcile(results)
    heads = ("Number", "Of these")
    title = "Reconciliation of subjects, rows, conditions and analyses"
    return Table("reconciliation", title, heads, tuple(_lines(found)), tuple(_notes(found)))


def _lines(found: Reconciliation) -> Iterator[Line]:
    yield Line("Subjects")
    yield from (_share(share) for share in found.subjects)
    yield Line("Rows by domain")
    yield from (_share(share) for share in found.rows)
    yield Line("Conditions, with the rows they hold for")
    for one in found.conditions:
        asked = one.asked
        of = (
            MISSING if one.rows is None else f"of {count(one.rows)} rows of {escape(asked.dataset)}"
        )
        yield Line(f"{asked.place}: {asked.condition}", (count(one.matched), of), 1)
    yield Line("Analyses")
    for analysis in found.analyses:
        said = "made" if analysis.made else f"not made: {escape(analysis.reason)}"
        yield Line(f"{analysis.estimand}: {analysis.method}", ("", said), 1)


def _share(share: Parted) -> Line:
    parts = ", ".join(f"{count(number)} {escape(name)}" for name, number in share.parts if number)
    return Line(share.what, (count(share.whole), parts or "none"), 1)


def _notes(found: Reconciliation) -> Iterator[str]:
    for line in found.missing():
        yield f"Not in the results: {escape(line)}"
