"""This working tree beside an earlier commit, and the CPU seconds of what is run in each.

User and system time of a process and of its workers are counted, since the wall clock tells of the
neighbors too: so the two commits run beside each other. Each has its own compiled kernels, and
bytecode is kept, as where it is installed. What fails, or takes longer than `PATIENCE`, says why in
one line.
"""

from __future__ import annotations

import math
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

HOUSE = Path(__file__).parents[1]
RECORDED = "196df15"
"""The commit before work on speed began."""

NETTER, TRUTH = "examples/netter1", "as reported"
PATIENCE = int(os.environ.get("PATIENCE", "120"))
"""CPU seconds that one process may take."""
WALL = 3  # times as long by the clock, on a machine that does much else

_PATIENTS, _RATES = 229, [0.25, 2.5, 5, 9, 10, 10, 6]
"""Of the truth of NETTER-1: patients, and how many come a month, period by period."""


_RUNNING: set[int] = set()
"""What is run now, by its process; each leads a group."""


class Failed(Exception):  # noqa: N818
    """Why a command gave no figure, in one line."""


class House(NamedTuple):
    """A commit's code, with its own kernels and its own copies of trials."""

    name: str
    root: Path
    room: Path

    def env(self, *more: str) -> dict[str, str]:
        paths = os.pathsep.join(str(self.root / part) for part in ("src", "", *more))
        return {
            **os.environ,
            "PYTHONPATH": paths,
            "NUMBA_CACHE_DIR": str(self.room / "kernels"),
            "PYTHONDONTWRITEBYTECODE": "",
            "OPENBLAS_NUM_THREADS": "1",
        }

    def cpu(self, *command: str) -> float:
        """CPU seconds of a Python process with these arguments, and of its workers."""
        return spent([sys.executable, *command], self.root, self.env())[0]

    def eq(self, *command: str) -> float:
        return self.cpu("-m", "equipoise", *command)

    def says(self, code: str, **env: str) -> str:
        """The last line that a script prints, with more in its environment."""
        told = spent([sys.executable, "-c", code], self.root, self.env() | env)[1]
        return told.splitlines()[-1]

    def has(self, module: str) -> bool:
        """Whether this commit has a module."""
        return (self.root / "src" / f"{module.replace('.', '/')}.py").is_file()

    def trial(self, name: str = "netter1", subjects: int | None = None) -> str:
        """A folder of NETTER-1 without data, with so many subjects."""
        where = self.room / name
        shutil.rmtree(where, ignore_errors=True)
        where.mkdir(parents=True)
        text = (self.root / NETTER / "protocol.yaml").read_text(encoding="utf-8")
        if subjects is not None:
            rates = [round(rate * subjects / _PATIENTS, 4) for rate in _RATES]
            for said, more in (
                ("randomize: 230 [recalled]", f"randomize: {subjects}"),
                (f"patients: {_PATIENTS} [abstract]", f"patients: {subjects}"),
                (f"rates: {_RATES}", f"rates: {rates}"),
            ):
                if text.count(said) != 1:
                    raise Failed(f"{NETTER} says no more: {said}")
                text = text.replace(said, more)
        (where / "protocol.yaml").write_text(text, encoding="utf-8")
        return str(where)


def spent(
    command: list[str],
    where: Path,
    env: dict[str, str] | None = None,
    *,
    seconds: float = PATIENCE,
    ends: tuple[int, ...] = (0,),
) -> tuple[float, str]:
    """User and system seconds of a command, and what it printed; raises Failed.

    seconds : of CPU that one process may take; ends : exit codes that are no failure
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        run = subprocess.Popen(
            command, cwd=where, env=env, stdout=out, stderr=err, start_new_session=True
        )
        resource.prlimit(run.pid, resource.RLIMIT_CPU, (int(seconds), int(seconds)))
        _RUNNING.add(run.pid)
        try:
            code, used = ended(run, seconds * WALL)
        except BaseException:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
            raise
        finally:
            _RUNNING.discard(run.pid)
        out.seek(0), err.seek(0)
        if code in (-signal.SIGKILL, -signal.SIGXCPU):
            raise Failed(f"took more than {seconds:g} seconds of CPU")
        if code not in ends:
            raise Failed(reason(err.read()) or f"ended with {code}")
        return used, out.read()


def ended(run: subprocess.Popen[str], seconds: float) -> tuple[int, float]:
    """How a process ended, and its CPU seconds with those of what it waited for; raises Failed."""
    end, pause = time.monotonic() + seconds, 0.002
    while time.monotonic() < end:
        done, status, used = os.wait4(run.pid, os.WNOHANG)
        if done:
            run.returncode = os.waitstatus_to_exitcode(status)
            return run.returncode, used.ru_utime + used.ru_stime
        time.sleep(pause)
        pause = min(2 * pause, 0.1)
    raise Failed(f"took more than {seconds:g} seconds")


def reason(text: str) -> str:
    """The line of an error's text that says most: the first of ours, the last of a traceback."""
    lines = [line.strip("│╭╰─╮╯ \n") for line in text.splitlines()]
    told = [line for line in lines if line and not line.startswith(("Usage:", "Try ", "Error"))]
    at = -1 if any(line.startswith("Traceback (most") for line in told) else 0
    return told[at] if told else ""


def slope(sizes: list[int], each: list[float]) -> float:
    """Of the log of `each` over the log of `sizes`, by least squares; NaN of fewer than two."""
    pairs = [(math.log(n), math.log(s)) for n, s in zip(sizes, each) if n > 0 and s > 0]
    if len(pairs) < 2:
        return math.nan
    mean = sum(a for a, _ in pairs) / len(pairs)
    return sum((a - mean) * b for a, b in pairs) / sum((a - mean) ** 2 for a, _ in pairs)


def stop(*_: object) -> None:
    """End what is run, so that folders are taken away."""
    for run in [*_RUNNING]:
        os.killpg(run, signal.SIGKILL)
    sys.exit("stopped")


@contextmanager
def houses_of(base: str) -> Iterator[list[House]]:
    """This working tree, and a clean copy of the base commit, each with a room of its own."""
    signal.signal(signal.SIGTERM, stop)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        room, before = Path(folder), Path(folder) / "base"
        git = ["git", "-C", str(HOUSE), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(before), base], check=True)
        try:
            yield [House("now", HOUSE, room / "now"), House("before", before, room / "before")]
        finally:
            subprocess.run([*git, "remove", "--force", str(before)], check=True)


def of_each(
    houses: list[House], measure: Callable[[House], float], *, alone: bool = False
) -> tuple[list[float], str]:
    """What each house takes, NaN where it fails, and why.

    alone : one after the other, where all cores are put to work
    """

    def one(house: House) -> tuple[float, str]:
        try:
            return measure(house), ""
        except Failed as failed:
            return math.nan, f"{house.name}: {failed}"

    with ThreadPoolExecutor(1 if alone else len(houses)) as both:
        told = list(both.map(one, houses))
    return [took for took, _ in told], "; ".join(why for _, why in told if why)
