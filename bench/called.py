"""What is called from Python, now and at an earlier commit, and by peers, in one run: CPU first.

    python -m bench.called                    # against the commit that `bench.felt` names
    BASE=v0.3.0 python -m bench.called

Simulation of NETTER-1 and of its bare shape beside rpact, tests and the Cox model beside the Rust
library `survival`, and repeated measures. Each commit runs in a process of its own. CPU time
depends little on what else runs; trials a second on two threads do.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

from bench import felt
from bench.felt import HOUSE, RECORDED, House, cpu, houses_of

_TRIALS = """
import json, time
from bench.simulation import shape
from equipoise.meaning.check import read
from equipoise.simulation.kernel.compile import scenario_from
from equipoise.simulation.operating.batches import run_batch, simulate_scenario
netter = scenario_from(read("examples/netter1/protocol.yaml"), truth="as reported")
said = {}
for name, s in (("NETTER-1", netter), ("bare shape", shape())):
    simulate_scenario(s, trials=8192, seed=2, workers=2)
    spent = []
    for _ in range(5):
        began = time.thread_time()
        run_batch(s, seed=1, start=0, trials=4096)
        spent.append((time.thread_time() - began) / 4096 * 1e6)
    said[f"{name}, CPU us a trial on one thread"] = min(spent)
    began, burned = time.perf_counter(), time.process_time()
    simulate_scenario(s, trials=200_000, seed=1, workers=2)
    said[f"{name}, CPU us a trial on two threads"] = (time.process_time() - burned) * 5
    said[f"{name}, trials a second on two threads"] = 200_000 / (time.perf_counter() - began)
print(json.dumps(said))
"""
_TASKS = """
import json, time
from statistics import median
from bench import survival
from bench.continuous import repeated_measures, trial
def spent(work, rounds):
    work(), work()
    seconds = []
    for _ in range(rounds):
        began = time.thread_time()
        work()
        seconds.append(time.thread_time() - began)
    return median(seconds)
said = {}
for n, rounds in ((100, 400), (500, 200), (10_000, 20)):
    d = survival.trial(n)
    for task, work in survival.LIBRARY().items():
        said[f"{task}, n = {n:,}, CPU us"] = spent(lambda: work(d), rounds) * 1e6
if survival.LIBRARY is survival.ours:
    d = trial()
    for adjustment in ("kenward-roger", "kenward-roger-linear"):
        how = {"covariance": "us", "adjustment": adjustment}
        name = f"MMRM 200 x 4, unstructured, {adjustment}, CPU ms"
        said[name] = spent(lambda: repeated_measures(**d, **how), 25) * 1e3
print(json.dumps(said))
"""
_MANY, _FEW = 20_000, 100

Said = dict[str, float]


def said(house: House, code: str) -> Said:
    """What a script prints as JSON at a commit; nothing where it cannot run there."""
    paths = os.pathsep.join(map(str, (house.root / "src", house.root)))
    own = {"PYTHONPATH": paths, "NUMBA_CACHE_DIR": str(house.room / "kernels")}
    own["OPENBLAS_NUM_THREADS"] = "1"
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, cwd=house.root, env={**os.environ, **own}, capture_output=True, text=True
    )
    return {} if done.returncode else dict(json.loads(done.stdout.splitlines()[-1]))


def rpact() -> float | None:
    """CPU microseconds of a trial of the bare shape, start-up taken off; None without rpact."""
    script = shutil.which("Rscript")
    if script is None:
        return None
    call = [script, "-e", felt._RPACT]
    spent = cpu([*call, str(_MANY)], HOUSE, {}) - cpu([*call, str(_FEW)], HOUSE, {})
    return spent / (_MANY - _FEW) * 1e6


def table(now: Said, before: Said, peer: Said) -> None:
    for name, value in now.items():
        was = before.get(name)
        cells = f"{value:>12.2f}" + ("           -       -" if was is None else
                                     f"{was:>12.2f}{value / was:>8.2f}")  # fmt: skip
        beside = f"{peer[name] / value:>8.2f} x" if name in peer else ""
        print(f"  {name:<58}{cells}{beside}", flush=True)


def main() -> None:
    """Print the table: now, before, ratio, and a peer's time as a multiple of ours."""
    base = os.environ.get("BASE", RECORDED)
    with houses_of(base) as (now, before):
        print(f"  {'before is ' + base:<58}{'now':>12}{'before':>12}{'ratio':>8}{'peer':>10}")
        trials, r = said(now, _TRIALS), rpact()
        bare = "bare shape, CPU us a trial on one thread"
        table(trials, said(before, _TRIALS), {} if r is None else {bare: r})
        if r is not None:
            rate = trials["bare shape, trials a second on two threads"]
            print(f"  on two threads {rate * r / 1e6:.1f} times as many trials as rpact on its one")
        ours, theirs = (_TASKS.replace("LIBRARY", of) for of in ("ours", "rust_survival"))
        table(said(now, ours), said(before, ours), said(now, theirs))


if __name__ == "__main__":
    main()
