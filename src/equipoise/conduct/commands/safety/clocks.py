"""How long a serious adverse event may wait.

Source   ICH E2A, sections III.B and III.C: 24 hours is what protocols ask of sites; 7 days for an
         unexpected reaction that is fatal or threatens life, 15 for the others.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from equipoise.conduct.commands.days import told_day
from equipoise.conduct.commands.model import CommandDesk
from equipoise.conduct.recorded import GIVEN_STATES
from equipoise.conduct.store.canonical import moment, stamp
from equipoise.protocol.model import ConductPlan, Protocol
from equipoise.protocol.model.conduct import SaePlan


def sae_plan(protocol: Protocol) -> SaePlan:
    """The clocks of the protocol, or the usual ones where it says nothing."""
    return (protocol.conduct or ConductPlan()).sae


def due_to_report(protocol: Protocol, aware_at: dt.datetime) -> str:
    """When a site must have reported what it knows of since `aware_at`."""
    return stamp(aware_at + sae_plan(protocol).report_within.delta)


def due_to_authorities(protocol: Protocol, reported_at: str, *, is_grave: bool) -> str:
    """When an unexpected reaction must be with the authorities, from the day it was reported."""
    susar = sae_plan(protocol).susar
    return stamp(moment(reported_at) + (susar.fatal if is_grave else susar.other).delta)


def is_after_treatment(desk: CommandDesk, began: dt.date | None) -> bool:
    """Whether an event of `desk.subject` began when serious events are no more asked for.

    Never while treatment goes on, since a later dose may be the last one; nor where the day on
    which it began is not known. It may be reported all the same: whoever holds a drug to be its
    cause must do so at any time (ICH E2A).
    """
    until, own = sae_plan(desk.protocol).until, desk.subject
    is_over = own["treatment_ended"] is not None or own["died"] is not None
    given = [
        day
        for one in desk.unit.rows("dose", subject=own["id"])
        if one["state"] in GIVEN_STATES and (day := told_day(one["given"])) is not None
    ]
    if until is None or began is None or not is_over or not given:
        return False
    return began > max(given) + dt.timedelta(days=until.whole_days)


def is_unexpected_reaction(event: dict[str, Any]) -> bool:
    """Whether an assessed event is not expected, and held to be caused by a drug by anybody."""
    judged = (event["causality_site"], event["causality_sponsor"])
    return event["expected"] == "N" and "Y" in judged
