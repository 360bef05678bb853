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
from pathlib import Path

from bench.felt import HOUSE, TRUTH, House, slope

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

LEAST = 0.05  # CPU seconds that can be told from nothing


def of_verb(house: House, verb: str, where: str) -> float:
    """CPU seconds of a verb on a trial's folder; NaN where it fails."""
    place = {"simulate": f"{where}/protocol.yaml", "verify": f"{where}/build/pfs-final"}
    return house.eq(verb, place.get(verb, where), *VERBS[verb])


def told(verb: str, sizes: list[int], spent: list[float], start: float) -> str:
    cells = "".join(f"{s:>10.2f}" for s in spent)
    own = [s - start for s in spent]
    grows = min(own) > LEAST
    return f"  {verb:<12}{cells}{slope(sizes, own) if grows else math.nan:>10.2f}"


def main() -> None:
    """Print CPU seconds by size, and the slope."""
    sizes = [int(n) for n in os.environ.get("SIZES", SIZES).split(",")]
    with tempfile.TemporaryDirectory(prefix="growth-") as folder:
        house = House("now", HOUSE, Path(folder))
        small = house.trial("small", 40)
        for verb in VERBS:
            of_verb(house, verb, small)  # its kernels are compiled, and its modules
        start = min(house.eq("--help") for _ in range(3))
        trials = {n: house.trial(f"trial-{n}", n) for n in sizes}
        print(f"  {'CPU s':<12}" + "".join(f"{n:>10,}" for n in sizes) + "     slope")
        for verb in VERBS:
            spent = [of_verb(house, verb, where) for where in trials.values()]
            print(told(verb, sizes, spent, start), flush=True)
        print(f"  of each {start:.2f} is start-up, and is not in the slope")


if __name__ == "__main__":
    main()
