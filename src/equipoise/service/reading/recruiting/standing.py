"""All that accrual tells, for the page and for programs."""

from __future__ import annotations

from typing import NamedTuple

from equipoise.conduct.commands.model import TRIAL_ID
from equipoise.conduct.store.unit import Unit
from equipoise.meaning.expected import Steps
from equipoise.protocol import Protocol
from equipoise.service.access.roles import Visitor
from equipoise.service.reading.kept.sites import Kept, KeptSites
from equipoise.service.reading.recruiting.counted import Accrued, SiteRecruited, accrued
from equipoise.service.reading.recruiting.drawn import MonthLine, month_lines
from equipoise.service.reading.recruiting.events import EventsTold
from equipoise.service.reading.recruiting.failures import FailureLine, failure_lines
from equipoise.service.reading.recruiting.last_entry import LastEntry, last_entry, planned_accrual
from equipoise.service.reading.recruiting.openings import KeptStates


class Recruiting(NamedTuple):
    """How the trial recruits. plan : a day, None where the protocol does not say

    of_sites : the sites whose screen failures are told, empty where those of every site are
    events : None until everybody was looked at once
    """

    found: Accrued
    ends: LastEntry
    plan: Steps | None
    months: list[MonthLine]
    failures: list[FailureLine]
    of_sites: tuple[str, ...]
    events: EventsTold | None


def recruiting(
    unit: Unit,
    protocol: Protocol,
    who: Visitor,
    kept: KeptSites[SiteRecruited],
    states: KeptStates,
    events: EventsTold | None,
) -> Recruiting:
    """For somebody: counts of every site; why people were not taken in, of those he may see.

    events : as the worker has told them last
    """
    sites, found, ends = standing(unit, protocol, kept, states)
    own, plan = who.sites("accrual", tuple(sites)), planned_accrual(protocol)
    return Recruiting(
        found,
        ends,
        plan,
        month_lines(found, plan, ends.today),
        failure_lines({site: sites[site].told.reasons for site in own}),
        () if own == tuple(sites) else own,
        events,
    )


def standing(
    unit: Unit, protocol: Protocol, kept: KeptSites[SiteRecruited], states: KeptStates
) -> tuple[dict[str, Kept[SiteRecruited]], Accrued, LastEntry]:
    """Each site, all of them together, and when the last is in."""
    every = tuple(str(one["id"]) for one in unit.rows("site"))
    sites, trial = kept.of(unit, protocol, every), unit.row("trial", TRIAL_ID) or {}
    found = accrued(protocol, sites)
    today = unit.now.date()
    return sites, found, last_entry(protocol, trial, sites, found, states.of(unit), today)
