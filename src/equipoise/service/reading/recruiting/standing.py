"""All that accrual tells, for the page and for programs."""

from __future__ import annotations

from typing import NamedTuple

from equipoise.conduct.commands.model import TRIAL_ID
from equipoise.conduct.store.unit import Unit
from equipoise.meaning.expected import Steps
from equipoise.protocol import Protocol
from equipoise.service.access.roles import Visitor
from equipoise.service.reading.kept.sites import KeptSites
from equipoise.service.reading.recruiting.counted import Accrued, SiteRecruited, accrued
from equipoise.service.reading.recruiting.drawn import MonthLine, month_lines
from equipoise.service.reading.recruiting.failures import FailureLine, failure_lines
from equipoise.service.reading.recruiting.last_entry import LastEntry, last_entry, planned_accrual
from equipoise.service.reading.recruiting.openings import KeptStates


class Recruiting(NamedTuple):
    """How the trial recruits. plan : a day, None where the protocol does not say

    of_sites : the sites whose screen failures are told, empty where those of every site are
    """

    found: Accrued
    ends: LastEntry
    plan: Steps | None
    months: list[MonthLine]
    failures: list[FailureLine]
    of_sites: tuple[str, ...]


def recruiting(
    unit: Unit,
    protocol: Protocol,
    who: Visitor,
    kept: KeptSites[SiteRecruited],
    states: KeptStates,
) -> Recruiting:
    """For somebody: counts of every site; why people were not taken in, of those he may see."""
    every = tuple(str(one["id"]) for one in unit.rows("site"))
    sites, own = kept.of(unit, protocol, every), who.sites("accrual", every)
    found, plan, here = accrued(protocol, sites), planned_accrual(protocol), unit.now.date()
    trial = unit.row("trial", TRIAL_ID) or {}
    return Recruiting(
        found,
        last_entry(protocol, trial, sites, found, states.of(unit), here),
        plan,
        month_lines(found, plan, here),
        failure_lines({site: sites[site].told.reasons for site in own}),
        () if own == every else own,
    )
