"""A plugin of pytest: CPU seconds of each test and of what it starts, a line each in a file.

The file is named by SPENT and begins with the commit and the day; `collection` is what a process
spends before its first test, with all imports.
"""

from __future__ import annotations

import datetime as dt
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FILE = Path(os.environ["SPENT"])
_FAILED: set[str] = set()


def cpu() -> float:
    each = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in each)


def say(seconds: float, test: str) -> None:
    with FILE.open("a", encoding="utf-8") as file:
        file.write(f"{seconds:.4f}\t{test in _FAILED:d}\t{test}\n")


def commit(root: Path) -> str:
    """The commit that is tested; with a plus where files have been changed since."""
    said = ["git", "-C", str(root), "describe", "--always", "--dirty=+", "--exclude=*"]
    return subprocess.run(said, capture_output=True, text=True, check=False).stdout.strip()


def pytest_configure(config: Any) -> None:
    if not hasattr(config, "workerinput"):
        FILE.parent.mkdir(parents=True, exist_ok=True)
        told = commit(config.rootpath), f"{dt.date.today():%Y-%m-%d}"
        FILE.write_text(" ".join(told) + "\n", encoding="utf-8")


def pytest_collection_finish() -> None:
    say(cpu(), "collection")


def pytest_runtest_logreport(report: Any) -> None:
    if report.failed:
        _FAILED.add(report.nodeid)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: Any) -> Iterator[None]:
    before = cpu()
    yield
    say(cpu() - before, item.nodeid)
