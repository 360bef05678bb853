"""What the tests cost by folder: CPU seconds now, beside those of an earlier commit.

    python -m bench.suite                         # every folder of tests/, and of tests/unit
    BASE=v0.3.0 MINUTES=30 python -m bench.suite tests/twins tests/unit/cli

Each commit is one process of pytest, as a worker of `make test` is, with kernels of its own that
the first test compiles; the two run beside each other. After MINUTES both are stopped, and that is
told. A dash: nothing was run there; `*`: a test fails.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from bench.houses import HOUSE, RECORDED, House, houses_of

QUIET = ("-q", "-p", "spent", "-p", "no:cacheprovider", "-n", "0", "--import-mode=importlib")
MINUTES = float(os.environ.get("MINUTES", "8"))
BREATH = 15.0  # seconds between two looks at what is done


def begin(house: House, folders: list[str]) -> subprocess.Popen[bytes]:
    """The tests of a commit, in a process of their own."""
    house.room.mkdir(parents=True, exist_ok=True)
    there = [folder for folder in folders if (house.root / folder).exists()]
    env = {**house.env("kernels", "tests"), "SPENT": str(house.room / "spent")}
    shutil.copy(HOUSE / "bench" / "spent.py", house.room)  # both have this commit's
    env["PYTHONPATH"] += os.pathsep + str(house.room)
    command = [sys.executable, "-m", "pytest", *QUIET, *there]
    with (house.room / "log").open("wb") as log:
        return subprocess.Popen(
            command, cwd=house.root, env=env, stdout=log, stderr=log, start_new_session=True
        )


def spent(house: House) -> tuple[Counter[str], set[str], int]:
    """CPU seconds by folder, the folders where a test fails, and the number of tests done."""
    file, seconds, failed, done = house.room / "spent", Counter[str](), set(), -1
    for line in file.read_text("utf-8").splitlines() if file.exists() else ():
        took, is_failed, test = line.split("\t", 2)
        folder = folder_of(test)
        seconds[folder] += float(took)
        done += 1
        if is_failed == "1":
            failed.add(folder)
    return seconds, failed, max(done, 0)


def folder_of(test: str) -> str:
    """tests/twins, or tests/unit/cli, of a test's name."""
    parts = Path(test.split("::")[0]).parent.parts
    return "/".join(parts[: 3 if parts[1:2] == ("unit",) else 2]) or test


def wait(runs: dict[House, subprocess.Popen[bytes]]) -> None:
    """Until both have ended, or the time is over; a line of progress now and then."""
    end = time.monotonic() + MINUTES * 60
    shown = 0.0
    while any(run.poll() is None for run in runs.values()) and time.monotonic() < end:
        time.sleep(min(BREATH, 1.0))
        if time.monotonic() - shown > BREATH * 4:
            shown = time.monotonic()
            told = ", ".join(f"{house.name} {spent(house)[2]:,}" for house in runs)
            print(f"    tests done: {told}", flush=True)


def stop(runs: dict[House, subprocess.Popen[bytes]]) -> None:
    for run in runs.values():
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()


def table(houses: list[House]) -> None:
    """A line a folder, and all."""
    found = [spent(house) for house in houses]
    named = sorted(set().union(*(seconds for seconds, _, _ in found)))
    for folder in named:
        cells = ""
        for seconds, failed, _ in found:
            told = f"{seconds[folder]:.1f}" if folder in seconds else "-"
            cells += f"{told + ('*' if folder in failed else ' '):>11}"
        print(f"  {folder:<46}{cells}")
    print(f"  {'all':<46}" + "".join(f"{sum(s.values()):>10.1f} " for s, _, _ in found))
    print(f"  {'tests':<46}" + "".join(f"{done:>10,} " for _, _, done in found))


def main() -> None:
    """Print the table."""
    base, folders = os.environ.get("BASE", RECORDED), sys.argv[1:] or ["tests"]
    with houses_of(base) as houses:
        runs = {house: begin(house, folders) for house in houses}
        try:
            wait(runs)
            late = [house.name for house, run in runs.items() if run.poll() is None]
        finally:
            stop(runs)
        print(f"  {'CPU seconds; before is ' + base:<46}{'now':>10} {'before':>10}")
        table(houses)
        for name in late:
            print(f"  {name}: stopped after {MINUTES:g} minutes, with tests left undone")
        for house, run in runs.items():
            if run.returncode > 1:  # neither passed, nor a test that fails
                last = (house.room / "log").read_text("utf-8", "replace").strip().splitlines()
                print(f"  {house.name}: {last[-1] if last else run.returncode}")


if __name__ == "__main__":
    main()
