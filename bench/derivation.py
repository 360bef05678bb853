"""Derivation of a large trial from SDTM in memory: RECIST, ADRS, ADTR, graded ADLB, ADEX, ADTTE.

Run  python -m bench.derivation
"""

from __future__ import annotations

import datetime as dt
import resource
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

from equipoise.adam.derive import derive
from equipoise.meaning.check import read
from equipoise.protocol import Protocol
from equipoise.sdtm.cut.cut import cut
from equipoise.sdtm.model import SDTM

SIZES = (5_000, 20_000)
SCANS, TESTS, DRAWS = 10, ("NEUT", "PLAT", "HGB", "LYM", "CREAT"), 20
GOAL_SECONDS, GOAL_GIGABYTES = 30.0, 4.0
START = dt.date(2020, 1, 1)
PROTOCOL = Path(__file__).parents[1] / "examples" / "netter1" / "protocol.yaml"
RANGES = {
    "NEUT": (1.8, 7.7, "10^9/L"), "PLAT": (150.0, 400.0, "10^9/L"), "HGB": (120.0, 160.0, "g/L"),
    "LYM": (1.0, 4.0, "10^9/L"), "CREAT": (45.0, 104.0, "umol/L"),
}  # fmt: skip


def trial(subjects: int, seed: int = 1) -> SDTM:
    """SDTM of a made-up trial: two targets and one non-target, 10 scans, 5 tests 20 times each."""
    rng = np.random.default_rng(seed)
    ids = pl.Series("USUBJID", [f"S-{i:06d}" for i in range(subjects)])
    arm = rng.integers(0, 2, subjects)
    dies = rng.random(subjects) < 0.4
    death = rng.integers(100, 900, subjects)
    people = pl.DataFrame(
        {
            "STUDYID": "S",
            "USUBJID": ids,
            "SUBJID": ids,
            "RFSTDTC": str(START),
            "ARMCD": np.where(arm == 1, "LUTATE", "OCTREOTIDE"),
            "ARM": np.where(arm == 1, "177Lu-Dotatate", "Octreotide LAR 60 mg"),
            "DTHDTC": pl.Series([_day(d) if yes else None for d, yes in zip(death, dies)]),
            "UPTAKE": "grade 4",
        }
    )
    tables = {
        "DM": people.drop("UPTAKE"),
        "DS": _milestones(ids),
        "EX": _doses(ids),
        **_tumors(ids, rng),
        "LB": _laboratory(ids, rng),
    }
    return SDTM(tables, {name: f"{name.lower()}.xpt" for name in tables})


def _day(days: int) -> str:
    return str(START + dt.timedelta(days=int(days)))


def _milestones(ids: pl.Series) -> pl.DataFrame:
    return pl.DataFrame(
        {"USUBJID": ids, "DSSEQ": 1.0, "DSDECOD": "RANDOMIZED", "DSSTDTC": str(START),
         "DSCAT": "PROTOCOL MILESTONE"}
    )  # fmt: skip


def _doses(ids: pl.Series) -> pl.DataFrame:
    n = len(ids)
    when = np.tile([_day(1 + 56 * k) for k in range(4)], n)
    return pl.DataFrame(
        {"USUBJID": np.repeat(ids.to_numpy(), 4), "EXSEQ": np.tile(np.arange(1.0, 5.0), n),
         "EXTRT": "177Lu-Dotatate", "EXDOSE": 7.4, "EXDOSU": "GBq", "EXSTDTC": when,
         "EXENDTC": when}
    )  # fmt: skip


