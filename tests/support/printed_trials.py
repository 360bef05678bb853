"""Trials of two arms whose patients are known, from plausible curves, and figures read off them.

A trial of the set is made from its number alone: 30 to 400 subjects an arm; Weibull times, some
with a fraction cured, some with an effect that comes late, some seen only at scans; uniform
accrual, a data cut-off and some loss. Times are whole days, told in months.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from support.evidence import MONTH, survival_at

ARMS = ("control", "experimental")
PIXELS = 2000  # height and width of a figure of which every step is read
AT_RISK_TIMES = 11
STEPS = (1, 2, 3, 4, 6, 12, 24)


class Arm(NamedTuple):
    """Months to the event or to censoring."""

    time: np.ndarray
    event: np.ndarray


def trial(number: int) -> tuple[Arm, Arm]:
    """The control and the experimental arm of one trial of the set."""
    rng = np.random.default_rng([1876, number])
    median = np.exp(rng.uniform(np.log(4.0), np.log(48.0)))
    shape = rng.uniform(0.75, 1.5)
    cured = rng.choice([0.0, 0.0, 0.2, 0.35])
    ratio = rng.uniform(0.45, 1.1)
    late = rng.choice([0.0, 0.0, 0.0, 0.5]) * median
    accrual, more = median * rng.uniform(0.4, 1.5), median * rng.uniform(0.3, 1.5)
    loss = rng.choice([0.0, 0.02, 0.08]) / 12.0
    scan = rng.choice([0.0, 0.0, 1.4, 2.1, 2.8])
    n = round(np.exp(rng.uniform(np.log(30.0), np.log(400.0))))
    arms = []
    for code in (0, 1):
        hazards = -np.log(rng.random(n))
        hazards = np.where(rng.random(n) < cured, np.inf, hazards)
        life = _life(hazards, median, shape, ratio if code else 1.0, late)
        if scan:
            life = np.ceil(life / scan) * scan + rng.normal(0.0, 0.15, n)
        leave = accrual * rng.random(n) + more
        if loss:
            leave = np.minimum(leave, rng.exponential(1.0 / loss, n))
        arms.append(_seen(np.maximum(life, 0.0), leave))
    return arms[0], arms[1]


def _life(hazards, median, shape, ratio, late):
    """Times with these cumulative hazards; the ratio holds from `late` on."""
    scale = median / np.log(2.0) ** (1.0 / shape)
    before = (late / scale) ** shape
    after = np.where(hazards > before, before + (hazards - before) / ratio, hazards)
    return scale * after ** (1.0 / shape)


def _seen(life, leave) -> Arm:
    days = np.maximum(np.ceil(np.minimum(life, leave) * MONTH), 1.0)
    return Arm(days / MONTH, life <= leave)


def redrawn(arm: Arm, number: int) -> Arm:
    """As many subjects again, from the arm's own curves of event and of censoring."""
    rng = np.random.default_rng([1877, number])
    life, leave = (_from_curve(arm.time, what, rng) for what in (arm.event, ~arm.event))
    end = arm.time.max()
    life = np.where(np.isfinite(life), life, np.inf)
    leave = np.minimum(leave, end)
    return Arm(np.minimum(life, leave), life <= leave)


def _from_curve(time, event, rng):
    at = np.unique(time[event])
    if not len(at):
        return np.full(len(time), np.inf)
    below = survival_at(time, event, at)
    place = np.searchsorted(-below, -rng.random(len(time)), side="left")
    return np.append(at, np.inf)[place]


def axis_end(arms) -> float:
    """Where the figure's axis ends: the last time, rounded up to a mark."""
    last = max(arm.time.max() for arm in arms)
    step = next(s for s in STEPS if last / s <= AT_RISK_TIMES - 1)
    return float(np.ceil(last / step) * step)


def at_risk(arms):
    """Numbers at risk at up to 11 times, as columns."""
    last = max(arm.time.max() for arm in arms)
    step = next(s for s in STEPS if last / s <= AT_RISK_TIMES - 1)
    table = {"time": [], "at_risk": [], "arm": []}
    for name, arm in zip(ARMS, arms, strict=True):
        for t in np.arange(0.0, last, step):
            table["time"].append(float(t))
            table["at_risk"].append(int((arm.time >= t).sum()))
            table["arm"].append(name)
    return table


def censored(arms):
    """Times of the censoring marks, one for each time, as columns."""
    table = {"time": [], "arm": []}
    for name, arm in zip(ARMS, arms, strict=True):
        marks = np.unique(arm.time[~arm.event])
        table["time"] += marks.tolist()
        table["arm"] += [name] * len(marks)
    return table


def only_at_zero(table):
    """The same without the numbers after time 0."""
    first = [i for i, t in enumerate(table["time"]) if t == 0.0]
    return {name: [cells[i] for i in first] for name, cells in table.items()}


def totals(arms):
    return {name: int(arm.event.sum()) for name, arm in zip(ARMS, arms, strict=True)}


def every_step(arms, pixels: int | None = PIXELS):
    """The foot of every step and the end of the curve, to a pixel (None: exact)."""
    end = axis_end(arms)

    def read(arm):
        feet = np.unique(np.append(arm.time[arm.event], arm.time.max()))
        s = survival_at(arm.time, arm.event, feet)
        x, s = np.append(0.0, feet), np.append(1.0, s)
        if pixels is None:
            return x, s
        return np.round(x / end * pixels) * end / pixels, np.round(s * pixels) / pixels

    return _columns(arms, read)


def clicked(arms, points: int, noise: float, number: int):
    """Points clicked along the curve, both coordinates off by `noise` of their axis."""
    rng = np.random.default_rng([1878, number, points])
    end = axis_end(arms)

    def read(arm):
        x = np.linspace(0.0, arm.time.max(), points)
        s = survival_at(arm.time, arm.event, x)
        off = rng.normal(0.0, noise, (2, points))
        return x + off[0] * end, np.clip(s + off[1], -0.02, 1.02)

    return _columns(arms, read)


def _columns(arms, read):
    table = {"time": [], "survival": [], "arm": []}
    for name, arm in zip(ARMS, arms, strict=True):
        x, s = read(arm)
        table["time"] += x.tolist()
        table["survival"] += s.tolist()
        table["arm"] += [name] * len(x)
    return table
