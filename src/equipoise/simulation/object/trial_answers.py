"""What one virtual trial says of the design, through its records: any test, any population."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from equipoise.adam.model import ADaM
from equipoise.adam.study import Study
from equipoise.analysis.analyze import estimand_rows
from equipoise.analysis.monitored import observed_z
from equipoise.analysis.results import Results, frame
from equipoise.calendar import study_day
from equipoise.design.model import Design
from equipoise.design.monitor.model import LookDecision, Seen
from equipoise.design.monitor.monitor import monitor
from equipoise.errors import InputError
from equipoise.meaning.hypotheses import Hypothesis, hypotheses
from equipoise.meaning.looks import Look
from equipoise.protocol import Protocol
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.simulation.object.run import run


class LookAnswer(NamedTuple):
    """A hypothesis at one look; None where the look is not held, or there is no number.

    day : of the trial, 1 is that of the first randomization; subjects : of the two arms
    """

    day: int | None = None
    subjects: int | None = None
    z: float | None = None
    amount: float | None = None
    estimate: float | None = None
    lower: float | None = None
    upper: float | None = None


class TrialAnswer(NamedTuple):
    """A hypothesis in one trial: its looks, and how and at which of them it ended.

    decision : None where no look has a statistic
    """

    looks: tuple[LookAnswer, ...]
    decision: LookDecision | None
    stop: int


def trial_answers(
    protocol: Protocol, design: Design, *, truth: str, seed: int, trial: int
) -> dict[str, TrialAnswer]:
    """Every hypothesis of the design in one virtual trial, analyzed as collected data would be.

    Checked  tests/twins/test_simulated_by_records.py
    """
    record = run(protocol, truth=truth, seed=seed, trial=trial)
    study = Study.of(tabulate(record))
    looks = {
        h.name: tuple(_at_look(study, h, look) for look in h.looks) for h in hypotheses(protocol)
    }
    seen = {h.name: _seen(h, looks[h.name]) for h in hypotheses(protocol)}
    found = monitor(design, {name: some for name, some in seen.items() if some})
    decided = {one.name: (one.decision, one.look) for one in found.hypotheses}
    answers = {}
    for h in hypotheses(protocol):
        decision, at = decided.get(h.name, (None, h.looks[-1].name))
        stop = [look.name for look in h.looks].index(at)
        answers[h.name] = TrialAnswer(looks[h.name], decision, stop)
    return answers


def _at_look(study: Study, h: Hypothesis, look: Look) -> LookAnswer:
    try:
        date = study.date(look.label)
    except InputError:  # too few events ever come
        return LookAnswer()
    data = study.adam(look.label)
    day = _trial_day(data, date)
    try:
        found = observed_z(data, h)
    except InputError:
        return LookAnswer(day)
    own = _estimate(data, h)
    return LookAnswer(day, _in_arms(data, h), found.z, found.amount, *own)


def _trial_day(data: ADaM, date: dt.date | None) -> int:
    """Days from the first randomization to a cut-off, or to the end of the last subject's study."""
    people = data.table("ADSL")
    first, last = people["RANDDT"].min(), date or people["EOSDT"].max()
    assert isinstance(first, dt.date)
    assert isinstance(last, dt.date)
    return study_day(last, origin=first)


def _in_arms(data: ADaM, h: Hypothesis) -> int:
    return int(data.table("ADSL")["TRT01P"].is_in(h.arms).sum())


def _estimate(data: ADaM, h: Hypothesis) -> tuple[float | None, float | None, float | None]:
    """What the estimand sums up in the pair, with its limits."""
    assert h.key is not None
    rows = frame(estimand_rows(data, h.key, subgroups=False))
    try:
        found = Results(rows, data)[h.key]
    except InputError:
        return None, None, None
    return found.value, found.lower, found.upper


def _seen(h: Hypothesis, looks: tuple[LookAnswer, ...]) -> list[Seen]:
    """The looks before the first that has no statistic."""
    found = []
    for look, one in zip(h.looks, looks, strict=True):
        if one.z is None or one.amount is None:
            break
        found.append(Seen(look.name, one.amount, one.z))
    return found
