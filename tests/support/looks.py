"""The virtual trial analyzed at its looks, once a run."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from equipoise.adam.derive import derive
from equipoise.adam.study import cut_at
from equipoise.analysis.analyze import analyze
from equipoise.analysis.results import Results
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
