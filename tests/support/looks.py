"""The virtual trial analyzed at its looks, once a run."""

from __future__ import annotations

from functools import cache

from equipoise.adam.derive import derive
from equipoise.adam.study import cut_at
from equipoise.analysis.analyze import analyze
from equipoise.analysis.results import Results
from support.virtual import virtual_sdtm


@cache
def netter_results(look: str = "PFS final") -> Results:
    return analyze(derive(cut_at(virtual_sdtm(), look=look)))
