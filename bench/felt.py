"""What a user feels: CPU seconds of commands now, beside those of an earlier commit, in one run.

    python -m bench.felt                      # against the commit recorded here
    BASE=v0.3.0 SIZES=1000,5000,20000 python -m bench.felt
    ROWS=simulate python -m bench.felt        # only what has a word in its name; no growth

Each command is a process of its own; user and system time of it and its workers are counted, since
the wall clock tells of the neighbors too. A ratio below 1 is a gain. The slope is that of the log
of CPU seconds over the log of the number of subjects: 1 is linear. Where Rscript and rpact are
there, they simulate the bare shape beside us.
"""

from __future__ import annotations

import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

HOUSE = Path(__file__).parents[1]
RECORDED = "196df15"
"""The commit before work on speed began."""

NETTER, TRUTH = "examples/netter1", "as reported"
SIZES = "250,500,1000"
TRIALS = 20_000
SMALLEST = 0.01  # CPU seconds that can be told apart

_PATIENTS, _RATES = 229, [0.25, 2.5, 5, 9, 10, 10, 6]
"""Of the truth of NETTER-1: patients, and how many come a month, period by period."""

_BARE = """
import sys
from bench.simulation import shape
from equipoise.simulation.operating.batches import run_batch
run_batch(shape(), seed=1, start=0, trials=int(sys.argv[1]))
"""
_OBJECT = """
import sys
from equipoise.adam.study import Study
from equipoise.analysis.analyze import analyze
from equipoise.meaning.check import read
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.simulation.object.run import run
protocol = read("examples/netter1")
for trial in range(int(sys.argv[1])):
    data = tabulate(run(protocol, truth="as reported", seed=1, trial=trial))
    analyze(Study.of(data).adam("PFS final"))
"""
_RPACT = """
suppressMessages(library(rpact))
n <- as.integer(commandArgs(TRUE)[1])
getSimulationSurvival(getDesignGroupSequential(kMax = 1, alpha = 0.025), lambda2 = log(2) / 14,
  hazardRatio = 14 / 30, directionUpper = FALSE, maxNumberOfSubjects = 229, plannedEvents = 74,
  accrualTime = c(0, 18), dropoutRate1 = 0.05, dropoutRate2 = 0.05, dropoutTime = 12,
  maxNumberOfIterations = n, seed = 1)
"""


class House(NamedTuple):
    """A commit's code, with its own kernels and its own copy of the trial."""

    name: str
    root: Path
    room: Path

    def cpu(self, *command: str, kernels: str = "kernels") -> float:
        """CPU seconds of a Python process with these arguments, and of its workers."""
        paths = os.pathsep.join(map(str, (self.root / "src", self.root)))
        own = {"PYTHONPATH": paths, "NUMBA_CACHE_DIR": str(self.room / kernels)}
        return cpu([sys.executable, *command], self.root, own)

    def eq(self, *command: str, kernels: str = "kernels") -> float:
        return self.cpu("-m", "equipoise", *command, kernels=kernels)

    def trial(self, name: str = "netter1", subjects: int | None = None) -> str:
        """A folder of NETTER-1 without data, with so many subjects."""
        where = self.room / name
        shutil.rmtree(where, ignore_errors=True)
        where.mkdir(parents=True)
        text = (self.root / NETTER / "protocol.yaml").read_text(encoding="utf-8")
        if subjects is not None:
            rates = [round(rate * subjects / _PATIENTS, 4) for rate in _RATES]
            for said, more in (
                ("randomize: 230 [recalled]", f"randomize: {subjects}"),
                (f"patients: {_PATIENTS} [abstract]", f"patients: {subjects}"),
                (f"rates: {_RATES}", f"rates: {rates}"),
            ):
                assert text.count(said) == 1, f"{NETTER} says no more: {said}"
                text = text.replace(said, more)
        (where / "protocol.yaml").write_text(text, encoding="utf-8")
        return str(where)


