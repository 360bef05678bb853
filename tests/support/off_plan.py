"""Small protocols whose scans are off their days or missed, and whose patients get other therapy.

Each is one of the plain small protocols with some sections changed.
"""

from __future__ import annotations

import copy
from typing import Any, NamedTuple

WEEK = {"window": "1 week"}
THERAPY, MISSED = "new anticancer therapy", "two missed assessments"
HYPOTHETICAL, ON_TREATMENT = "hypothetical", "while on treatment"
COMPOSITE, POLICY = "composite", "treatment policy"


SWEPT: dict[str, Any] = {
    "status": {"epoch": "observation", "every": "6 months", "do": ["survival status"]},
    "sweep": {"at": "data cut-off", "do": ["survival status"]},
}


class Change(NamedTuple):
    """What is changed in small protocol `base`.

    scan : of the scan's row of the schedule; truth : of the truth
    pfs, os : intercurrent events with their strategies; event : the events of PFS
    untold : times of which the truth says nothing; visits : more rows of the schedule, or others;
    unplanned : rows of the schedule that are not there
    """

    base: int
    scan: dict[str, Any] = {}
    truth: dict[str, Any] = {}
    pfs: dict[str, str] = {}
    os: dict[str, str] = {}
    event: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    visits: dict[str, Any] = {}
    unplanned: tuple[str, ...] = ()


def missed(share: str) -> dict[str, Any]:
    return {"scans missed": share}


def treated(share: str, **more: str) -> dict[str, Any]:
    return {"new therapy after progression": share, **more}


def crossing(share: str, life: str) -> dict[str, Any]:
    return {"crossover": {"old": {"to": "new", "share": share, "life": life}}}


CHANGES = (
    Change(0, WEEK),
    Change(1, WEEK, missed("10%"), pfs={MISSED: HYPOTHETICAL}),
    Change(2, WEEK, treated("60%"), os={THERAPY: HYPOTHETICAL}),
    Change(3, WEEK, treated("60%"), os={THERAPY: COMPOSITE}),
    Change(4, WEEK, treated("80%") | missed("10%"), os={THERAPY: ON_TREATMENT}),
    Change(5, WEEK, missed("20%"), pfs={"one missed assessment": HYPOTHETICAL}),
    Change(
        6, WEEK, treated("60%") | missed("15%"),
        pfs={MISSED: HYPOTHETICAL, THERAPY: HYPOTHETICAL}, os={THERAPY: POLICY},
    ),
    Change(7, WEEK, missed("20%"), pfs={"death after one missed assessment": HYPOTHETICAL}),
    Change(8, {}, missed("20%"), pfs={"progression after one missed assessment": HYPOTHETICAL}),
    Change(9, WEEK, treated("60%") | missed("10%"), pfs={THERAPY: COMPOSITE, MISSED: POLICY}),
    Change(10, {}, treated("30%") | missed("20%"), os={THERAPY: HYPOTHETICAL}),
    Change(12, {}, treated("50%"), os={THERAPY: COMPOSITE}),
    # scans end long before the deaths: where none is planned none is missed
    Change(13, {"until": "week 24"}, pfs={MISSED: HYPOTHETICAL}),
    # scans go on after the one that shows progression
    Change(15, {**WEEK, "until": "week 120"}, missed("10%"), pfs={THERAPY: ON_TREATMENT}),
    # nothing is said about the window
    Change(16, {"window": None}, missed("10%"), pfs={MISSED: HYPOTHETICAL}),
    Change(
        22, WEEK, treated("60%") | missed("10%"),
        pfs={MISSED: HYPOTHETICAL, "death": COMPOSITE}, os={THERAPY: ON_TREATMENT},
    ),
    # time to progression: death ends observation, or counts by the estimand
    Change(17, WEEK, missed("10%"), pfs={"death": ON_TREATMENT}, event=("progression",)),
    Change(29, {}, event=("progression",)),
    Change(24, WEEK, pfs={"death": COMPOSITE}, event=("progression",)),
    Change(33, WEEK, missed("10%"), event=("death", "progression")),
    # nothing is said about progression: PFS is survival, known from scan to scan
    Change(21, WEEK, missed("10%"), untold=("progression",)),
    # survival is asked for twice a year, and on the day of each cut-off
    Change(3, visits=SWEPT),
    Change(6, WEEK, treated("60%"), pfs={MISSED: HYPOTHETICAL}, os={THERAPY: POLICY}, visits=SWEPT),
    Change(4, WEEK, treated("60%"), os={THERAPY: HYPOTHETICAL}, visits=SWEPT),
    # control patients take the experimental drug after progression, and live longer or shorter
    Change(2, {}, crossing("50%", "1.6")),
    Change(3, WEEK, crossing("40%", "2.5") | missed("10%"), os={THERAPY: HYPOTHETICAL}),
    Change(10, WEEK, crossing("100%", "0.7") | treated("30%"), os={THERAPY: COMPOSITE}),
    # the last scan of the plan falls before or after the day on which scans end
    Change(9, {**WEEK, "until": "week 24"}, pfs={MISSED: HYPOTHETICAL}),
    # nobody is asked who lives
    Change(2, unplanned=("status",)),
    Change(11, WEEK, missed("10%"), unplanned=("status",)),
)  # fmt: skip


def changed(plan: dict[str, Any], change: Change, *, truth: str) -> dict[str, Any]:
    """A small protocol with a change made."""
    plan = copy.deepcopy(plan)
    scan = plan["visits"]["scan"] | change.scan
    plan["visits"]["scan"] = {k: v for k, v in scan.items() if v is not None}
    plan["visits"] |= copy.deepcopy(change.visits)
    plan["visits"] = {k: v for k, v in plan["visits"].items() if k not in change.unplanned}
    told = plan["truth"][truth] | change.truth
    plan["truth"][truth] = {k: v for k, v in told.items() if k not in change.untold}
    for name, events in (("PFS", change.pfs), ("OS", change.os)):
        if events:
            plan["estimands"][name]["intercurrent events"] = events
    if change.event:
        plan["endpoints"]["PFS"]["event"] = list(change.event)
    return plan
