"""Operating characteristics by the object road: every trial through its records, whatever the test.

Slower by a factor of thousands than arrays, and so for what arrays do not know: MMRM, negative
binomial regression, margins, populations that leave somebody out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from equipoise.arrays import Floats
from equipoise.design.plan.plan import plan
from equipoise.meaning.hypotheses import Hypothesis, hypotheses
from equipoise.patients.world import truth_named
from equipoise.protocol import Protocol, truth_digest
from equipoise.simulation.object.together import TOGETHER
from equipoise.simulation.object.trial_answers import LookAnswer, TrialAnswer, trial_answers
from equipoise.simulation.operating.characteristics import QUANTILES, Operating, OperatingRow
from equipoise.simulation.operating.cores import cores
from equipoise.simulation.operating.moments import share
from equipoise.simulation.operating.processes import chunks, in_processes
from equipoise.simulation.operating.task import Watch

_EFFICACY, _HARM, _FUTILITY = "stop for efficacy", "stop for harm", "stop for futility"
_ENDS = {_EFFICACY: "stop for benefit", _HARM: "stop for harm", _FUTILITY: "stop for futility"}
_FEW = 8  # trials that are not worth other processes


class _Job(NamedTuple):
    protocol: Protocol
    truth: str
    seed: int
    numbers: list[int]


def simulate_by_records(
    protocol: Protocol,
    *,
    truth: str,
    trials: int,
    seed: int,
    why: tuple[str, ...],
    workers: int | None = None,
    watch: Watch | None = None,
) -> Operating:
    """Power, stops, dates and estimates over virtual trials 1 to `trials`, each analyzed whole.

    why : what arrays cannot answer; it stands in the result
    Raises   InputError if there is no such truth; ProtocolError if the design cannot be planned.
    Checked  tests/twins/test_simulated_by_records.py
    """
    truth_named(protocol, truth)
    plan(protocol)
    many = 1 if trials <= _FEW else (workers or cores())
    numbered = chunks(trials, many, each=1, longest=TOGETHER)
    jobs = [_Job(protocol, truth, seed, numbers) for numbers in numbered]
    done = [one for some in in_processes(_several, jobs, many, watch) for one in some]
    rows: list[OperatingRow] = []
    for h in hypotheses(protocol):
        rows += _hypothesis(h, [one[h.name] for one in done])
    digest = hashlib.sha256(f"{protocol.digest} {truth_digest(protocol)} {truth}".encode())
    return Operating(truth, digest.hexdigest(), trials, seed, tuple(rows), why)


def _several(job: _Job) -> list[dict[str, TrialAnswer]]:
    design = plan(job.protocol)
    return trial_answers(job.protocol, design, truth=job.truth, seed=job.seed, trials=job.numbers)


def _hypothesis(h: Hypothesis, done: Sequence[TrialAnswer]) -> Iterator[OperatingRow]:
    n, last = len(done), len(h.looks) - 1
    ends = [(one.decision, one.stop) for one in done]
    benefit = sum(decision == _EFFICACY for decision, _ in ends)
    harm = sum(decision == _HARM for decision, _ in ends)
    futile = sum(decision == _FUTILITY and stop < last for decision, stop in ends)
    yield OperatingRow(h.name, "", "power", *share(benefit, n))
    yield OperatingRow(h.name, "", "rejected", *share(benefit + harm, n))
    yield OperatingRow(h.name, "", "stopped for futility", *share(futile, n))
    yield OperatingRow(h.name, "", "not shown", *share(n - benefit - harm - futile, n))
    at_stop = [one.looks[one.stop] for one in done]
    yield from _mean(h.name, "", "expected subjects", [s.subjects for s in at_stop], "subjects")
    yield from _mean(h.name, "", "expected duration", [s.day for s in at_stop], "days")
    for k, look in enumerate(h.looks):
        yield from _look(h, look.label, [one.looks[k] for one in done])
        for decision, what in _ENDS.items():
            early = k < last or decision != _FUTILITY
            count = sum(end == (decision, k) for end in ends) if early else 0
            yield OperatingRow(h.name, look.label, what, *share(count, n))


def _look(h: Hypothesis, label: str, seen: Sequence[LookAnswer]) -> Iterator[OperatingRow]:
    n = len(seen)
    held = sum(one.day is not None for one in seen)
    yield OperatingRow(h.name, label, "held", *share(held, n))
    known = sum(one.z is not None for one in seen)
    yield OperatingRow(h.name, label, "estimable", *share(known, n))
    yield from _mean(h.name, label, "day", [one.day for one in seen], "days")
    unit = h.unit if h.unit == "subjects" else "events"
    yield from _mean(h.name, label, unit, [one.amount for one in seen], unit)
    assert h.estimand is not None
    what = h.estimand.summary[0] if h.estimand.summary else "estimate"
    estimates = _known([one.estimate for one in seen])
    yield from _mean(h.name, label, "estimate", list(estimates), what)
    for q in QUANTILES if len(estimates) else ():
        value = float(np.quantile(estimates, q))
        yield OperatingRow(h.name, label, f"estimate, {100 * q:g}%", value, None, what)


def _mean(
    name: str, look: str, what: str, values: Sequence[float | None], unit: str
) -> Iterator[OperatingRow]:
    known = _known(values)
    if not len(known):
        yield OperatingRow(name, look, what, None, None, unit)
        return
    sd = float(known.std(ddof=1)) if len(known) > 1 else None
    error = None if sd is None else sd / len(known) ** 0.5
    yield OperatingRow(name, look, what, float(known.mean()), error, unit)
    if what == "estimate":
        yield OperatingRow(name, look, "estimate, standard deviation", sd, None, unit)


def _known(values: Sequence[float | None]) -> Floats:
    return np.array([value for value in values if value is not None], dtype=np.float64)
