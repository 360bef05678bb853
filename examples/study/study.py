"""Which test for a delayed effect? Twenty settings, three tests, one of them our own.

Five delays by four hazard ratios after them; in each the log-rank test, max-combo and a win
ratio (pairwise wins of progression-free survival, compiled by numba) decide the same
virtual trials at the same look. Prints power with its Monte Carlo error.

    python examples/study/study.py          # 2,000 trials a setting
    python examples/study/study.py 200
"""

import math
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
from numba import njit

import equipoise as eq

DELAYS = (0, 3, 6, 9, 12)  # months
RATIOS = (0.4, 0.5, 0.6, 1.0)
TESTS = ("log-rank", "max-combo")
TRUTH, LOOKED_AT = "as reported", "PFS"
PROTOCOL = Path(__file__).parents[1] / "netter1" / "protocol.yaml"


@njit(nogil=True)
def win_ratio(time, event, arm, stratum):
    """Z of wins over losses, pair by pair (Finkelstein & Schoenfeld 1999, one endpoint)."""
    n = len(time)
    score = np.zeros(n)
    for i in range(n):
        for j in range(n):
            if event[j] and time[i] > time[j]:
                score[i] += 1.0
            elif event[i] and time[j] > time[i]:
                score[i] -= 1.0
    treated = arm.sum()
    variance = treated * (n - treated) / (n * (n - 1.0)) * (score**2).sum()
    return score[arm == 1].sum() / math.sqrt(variance) if variance > 0.0 else math.nan


def settings():
    """Delay, hazard ratio and the protocol whose truth has them."""
    base = eq.read(PROTOCOL)
    for delay in DELAYS:
        for ratio in RATIOS:
            words = f"hazard ratio {ratio}"
            if delay:
                words = f"hazard ratio 1 until {delay} months, then {ratio}"
            one = base
            for process in ("progression", "death"):  # both end progression-free survival
                one = one.with_(("truth", TRUTH, process, "arms", "lutate"), words)
            yield delay, ratio, one


def power(protocol, *, trials, test):
    """Power of one test, by its name or as a function, with its Monte Carlo error."""
    asked = {"truth": TRUTH, "trials": trials, "seed": 7}
    if isinstance(test, str):
        estimand = ("estimands", LOOKED_AT, "test")
        found = eq.simulate(protocol.with_(estimand, test), **asked)
    else:
        found = eq.simulate(protocol, test={LOOKED_AT: test}, **asked)
    return found.value("power", hypothesis=LOOKED_AT)


def study(trials):
    """One row a setting and test."""
    rows = []
    for delay, ratio, protocol in settings():
        for test in (*TESTS, win_ratio):
            found = power(protocol, trials=trials, test=test)
            name = test if isinstance(test, str) else "win ratio"
            rows.append((delay, ratio, name, found.value, found.error))
    return pl.DataFrame(rows, schema=["delay", "ratio", "test", "power", "error"], orient="row")


if __name__ == "__main__":
    begun = time.perf_counter()
    table = study(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
    with pl.Config(tbl_rows=-1, tbl_hide_dataframe_shape=True, float_precision=3):
        print(table.pivot("test", index=["delay", "ratio"], values="power"))
    print(f"largest Monte Carlo error {table['error'].max():.3f}")
    print(f"{time.perf_counter() - begun:.0f} s")
