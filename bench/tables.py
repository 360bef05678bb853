"""What plain tables ask of times to event, against other libraries, on the same data, in one run.

    python -m bench.tables

Trials, medians and ratios as in `bench.survival`: 10 means ours is ten times as fast. A dash: the
library has no such task. Each answer is compared with ours; one that differs is marked.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from bench.survival import Task, Trial, trial, typical

SIZES = (500, 10_000)
SAME = 1e-4
"""Answers closer than this, relatively, are one: some libraries stop early."""


def entry_of(d: Trial) -> np.ndarray:
    """Days of delayed entry, before each row's end."""
    return np.floor(d.time * 0.3)


def weight_of(d: Trial) -> np.ndarray:
    """How many rows each row counts as: 1, 2 or 3."""
    return 1.0 + np.arange(d.time.size) % 3


def cause_of(d: Trial) -> np.ndarray:
    """0 censored, 1 and 2 two causes."""
    return np.where(d.event, 1 + d.stratum % 2, 0)


def middle(values: np.ndarray) -> float:
    """One number that the work cannot be spared for."""
    return float(np.asarray(values)[len(values) // 2])


def ours() -> dict[str, Task]:
    from equipoise.analysis.survival import (
        cox,
        cumulative_incidence,
        gray_test,
        kaplan_meier,
        logrank,
        permutation_logrank,
    )
    from equipoise.analysis.survival.parametric import parametric_times
    from equipoise.analysis.survival.regression.baseline import predicted_survival
    from equipoise.analysis.survival.tests.weighted import NumberAtRisk, weighted_logrank

    def late(d: Trial) -> float:
        curve = kaplan_meier(d.time, d.event, start=entry_of(d))
        return float(curve.at([700.0]).survival[0] + 0 * curve.lower[-1])

    def several(d: Trial) -> float:
        curve = kaplan_meier(d.time, d.event, weight=weight_of(d))
        return float(curve.at([700.0]).survival[0] + 0 * curve.lower[-1])

    def predicted(d: Trial) -> float:
        curve = predicted_survival(cox(d.time, d.event, d.x), [1.0, 0.0, 1.0])
        return float(curve.at([700.0]).survival[0] + 0 * curve.lower[-1])

    def weibull(d: Trial) -> float:
        fit = parametric_times(d.time, d.event, d.x, distribution="weibull")
        return float(fit.coef[1] + 0 * fit.se[1])

    return {
        "KM, late entry": late,
        "KM, weights": several,
        "log-rank, late entry": lambda d: logrank(d.time, d.event, d.arm, start=entry_of(d)).chisq,
        "log-rank, weights": lambda d: logrank(d.time, d.event, d.arm, weight=weight_of(d)).chisq,
        "Gehan": lambda d: weighted_logrank(d.time, d.event, d.arm, weight=NumberAtRisk()).chisq,
        "permutation, 8 strata": lambda d: permutation_logrank(d.time, d.event, d.arm, d.stratum).z,
        "Cox and its prediction": predicted,
        "Weibull": weibull,
        "incidence of a cause": lambda d: float(
            cumulative_incidence(d.time, cause_of(d)).at([700.0]).estimate[0]
        ),
        "Gray": lambda d: gray_test(d.time, cause_of(d), d.arm).chisq,
    }


def rust_survival() -> dict[str, Task]:
    from survival import _survival as s

    def columns(d: Trial) -> tuple[np.ndarray, np.ndarray]:
        return d.time.astype(float), d.event.astype(np.int32)

    def at(when: np.ndarray, surv: np.ndarray) -> float:
        return float(surv[np.searchsorted(when, 700.0, side="right") - 1])

    def late(d: Trial) -> float:
        curve = s.survfitkm(*columns(d), start=entry_of(d), conf_type="log-log")
        return at(curve.time, curve.surv)

    def several(d: Trial) -> float:
        curve = s.survfitkm(*columns(d), weights=weight_of(d), conf_type="log-log")
        return at(curve.time, curve.surv)

    return {
        "KM, late entry": late,
        "KM, weights": several,
        "log-rank, late entry": lambda d: float(
            s.survdiff(*columns(d), d.arm, start=entry_of(d)).chisq
        ),
    }


def statsmodels() -> dict[str, Task]:
    from statsmodels.duration.hazard_regression import PHReg
    from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight, survdiff

    def at(when: np.ndarray, values: np.ndarray) -> float:
        return float(values[np.searchsorted(when, 700.0, side="right") - 1])

    def late(d: Trial) -> float:
        curve = SurvfuncRight(d.time, d.event.astype(int), entry=entry_of(d))
        return at(curve.surv_times, curve.surv_prob)

    def several(d: Trial) -> float:
        curve = SurvfuncRight(d.time, d.event.astype(int), freq_weights=weight_of(d))
        return at(curve.surv_times, curve.surv_prob)

    def predicted(d: Trial) -> float:
        fit = PHReg(d.time, d.x, d.event.astype(int), ties="efron").fit()
        when, hazard, _ = fit.baseline_cumulative_hazard[0]
        ratio = np.exp(np.array([1.0, 0.0, 1.0]) @ fit.params)
        return float(np.exp(-ratio * at(np.asarray(when), np.asarray(hazard))))

    def incidence(d: Trial) -> float:
        curve = CumIncidenceRight(d.time, cause_of(d))
        return at(curve.times, curve.cinc[0])

    def logrank(d: Trial, **more: object) -> float:
        return float(survdiff(d.time, d.event.astype(int), d.arm, **more)[0])

    return {
        "KM, late entry": late,
        "KM, weights": several,
        "log-rank, late entry": lambda d: logrank(d, entry=entry_of(d)),
        "Gehan": lambda d: logrank(d, weight_type="gb"),
        "Cox and its prediction": predicted,
        "incidence of a cause": incidence,
    }


PEERS: dict[str, Callable[[], dict[str, Task]]] = {
    "survival": rust_survival,
    "statsmodels": statsmodels,
}


def tasks_of(name: str) -> dict[str, Task]:
    """The tasks of a library; none if it cannot be imported."""
    try:
        return PEERS[name]()
    except ImportError:
        return {}


def cell(peer: Task | None, d: Trial, mine: float, answer: float) -> str:
    """The other library's time as a multiple of ours; marked where its answer is another."""
    if peer is None:
        return "-"
    try:
        peer(d)
        spent, theirs = typical(peer, d)
    except Exception as problem:  # a library that fails at a task says so in its own way
        return type(problem).__name__
    same = abs(theirs - answer) <= SAME * max(abs(answer), 1e-12)
    return f"{spent / mine:.2f}{'' if same else ' *'}"


def main() -> None:
    """Print the table."""
    peers = {name: tasks_of(name) for name in PEERS}
    print("Plain tables: time of each library as a multiple of ours (*: another answer)")
    named = []
    for name in PEERS:
        try:
            named.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            named.append(f"{name} not installed")
    print(", ".join(named))
    print(f"{'task':<24}{'n':>8}{'ours, ms':>11}" + "".join(f"{p:>14}" for p in PEERS))
    for n in SIZES:
        d = trial(n)
        for task, run in ours().items():
            run(d)  # what is compiled is compiled
            mine, answer = typical(run, d)
            cells = "".join(f"{cell(peers[p].get(task), d, mine, answer):>14}" for p in PEERS)
            print(f"{task:<24}{n:>8}{1000 * mine:>11.3f}{cells}")


if __name__ == "__main__":
    sys.exit(main())
