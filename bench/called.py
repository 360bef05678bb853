"""Rows of what is called from Python: trials by the kernels, the Cox model, repeated measures.

Each commit runs in a process of its own, and so does each peer: R's rpact for trials of NETTER-1's
bare shape, the Rust library `survival` for the Cox model. CPU time depends little on what else
runs; trials a second on two threads do.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

from bench.houses import HOUSE, Failed, House, spent

_TRIALS = """
import json, time
from bench.simulation import shape
from equipoise.meaning.check import read
from equipoise.simulation.kernel.compile import scenario_from
from equipoise.simulation.operating.batches import run_batch, simulate_scenario
netter = scenario_from(read("examples/netter1/protocol.yaml"), truth="as reported")
said = {}
for name, s in (("NETTER-1", netter), ("bare", shape())):
    simulate_scenario(s, trials=8192, seed=2, workers=2)
    took = []
    for _ in range(5):
        began = time.thread_time()
        run_batch(s, seed=1, start=0, trials=4096)
        took.append((time.thread_time() - began) / 4096 * 1e6)
    said[name] = min(took)
    began = time.perf_counter()
    simulate_scenario(s, trials=TRIALS, seed=1, workers=2)
    said[name + " a second"] = TRIALS / (time.perf_counter() - began)
print(json.dumps(said))
""".replace("TRIALS", "100_000")
_MEDIAN = """
import json, time
from statistics import median
def spent(work, rounds):
    work(), work()
    seconds = []
    for _ in range(rounds):
        began = time.thread_time()
        work()
        seconds.append(time.thread_time() - began)
    return median(seconds)
"""
_COX = f"""{_MEDIAN}
from bench import survival
said = {{}}
for n, rounds in ((100, 400), (10_000, 10)):
    d = survival.trial(n)
    work = survival.LIBRARY()["Cox, 3 terms, 8 strata"]
    said[str(n)] = spent(lambda: work(d), rounds) * 1e6
print(json.dumps(said))
"""
_REPEATED = f"""{_MEDIAN}
from bench.continuous import repeated_measures, trial
d = trial()
how = {{"covariance": "us", "adjustment": "kenward-roger"}}
print(json.dumps({{"MMRM": spent(lambda: repeated_measures(**d, **how), 25) * 1e3}}))
"""
_RPACT = """
suppressMessages(library(rpact))
n <- as.integer(commandArgs(TRUE)[1])
x <- getSimulationSurvival(getDesignGroupSequential(kMax = 1, alpha = 0.025), lambda2 = log(2) / 14,
  hazardRatio = 14 / 30, directionUpper = FALSE, maxNumberOfSubjects = 229, plannedEvents = 74,
  accrualTime = c(0, 18), dropoutRate1 = 0.05, dropoutRate2 = 0.05, dropoutTime = 12,
  maxNumberOfIterations = n, seed = 1)
"""
_MANY, _FEW = 20_000, 100


@cache
def said(house: House, code: str) -> dict[str, float]:
    """What a script prints as JSON at a commit."""
    return dict(json.loads(house.says(code)))


def figure(code: str, name: str, house: House) -> float:
    return said(house, code)[name]


def rpact() -> tuple[str, float]:
    """CPU microseconds of a trial of the bare shape, start-up taken off."""
    script = shutil.which("Rscript")
    if script is None:
        raise Failed("rpact: there is no Rscript")
    many, few = (spent([script, "-e", _RPACT, str(n)], HOUSE)[0] for n in (_MANY, _FEW))
    return "rpact", (many - few) / (_MANY - _FEW) * 1e6


def rust(rows: str) -> tuple[str, float]:
    """CPU microseconds of the Cox model of so many rows by the Rust library."""
    house = House("survival", HOUSE, HOUSE / "build" / "bench")
    return "survival", said(house, _COX.replace("LIBRARY", "rust_survival"))[rows]


def rows(row: Callable[..., Any]) -> Iterator[Any]:
    """The rows of this module, each made by `row`."""
    trials, cox = (partial(partial, figure, code) for code in
                   (_TRIALS, _COX.replace("LIBRARY", "ours")))  # fmt: skip
    yield row("simulate NETTER-1, a trial", "us", trials("NETTER-1"))
    yield row("simulate NETTER-1, two threads", "trials a second", trials("NETTER-1 a second"))
    yield row("simulate its bare shape, a trial", "us", trials("bare"), rpact)
    yield row("its bare shape, two threads", "trials a second", trials("bare a second"))
    for n in (100, 10_000):
        name = f"Cox, 3 terms, 8 strata, n = {n:,}"
        yield row(name, "us", cox(str(n)), partial(rust, str(n)))
    yield row("MMRM, 200 x 4, unstructured", "ms", partial(figure, _REPEATED, "MMRM"))