def cpu(command: list[str], where: Path, env: dict[str, str]) -> float:
    """User and system seconds; NaN where the command fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        command, cwd=where, env={**os.environ, **env}, capture_output=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        return math.nan
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


Found = dict[str, float]
Row = tuple[str, str, Callable[[], Found]]
FILE = f"{NETTER}/protocol.yaml"
SIMULATE = ("simulate", FILE, "--truth", TRUTH, "--seed", "1", "--trials")


def rows(houses: list[House]) -> Iterator[Row]:
    """What is done, in what it is counted, and how much by each house."""

    def of(*command: str) -> Callable[[], Found]:
        return lambda: {h.name: h.eq(*command) for h in houses}

    yield "--help", "s", of("--help")
    yield "check", "s", of("check", FILE)
    yield "bounds", "s", of("bounds", "--information", "0.5,1")
    yield "plan", "s", of("plan", FILE)
    yield "first simulate, no kernel compiled yet", "s", lambda: first(houses)
    yield "simulate of 1 trial", "s", of(*SIMULATE, "1")
    yield "simulate NETTER-1", "us a trial", lambda: many(houses)
    yield "simulate its bare shape", "us a trial", lambda: bare(houses)
    yield "build without intervals", "s", lambda: built(houses, "--trials", "0")
    yield "build", "s", lambda: built(houses)
    yield "build again, nothing changed", "s", lambda: built(houses, fresh=False)
    yield "report from results", "s", lambda: reported(houses)
    yield "a trial through its records", "s", lambda: recorded(houses)


def first(houses: list[House]) -> Found:
    for h in houses:
        shutil.rmtree(h.room / "empty", ignore_errors=True)
    return {h.name: h.eq(*SIMULATE, "1", kernels="empty") for h in houses}


def many(houses: list[House]) -> Found:
    """Microseconds a trial, start-up taken off."""
    found = {}
    for h in houses:
        h.eq(*SIMULATE, "1")
        found[h.name] = h.eq(*SIMULATE, str(TRIALS)) - h.eq(*SIMULATE, "1")
    return per_trial(found)


def recorded(houses: list[House]) -> Found:
    """Seconds of each of three trials after the first."""
    spent = {h.name: h.cpu("-c", _OBJECT, "4") - h.cpu("-c", _OBJECT, "1") for h in houses}
    return {name: cpu / 3 for name, cpu in spent.items()}


def bare(houses: list[House]) -> Found:
    """Microseconds a trial, start-up taken off; of rpact too where it is there."""
    found = {}
    for h in houses:
        h.cpu("-c", _BARE, "10")
        found[h.name] = h.cpu("-c", _BARE, str(TRIALS)) - h.cpu("-c", _BARE, "10")
    script = shutil.which("Rscript")
    if script:
        call = [script, "-e", _RPACT]
        found["rpact"] = cpu([*call, str(TRIALS)], HOUSE, {}) - cpu([*call, "10"], HOUSE, {})
    return per_trial(found)


def per_trial(spent: Found) -> Found:
    return {name: cpu / TRIALS * 1e6 for name, cpu in spent.items()}


def built(houses: list[House], *more: str, fresh: bool = True) -> Found:
    """Seconds of a build, its kernels compiled; of another one where `fresh` is not asked."""
    found = {}
    for h in houses:
        where = h.trial()
        h.eq("run", where, "--truth", TRUTH, "--seed", "5")
        h.eq("build", where, "--trials", "0")
        if fresh:
            shutil.rmtree(Path(where) / "build")
        found[h.name] = h.eq("build", where, *(more if fresh else ("--trials", "0")))
    return found


def reported(houses: list[House]) -> Found:
    """Seconds of another report of a build that is there."""
    built(houses, "--trials", "0")
    return {
        h.name: h.eq(
            "report", str(h.room / "netter1"), "--style", "nejm", "-o", str(h.room / "report.html")
        )
        for h in houses
    }


def growth(houses: list[House], sizes: list[int]) -> None:
    """CPU seconds by the number of subjects, and the slope on a log-log line."""
    print(f"\n  {'growth':<28}" + "".join(f"{n:>9,}" for n in sizes) + "    slope")
    for h in houses:
        spent: dict[str, list[float]] = {}
        for n in sizes:
            where = h.trial(f"trial-{n}", n)
            for verb, more in (
                ("run", ("--truth", TRUTH, "--seed", "5")),
                ("build", ("--trials", "0")),
                ("simulate", ("--truth", TRUTH, "--seed", "1", "--trials", "2000")),
            ):
                at = f"{where}/protocol.yaml" if verb == "simulate" else where
                spent.setdefault(verb, []).append(h.eq(verb, at, *more))
        for verb, each in spent.items():
            told = "".join(f"{s:>9.2f}" for s in each)
            print(f"  {f'{verb}, {h.name}':<28}{told}{slope(sizes, each):>9.2f}")


def slope(sizes: list[int], spent: list[float]) -> float:
    """Of the log of `spent` over the log of `sizes`, by least squares."""
    x, y = [math.log(n) for n in sizes], [math.log(s) for s in spent]
    mean = sum(x) / len(x)
    return sum((a - mean) * b for a, b in zip(x, y)) / sum((a - mean) ** 2 for a in x)


@contextmanager
def houses_of(base: str) -> Iterator[list[House]]:
    """This working tree, and a clean copy of the base commit, each with a room of its own."""
    with tempfile.TemporaryDirectory(prefix="felt-") as folder:
        room, before = Path(folder), Path(folder) / "base"
        git = ["git", "-C", str(HOUSE), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(before), base], check=True)
        try:
            yield [House("now", HOUSE, room / "now"), House("before", before, room / "before")]
        finally:
            subprocess.run([*git, "remove", "--force", str(before)], check=True)


def main() -> None:
    """Print the table; BASE is the commit before, SIZES and ROWS as above."""
    base, wanted = os.environ.get("BASE", RECORDED), os.environ.get("ROWS", "")
    sizes = [int(n) for n in os.environ.get("SIZES", SIZES).split(",")]
    began = time.perf_counter()
    with houses_of(base) as houses:
        print(f"  {'CPU; before is ' + base:<48}{'now':>10}{'before':>10}{'ratio':>8}")
        for what, unit, measure in rows(houses):
            if wanted in what:
                print(f"  {f'{what}, {unit}':<48}{told(measure())}", flush=True)
        if not wanted:
            growth(houses, sizes)
    print(f"  {time.perf_counter() - began:,.0f} seconds in all")


def told(found: Found) -> str:
    now, before = found["now"], found["before"]
    ratio = now / max(before, SMALLEST)
    peer = f"   rpact takes {found['rpact'] / now:.1f} times as long" if "rpact" in found else ""
    return f"{now:>10.2f}{before:>10.2f}{ratio:>8.2f}{peer}"


if __name__ == "__main__":
    main()
