"""Trials whose log-rank looks were simulated, and how the record is made.

`PYTHONPATH=src:tests python tests/support/logrank_settings.py` writes the record anew; it takes
an hour on one core.
"""

from __future__ import annotations

import json
from math import log
from pathlib import Path
from typing import Any, NamedTuple

from equipoise.design.size.logrank import power_logrank
from equipoise.meaning.expected import Course, Steps, StratumCourse
from support.virtual_looks import crossed, z_at_looks

RECORD = Path(__file__).parents[1] / "oracle" / "design" / "logrank_looks.json"
TRIALS = 400_000
FIRST_SEED = 2026  # of the first setting; each next one has the next seed


class Setting(NamedTuple):
    """A course in months, its looks, and how they spend 2.5% on one side."""

    course: Course
    times: list[float]
    efficacy: str = "lan-demets-obf"


def steps(*pairs: tuple[float, float]) -> Steps:
    """(from when, value) by step."""
    starts, values = zip(*pairs, strict=True)
    return Steps(tuple(map(float, starts)), tuple(map(float, values)))


def lost(share: float) -> Steps:
    """Dropout of a share in 12 months."""
    return Steps.constant(abs(log(1.0 - share)) / 12.0)


def trial(
    n: float,
    control: float | Steps,
    hazard_ratio: float | Steps,
    *,
    accrual: float | Steps = 18.0,
    dropout: tuple[float, float] = (0.05, 0.05),
    ratio: float = 1.0,
) -> Course:
    """control : median, or hazards; accrual : how long it lasts, or its rates."""
    rates = control if isinstance(control, Steps) else Steps.constant(log(2.0) / control)
    effect = hazard_ratio if isinstance(hazard_ratio, Steps) else Steps.constant(hazard_ratio)
    entered = accrual if isinstance(accrual, Steps) else Steps.lasting([accrual], [n / accrual])
    return Course(entered, (StratumCourse(rates, effect, *map(lost, dropout)),), ratio)


def three_strata() -> Course:
    leaving = Steps.constant(0.005)
    strata = (
        (8.0, steps((0, 1), (3, 0.6)), 0.5),
        (16.0, Steps.constant(0.7), 0.3),
        (30.0, steps((0, 1), (6, 0.5)), 0.2),
    )
    return Course(
        Steps.lasting([24.0], [20.0]),
        tuple(
            StratumCourse(Steps.constant(log(2.0) / median), effect, leaving, leaving, share)
            for median, effect, share in strata
        ),
    )


LATE_4 = steps((0, 1), (4, 0.6))
SETTINGS = {
    "late effect, 229": Setting(trial(229, 14, steps((0, 1), (4, 0.57))), [18.0, 24.0, 36.0]),
    "late effect, 400": Setting(
        trial(400, 12, steps((0, 1), (3, 0.65)), accrual=24.0, dropout=(0.1, 0.1)),
        [24.0, 36.0, 48.0],
    ),
    "proportional, 120": Setting(
        trial(120, 10, 0.55, accrual=12.0, dropout=(0.0, 0.0)), [12.0, 24.0]
    ),
    "proportional, 2:1": Setting(trial(450, 12, 0.72, accrual=20.0, ratio=2.0), [18.0, 27.0, 36.0]),
    "crossing": Setting(
        trial(500, 10, steps((0, 1.4), (3, 0.6)), accrual=20.0), [20.0, 30.0, 42.0]
    ),
    "waning": Setting(trial(300, 12, steps((0, 0.55), (12, 1))), [18.0, 30.0, 48.0]),
    "strong and late": Setting(
        trial(150, 12, steps((0, 1), (2, 0.35)), accrual=12.0), [12.0, 24.0]
    ),
    "late, 1:2": Setting(trial(360, 14, LATE_4, accrual=20.0, ratio=0.5), [20.0, 28.0, 40.0]),
    "late, 3:1": Setting(
        trial(400, 14, steps((0, 1), (4, 0.55)), accrual=20.0, ratio=3.0), [20.0, 28.0, 40.0]
    ),
    "one look": Setting(trial(250, 14, steps((0, 1), (6, 0.5))), [36.0]),
    "four looks, Pocock": Setting(
        trial(320, 12, steps((0, 1), (3, 0.6))), [15.0, 21.0, 27.0, 36.0], "lan-demets-pocock"
    ),
    "five looks, HSD": Setting(
        trial(400, 12, LATE_4, accrual=20.0), [15.0, 20.0, 25.0, 30.0, 40.0], "hsd:-4"
    ),
    "three strata": Setting(three_strata(), [20.0, 30.0, 42.0]),
    "falling hazards": Setting(
        trial(350, steps((0, 0.08), (6, 0.04), (18, 0.01)), steps((0, 1), (3, 0.55))),
        [18.0, 27.0, 42.0],
    ),
    "ramp of accrual": Setting(
        trial(360, 12, LATE_4, accrual=Steps.lasting([6, 6, 12], [5, 15, 20])), [20.0, 28.0, 40.0]
    ),
    "dropout by arm": Setting(
        trial(300, 12, steps((0, 1), (4, 0.55)), dropout=(0.05, 0.3)), [18.0, 26.0, 38.0]
    ),
    "no effect": Setting(trial(200, 12, 1.0), [18.0, 26.0, 38.0], "lan-demets-pocock"),
    "long follow-up": Setting(
        trial(180, 8, steps((0, 1), (4, 0.55)), accrual=12.0, dropout=(0.0, 0.0)),
        [18.0, 36.0, 60.0],
    ),
    "harm before benefit": Setting(
        trial(600, 12, steps((0, 1.6), (4, 0.45)), accrual=24.0), [24.0, 36.0, 48.0]
    ),
    "three steps": Setting(
        trial(420, 12, steps((0, 1), (3, 0.75), (9, 0.5)), dropout=(0.08, 0.08)),
        [18.0, 27.0, 40.0],
        "kim-demets:3",
    ),
    "late effect, 441": Setting(trial(441, 14, steps((0, 1), (4, 0.57))), [18.0, 24.0, 36.0]),
}


def seed_of(name: str) -> int:
    return FIRST_SEED + list(SETTINGS).index(name)


def simulated(name: str, trials: int = TRIALS) -> dict[str, Any]:
    """Share of virtual trials that have crossed the bounds by each look."""
    course, times, efficacy = SETTINGS[name]
    upper = power_logrank(course, times=times, efficacy=efficacy).upper
    z = z_at_looks(course, times, trials=trials, seed=seed_of(name))
    return {"seed": seed_of(name), "upper": list(upper), "crossing": crossed(z, upper)}


if __name__ == "__main__":
    entries = {name: simulated(name) for name in SETTINGS}
    call = "support.logrank_settings.simulated(name, trials)"
    record = {"call": call, "trials": TRIALS, "entries": entries}
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
