"""A command seldom collects garbage, and leaves Python's own ways behind it."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from equipoise.cli.garbage import seldom_collected

SOURCE = Path(__file__).parents[3] / "src"
AT_THE_END = """
import atexit, gc, sys
atexit.register(lambda: print(gc.get_freeze_count(), gc.get_threshold()))
before = gc.get_threshold()
sys.argv = ["equipoise", *sys.argv[1:]]
from equipoise.cli import main
main()
"""


def ended(*words: str) -> str:
    """How many objects are kept from the collector when a command has ended, and its thresholds."""
    done = subprocess.run(
        [sys.executable, "-c", AT_THE_END, *words],
        env={**os.environ, "PYTHONPATH": str(SOURCE)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("words", [("--version",), ("bild",), ("check", "missing.yaml")])
def test_what_is_left_at_the_end_is_not_looked_through(words: tuple[str, ...]) -> None:
    frozen, thresholds = ended(*words).split(" ", 1)
    assert int(frozen) > 10_000
    assert thresholds == str(gc.get_threshold())


def test_the_young_are_collected_less_often_inside_alone() -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()

    def fail() -> None:
        with seldom_collected():
            assert gc.get_threshold()[0] > before[0]
            assert gc.get_threshold()[1:] == before[1:]
            raise ValueError("anything")

    with pytest.raises(ValueError, match="anything"):
        fail()
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == frozen


def test_circles_still_go_while_a_command_runs() -> None:
    with seldom_collected():
        gc.collect()
        before = len(gc.get_objects())
        for _ in range(400_000):
            one: list[object] = []
            one.append(one)
        assert len(gc.get_objects()) < before + 200_000
