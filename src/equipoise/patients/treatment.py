"""What each virtual patient is given, by the regimens and dose rules of the arm."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.conduct.dosing import NO_RULE, Decision, decide, dose_table
from equipoise.conduct.visits import point_in_time
from equipoise.patients.chance import uniforms
from equipoise.patients.labs import Courses, LabTest, measures
from equipoise.patients.people import NEVER, People
from equipoise.protocol import Protocol
from equipoise.protocol.model import Regimen

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_LAST_WAY_OUT = 3  # days by which a dose without a window may be late


class Given(NamedTuple):
    """One regimen as given: n patients, up to c doses; NEVER and 0 where none was given.

    reason : (n, c) the rule that delayed or reduced a dose, as written in the protocol
    stopped : (n,) day the drug was stopped for toxicity, or NEVER
    """

    regimen: Regimen
    day: Ints
    planned: Ints
    dose: Floats
    reason: NDArray[np.str_]
    stopped: Ints


class Treatment(NamedTuple):
    """Everything given, and the courses of the leading drug of each arm (its first regimen)."""

    given: tuple[Given, ...]
    courses: Courses
    ends: Ints  # (n,) last day on which a dose may be given
    stopped: Ints  # (n,) day the leading drug was stopped for toxicity, or NEVER


def treat(protocol: Protocol, who: People, tests: tuple[LabTest, ...], *, off: Ints) -> Treatment:
    """Give every regimen of every arm.

    off : (n,) last day on which treatment goes on, by progression, loss or death
    Checked  tests/unit/patients/test_treatment.py.
    """
    epoch = protocol.epochs.get("treatment")
    span = epoch.lasts.whole_days if epoch and epoch.lasts else NEVER - 1
    ends = np.where(who.is_treated, np.minimum(off, span + 1), 0)
    most = max((_count(r, span) for arm in protocol.arms.values() for r in arm.give), default=0)
    lead = Courses(np.full((who.size, most), NEVER, dtype=np.int64), np.zeros((who.size, most)))
    given: list[Given] = []
    stopped = np.full(who.size, NEVER, dtype=np.int64)
    for number, key in enumerate(who.arms):
        for place, regimen in enumerate(protocol.arms[key].give):
            rows = np.flatnonzero(who.arm == number)
            one = _give(who, tests, regimen, ends=np.where(who.arm == number, ends, 0), span=span)
            given.append(one)
            if place == 0:
                lead.day[rows, : one.day.shape[1]] = one.day[rows]
                lead.strength[rows, : one.day.shape[1]] = one.dose[rows] / float(
                    regimen.dose.value or 1
                )
                stopped[rows] = one.stopped[rows]
    return Treatment(tuple(given), lead, ends, stopped)


def _count(regimen: Regimen, span: int) -> int:
    if regimen.every is None:
        return regimen.times or 1
    start = regimen.start.whole_days if regimen.start else 0
    last = min(point_in_time(regimen.until) or span, span)
    fits = max((last - start - 1) // regimen.every.whole_days + 1, 0)
    return min(regimen.times or fits, fits)


def _give(
    who: People, tests: tuple[LabTest, ...], regimen: Regimen, *, ends: Ints, span: int
) -> Given:
    doses = _count(regimen, span)
    if not regimen.modify and regimen.counted_from == "plan":
        return _by_plan(who, regimen, doses=doses, ends=ends)
    return _by_rules(who, tests, regimen, doses=doses, ends=ends)


def _lateness(who: People, regimen: Regimen, *, doses: int) -> Ints:
    """How many days each dose is off its plan, inside the window; the first dose is never early."""
    window = regimen.window.whole_days if regimen.window else 0
    u = uniforms(who.keys, f"dose:{regimen.drug}", numbers=2 * doses)
    off = np.rint((u[:, :doses] + u[:, doses:] - 1) * (window or _LAST_WAY_OUT)).astype(np.int64)
    if regimen.every is not None and regimen.every.whole_days <= _LAST_WAY_OUT:
        off[:] = 0
    off[:, :1] = np.abs(off[:, :1])
    return off


def _by_plan(who: People, regimen: Regimen, *, doses: int, ends: Ints) -> Given:
    start = regimen.start.whole_days if regimen.start else 0
    every = regimen.every.whole_days if regimen.every else 0
    planned = np.broadcast_to(1 + start + every * np.arange(doses), (who.size, doses)).astype(
        np.int64
    )
    day = planned + _lateness(who, regimen, doses=doses)
    is_given = day <= ends[:, None]
    return Given(
        regimen,
        np.where(is_given, day, NEVER),
        planned,
        np.where(is_given, float(regimen.dose.value), 0.0),
        np.full((who.size, doses), "", dtype="<U1"),
        np.full(who.size, NEVER, dtype=np.int64),
    )


def _by_rules(
    who: People, tests: tuple[LabTest, ...], regimen: Regimen, *, doses: int, ends: Ints
) -> Given:
    table = dose_table(regimen)
    off = _lateness(who, regimen, doses=doses)
    says = np.array(["", *(rule.text for rule in table.rules)])
    one = Given(
        regimen,
        np.full((who.size, doses), NEVER, dtype=np.int64),
        np.zeros((who.size, doses), dtype=np.int64),
        np.zeros((who.size, doses)),
        np.full((who.size, doses), "", dtype=says.dtype),
        np.full(who.size, NEVER, dtype=np.int64),
    )
    last = np.full(who.size, 1 + (regimen.start.whole_days if regimen.start else 0), dtype=np.int64)
    last_dose = np.zeros(who.size)
    goes_on = ends > 0
    for c in range(doses):
        plan = last + (table.every if c else 0)
        if regimen.counted_from == "plan":
            plan = np.full(who.size, 1 + table.every * c, dtype=np.int64)
        courses = Courses(one.day[:, :c], one.dose[:, :c] / table.full)
        done = decide(
            table,
            due=np.maximum(plan + off[:, c], last),
            last_day=last,
            last_dose=last_dose,
            look=lambda day, courses=courses: measures(who, tests, day, courses),  # type: ignore[misc]
        )
        is_given = _note(one, done, c, plan=plan, goes_on=goes_on, ends=ends)
        one.reason[:, c] = np.where(is_given & (done.rule != NO_RULE), says[done.rule + 1], "")
        goes_on &= is_given
        last = np.where(is_given, done.day, last)
        last_dose = np.where(is_given, done.dose, last_dose)
    return one


def _note(one: Given, done: Decision, c: int, *, plan: Ints, goes_on: Bools, ends: Ints) -> Bools:
    """Write down the c-th dose; returns who got it."""
    in_time = goes_on & (done.day <= ends)
    is_given = in_time & done.is_given
    one.day[:, c] = np.where(is_given, done.day, NEVER)
    one.planned[:, c] = plan
    one.dose[:, c] = np.where(is_given, done.dose, 0.0)
    one.stopped[:] = np.where(in_time & ~done.is_given, done.day, one.stopped)
    return is_given
