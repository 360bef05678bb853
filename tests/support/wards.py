"""Laws that virtual patients keep, each as a check that a planted bug must turn red."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import polars as pl

from equipoise.conduct.record import Record
from equipoise.kernels.cohort import cohort_plain
from equipoise.patients import attendance, labs, treatment
from equipoise.patients.labs import Courses
from equipoise.patients.people import NEVER, People, people
from equipoise.patients.treatment import Treatment, Ward
from equipoise.patients.world import setting
from equipoise.protocol import Protocol
from equipoise.protocol.language.activities import DOSING
from equipoise.protocol.model import LabTruth, Minimization, Truth, altered
from equipoise.simulation.object.run import run
from equipoise.units import parse_duration
from support.recist_plain import overall_by_subject
from support.virtual import TRUTH, netter

HORIZON = 1500
DEEP = {"PLAT": 0.6, "NEUT": 0.7}  # falls at which many doses wait, and some are stopped
SLOW = parse_duration("24 weeks")  # to recover
LAB_DAYS = np.arange(1, 140)


class Clinic(NamedTuple):
    """Patients of one virtual trial and what they were given."""

    protocol: Protocol
    ward: Ward
    off: Any
    given: Treatment


def with_truth(protocol: Protocol, **changes: Any) -> Protocol:
    truth: Truth = protocol.truth[TRUTH].model_copy(update=changes)
    return altered(protocol, truth={**protocol.truth, TRUTH: truth})


def sick() -> Protocol:
    """NETTER-1 with a drug so toxic that its dose rules have much to do."""
    tests = [
        test.model_copy(update={"nadir": {"lutate": DEEP.get(test.code, 0.1)}, "recovers_in": SLOW})
        for test in netter().truth[TRUTH].labs
    ]
    return with_truth(netter(), labs=tuple(tests))


def folk(protocol: Protocol, *, seed: int = 1) -> People:
    where = setting(protocol, truth=TRUTH)
    cohort = cohort_plain(where.world, seed=seed, trial=0)
    return people(protocol, where, cohort, seed=seed, trial=0)


def clinic(protocol: Protocol, *, seed: int = 1) -> Clinic:
    who = folk(protocol, seed=seed)
    truth = protocol.truth[TRUTH]
    tested = attendance.laboratory_days(protocol, who, truth, horizon=HORIZON)
    ward = Ward(who, truth, labs.lab_tests(who, truth, ctcae=protocol.safety.ctcae), tested)
    seen = attendance.scans(protocol, who, truth, horizon=HORIZON)
    off = np.minimum(attendance.first_progression(who, seen), who.end)
    return Clinic(protocol, ward, off, treatment.treat(protocol, ward, off=off))


def dose_laws(seed: int = 1) -> None:
    """No dose above the planned one, none while a rule holds it, none after the end."""
    it = clinic(sick(), seed=seed)
    for number, one in enumerate(it.given.given):
        is_given = one.day != NEVER
        full = float(one.regimen.dose.value)
        assert (one.dose[is_given] > 0).all()
        assert (one.dose <= full).all()
        assert (one.dose[~is_given] == 0).all()
        assert (
            one.day[is_given] <= np.minimum(it.off, it.given.ends)[np.nonzero(is_given)[0]]
        ).all()
        assert (np.diff(one.day, axis=1)[is_given[:, 1:]] > 0).all()
        # nothing is given after the first dose that was not
        assert not (is_given[:, 1:] & ~is_given[:, :-1]).any() or not one.regimen.modify
        if number == 0:
            _lead_laws(it)


def _lead_laws(it: Clinic) -> None:
    one = it.given.given[0]
    is_given = one.day != NEVER
    reduced = is_given & (one.dose < float(one.regimen.dose.value))
    assert reduced.sum() > 20
    assert (one.stopped != NEVER).sum() > 5
    assert (one.reason[reduced] != "").all()
    assert ((one.reason != "") <= is_given).all()
    gap = np.diff(one.day, axis=1)[is_given[:, 1:]]
    assert gap.max() <= 112
    assert (gap >= 49).all()
    for c in range(one.day.shape[1]):
        rows = np.flatnonzero(is_given[:, c])
        before = Courses(one.day[:, :c], one.dose[:, :c] / 7.4)
        day = np.where(is_given[:, c], one.day[:, c], 1)
        known = labs.measures(it.ward.who, it.ward.tests, day, before)
        assert (known.grade["platelets"][rows] <= 1).all()
        assert (known.grade["neutrophils"][rows] <= 2).all()
    both = is_given[:, 1:] & reduced[:, :-1]
    again = reduced[:, 1:] & both
    assert not again.any(), "toxicity that comes back at the reduced dose stops the drug"


def allocation_laws() -> None:
    """What distinguishes each method is seen in the patients of its trial."""
    apart = {
        method: _apart(netter(), {"method": method, **more}) for method, more in METHODS.items()
    }
    assert apart["permuted blocks"] <= 2
    assert apart["block urn"] <= 3
    assert apart["big stick"] == 3
    assert apart["complete"] > 6
    assert 3 < apart["biased coin"] < apart["complete"]
    assert apart["minimization"] > 3


METHODS: dict[str, dict[str, Any]] = {
    "permuted blocks": {"blocks": (4,)},
    "block urn": {"blocks": (6,)},
    "big stick": {"limit": 3},
    "complete": {},
    "biased coin": {"probability": 2 / 3},
    "minimization": {"minimization": Minimization(probability=0.8)},
}
"""A setting of each method; how far the arms part within strata tells them apart."""


def _apart(protocol: Protocol, changes: dict[str, Any]) -> int:
    """The largest difference between the arms in any stratum of 20 trials, at any time."""
    none = {"blocks": (), "minimization": None}
    plan = protocol.allocation.model_copy(update={**none, **changes})
    where = setting(altered(protocol, allocation=plan), truth=TRUTH)
    most = 0
    for trial in range(20):
        drawn = cohort_plain(where.world, seed=1, trial=trial)
        for stratum in range(len(where.strata)):
            arm = drawn.arm[drawn.stratum == stratum]
            most = max(most, int(np.abs(np.cumsum(1 - 2 * arm)).max(initial=0)))
    return most


def visit_laws(seed: int = 1) -> None:
    """Everybody on treatment to its end comes to every visit planned by then, early or late."""
    it = clinic(with_truth(netter(), attendance=1.0), seed=seed)
    who, treatment = it.ward.who, it.given
    held = attendance.other_visits(
        it.protocol, who, it.ward.truth, treatment=treatment, horizon=HORIZON
    )
    safety = next(one for one in held if one.plan.key == "safety")
    assert safety.plan.day[-1] == treatment.planned_end == 76 * 7 + 1
    stays = (treatment.ends == treatment.planned_end) & (who.end > treatment.planned_end + 2)
    assert stays.sum() > 20
    assert safety.is_held[stays].all()
    last = safety.day[stays, -1]
    assert (last < treatment.planned_end).any()
    assert (last > treatment.planned_end).any()
    early = treatment.ends < treatment.planned_end
    assert (
        np.where(safety.is_held, safety.day, 0)[early].max(axis=1) <= treatment.ends[early]
    ).all()


def lab_laws() -> None:
    """A value falls to its nadir and comes back; half a dose falls half as deep."""
    who = folk(netter())
    said = {"mean": 240.0, "sd": 40.0, "noise": 0.0, "spread": 0.3, "nadir": {"lutate": 0.3}}
    timed = {"nadir at": "5 weeks", "recovers in": "8 weeks", "lower": 150, "upper": 400}
    whole = {"test": "Platelets", "code": "PLAT", "unit": "10^9/L", **said, **timed}
    test = labs._lab_test(who, LabTruth.model_validate(whole), "4.03")
    treated = who.arm == who.arms.index("lutate")
    day = np.tile(LAB_DAYS, (who.size, 1))
    value = {s: _after_one(who, test, day, s) for s in (0.0, 0.5, 1.0)}
    own = np.round(test.level)[:, None]
    assert (value[0.0] == own).all()
    assert (value[1.0][~treated] == own[~treated]).all()
    full = value[1.0][treated]
    fall, rise = full[:, 9 : 9 + 36], full[:, 9 + 35 : 9 + 92]  # dosed on day 10
    assert (full[:, :10] == own[treated]).all()
    assert (np.diff(fall, axis=1) <= 0).all()
    assert (np.diff(rise, axis=1) >= 0).all()
    assert (full.min(axis=1) == full[:, 9 + 35]).all()
    assert (full[:, 9 + 91 :] == own[treated]).all()
    deepest = (test.level * (1 - test.fall))[treated]
    assert np.abs(full[:, 9 + 35] - deepest).max() <= 0.5
    half = (test.level * (1 - test.fall / 2))[treated]
    assert np.abs(value[0.5][treated][:, 9 + 35] - half).max() <= 0.5


def _after_one(who: People, test: Any, day: Any, strength: float) -> Any:
    dosed = Courses(np.full((who.size, 1), 10), np.full((who.size, 1), strength))
    return labs.lab_value(who, test, day, dosed)


DATED = {
    "visits": "date", "doses": "last", "labs": "date", "events": "start", "therapies": "start",
    "readings": "date", "measurements": "date",
}  # fmt: skip


def fresh(seed: int) -> Record:
    """A virtual NETTER-1 that no other test has seen."""
    return run(netter(), truth=TRUTH, seed=seed)


def last_day_laws(seed: int = 1) -> None:
    """Nothing is done with or to a patient after death, nor after the end of what is known."""
    record = fresh(seed)
    who = record.table("subjects").select("subject", "died", "ended", "randomized", "consented")
    assert who["died"].is_not_null().sum() > 10
    for name, column in DATED.items():
        rows = record.table(name).join(who, on="subject")
        assert rows.height > 0, name
        assert (rows[column] <= rows["ended"]).all(), name
        dead = rows.filter(pl.col("died").is_not_null())
        assert (dead[column] <= dead["died"]).all(), name
        assert (rows[column] >= rows["consented"]).all(), name
    dosing = [key for key, visit in netter().visits.items() if DOSING in visit.do]
    called = record.table("visits").filter(~pl.col("key").is_in(dosing))
    for table in (called, record.table("readings")):  # a dose may be given on the day of death
        dead = table.join(who.filter(pl.col("died").is_not_null()), on="subject")
        assert (dead["date"] < dead["died"]).all()
    after = record.table("doses").join(who, on="subject")
    assert (after["date"] >= after["randomized"]).all()


def recist_laws(seed: int = 1) -> None:
    """The plain rules, from the sizes of lesions, give the response and the day that fate set."""
    record = fresh(seed)
    found = overall_by_subject(record.table("lesions"), record.table("measurements"))
    readings = record.table("readings")
    read = {(r["subject"], r["number"]): r["response"] for r in readings.iter_rows(named=True)}
    assert found == read
    who = folk(netter(), seed=seed)
    fate = pl.DataFrame({"subject": who.subject, "fate": who.progression})
    rows = readings.join(record.table("subjects").select("subject", "randomized"), on="subject")
    rows = rows.join(fate, on="subject")
    day = (pl.col("date") - pl.col("randomized")).dt.total_days() + 1
    rows = rows.with_columns(progressed=day >= pl.col("fate"))
    assert ((rows["response"] == "PD") == rows["progressed"]).all()
    best = rows.group_by("subject").agg(pl.col("response").is_in(["CR", "PR"]).any().alias("any"))
    may = dict(zip(who.subject.tolist(), who.responds.tolist(), strict=True))
    assert all(may[s] for s in best.filter(pl.col("any"))["subject"])
