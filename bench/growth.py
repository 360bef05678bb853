"""How the CPU time of every verb grows with the number of subjects.

    python -m bench.growth
    SIZES=1250,5250,20250 python -m bench.growth

Each command is a process of its own, two beside each other, on a virtual NETTER-1 of that size.
What the smallest takes is its start-up for the most part, and is taken off before the slope: that
of the log of the seconds above it over the log of the subjects above it. 1 is linear; flat: too
little is added to be told.
"""

from __future__ import annotations

import math
import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from bench.houses import HOUSE, TRUTH, Failed, House, slope, stop

SIZES = "750,1250,2250"
SEEDED = ("--truth", TRUTH, "--seed", "5")
VERBS: dict[str, tuple[str, ...]] = {
    "run": SEEDED,
    "cut": (),
    "derive": (),
    "analyze": (),
    "report": (),
    "tables": ("--to", "html"),
    "build": ("--trials", "0"),
    "verify": (),
    "simulate": (*SEEDED, "--trials", "20000"),
}
"""Each does its work from the data on, but for `verify`, which finds the build before it."""

SMALL = 250  # subjects; the events that are asked for come in no smaller trial
LEAST = 0.05  # CPU seconds that can be told from nothing


def of_verb(house: House, verb: str, where: str) -> float:
    """CPU seconds of a verb on a trial's folder."""
    if verb not in ("run", "verify", "simulate"):
        shutil.rmtree(Path(where) / "build", ignore_errors=True)
    place = {"simulate": f"{where}/protocol.yaml", "verify": f"{where}/build/pfs-final"}
    out = ("--out", f"{where}/tables") if verb == "tables" else ()
    return house.eq(verb, place.get(verb, where), *VERBS[verb], *out)


def of_size(house: House, verb: str, trials: dict[int, str], subjects: int) -> float:
    return of_verb(house, verb, trials[subjects])


def told(verb: str, sizes: list[int], measure: Callable[[int], float]) -> str:
    """A line of the table; where a size fails, why."""

    def one(n: int) -> tuple[float, str]:
        try:
            return measure(n), ""
        except Failed as failed:
            return math.nan, f"\n    {verb} of {n:,}: {failed}"

    with ThreadPoolExecutor(2) as both:
        found = list(both.map(one, sizes))
    spent, why = [took for took, _ in found], "".join(why for _, why in found)
    cells = "".join(f"{s:>10.2f}" if s == s else f"{'-':>10}" for s in spent)
    more = [s - spent[0] if s - spent[0] > LEAST else math.nan for s in spent[1:]]
    grows = slope([n - sizes[0] for n in sizes[1:]], more)
    flat = "-" if why else "flat"
    return f"  {verb:<12}{cells}{f'{grows:.2f}' if grows == grows else flat:>10}{why}"


def main() -> None:
    """Print CPU seconds by size, and the slope."""
    sizes = [SMALL, *(int(n) for n in os.environ.get("SIZES", SIZES).split(","))]
    signal.signal(signal.SIGTERM, stop)
    with tempfile.TemporaryDirectory(prefix="growth-") as folder:
        house = House("now", HOUSE, Path(folder))
        warm = house.trial("warm", SMALL)
        for verb in VERBS:
            try:
                first = of_verb(house, verb, warm)
                print(f"    {verb} compiles its kernels: {first:.0f} s", flush=True)
            except Failed as failed:
                print(f"  {verb} of {SMALL} subjects: {failed}")
        trials = {n: house.trial(f"trial-{n}", n) for n in sizes}
        print(f"  {'CPU s':<12}" + "".join(f"{n:>10,}" for n in sizes) + "     slope")
        for verb in VERBS:
            each = partial(of_size, house, verb, trials)
            print(told(verb, sizes, each), flush=True)


if __name__ == "__main__":
    main()