def _tumors(ids: pl.Series, rng: np.random.Generator) -> dict[str, pl.DataFrame]:
    n, lesions = len(ids), ("T01", "T02", "NT01")
    who = np.repeat(ids.to_numpy(), len(lesions))
    reader = {"EVAL": "INDEPENDENT ASSESSOR", "EVALID": "READER 1"}
    tu = pl.DataFrame(
        {"USUBJID": who, "TUSEQ": np.tile([1.0, 2.0, 3.0], n), "TULNKID": np.tile(lesions, n),
         "TUTESTCD": "TUMIDENT", "TUSTRESC": np.tile(["TARGET", "TARGET", "NON-TARGET"], n),
         "TULOC": np.tile(["LIVER", "LYMPH NODE", "BONE"], n), "VISITNUM": 0.0,
         "VISIT": "Baseline", "TUDTC": str(START), **{f"TU{k}": v for k, v in reader.items()}}
    )  # fmt: skip
    visits = np.arange(SCANS, dtype=float)
    per = len(lesions) * SCANS
    steps = rng.normal(0.99, 0.12, (n, SCANS, 2)).cumprod(axis=1)
    sizes = np.concatenate([np.round(40 * steps, 0), np.full((n, SCANS, 1), np.nan)], axis=2)
    days = np.array([_day(84 * k) for k in range(SCANS)])
    tr = pl.DataFrame(
        {"USUBJID": np.repeat(ids.to_numpy(), per), "TRSEQ": np.tile(np.arange(1.0, per + 1), n),
         "TRLNKID": np.tile(lesions, n * SCANS),
         "TRTESTCD": np.tile(["LDIAM", "SAXIS", "TUMSTATE"], n * SCANS),
         "TRSTRESN": sizes.ravel(), "TRSTRESU": np.tile(["mm", "mm", ""], n * SCANS),
         "TRSTRESC": np.tile(["", "", "PRESENT"], n * SCANS),
         "VISITNUM": np.tile(np.repeat(visits, len(lesions)), n),
         "VISIT": np.tile(np.repeat([f"Scan {k}" for k in range(SCANS)], len(lesions)), n),
         "TRDTC": np.tile(np.repeat(days, len(lesions)), n),
         **{f"TR{k}": v for k, v in reader.items()}}
    ).with_columns(pl.col("TRSTRESN").fill_nan(None))  # fmt: skip
    return {"TU": tu, "TR": tr}


def _laboratory(ids: pl.Series, rng: np.random.Generator) -> pl.DataFrame:
    n, per = len(ids), len(TESTS) * DRAWS
    low, high, unit = (np.array([RANGES[t][k] for t in TESTS]) for k in range(3))
    values = (low + high) / 2 * rng.lognormal(0, 0.5, (n, DRAWS, len(TESTS)))
    days = np.array([_day(28 * k) for k in range(DRAWS)])
    return pl.DataFrame(
        {"USUBJID": np.repeat(ids.to_numpy(), per), "LBSEQ": np.tile(np.arange(1.0, per + 1), n),
         "LBTESTCD": np.tile(TESTS, n * DRAWS), "LBSTRESN": np.round(values, 2).ravel(),
         "LBSTRESU": np.tile(unit, n * DRAWS),
         "LBSTNRLO": np.tile(low.astype(float), n * DRAWS),
         "LBSTNRHI": np.tile(high.astype(float), n * DRAWS),
         "VISITNUM": np.tile(np.repeat(np.arange(float(DRAWS)), len(TESTS)), n),
         "VISIT": np.tile(np.repeat([f"Week {4 * k}" for k in range(DRAWS)], len(TESTS)), n),
         "LBDTC": np.tile(np.repeat(days, len(TESTS)), n)}
    )  # fmt: skip


def seconds(subjects: int, protocol: Protocol) -> tuple[float, dict[str, int]]:
    """CPU time to derive everything, and the rows of each dataset."""
    snapshot = cut(trial(subjects), date=None, look="end", protocol_digest="")
    begin = time.process_time()
    data = derive(snapshot, protocol=protocol)
    return time.process_time() - begin, {k: t.height for k, t in data.tables.items()}


def gigabytes() -> float:
    """The most memory this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def main() -> int:
    """Print the table; 1 if the goal is missed."""
    protocol = read(PROTOCOL)
    print(f"derivation, {SCANS} scans and {len(TESTS) * DRAWS} laboratory values a subject")
    print(f"  {'subjects':>8} {'seconds':>8} {'GB so far':>9}  rows")
    spent = 0.0
    for subjects in SIZES:
        spent, rows = seconds(subjects, protocol)
        told = ", ".join(f"{name} {count:,}" for name, count in rows.items())
        print(f"  {subjects:>8,} {spent:>8.1f} {gigabytes():>9.2f}  {told}")
    print(f"  goal: {SIZES[-1]:,} subjects in {GOAL_SECONDS:g} s and {GOAL_GIGABYTES:g} GB")
    return int(spent >= GOAL_SECONDS or gigabytes() >= GOAL_GIGABYTES)


if __name__ == "__main__":
    sys.exit(main())
