"""How long a serious adverse event may wait.

Source   ICH E2A, sections III.B and III.C: 24 hours is what protocols ask of sites; 7 days for an
         unexpected reaction that is fatal or threatens life, 15 for the others.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from equipoise.conduct.store.canonical import moment, stamp

HOURS_TO_REPORT: Final = 24
_DAYS_IF_GRAVE: Final = 7
_DAYS_OTHERWISE: Final = 15


def due_to_report(aware_at: dt.datetime) -> str:
    """When a site must have reported what it knows of since `aware_at`."""
    return stamp(aware_at + dt.timedelta(hours=HOURS_TO_REPORT))


def due_to_authorities(reported_at: str, *, is_grave: bool) -> str:
    """When an unexpected reaction must be with the authorities, from the day it was reported."""
    days = _DAYS_IF_GRAVE if is_grave else _DAYS_OTHERWISE
    return stamp(moment(reported_at) + dt.timedelta(days=days))


def is_unexpected_reaction(event: dict[str, Any]) -> bool:
    """Whether an assessed event is not expected, and held to be caused by a drug by anybody."""
    judged = (event["causality_site"], event["causality_sponsor"])
    return event["expected"] == "N" and "Y" in judged
