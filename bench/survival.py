"""Time to event against other libraries, on the same data, in one run.

    python -m bench.survival [--full]      --full adds a million rows

Times are whole days with ties; each figure is CPU time, the median of the runs that fit in a
third of a second, five at least unless one alone takes longer. Ratios are theirs to ours: 10 means
ours is ten times as fast. A dash: the library has no such task, or would have taken over a minute.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time as clock
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from statistics import median
from typing import Any, NamedTuple

import numpy as np

SIZES = (100, 500, 10_000)
MILLION = 1_000_000
PEERS = ("survival", "statsmodels", "greenwood", "lifelines")
TASKS = ("KM", "log-rank", "log-rank, 8 strata", "Cox, 1 term", "Cox, 3 terms, 8 strata")
PATIENCE = 60.0
"""Seconds; a library that took this long at one size is not asked for a larger one."""
ENOUGH = 0.3
"""Seconds of CPU after which a task is not run again."""


class Row(NamedTuple):
    """One cell: seconds of one library for one task at one size (NaN: not able, not asked)."""

    task: str
    n: int
    library: str
    seconds: float
    answer: float


class Trial(NamedTuple):
    """A trial of two arms with ties, censoring, strata and two covariates."""

    time: np.ndarray
    event: np.ndarray
    arm: np.ndarray
    stratum: np.ndarray
    x: np.ndarray


def trial(n: int, seed: int = 1) -> Trial:
    """n rows, about 60% events, exponential times in days up to five years."""
    rng = np.random.default_rng(seed)
    arm = (np.arange(n) % 2).astype(np.int64)
    stratum = rng.integers(0, 8, n)
    age, sex = rng.normal(0, 1, n), rng.integers(0, 2, n).astype(float)
    rate = np.exp(-0.3 * arm + 0.2 * age + 0.1 * sex + 0.05 * stratum) / 700
    life, leave = rng.exponential(1 / rate), rng.uniform(200, 1826, n)
    time = np.ceil(np.minimum(life, leave)).astype(np.int64)
    return Trial(time, life <= leave, arm, stratum, np.column_stack((arm, age, sex)).astype(float))


Task = Callable[[Trial], float]


def ours() -> dict[str, Task]:
    from equipoise.analysis.survival import cox, kaplan_meier, logrank

    def km(d: Trial) -> float:
        curve = kaplan_meier(d.time, d.event)
        return float(curve.lower[0] * 0 + curve.upper[0] * 0 + curve.survival[curve.time.size // 2])

    def cox_of(d: Trial, x: np.ndarray, strata: np.ndarray | None) -> float:
        fit = cox(d.time, d.event, x, stratum=strata)
        return float(fit.coef[0] + 0 * fit.se[0])

    return {
        "KM": km,
        "log-rank": lambda d: logrank(d.time, d.event, d.arm).chisq,
        "log-rank, 8 strata": lambda d: logrank(d.time, d.event, d.arm, d.stratum).chisq,
        "Cox, 1 term": lambda d: cox_of(d, d.x[:, :1], None),
        "Cox, 3 terms, 8 strata": lambda d: cox_of(d, d.x, d.stratum),
    }


def rust_survival() -> dict[str, Task]:
    """The library's array functions, which are its fastest."""
    from survival import _survival as s

    def ready(d: Trial) -> tuple[np.ndarray, np.ndarray]:
        return d.time.astype(float), d.event.astype(np.int32)

    def km(d: Trial) -> float:
        curve = s.survfitkm(*ready(d), conf_type="log-log")
        return float(curve.surv[len(curve.time) // 2])

    def cox_of(d: Trial, x: np.ndarray, strata: np.ndarray | None) -> float:
        fit = s.coxph_fit_raw(*ready(d), x, strata=strata, method="efron", resid=False)
        return float(np.ravel(fit.coefficients)[0])

    return {
        "KM": km,
        "log-rank": lambda d: float(s.survdiff(*ready(d), d.arm).chisq),
        "log-rank, 8 strata": lambda d: float(s.survdiff(*ready(d), d.arm, strata=d.stratum).chisq),
        "Cox, 1 term": lambda d: cox_of(d, d.x[:, :1], None),
        "Cox, 3 terms, 8 strata": lambda d: cox_of(d, d.x, d.stratum),
    }


def statsmodels() -> dict[str, Task]:
    from statsmodels.duration.hazard_regression import PHReg
    from statsmodels.duration.survfunc import SurvfuncRight, survdiff

    def km(d: Trial) -> float:
        curve = SurvfuncRight(d.time, d.event.astype(int))
        return float(curve.surv_prob[0] + 0 * curve.surv_prob_se[0])

    def cox_of(d: Trial, x: np.ndarray, strata: np.ndarray | None) -> float:
        fit = PHReg(d.time, x, d.event.astype(int), strata=strata, ties="efron").fit()
        return float(fit.params[0] + 0 * fit.bse[0])

    return {
        "KM": km,
        "log-rank": lambda d: float(survdiff(d.time, d.event.astype(int), d.arm)[0]),
        "log-rank, 8 strata": lambda d: float(
            survdiff(d.time, d.event.astype(int), d.arm, strata=d.stratum)[0]
        ),
        "Cox, 1 term": lambda d: cox_of(d, d.x[:, :1], None),
        "Cox, 3 terms, 8 strata": lambda d: cox_of(d, d.x, d.stratum),
    }


def greenwood() -> dict[str, Task]:
    import greenwood as g

    def surv(d: Trial) -> Any:
        return g.Surv(d.time.astype(float), event=d.event.astype(int))

    def km(d: Trial) -> float:
        curve = g.KaplanMeier(conf_type="log-log").fit(surv(d))
        return float(np.ravel(curve.survival_)[0] + 0 * np.ravel(curve.conf_low_)[0])

    def cox_of(d: Trial, x: np.ndarray, strata: np.ndarray | None) -> float:
        return float(np.ravel(g.CoxPH().fit(surv(d), x, strata=strata).coef_)[0])

    return {
        "KM": km,
        "log-rank": lambda d: float(g.logrank_test(surv(d), d.arm).statistic),
        "log-rank, 8 strata": lambda d: float(
            g.logrank_test(surv(d), d.arm, strata=d.stratum).statistic
        ),
        "Cox, 1 term": lambda d: cox_of(d, d.x[:, :1], None),
        "Cox, 3 terms, 8 strata": lambda d: cox_of(d, d.x, d.stratum),
    }


def lifelines() -> dict[str, Task]:
    import pandas as pd
    from lifelines import CoxPHFitter, KaplanMeierFitter
    from lifelines.statistics import logrank_test

    def frame(d: Trial, columns: int) -> Any:
        table = pd.DataFrame(d.x[:, :columns], columns=[f"x{j}" for j in range(columns)])
        return table.assign(time=d.time, event=d.event, stratum=d.stratum)

    def cox_one(d: Trial) -> float:
        table = frame(d, 1).drop(columns="stratum")
        return float(CoxPHFitter().fit(table, "time", "event").params_.iloc[0])

    def cox_three(d: Trial) -> float:
        fit = CoxPHFitter(strata=["stratum"]).fit(frame(d, 3), "time", "event")
        return float(fit.params_.iloc[0])

    def ranked(d: Trial) -> float:
        a = d.arm == 0
        found = logrank_test(d.time[a], d.time[~a], d.event[a], d.event[~a])
        return float(found.test_statistic)

    return {
        "KM": lambda d: float(
            KaplanMeierFitter().fit(d.time, d.event).survival_function_.iloc[1, 0]
        ),
        "log-rank": ranked,
        "Cox, 1 term": cox_one,
        "Cox, 3 terms, 8 strata": cox_three,
    }


LIBRARIES: dict[str, Callable[[], dict[str, Task]]] = {
    "survival": rust_survival,
    "statsmodels": statsmodels,
    "greenwood": greenwood,
    "lifelines": lifelines,
}


def typical(task: Task, d: Trial) -> tuple[float, float]:
    """The median seconds of CPU over several runs after a first one, and the answer."""
    answer, seconds = task(d), list[float]()  # what is compiled is compiled
    while len(seconds) < 1000 and (
        sum(seconds) < ENOUGH or (len(seconds) < 5 and max(seconds) < ENOUGH)
    ):
        start = clock.process_time()
        answer = task(d)
        seconds.append(clock.process_time() - start)
    return median(seconds), answer


def installed() -> dict[str, dict[str, Task]]:
    """The tasks of each library that can be imported."""
    found = {"equipoise": ours()}
    for name, tasks in LIBRARIES.items():
        try:
            found[name] = tasks()
        except ImportError:
            continue
    return found


def run(full: bool = False) -> list[Row]:
    """Every task by every library at every size; a million rows if `full`."""
    rows = []
    tired: set[tuple[str, str]] = set()
    libraries = installed()
    for n in (*SIZES, MILLION) if full else SIZES:
        d = trial(n)
        for task in TASKS:
            for library, tasks in libraries.items():
                if task not in tasks or (task, library) in tired:
                    continue
                seconds, answer = typical(tasks[task], d)
                rows.append(Row(task, n, library, seconds, answer))
                # to a million rows is a hundredfold, for some libraries squared
                if seconds * (MILLION / n if n == SIZES[-1] else 1) > PATIENCE:
                    tired.add((task, library))
    return rows


def peak_memory(task: str) -> float:
    """Megabytes that one task of ours needs at most for a million rows, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for name, column in trial(MILLION)._asdict().items():
            np.save(f"{folder}/{name}.npy", column)
        code = (
            "import numpy as np; from bench.survival import Trial, ours; "
            f"d = Trial(*(np.load(f'{folder}/{{name}}.npy') for name in Trial._fields)); "
            f"ours()[{task!r}](d); "
            "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
        )
        told = [sys.executable, "-c", code]
        out = subprocess.run(told, capture_output=True, text=True, check=True)
    return int(out.stdout) / 1024


def table(rows: list[Row]) -> str:
    """Our milliseconds and each other library's time as a multiple of ours."""
    seconds = {(r.task, r.n, r.library): r.seconds for r in rows}
    lines = [f"{'task':<24}{'n':>9}{'ours, ms':>11}" + "".join(f"{p:>13}" for p in PEERS)]
    for n in sorted({r.n for r in rows}):
        for task in TASKS:
            mine = seconds[task, n, "equipoise"]
            cells = ""
            for peer in PEERS:
                theirs = seconds.get((task, n, peer))
                cells += f"{'-' if theirs is None else f'{theirs / mine:.2f}':>13}"
            lines.append(f"{task:<24}{n:>9}{mine * 1000:>11.3f}{cells}")
    return "\n".join(lines)


def versions() -> str:
    """The versions compared."""
    named = []
    for library in PEERS:
        try:
            named.append(f"{library} {version(library)}")
        except PackageNotFoundError:
            named.append(f"{library} not installed")
    return ", ".join(named)


def main(full: bool | None = None) -> None:
    """Print the table, and for a million rows the memory."""
    full = "--full" in sys.argv if full is None else full
    print("Time to event: time of each library as a multiple of ours")
    print(versions())
    print(table(run(full)))
    if full:
        for task in TASKS:
            print(f"peak memory at a million rows, {task}: {peak_memory(task):.0f} MB")


if __name__ == "__main__":
    main()
