"""What virtual trials say of the design, through their records: any test, any population."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from equipoise.adam.model import ADaM
from equipoise.analysis.analyze import estimand_rows
from equipoise.analysis.monitored import observed_z
from equipoise.analysis.results import Results, frame
from equipoise.calendar import study_day
from equipoise.design.model import Design
from equipoise.design.monitor.model import LookDecision, Seen
from equipoise.design.monitor.monitor import monitor
from equipoise.errors import InputError
from equipoise.meaning.hypotheses import Hypothesis, hypotheses
from equipoise.protocol import Protocol
from equipoise.simulation.object.together import VirtualTrials


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
    protocol: Protocol, design: Design, *, truth: str, seed: int, trials: Sequence[int]
) -> list[dict[str, TrialAnswer]]:
    """Every hypothesis of the design in virtual trials, each analyzed as collected data would be.

    trials : their numbers; they are drawn and derived together
    Returns  of each trial, the answer to each hypothesis by its name
    Checked  tests/twins/test_simulated_by_records.py
    """
    some = VirtualTrials(protocol, truth=truth, seed=seed, trials=trials)
    asked = hypotheses(protocol)
    at = {look.label: some.at(look.label) for h in asked for look in h.looks}
    return [
        _decided(design, [_looks(h, {label: some[k] for label, some in at.items()}) for h in asked])
        for k in range(len(trials))
    ]


def _decided(
    design: Design, looks: Sequence[tuple[Hypothesis, tuple[LookAnswer, ...]]]
) -> dict[str, TrialAnswer]:
    """What the looks at one trial come to."""
    seen = {h.name: _seen(h, found) for h, found in looks}
    told = monitor(design, {name: some for name, some in seen.items() if some})
    decided = {one.name: (one.decision, one.look) for one in told.hypotheses}
    answers = {}
    for h, found in looks:
        decision, at = decided.get(h.name, (None, h.looks[-1].name))
        stop = [look.name for look in h.looks].index(at)
        answers[h.name] = TrialAnswer(found, decision, stop)
    return answers


def _looks(
    h: Hypothesis, at: Mapping[str, ADaM | None]
) -> tuple[Hypothesis, tuple[LookAnswer, ...]]:
    return h, tuple(_at_look(at[look.label], h) for look in h.looks)


def _at_look(data: ADaM | None, h: Hypothesis) -> LookAnswer:
    if data is None:  # too few events ever come
        return LookAnswer()
    day = _trial_day(data)
    try:
        found = observed_z(data, h)
    except InputError:
        return LookAnswer(day)
    own = _estimate(data, h)
    return LookAnswer(day, _in_arms(data, h), found.z, found.amount, *own)


def _trial_day(data: ADaM) -> int:
    """Days from the first randomization to a cut-off, or to the end of the last subject's study."""
    people = data.table("ADSL")
    first, last = people["RANDDT"].min(), data.date or people["EOSDT"].max()
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


def _seen(h: Hypothesis, looks: Sequence[LookAnswer]) -> list[Seen]:
    """The looks before the first that has no statistic."""
    found = []
    for look, one in zip(h.looks, looks, strict=True):
        if one.z is None or one.amount is None:
            break
        found.append(Seen(look.name, one.amount, one.z))
    return found
