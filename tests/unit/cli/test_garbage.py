"""A command collects garbage seldom, and not again when Python ends."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from equipoise.cli.garbage import SELDOM, collect_seldom

SOURCE = Path(__file__).parents[3] / "src"
AT_THE_END = """
import atexit, gc, sys
collections = []
gc.callbacks.append(lambda phase, info: phase == "start" and collections.append(info))
atexit.register(lambda: print(gc.get_freeze_count(), len(collections)))
sys.argv = ["equipoise", *sys.argv[1:]]
from equipoise.cli import main
collections.clear()
main()
"""


@pytest.fixture(autouse=True)
def as_python_does() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


@pytest.mark.parametrize("words", [("--version",), ("bild",), ("check", "missing.yaml")])
def test_what_is_left_at_the_end_is_not_looked_through(words: tuple[str, ...]) -> None:
    """Nor is anything while so short a command runs."""
    done = subprocess.run(
        [sys.executable, "-c", AT_THE_END, *words],
        env={**os.environ, "PYTHONPATH": str(SOURCE)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    frozen, collections = done.stdout.splitlines()[-1].split()
    assert int(frozen) > 10_000
    assert collections == "0"


def test_the_old_are_collected_as_python_does() -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    collect_seldom()
    collect_seldom()
    assert gc.get_threshold() == (SELDOM, *before[1:])
    assert gc.get_freeze_count() == frozen


def test_circles_still_go_while_a_command_runs() -> None:
    collect_seldom()
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(4 * SELDOM):
        one: list[object] = []
        one.append(one)
    assert len(gc.get_objects()) < before + 2 * SELDOM
