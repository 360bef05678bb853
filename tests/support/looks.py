"""The virtual trial analyzed at its looks, once a run."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from equipoise.adam.derive import derive
from equipoise.adam.study import cut_at
from equipoise.analysis.analyze import analyze
from equipoise.analysis.results import Results
from equipoise.reporting.comparison.compare import BuildComparison, compared_builds
from equipoise.reporting.comparison.sides import BuildSide
from support.virtual import netter, virtual_sdtm


@cache
def netter_results(look: str = "PFS final") -> Results:
    return analyze(derive(cut_at(virtual_sdtm(), look=look)))


@cache
def later_results() -> Results:
    """The same patients when 90 have died."""
    protocol = netter().with_("design.OS.looks.final", "90 deaths")
    data = replace(virtual_sdtm(), protocol=protocol)
    return analyze(derive(cut_at(data, look="OS final")))


def side(results: Results) -> BuildSide:
    data = results.data
    timed = {k: ("ADTTE", e.endpoint) for k, e in data.protocol.estimands.items()}
    return BuildSide(
        data.look, data.look, str(data.date or ""), data.protocol.digest, data.snapshot.digest,
        "1", results.rows, data.tables, lambda: {**timed, "ORR": ("ADRS", "BOR")},
    )  # fmt: skip


@cache
def interim_and_final() -> BuildComparison:
    return compared_builds(side(netter_results()), side(later_results()))
