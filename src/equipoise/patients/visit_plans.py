"""Which visits virtual patients are planned for, and how far off they may come: both roads ask."""

from __future__ import annotations

from equipoise.conduct.visits import Encounters, planned
from equipoise.protocol import Protocol
from equipoise.protocol.language.activities import TUMOR_ASSESSMENT

_USUAL_WINDOW = 2  # days either side, where the protocol says nothing


def visit_purpose(key: str) -> str:
    """The purpose of the draws of a visit."""
    return f"visit:{key}"


def usual_window(window: int | None) -> int:
    """Days either side by which a virtual visit may be off its plan."""
    return _USUAL_WINDOW if window is None else window


def plan_within(protocol: Protocol, key: str, *, horizon: int) -> Encounters:
    """The encounters that may take place by study day `horizon`, one planned a little later too."""
    window = protocol.visits[key].window
    late = usual_window(window.whole_days if window is not None else None)
    return planned(protocol, key, horizon=horizon + late)


def baseline_scan(protocol: Protocol) -> str | None:
    """The visit before treatment at which tumors are assessed; None if there is none."""
    rows = protocol.visits_for(TUMOR_ASSESSMENT)
    return next((key for key, visit in rows.items() if visit.precedes), None)


def scan_visit(protocol: Protocol) -> str | None:
    """The row of the schedule by which virtual patients are scanned; None if there is none."""
    rows = protocol.visits_for(TUMOR_ASSESSMENT)
    return next((key for key, visit in rows.items() if visit.follows), None)
