"""What other endpoints are made of: events with a true day of their own, and numbers at visits."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import special

from equipoise.arrays import Floats, Ints
from equipoise.calendar import DAYS_PER_YEAR
from equipoise.patients.attendance import Attended, visit_columns
from equipoise.patients.keyed_draws import normals, uniforms
from equipoise.patients.people import NEVER, People, table_of
from equipoise.protocol import Protocol
from equipoise.protocol.language.activities import MEASURED_AT
from equipoise.protocol.model import (
    MeasureTruth,
    Occurrence,
    QuestionnairePlan,
    RecurrentTruth,
    Truth,
)
from equipoise.questionnaires.forms import FormScale, questionnaire

OTHER_EVENT = "OTHER EVENT"
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
            found["events"].append(_adverse(who, how, rows, day[rows]))
        else:
            found["milestones"].append(_milestone(who, how, rows, day))
    return found


def recurrences(who: People, truth: Truth) -> list[pl.DataFrame]:
    """Rows of `events` for what comes again and again, on whole days while a patient is followed.

    Event k has draw k of its purpose, so that a longer follow-up moves no earlier event.
    Checked  tests/unit/patients/test_recurrences.py (mean and variance of the counts).
    """
    return [_recurrent(who, name, truth.recurring[name]) for name in truth.recurring]


def _recurrent(who: People, name: str, what: RecurrentTruth) -> pl.DataFrame:
    yearly = np.array([what.rates.get(arm, 0.0) for arm in who.arms])[who.arm]
    if what.dispersion > 0.0:
        u = uniforms(who.keys, f"frailty:{name}", numbers=1)[:, 0]
        yearly = yearly * what.dispersion * special.gammaincinv(1.0 / what.dispersion, u)
    longest = who.end.max(initial=0) / DAYS_PER_YEAR * yearly.max(initial=0.0)
    most = int(np.ceil(longest + 8.0 * np.sqrt(longest) + 20.0))  # more have no chance to come
    gaps = -np.log(uniforms(who.keys, f"recurrent:{name}", numbers=most))
    with np.errstate(divide="ignore"):
        time = np.cumsum(gaps, axis=1) * (DAYS_PER_YEAR / yearly)[:, None]
    seen = time <= who.end[:, None]
    rows, _ = np.nonzero(seen)
    return _adverse(who, what, rows, np.ceil(time[seen]).astype(np.int64))


def _adverse(who: People, how: Occurrence | RecurrentTruth, rows: Ints, day: Ints) -> pl.DataFrame:
    """day : (m,) of each row"""
    m = len(rows)
    return table_of(
        who,
        rows,
        term=how.term,
        system=how.system,
        grade=how.grade,
        start=day,
        end=np.full(m, NEVER),
        serious=how.grade >= 3,
        related=False,
        outcome="NOT RECOVERED/NOT RESOLVED",
    )


def _milestone(who: People, how: Occurrence, rows: Ints, day: Ints) -> pl.DataFrame:
    return table_of(
        who,
        rows,
        category=OTHER_EVENT,
        scope="",
        what=how.term,
        term=how.term,
        epoch="FOLLOW-UP",
        date=day[rows],
    )


def assessments(
    protocol: Protocol, who: People, truth: Truth, attended: list[Attended]
) -> pl.DataFrame:
    """The rows of `assessments`: every measure of the truth at every visit that has its task."""
    parts = []
    for name, measure in truth.measures.items():
        for one in attended:
            if MEASURED_AT[measure.domain] not in protocol.visits[one.plan.key].do:
                continue
            if measure.questionnaire is None:
                parts.append(_measured(who, name, measure, one))
            else:
                plan = protocol.questionnaires[measure.questionnaire]
                parts += _answers(who, name, measure, one, plan)
    return pl.concat(parts) if parts else pl.DataFrame()


def _answers(
    who: People, name: str, measure: MeasureTruth, one: Attended, plan: QuestionnairePlan
) -> list[pl.DataFrame]:
    """The items of one scale, answered so that the score comes nearest to the measure."""
    assert plan.scored_by is not None
    scale = questionnaire(plan.scored_by).scale(name)
    rows, columns = np.nonzero(one.is_held)
    answers = answered(scale, measured(who, name, measure, one.day)[rows, columns])
    blank = _blank(who, name, measure, one.day, len(scale.items))[rows, columns]
    parts = []
    for place, item in enumerate(scale.items):
        there = ~blank[:, place]
        parts.append(
            table_of(
                who,
                rows[there],
                domain="QS",
                category=plan.category,
                test=f"Item {item}",
                code=f"Q{item:02d}",
                unit="",
                value=answers[there, place],
                **visit_columns(one, rows[there], columns[there]),
            )
        )
    return parts


def answered(scale: FormScale, score: Floats) -> Floats:
    """(n, items) whole answers whose score comes nearest to `score` (n,), 0 to 100.

    The raw score is spread evenly; what is over goes to the first items.
    """
    k = len(scale.items)
    share = np.clip(score, 0.0, 100.0) / 100.0
    share = 1.0 - share if scale.kind == "function" else share
    total = np.rint(k * scale.range * share).astype(np.int64)
    each, over = total // k, total % k
    return np.asarray(1.0 + each[:, None] + (np.arange(k)[None, :] < over[:, None]))


def _blank(
    who: People, name: str, measure: MeasureTruth, day: Ints, items: int
) -> NDArray[np.bool_]:
    """(n, k, items) which items are left out on study days (n, k)."""
    # A draw belongs to its day and item, so that a visit more or less moves no other answer.
    n, k = day.shape
    numbers = np.maximum(day + 400, 0)[:, :, None] * items + np.arange(items)
    u = uniforms(who.keys, f"unanswered:{name}", numbers=numbers.reshape(n, k * items))
    return np.asarray(u.reshape(n, k, items) < measure.unanswered)


def _measured(who: People, name: str, measure: MeasureTruth, one: Attended) -> pl.DataFrame:
    rows, columns = np.nonzero(one.is_held)
    return table_of(
        who,
        rows,
        domain=measure.domain,
        category=measure.category,
        test=measure.label or name,
        code=name,
        unit=measure.unit,
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
