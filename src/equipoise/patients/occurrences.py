"""What other endpoints are made of: events with a true day of their own, and numbers at visits."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.patients.attendance import Attended, visit_columns
from equipoise.patients.chance import normals
from equipoise.patients.people import NEVER, People, table_of
from equipoise.protocol import Protocol
from equipoise.protocol.model import MeasureTruth, Occurrence, Truth

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OTHER_EVENT = "OTHER EVENT"
TASKS = {"QS": "questionnaires", "VS": "vital signs"}
_DEFAULT_BY_DAYS = 84


def occurrences(who: People, truth: Truth) -> dict[str, list[pl.DataFrame]]:
    """Rows of `events` and `milestones` for the true days of the truth's own endpoints.

    An event is recorded on its day if the patient is still followed then.
    """
    found: dict[str, list[pl.DataFrame]] = {"events": [], "milestones": []}
    for name, day in who.other_days.items():
        how = truth.endpoints[name].recorded or Occurrence.model_validate({"term": name.upper()})
        rows = np.flatnonzero(day <= who.end)
        if how.in_ == "AE":
            found["events"].append(_adverse(who, how, rows, day))
        else:
            found["milestones"].append(_milestone(who, how, rows, day))
    return found


def _adverse(who: People, how: Occurrence, rows: Ints, day: Ints) -> pl.DataFrame:
    m = len(rows)
    return table_of(
        who,
        rows,
        term=[how.term] * m,
        system=[how.system] * m,
        grade=[how.grade] * m,
        start=day[rows],
        end=np.full(m, NEVER),
        serious=[how.grade >= 3] * m,
        related=[False] * m,
        outcome=["NOT RECOVERED/NOT RESOLVED"] * m,
    )


def _milestone(who: People, how: Occurrence, rows: Ints, day: Ints) -> pl.DataFrame:
    m = len(rows)
    return table_of(
        who,
        rows,
        category=[OTHER_EVENT] * m,
        scope=[""] * m,
        what=[how.term] * m,
        term=[how.term] * m,
        epoch=["FOLLOW-UP"] * m,
        date=day[rows],
    )


def assessments(
    protocol: Protocol, who: People, truth: Truth, attended: list[Attended]
) -> pl.DataFrame:
    """The rows of `assessments`: every measure of the truth at every visit that has its task."""
    parts = [
        _measured(who, name, measure, one)
        for name, measure in truth.measures.items()
        for one in attended
        if TASKS[measure.domain] in protocol.visits[one.plan.key].do
    ]
    return pl.concat(parts) if parts else pl.DataFrame()


def _measured(who: People, name: str, measure: MeasureTruth, one: Attended) -> pl.DataFrame:
    rows, columns = np.nonzero(one.is_held)
    m = len(rows)
    return table_of(
        who,
        rows,
        domain=[measure.domain] * m,
        category=[measure.category] * m,
        test=[measure.label or name] * m,
        code=[name] * m,
        unit=[measure.unit] * m,
        value=measured(who, name, measure, one.day)[rows, columns],
        **visit_columns(one, rows, columns),
    )


def measured(who: People, name: str, measure: MeasureTruth, day: Ints) -> Floats:
    """A measure on study days (n, k): own level, mean change since randomization, noise."""
    own = measure.mean + measure.sd * normals(who.keys, f"measure:{name}")
    change = np.array([measure.change.get(arm, 0.0) for arm in who.arms])[who.arm][:, None]
    span = measure.by.whole_days if measure.by else _DEFAULT_BY_DAYS
    reached = np.clip((day - 1) / max(span, 1), 0.0, 1.0)
    # A draw belongs to its day, so that a visit more or less moves no other value.
    noise = normals(who.keys, f"measure noise:{name}", numbers=np.maximum(day + 400, 0))
    value = own + change * reached + measure.noise * noise
    low = -np.inf if measure.at_least is None else measure.at_least
    high = np.inf if measure.at_most is None else measure.at_most
    return np.asarray(np.round(np.clip(value, low, high), measure.digits))
