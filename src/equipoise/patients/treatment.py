"""What each virtual patient is given, by the regimens and dose rules of the arm."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.arrays import Bools, Floats, Ints
from equipoise.calendar import DAYS_PER_YEAR
from equipoise.conduct.dose_table import DoseTable, dose_table
from equipoise.conduct.dosing import NO_DAY, Decision, Findings, Inspection, Rules, decide
from equipoise.conduct.measures import Measures
from equipoise.conduct.visits import point_in_time
from equipoise.patients.keyed_draws import uniform, uniforms
from equipoise.patients.labs import Courses, DrawnTest, measures, without
from equipoise.patients.people import NEVER, People
from equipoise.patients.silence import as_the_truth_tells
from equipoise.protocol import Protocol
from equipoise.protocol.model import Regimen, Truth

REASONS_JOINED = "; "
_USUAL_LATENESS = 3  # days by which a dose without a window may be off its plan
_DELAY_WEEKS = 3  # a dose delayed for no reason of the protocol waits 1 to 3 weeks


class Ward(NamedTuple):
    """The patients with all that their doses depend on."""

    who: People
    truth: Truth
    tests: tuple[DrawnTest, ...]
    tested: Ints  # (n, k) study days of laboratory visits that no dose has brought, or NEVER


class GivenDoses(NamedTuple):
    """One regimen as given: n patients, up to c records; NEVER and 0 where none was given.

    day, last : (n, c) first and last day of a record; a drug taken every day is one record
    reason : (n, c) the rule that delayed or reduced a dose, as written in the protocol
    stopped : (n,) day the drug was stopped for toxicity, or NEVER
    """

    regimen: Regimen
    day: Ints
    last: Ints
    planned: Ints
    dose: Floats
    reason: NDArray[np.str_]
    stopped: Ints


class Treatment(NamedTuple):
    """Everything given, and the courses of the leading drug of each arm (its first regimen)."""

    given: tuple[GivenDoses, ...]
    courses: Courses
    ends: Ints  # (n,) last day on which a dose may be given
    planned_end: int  # last day of the epoch of treatment; NEVER where nothing is said
    stopped: Ints  # (n,) day the leading drug was stopped early, or NEVER


def treat(protocol: Protocol, ward: Ward, *, off: Ints) -> Treatment:
    """Give every regimen of every arm.

    off : (n,) last day on which treatment goes on, by progression, loss or death
    Checked  tests/unit/patients/test_treatment.py.
    """
    who = ward.who
    epoch = protocol.epochs.get("treatment")
    span = epoch.lasts.whole_days if epoch and epoch.lasts else NEVER - 1
    quits = _quits(ward)
    stopped = np.where((quits < off) & (quits <= span) & who.is_treated, quits, NEVER)
    ends = np.where(who.is_treated, np.minimum(np.minimum(off, quits), span + 1), 0)
    most = max((_count(r, span) for arm in protocol.arms.values() for r in arm.give), default=0)
    most = max(most, 1)
    lead = Courses(np.full((who.size, most), NEVER, dtype=np.int64), np.zeros((who.size, most)))
    given: list[GivenDoses] = []
    for number, key in enumerate(who.arms):
        own = who.arm == number
        for place, regimen in enumerate(protocol.arms[key].give):
            one = _give(ward, regimen, ends=np.where(own, ends, 0), doses=_count(regimen, span))
            given.append(one)
            if place == 0:
                _lead(lead, one, own)
                stopped[own] = np.minimum(stopped, one.stopped)[own]
    return Treatment(tuple(given), lead, ends, span + 1, stopped)


def _lead(lead: Courses, one: GivenDoses, own: Bools) -> None:
    doses = one.day.shape[1]
    full = float(one.regimen.dose.value) or 1.0
    lead.day[own, :doses] = one.day[own]
    lead.strength[own, :doses] = one.dose[own] / full


def _quits(ward: Ward) -> Ints:
    """(n,) day on which each patient stops treatment for a reason no rule knows."""
    said = ward.truth.treatment_stopped
    share = np.array([said.get(arm, said.get("all", 0.0)) for arm in ward.who.arms])[ward.who.arm]
    rate = -np.log1p(-np.minimum(share, 1 - 1e-12)) / DAYS_PER_YEAR
    wait = -np.log(uniform(ward.who.keys, "treatment stopped"))
    day = np.ceil(wait / np.maximum(rate, 1e-12))
    return np.asarray(np.minimum(day, NEVER), dtype=np.int64)


def _is_daily(regimen: Regimen) -> bool:
    return regimen.every is not None and regimen.every.days < 2


def _start(regimen: Regimen) -> int:
    return regimen.start.whole_days if regimen.start else 0


def _count(regimen: Regimen, span: int) -> int:
    """How many records a regimen can have at most within the span of treatment."""
    if regimen.every is None:
        return regimen.times or 1
    if _is_daily(regimen):
        return 1
    last = min(point_in_time(regimen.until) or span, span)
    fits = max((last - _start(regimen) - 1) // regimen.every.whole_days + 1, 0)
    return min(regimen.times or fits, fits)


def _give(ward: Ward, regimen: Regimen, *, doses: int, ends: Ints) -> GivenDoses:
    if _is_daily(regimen):
        return _daily(ward, regimen, ends=ends)
    if not (regimen.modify or regimen.stop) and regimen.counted_from == "plan":
        return _by_plan(ward, regimen, doses=doses, ends=ends)
    return _by_rules(ward, regimen, doses=doses, ends=ends)


def _empty(ward: Ward, regimen: Regimen, *, doses: int, reason: int = 1) -> GivenDoses:
    shape = (ward.who.size, doses)
    return GivenDoses(
        regimen,
        np.full(shape, NEVER, dtype=np.int64),
        np.full(shape, NEVER, dtype=np.int64),
        np.zeros(shape, dtype=np.int64),
        np.zeros(shape),
        np.full(shape, "", dtype=f"<U{reason}"),
        np.full(ward.who.size, NEVER, dtype=np.int64),
    )


def _daily(ward: Ward, regimen: Regimen, *, ends: Ints) -> GivenDoses:
    """A drug taken every day, from its first to its last day."""
    first = 1 + _start(regimen)
    until = point_in_time(regimen.until)
    planned = NEVER if until is None else until
    if regimen.times:
        planned = first + regimen.times - 1
    last = np.minimum(ends, planned)[:, None]
    one = _empty(ward, regimen, doses=1)
    is_given = last >= first
    return one._replace(
        day=np.where(is_given, first, NEVER),
        last=np.where(is_given, last, NEVER),
        planned=np.full_like(one.planned, first),
        dose=np.where(is_given, float(regimen.dose.value), 0.0),
    )


def _lateness(ward: Ward, regimen: Regimen, *, doses: int) -> Ints:
    """How many days each dose is off its plan; the first dose is never early."""
    window = regimen.window.whole_days if regimen.window else _USUAL_LATENESS
    u = uniforms(ward.who.keys, f"dose:{regimen.drug}", numbers=4 * doses)
    u = u.reshape(ward.who.size, 4, doses)
    off = np.rint((u[:, 0] + u[:, 1] - 1) * window).astype(np.int64)
    off[:, :1] = np.abs(off[:, :1])
    weeks = 1 + np.floor(u[:, 3] * _DELAY_WEEKS).astype(np.int64)
    return np.asarray(off + np.where(u[:, 2] < ward.truth.dose_delay, 7 * weeks, 0))


def _by_plan(ward: Ward, regimen: Regimen, *, doses: int, ends: Ints) -> GivenDoses:
    one = _empty(ward, regimen, doses=doses)
    every = regimen.every.whole_days if regimen.every else 0
    one.planned[:] = 1 + _start(regimen) + every * np.arange(doses)
    day = one.planned + _lateness(ward, regimen, doses=doses)
    given = np.where(day <= ends[:, None], day, NEVER)
    dose = np.where(given != NEVER, float(regimen.dose.value), 0.0)
    return one._replace(day=given, last=given, dose=dose)


def _by_rules(ward: Ward, regimen: Regimen, *, doses: int, ends: Ints) -> GivenDoses:
    at_start = Courses(*(np.zeros((ward.who.size, 0), dtype=kind) for kind in (np.int64, float)))
    first = measures(ward.who, ward.tests, np.ones(ward.who.size, dtype=np.int64), at_start)
    table = as_the_truth_tells(dose_table(regimen), first)
    one = _empty(ward, regimen, doses=doses, reason=_longest_reason(table))
    off = _lateness(ward, regimen, doses=doses)
    last = np.full(ward.who.size, 1 + _start(regimen), dtype=np.int64)
    last_dose, least_dose = np.zeros(ward.who.size), np.zeros(ward.who.size)
    goes_on = ends > 0
    for c in range(doses):
        plan = last + (table.every if c else 0)
        if regimen.counted_from == "plan":
            plan = np.full_like(last, 1 + _start(regimen) + table.every * c)
        courses = Courses(one.day[:, :c], one.dose[:, :c] / table.full)

        def look(day: Ints, courses: Courses = courses) -> Measures:
            return measures(ward.who, ward.tests, day, courses)

        due = np.maximum(plan + off[:, c], last)
        done = decide(
            table,
            due=due,
            last_day=last,
            last_dose=last_dose,
            least_dose=least_dose,
            look=look,
            recorded=_recorded(ward, regimen, plan, look, since=last if c else last - NEVER),
        )
        is_given = _note(one, done, c, plan=plan, in_time=goes_on & (done.day <= ends))
        one.reason[:, c] = np.where(is_given, _reasons(table, done.held), "")
        goes_on &= is_given
        last = np.where(is_given, done.day, last)
        last_dose = np.where(is_given, done.dose, last_dose)
        least_dose = np.where(last_dose > 0, _least(one.dose[:, : c + 1]), 0.0)
    return one


def _recorded(
    ward: Ward, regimen: Regimen, plan: Ints, look: Inspection, *, since: Ints
) -> Findings:
    """What laboratory visits have found since the dose before, as a site would know it."""
    within = regimen.measured_within.whole_days if regimen.measured_within else NEVER
    tested = np.where(ward.tested > since[:, None], ward.tested, NEVER)

    def known(day: Ints) -> Measures:
        is_before = (tested <= day[:, None]) & (day[:, None] - tested <= within)
        at = np.where(is_before, tested, -NEVER).max(axis=1, initial=-NEVER)
        return without(look(np.where(at > -NEVER, at, day)), ward.tests, at == -NEVER)

    return Findings(plan, np.where(tested == NEVER, NO_DAY, tested), known)


def _least(doses: Floats) -> Floats:
    return np.asarray(np.where(doses > 0, doses, np.inf).min(axis=1))


def _reasons(table: DoseTable, held: Rules) -> NDArray[np.str_]:
    """(n,) every rule that held, as written in the protocol."""
    texts = [rule.text for rule in table.rules]
    said = [
        REASONS_JOINED.join(text for text, is_held in zip(texts, one, strict=True) if is_held)
        for one in held.T
    ]
    return np.array(said, dtype=np.str_)


def _longest_reason(table: DoseTable) -> int:
    return max(len(REASONS_JOINED.join(rule.text for rule in table.rules)), 1)


def _note(one: GivenDoses, done: Decision, c: int, *, plan: Ints, in_time: Bools) -> Bools:
    """Write down the c-th dose; returns who got it."""
    is_given = in_time & done.is_given
    one.day[:, c] = np.where(is_given, done.day, NEVER)
    one.last[:, c] = one.day[:, c]
    one.planned[:, c] = plan
    one.dose[:, c] = np.where(is_given, done.dose, 0.0)
    one.stopped[:] = np.where(in_time & ~done.is_given, done.day, one.stopped)
    return is_given
