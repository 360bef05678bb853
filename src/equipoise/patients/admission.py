"""Nobody is randomized against what was measured: a body that a criterion keeps out is drawn again.

A virtual patient's fate, arm and stratum stay; age, weight, sex, the other baseline variables and
the laboratory are those of the first person who may enter, by the reading of `conduct.eligibility`.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from equipoise.arrays import Bools, Ints
from equipoise.conduct.eligibility import judge_criteria
from equipoise.conduct.measures import Measures
from equipoise.errors import InputError
from equipoise.patients.attendance import attend
from equipoise.patients.keyed_draws import subject_keys
from equipoise.patients.labs import Courses, lab_tests, measures
from equipoise.patients.people import People, baseline
from equipoise.patients.visit_plans import plan_within
from equipoise.patients.world import Setting
from equipoise.protocol import Protocol
from equipoise.protocol.language.activities import LABORATORY

_FIRST_OTHER: Final = 1_000_000_000  # stream numbers of bodies that are drawn again
_MOST_BODIES: Final = 1_000


def admitted(protocol: Protocol, where: Setting, who: People, *, seed: int, trial: int) -> People:
    """The same patients, each with a body that no criterion with a rule keeps out.

    What was measured is what was measured last before the day of randomization.
    Raises   InputError where the truth gives a patient no body that may enter.
    Checked  tests/unit/patients/test_admission.py.
    """
    body, own = who.body.copy(), {name: column.copy() for name, column in who.baseline.items()}
    fixed = {one.variable or key for key, one in protocol.allocation.strata.items()}
    drawn = [name for name in where.truth.baseline if name not in fixed]
    day = _measured_on(protocol, who)
    out = np.flatnonzero(kept_out(protocol, where, who, day))
    for attempt in range(1, _MOST_BODIES):
        if not out.size:
            break
        numbers = _FIRST_OTHER + _MOST_BODIES * np.asarray(out, dtype=np.int64) + attempt
        body[out] = subject_keys(numbers, seed=seed, trial=trial)
        again = baseline(body[out], where.truth)
        for name in drawn:
            own[name][out] = again[name]
        now = who._replace(body=body, baseline=own)
        out = out[kept_out(protocol, where, _some(now, out), None if day is None else day[out])]
    else:
        raise InputError(_nobody(protocol, where))
    return who._replace(body=body, baseline=own)


def kept_out(protocol: Protocol, where: Setting, who: People, day: Ints | None) -> Bools:
    """(n,) whom a criterion keeps out by what was measured on a study day of each."""
    none = Courses(np.zeros((who.size, 0), dtype=np.int64), np.zeros((who.size, 0)))
    tests = () if day is None else lab_tests(who, where.truth, ctcae=protocol.safety.ctcae)
    on = np.zeros(who.size, dtype=np.int64) if day is None else day
    known: Measures = measures(who, tests, on, none)
    found = np.zeros(who.size, dtype=np.bool_)
    for one in judge_criteria(protocol, known, size=who.size):
        found |= one.met.no
    return found


def _measured_on(protocol: Protocol, who: People) -> Ints | None:
    """(n,) the last study day before randomization with a laboratory; None if there is none."""
    last: Any = None
    for key, visit in protocol.visits.items():
        if LABORATORY not in visit.do or visit.day is None or visit.day >= 1:
            continue
        held = attend(who, plan_within(protocol, key, horizon=1), missed=0.0, last=who.end)
        days = held.day.max(axis=1)
        last = days if last is None else np.maximum(last, days)
    return last if last is None else np.asarray(last, dtype=np.int64)


def _some(who: People, rows: Ints) -> People:
    """Some of the patients."""
    whole = who.size

    def part(value: Any) -> Any:
        if isinstance(value, np.ndarray) and len(value) == whole:
            return value[rows]
        if isinstance(value, dict):
            return {name: part(one) for name, one in value.items()}
        return value

    return People(*(part(value) for value in who))


def _nobody(protocol: Protocol, where: Setting) -> str:
    asked = protocol.population.eligibility
    rules = "; ".join(f"{c.id}: {c.rule}" for c in (*asked.include, *asked.exclude) if c.rule)
    return f'the truth "{where.name}" draws hardly anybody who may enter ({rules})'
