"""Where every subject, row, condition and analysis went, as one table."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.adam.reconcile.counts import Parted
from equipoise.analysis.reconciliation import Reconciliation, reconcile
from equipoise.analysis.results import Results
from equipoise.reporting.model import DASH, Cell, Display, Line
from equipoise.reporting.words import NumberText

_WORDS = NumberText()


def reconciliation_table(results: Results) -> Display:
    """Numbers that add up: of subjects, of rows, of conditions, of analyses."""
    found = reconcile(results)
    return Display(
        "reconciliation",
        "16.2.11",
        "Reconciliation of subjects, rows, conditions and analyses",
        (("Number",), ("Of these",)),
        tuple(_lines(found)),
        tuple(f"Not in the results: {line}" for line in found.missing()),
        words=True,
    )


def _lines(found: Reconciliation) -> Iterator[Line]:
    yield Line("Subjects")
    yield from (_share(share) for share in found.subjects)
    yield Line("Rows by domain")
    yield from (_share(share) for share in found.rows)
    yield Line("Conditions, with the rows they hold for")
    for one in found.conditions:
        asked = one.asked
        of: Cell = DASH
        if one.rows is not None:
            of = (f"of {_WORDS.count(one.rows)} rows of {asked.dataset}",)
        yield Line(f"{asked.place}: {asked.condition}", ((_WORDS.count(one.matched),), of), 1)
    yield Line("Analyses")
    for analysis in found.analyses:
        said = "made" if analysis.made else f"not made: {analysis.reason}"
        yield Line(f"{analysis.estimand}: {analysis.method}", ((), (said,)), 1)


def _share(share: Parted) -> Line:
    parts = [f"{_WORDS.count(number)} {name}" for name, number in share.parts if number]
    told = ", ".join(parts) or "none"
    return Line(share.what, ((_WORDS.count(share.whole),), (told,)), 1)
