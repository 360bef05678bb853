"""What became of every subject, row, condition and analysis of one look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import polars as pl

from equipoise.adam.dates.sources import Context
from equipoise.adam.model import ADaM
from equipoise.adam.reconcile.conditions import Matched, matched
from equipoise.adam.reconcile.counts import Parted, rows, subjects
from equipoise.adam.subjects.populations import members
from equipoise.analysis.results import Results

LEFT_OUT = "left out"


class Analysis(NamedTuple):
    """A method of an estimand: whether it gave a number, and where it did not, why."""

    estimand: str
    method: str
    made: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Where each number goes; every share adds up.

    subjects : read, in an arm, in each population, in each analysis
    rows : of each domain
    conditions : of the protocol, with the rows they hold for
    analyses : every method of every estimand; empty before `analyze`
    """

    subjects: tuple[Parted, ...]
    rows: tuple[Parted, ...]
    conditions: tuple[Matched, ...]
    analyses: tuple[Analysis, ...] = ()

    def missing(self) -> Iterator[str]:
        """A line for whatever might be expected in the results and is not there."""
        for share in (*self.subjects, *self.rows):
            counts = dict(share.parts)
            for name in share.lost:
                kind = "" if share in self.subjects else " rows"
                yield f"{share.what}: {counts[name]:,} of {share.whole:,}{kind} {name}"
        for found in self.conditions:
            if found.rows and not found.matched:
                asked, why = found.asked, "; ".join(text for _, text in found.silent)
                said = f"{asked.place}: {found.of_none()}"
                yield f"{said}: {why}" if why else said
        for analysis in self.analyses:
            if not analysis.made:
                yield f"{analysis.estimand}, {analysis.method}: not made ({analysis.reason})"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "subjects": [share.to_dict() for share in self.subjects],
            "rows": [share.to_dict() for share in self.rows],
            "conditions": [
                {
                    **{"place": c.asked.place, "dataset": c.asked.dataset},
                    **{"condition": c.asked.condition, "rows": c.rows, "matched": c.matched},
                }
                for c in self.conditions
            ],
            "analyses": [analysis._asdict() for analysis in self.analyses],
            "missing": list(self.missing()),
        }


def reconcile(found: Results | ADaM) -> Reconciliation:
    """Subjects, rows and conditions of a look; of results, their analyses too.

    Raises   InputError if the numbers do not add up.
    Checked  tests/unit/analysis/test_reconciliation.py
    """
    data = found.data if isinstance(found, Results) else found
    context = Context(data.snapshot, data.protocol, dict(data.tables))
    shares = subjects(data)
    analyses: tuple[Analysis, ...] = ()
    if isinstance(found, Results):
        shares += _analyzed(found)
        analyses = tuple(_analyses(found))
    return Reconciliation(tuple(shares), tuple(rows(data)), tuple(matched(context)), analyses)


def _analyzed(results: Results) -> Iterator[Parted]:
    """Of each estimand's population, who is in its analysis."""
    data = results.data
    for key, estimand in data.protocol.estimands.items():
        inside = members(data.table("ADSL"), estimand.population, data.protocol).height
        n = results.select(analysis=key, statistic="n", subgroup="", comparison="")
        mine = n.filter(pl.col("method") == "count").unique("group", keep="first")
        count = int(mine["value"].fill_null(0).sum())
        parts = (("in its analysis", count), (LEFT_OUT, inside - count))
        lost = (LEFT_OUT,) if inside - count and estimand.role == "primary" else ()
        yield Parted(f"{key}, of population {estimand.population}", inside, parts, lost).check()


def _analyses(results: Results) -> Iterator[Analysis]:
    for key, estimand in results.data.protocol.estimands.items():
        named = [*([estimand.test] if estimand.test else []), *estimand.estimator]
        for method in dict.fromkeys(named):
            mine = results.select(analysis=key, method=method, subgroup="")
            without = mine.filter(pl.col("value").is_null())
            undone = without.filter(pl.col("note").str.contains("not estimable"))["note"]
            if mine.height > without.height or (mine.height and undone.is_empty()):
                yield Analysis(key, method, True)  # a median that is not reached is an answer
                continue
            reason = "; ".join(undone.unique(maintain_order=True).to_list())
            yield Analysis(key, method, False, reason or "nobody with data is in its population")
