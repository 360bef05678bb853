"""What a user feels: one table of CPU seconds now, beside those of an earlier commit, in one run.

    python -m bench.felt                      # against the commit recorded in `bench.houses`
    BASE=v0.3.0 ROWS=simulate python -m bench.felt     # only what has a word in its name
    SIZES=5000,20000 PATIENCE=600 python -m bench.felt # subjects of the large trials

A ratio below 1 is a gain, except of trials a second. A peer's column is its time as a multiple of
ours. A row that fails at one commit shows a dash there, and why beneath.
"""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from bench import called
from bench.houses import NETTER, PATIENCE, RECORDED, TRUTH, Failed, House, houses_of, of_each

SIZES = "2000"
SMALLEST = 0.01  # CPU seconds that can be told apart

_RECORDED = """
import time
from equipoise.adam.study import Study
from equipoise.analysis.analyze import analyze
from equipoise.meaning.check import read
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.simulation.object.run import run
protocol = read("examples/netter1")
def alone(trials):
    for trial in trials:
        data = tabulate(run(protocol, truth="as reported", seed=1, trial=trial))
        yield Study.of(data).adam("PFS final")
def together(trials):
    from equipoise.simulation.object.together import trials_at
    return trials_at(protocol, truth="as reported", seed=1, trials=trials, look="PFS final")
def spent(way, trials):
    began = time.process_time()
    for data in way(trials):
        analyze(data)
    return (time.process_time() - began) / len(trials)
spent(WAY, [1])
print(spent(WAY, range(2, 2 + TRIALS)))
"""
BATCH = 25
"""Trials that are drawn and derived as one where there are many of them."""
FILE = f"{NETTER}/protocol.yaml"
SIMULATE = ("simulate", FILE, "--truth", TRUTH, "--seed", "1", "--trials", "1")


class Row(NamedTuple):
    """What is done, in what it is counted, how much it takes a house, and who else does it.

    alone : it puts all cores to work
    """

    what: str
    unit: str
    measure: Callable[[House], float]
    peer: Callable[[], tuple[str, float]] | None = None
    alone: bool = False


def rows(sizes: list[int]) -> Iterator[Row]:
    """What is done, the quickest first."""

    def of(*command: str) -> Callable[[House], float]:
        return lambda house: min(house.eq(*command) for _ in range(3))

    yield Row("--help", "s", of("--help"))
    yield Row("check", "s", of("check", FILE))
    yield Row("bounds", "s", of("bounds", "--information", "0.5,1"))
    yield Row("plan", "s", of("plan", FILE))
    yield Row("first simulate, no kernel compiled yet", "s", first)
    yield Row("simulate of 1 trial", "s", of(*SIMULATE))
    yield Row("build with 50 virtual trials", "s", partial(built, more=("--trials", "50")))
    yield Row("build --trials 0", "s", partial(built, more=("--trials", "0")))
    yield Row("build again, nothing changed", "s", again)
    yield Row("report of the pilot", "s", pilot)
    yield Row("a trial through its records, alone", "s", recorded)
    yield Row(f"the same, one of {BATCH} in a process of several", "s", recorded_together)
    yield from (row._replace(alone=True) for row in called.rows(Row))
    for n in sizes:
        yield Row(f"build of {n:,} subjects", "s", partial(large, n))


def first(house: House) -> float:
    shutil.rmtree(house.room / "kernels", ignore_errors=True)
    return house.eq(*SIMULATE)


@cache
def conducted(house: House) -> str:
    """A folder with the data of a virtual trial, built once so that kernels are compiled."""
    where = house.trial()
    house.eq("run", where, "--truth", TRUTH, "--seed", "5")
    house.eq("build", where, "--trials", "0")
    return where


def built(house: House, more: tuple[str, ...]) -> float:
    """Seconds of a build from the data on."""
    where = conducted(house)
    shutil.rmtree(Path(where) / "build", ignore_errors=True)
    return house.eq("build", where, *more)


def again(house: House) -> float:
    """Seconds of a build that finds its own build."""
    where = conducted(house)
    house.eq("build", where, "--trials", "0")
    return house.eq("build", where, "--trials", "0")


def pilot(house: House) -> float:
    """Seconds of another report of the pilot study, its kernels compiled."""
    where = house.room / "pilot"
    where.mkdir(parents=True, exist_ok=True)
    shutil.copy(house.root / "examples" / "pilot" / "protocol.yaml", where)
    house.cpu("examples/pilot/collect.py", str(where / "sdtm"))
    house.eq("build", str(where), "--trials", "0")
    out = str(house.room / "pilot.html")
    return house.eq("report", str(where), "--style", "nejm", "-o", out)


def recorded(house: House, way: str = "alone", trials: int = 3, **env: str) -> float:
    """Seconds of each of some trials after the first."""
    code = _RECORDED.replace("WAY", way).replace("TRIALS", str(trials))
    return float(house.says(code, **env))


def recorded_together(house: House) -> float:
    """Seconds of each of many trials, their tables worked on by one thread as in any worker."""
    one = {"POLARS_MAX_THREADS": "1"}
    if house.has("equipoise.simulation.object.together"):
        return recorded(house, "together", BATCH, **one)
    return recorded(house, **one)


_SPENT: dict[str, tuple[int, float]] = {}
"""By house: the size of the last large trial, and the seconds of all that was done with it."""


def large(subjects: int, house: House) -> float:
    """Seconds of a build of a large virtual trial; not asked where it would take too long."""
    size, last = _SPENT.get(house.name, (subjects, 0.0))
    likely = last * subjects / size
    if not likely <= PATIENCE:
        raise Failed(f"not asked: {likely:,.0f} seconds of CPU, as {size:,} subjects tell")
    _SPENT[house.name] = (subjects, math.inf)  # one that fails is asked no more
    where = house.trial(f"trial-{subjects}", subjects)
    run = house.eq("run", where, "--truth", TRUTH, "--seed", "5")
    took = house.eq("build", where, "--trials", "0")
    _SPENT[house.name] = (subjects, run + took)
    shutil.rmtree(where)
    return took


def told(found: list[float], peer: tuple[str, float] | None) -> str:
    now, before = found
    cells = "".join(f"{x:>12,.2f}" if x == x else f"{'-':>12}" for x in found)
    ratio = now / max(before, SMALLEST)
    beside = f"   {peer[0]} {peer[1] / now:.2f} x" if peer else ""
    return f"{cells}{f'{ratio:.2f}' if ratio == ratio else '-':>8}{beside}"


def line(row: Row, houses: list[House]) -> None:
    """Print a row, and beneath it why a figure is missing."""
    found, why = of_each(houses, row.measure, alone=row.alone)
    peer = None
    try:
        peer = row.peer() if row.peer else None
    except Failed as failed:
        why = f"{why}; {failed}".lstrip("; ")
    print(f"  {f'{row.what}, {row.unit}':<46}{told(found, peer)}", flush=True)
    if why:
        print(f"    {why}", flush=True)


def main() -> None:
    """Print the table; BASE is the commit before, SIZES and ROWS as above."""
    base, wanted = os.environ.get("BASE", RECORDED), os.environ.get("ROWS", "")
    sizes = [int(n) for n in os.environ.get("SIZES", SIZES).split(",")]
    with houses_of(base) as houses:
        print(f"  {'CPU; before is ' + base:<46}{'now':>12}{'before':>12}{'ratio':>8}   peer")
        for row in rows(sizes):
            if wanted in row.what:
                line(row, houses)


if __name__ == "__main__":
    main()
