"""Times past the last one observed: what a curve can still say of them."""

from __future__ import annotations

import numpy as np

from equipoise.arrays import Bools, Floats


def past(time: Floats, free: Floats, asked: Floats) -> Bools:
    """(m,) whether each time asked for is past the last, where somebody was censored.

    time : (k,) ascending; free : (k,) the probability to be free of every event, 0 once all had one
    """
    beyond: Bools = asked > time[-1] if free[-1] > 0 else np.zeros(asked.size, np.bool_)
    return beyond


def notes_past(time: Floats, beyond: Bools, *, extend: bool) -> tuple[str, ...]:
    """(m,) what was done at each time past the last; empty at the others."""
    last = f"the last time, {time[-1]:g}, where somebody was censored"
    words = f"carried on from {last}" if extend else f"not estimable: past {last}"
    return tuple(words if b else "" for b in beyond)
