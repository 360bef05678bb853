"""How the CPU time of every verb grows with the number of subjects.

    python -m bench.growth
    SIZES=1000,5000,20000 python -m bench.growth

Each command is a process of its own, on a virtual NETTER-1 of that size; its start-up, which does
not grow, is taken off before the slope: that of the log of what is left over the log of the number
of subjects. 1 is linear.
"""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.houses import HOUSE, TRUTH, Failed, House, slope

SIZES = "250,500,1000"
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
    "simulate": (*SEEDED, "--trials", "2000"),
}
"""In their order: each finds what those before it have written."""

SMALL = 250  # subjects of the trial that kernels are compiled with
LEAST = 0.05  # CPU seconds that can be told from nothing


def of_verb(house: House, verb: str, where: str) -> float:
    """CPU seconds of a verb on a trial's folder."""
    place = {"simulate": f"{where}/protocol.yaml", "verify": f"{where}/build/pfs-final"}
    out = ("--out", f"{where}/tables") if verb == "tables" else ()
    return house.eq(verb, place.get(verb, where), *VERBS[verb], *out)


def of_size(house: House, verb: str, trials: dict[int, str], subjects: int) -> float:
    return of_verb(house, verb, trials[subjects])


def told(verb: str, sizes: list[int], measure: Callable[[int], float], start: float) -> str:
    """A line of the table; where a size fails, why."""
    spent, why = [], ""
    for n in sizes:
        try:
            spent.append(measure(n))
        except Failed as failed:
            spent.append(math.nan)
            why += f"\n    {verb} of {n:,}: {failed}"
    cells = "".join(f"{s:>10.2f}" if s == s else f"{'-':>10}" for s in spent)
    own = [s - start if s - start > LEAST else math.nan for s in spent]
    return f"  {verb:<12}{cells}{slope(sizes, own):>10.2f}{why}"


def main() -> None:
    """Print CPU seconds by size, and the slope."""
    sizes = [int(n) for n in os.environ.get("SIZES", SIZES).split(",")]
    with tempfile.TemporaryDirectory(prefix="growth-") as folder:
        house = House("now", HOUSE, Path(folder))
        small = house.trial("small", SMALL)
        for verb in VERBS:  # its kernels are compiled, and its modules
            try:
                of_verb(house, verb, small)
            except Failed as failed:
                print(f"  {verb} of {SMALL} subjects: {failed}")
        start = min(house.eq("--help") for _ in range(3))
        trials = {n: house.trial(f"trial-{n}", n) for n in sizes}
        print(f"  {'CPU s':<12}" + "".join(f"{n:>10,}" for n in sizes) + "     slope")
        for verb in VERBS:
            each = partial(of_size, house, verb, trials)
            print(told(verb, sizes, each, start), flush=True)
        print(f"  of each {start:.2f} is start-up, and is not in the slope")


if __name__ == "__main__":
    main()
