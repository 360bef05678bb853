"""`python -m verification [--quick] [CHECK ...]`: a table, pictures, exit code 1 outside a band."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from verification.check import Budget, Check, Row
from verification.registry import CHECKS

QUICK = 0.02
FOLDER = Path("build") / "verification"


def main(words: Sequence[str] | None = None, *, checks: Sequence[Check] = CHECKS) -> int:
    """Run checks, print each row as it comes; 1 if any is outside its band."""
    names = [check.name for check in checks]
    parser = argparse.ArgumentParser(prog="verification", description="Simulation against theory.")
    parser.add_argument("check", nargs="*", help=f"one of: {', '.join(names)}; default all")
    parser.add_argument(
        "--quick", action="store_true", help="a fiftieth of the trials, wider bands"
    )
    parser.add_argument("--output", type=Path, default=FOLDER, help="folder of the pictures")
    parser.add_argument("--workers", type=int, default=2, help="threads")
    given = parser.parse_args(words)
    unknown = [name for name in given.check if name not in names]
    if unknown:
        parser.error(f"no check {unknown[0]}; expected {', '.join(names)}")
    budget = Budget(QUICK if given.quick else 1.0, given.output, given.workers)
    rows: list[tuple[str, Row]] = []
    print(f"{'check':<44}{'found':>11}{'expected':>11}{'from':>11}{'to':>11}")
    for check in checks:
        if not given.check or check.name in given.check:
            rows += told(check, budget)
    return closing(rows, given.output)


def told(check: Check, budget: Budget) -> list[tuple[str, Row]]:
    """Run one check and print it."""
    start = time.perf_counter()
    print(check.name)
    rows = []
    for row in check.run(budget):
        numbers = "".join(f"{x:>11.5g}" for x in (row.found, row.expected, row.low, row.high))
        print(f"  {row.name:<42}{numbers}  {'ok' if row.ok else 'OUTSIDE'}", flush=True)
        rows.append((check.name, row))
    print(f"  ({time.perf_counter() - start:.0f} s)")
    return rows


def closing(rows: Sequence[tuple[str, Row]], folder: Path) -> int:
    """The picture of all rows, and what is outside."""
    from verification.pictures import overview

    overview(folder, rows)
    outside = [f"{name}: {row.name}" for name, row in rows if not row.ok]
    print(f"\n{len(rows)} rows, {len(outside)} outside their bands; pictures in {folder}")
    for line in outside:
        print(f"  OUTSIDE  {line}")
    return 1 if outside else 0


if __name__ == "__main__":
    sys.exit(main())
