"""The example of two primary endpoints, at its first interim look, on virtual patients."""

from __future__ import annotations

from functools import cache

from equipoise.adam.study import Study
from equipoise.analysis.analyze import analyze
from equipoise.analysis.results import Results
from equipoise.meaning.check import read
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.simulation.object.run import run
from support.street import EXAMPLES


@cache
def dual_interim() -> Results:
    protocol = read(EXAMPLES / "dual-primary" / "protocol.yaml")
    data = tabulate(run(protocol, truth="as planned", seed=7))
    return analyze(Study.of(data, protocol).adam("PFS IA1"))
