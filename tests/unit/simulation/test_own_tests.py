"""A test of one's own is read at the looks of the design, in Python or compiled."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numba import njit

import equipoise as eq
from equipoise.analysis.survival import logrank
from support.spec import NETTER_FILE

NETTER = eq.read(NETTER_FILE)
TRUTH = "as reported"
TRIALS = 60


def in_python(time, event, arm, stratum):
    """The stratified log-rank test, by the room of analysis."""
    return -logrank(time, event, arm.astype(np.int8), stratum).z


@njit
def compiled(time, event, arm, stratum):
    """The stratified log-rank test, straight from its formula."""
    score = variance = 0.0
    for s in range(stratum.max() + 1):
        mine = stratum == s
        for t in np.unique(time[mine & event]):
            risk = mine & (time >= t)
            dead = mine & event & (time == t)
            n, d = risk.sum(), dead.sum()
            n1, d1 = (risk & (arm == 1)).sum(), (dead & (arm == 1)).sum()
            score += d1 - d * n1 / n
            if n > 1:
                variance += d * (n1 / n) * (1 - n1 / n) * (n - d) / (n - 1)
    return -score / math.sqrt(variance)


def test_frames_are_those_of_the_kernel() -> None:
    shown = [
        f for f in eq.look_frames(NETTER, truth=TRUTH, trials=3, seed=5) if f.hypothesis == "PFS"
    ]
    assert [f.trial for f in shown] == [0, 1, 2]
    for frame in shown:
        assert frame.event.sum() >= 74  # events of the last day all count
        assert frame.to_frame().columns == ["arm", "stratum", "time", "event"]
        assert in_python(*frame[3:]) == pytest.approx(compiled(*frame[3:]), rel=1e-10)


@pytest.mark.parametrize("test", [in_python, compiled])
def test_our_own_test_from_outside_decides_the_same(test) -> None:
    ours = eq.simulate(NETTER, truth=TRUTH, trials=TRIALS, seed=5)
    theirs = eq.simulate(NETTER, truth=TRUTH, trials=TRIALS, seed=5, test={"PFS": test})
    assert [str(row) for row in theirs.rows] == [str(row) for row in ours.rows]
    assert theirs.scenario == f"{TRUTH}; PFS tested by {test.__name__}"
    assert theirs.digest != ours.digest


def test_what_a_test_finds_decides() -> None:
    """A Z beyond any bound always rejects, and one that is no number never."""
    asked = {"truth": TRUTH, "trials": 20, "seed": 5}
    always = eq.simulate(NETTER, test={"PFS": lambda *frame: 99.0}, **asked)
    never = eq.simulate(NETTER, test={"PFS": lambda *frame: math.nan}, **asked)
    assert always.value("power", hypothesis="PFS").value == 1.0
    assert never.value("power", hypothesis="PFS").value == 0.0


def test_threads_change_nothing() -> None:
    asked = {"truth": TRUTH, "trials": 5000, "seed": 5, "test": {"PFS": constant}}
    one, two = (eq.simulate(NETTER, workers=n, **asked) for n in (1, 2))
    assert one.digest == two.digest


@njit
def constant(time, event, arm, stratum):
    return float(time[0] % 5)


@njit
def cannot_be_compiled(time, event, arm, stratum):
    return float(time[0] > 3)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"test": cannot_be_compiled}, "cannot_be_compiled: numba cannot compile it"),
        ({"test": {"PFZ": in_python}}, "did you mean PFS"),
        ({"test": lambda *frame: "large"}, "gave a str; expected Z"),
        ({"test": in_python, "checkpoint": "x.parquet"}, "leave out cluster, checkpoint"),
    ],
)
def test_what_cannot_be_is_told(given, words) -> None:
    with pytest.raises(eq.InputError, match=words):
        eq.simulate(NETTER, truth=TRUTH, trials=2, seed=1, **given)
