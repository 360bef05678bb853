"""A subject is randomized: the next slot of the stratum, computed when it is used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.allocation.lists import Stratum, spelled
from equipoise.allocation.secret import fingerprint
from equipoise.conduct.commands.allocating.slots import (
    allocated,
    is_used_up,
    told_allocation,
    use_next_slot,
)
from equipoise.conduct.commands.entering.submit_form import standing
from equipoise.conduct.commands.findings import UNENTERED, baseline, baseline_forms
from equipoise.conduct.commands.kits.of_kit import has_supply
from equipoise.conduct.commands.model import TRIAL_ID, CommandDesk, OfSubject
from equipoise.conduct.commands.rights import OPEN_LABEL
from equipoise.conduct.commands.subjects.judge_eligibility import against_criteria
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.unit import Unit
from equipoise.protocol import Protocol


class Randomize(OfSubject):
    """Allocate a subject; asked again, the answer is the same.

    Nothing is used up by a refusal, and a slot that was used is never used again.
    """

    name: ClassVar[str] = "randomize"

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """Trial, site, consent, criteria, strata, room, list: all that is wrong at once."""
        if desk.subject["randomized"] is not None:
            return
        yield from against_entry(desk)
        yield from against_list(desk)
        if not desk.unit.rows("list", kind=desk.trial["kind"]):
            return
        stratum = stratum_of(desk)
        if stratum is not None and is_used_up(desk, stratum):
            yield "the list of the stratum is used up"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The allocation, the stratum's counter, and the subject's state."""
        answer: dict[str, Any] = {"subject": self.subject, "list": desk.trial["kind"]}
        answer["open"] = desk.protocol.trial.masking == OPEN_LABEL
        if desk.subject["randomized"] is not None:
            return answer
        stratum = stratum_of(desk)
        assert stratum is not None
        use_next_slot(desk, stratum)
        return answer

    def read_back(self, unit: Unit, answer: dict[str, Any]) -> dict[str, Any]:
        """From the row that was written: no slot, and the arm of an open trial alone."""
        return told_allocation(unit, answer)


def against_entry(desk: CommandDesk) -> Iterator[str]:
    """What stands against a subject's entry into the trial, whatever the list."""
    # Held from here on: a pause that was told is a pause, and rooms are counted by one alone.
    desk.site = desk.unit.row("site", desk.site["id"], lock=True) or {}
    desk.trial = desk.unit.row("trial", TRIAL_ID, lock=True) or {}
    yield from _against_place(desk)
    if desk.subject["consented"] is None:
        yield "the consent has no date"
    if desk.subject["state"] != "eligible":
        yield f"{desk.subject['id']} is {desk.subject['state']}, not eligible"
    else:
        asked = desk.protocol.population.eligibility
        every = dict.fromkeys([one.id for one in (*asked.include, *asked.exclude)], True)
        yield from against_criteria(desk, every)
    yield from _against_strata(desk)
    yield from _against_room(desk)


def against_list(desk: CommandDesk) -> Iterator[str]:
    """What stands against the use of this trial's list."""
    kind = desk.trial["kind"]
    found = desk.unit.row("list", kind)
    if found is None:
        yield f"no {kind} list was activated"
        return
    if any(one["kind"] == "revealed" for one in desk.unit.rows("list_event", list=kind)):
        yield f"the {kind} list was revealed; it serves nobody any more"
    if desk.lists is None:
        yield "the key of the list is not at hand"
    elif found["key_id"] != fingerprint(desk.lists.secret.key):
        yield f"the key is not that of the {kind} list"


def stratum_of(desk: CommandDesk) -> Stratum | None:
    """The levels of a subject by the baseline form; None where one is not known."""
    said = baseline(desk)
    found = tuple(said.get(factor) for factor in desk.strata)
    return None if any(level is None for level in found) else tuple(map(str, found))


def _against_place(desk: CommandDesk) -> Iterator[str]:
    trial, site = desk.trial, desk.site
    if trial["state"] != "live":
        because = f": {trial['because']}" if trial["because"] else ""
        yield f"the trial is {trial['state']}{because}"
    if site["state"] != "active":
        yield f"the site is {site['state']}"
    if desk.unit.row("site_version", site["id"], trial["version"]) is None:
        yield f"the site has not approved version {trial['version']} of the protocol"


def _against_strata(desk: CommandDesk) -> Iterator[str]:
    said = baseline(desk)
    for key in baseline_forms(desk):
        asks_strata = any(desk.forms[key].item(factor) for factor in desk.strata)
        if not asks_strata and not desk.forms[key].free:
            continue
        forms = standing(desk, key)
        if not forms or forms[0]["state"] in UNENTERED:
            yield f"the {key} form is not entered"
            return
        if forms[0]["state"] != "signed":
            yield f"the {key} form is not signed"
    for factor in desk.strata:
        if said.get(factor) is None:
            yield f"the stratum {factor} is not known"


def _against_room(desk: CommandDesk) -> Iterator[str]:
    cap = cap_of_site(desk.protocol, desk.site)
    if cap is not None and allocated(desk, site=desk.site["id"]) >= cap:
        yield f"the site has randomized {cap}, the most it may"
    most = most_randomized(desk.protocol)
    if allocated(desk) >= most:
        yield f"the trial has randomized {most}, all that it wanted"
    if not has_supply(desk):
        yield "the site has no kit at hand of what its subjects may get"
    yield from _against_stratum(desk)


def most_randomized(protocol: Protocol) -> int:
    """The number at which recruiting stops."""
    plan = protocol.conduct
    if plan is not None and plan.stop_recruiting_at is not None:
        return plan.stop_recruiting_at
    return protocol.population.randomize


def cap_of_site(protocol: Protocol, site: Stored) -> int | None:
    """The most that a site randomizes, its own or that of any."""
    plan = protocol.conduct
    caps = [site["cap"], plan.sites.per_site if plan is not None else None]
    return min((cap for cap in caps if cap is not None), default=None)


def _against_stratum(desk: CommandDesk) -> Iterator[str]:
    plan, stratum = desk.protocol.conduct, stratum_of(desk)
    if plan is None or plan.sites.per_stratum is None or stratum is None:
        return
    held = allocated(desk, stratum=spelled(stratum))
    if held >= plan.sites.per_stratum:
        yield f"the stratum holds {held}, the most it may"
