"""Printed curves of known data sets: survival as a plot shows it, with numbers at risk below."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

ORACLE = Path(__file__).parents[1] / "oracle"
REFERENCE = json.loads((ORACLE / "evidence" / "reference.json").read_text())["entries"]
MONTH = 30.4375
POINTS = 150  # about what a person reads off a curve


class Known(NamedTuple):
    """Patient-level data that were published, in months; arm 1 is the experimental one."""

    time: np.ndarray
    event: np.ndarray
    arm: np.ndarray


def known(entry) -> Known:
    path = ORACLE / "survival" / "data" / f"{entry['data']}.csv"
    with path.open() as file:
        rows = list(csv.DictReader(file))
    columns = [
        np.array([row[name] == str(value) for row in rows])
        for name, value in (entry["event"], entry["arm"])
    ]
    time = np.array([float(row[entry["time"]]) for row in rows]) / MONTH
    return Known(time, columns[0], columns[1].astype(int))


def survival_at(time, event, when) -> np.ndarray:
    """Kaplan-Meier by its definition."""
    died = np.unique(time[event])
    step = [1 - ((time == t) & event).sum() / (time >= t).sum() for t in died]
    return np.append(1.0, np.cumprod(step))[np.searchsorted(died, when, side="right")]


def digitized(data: Known, *, precision: float, at: str, every: float = 3.0):
    """Curve and numbers at risk of both arms as columns.

    at : "even" - 150 even times; "steps" - the foot of every step; "both ends" - its head too
    """
    curve = {"time": [], "survival": [], "arm": []}
    risk = {"time": [], "at_risk": [], "arm": []}
    for code, arm in enumerate(("control", "experimental")):
        time, event = data.time[data.arm == code], data.event[data.arm == code]
        x, s = _points(time, event, at)
        curve["time"] += x.tolist()
        curve["survival"] += (np.round(s / precision) * precision).tolist()
        curve["arm"] += [arm] * len(x)
        when = np.arange(0.0, time.max(), every)
        risk["time"] += when.tolist()
        risk["at_risk"] += [int((time >= t).sum()) for t in when]
        risk["arm"] += [arm] * len(when)
    return curve, risk


def _points(time, event, at):
    if at == "even":
        x = np.round(np.linspace(0.0, time.max(), POINTS), 2)
        return x, survival_at(time, event, x)
    feet = np.unique(time[event])
    s = survival_at(time, event, feet)
    if at == "steps":
        return np.append(0.0, feet), np.append(1.0, s)
    return np.repeat(feet, 2), np.column_stack([np.append(1.0, s[:-1]), s]).ravel()
