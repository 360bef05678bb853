"""Time of a five-look design with futility, of one for a late effect, of a full plan."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import log
from pathlib import Path

from equipoise.design.bounds.boundaries import bounds
from equipoise.design.plan.plan import plan
from equipoise.design.size.logrank import size_logrank
from equipoise.meaning.check import read
from equipoise.meaning.expected import Course, Steps, StratumCourse

REPEATS = 50
FIVE = (0.2, 0.4, 0.6, 0.8, 1.0)
NETTER = Path(__file__).parents[1] / "examples" / "netter1" / "protocol.yaml"


def milliseconds(work: Callable[[], object]) -> float:
    """Median CPU time of one call, after a first one that compiles."""
    work()
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return 1e3 * sorted(times)[REPEATS // 2]


def delayed_effect() -> Course:
    out = Steps.constant(-log(0.95) / 12)
    hazards = StratumCourse(Steps.constant(log(2) / 14), Steps((0.0, 4.0), (1.0, 0.57)), out, out)
    return Course(Steps.lasting([18.0], [229 / 18]), (hazards,))


def main() -> None:
    """Print one line per task, with the target where there is one."""
    protocol = read(NETTER)
    course = delayed_effect()
    tasks: dict[str, tuple[Callable[[], object], str]] = {
        "5 looks, futility not binding": (
            lambda: bounds(FIVE, futility="hsd:-2", beta=0.1),
            "under 5 ms",
        ),
        "5 looks, futility binding": (
            lambda: bounds(FIVE, futility="hsd:-2", beta=0.1, binding=True),
            "under 5 ms",
        ),
        "3 looks, a late effect": (lambda: size_logrank(course, times=(18, 24, 36)), ""),
        "full plan of the example, two endpoints": (lambda: plan(protocol), "under 50 ms"),
    }
    for name, (work, target) in tasks.items():
        print(f"design  {name:<42}{milliseconds(work):8.2f} ms  {target}".rstrip())


if __name__ == "__main__":
    main()
