"""What a trial that was built still needs before its first subject, and who does it."""

from __future__ import annotations

from typing import Final

from equipoise.conduct.commands.model import TRIAL_ID
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.unit import Unit
from equipoise.service.access.roles import AS_INVESTIGATOR, COORDINATOR
from equipoise.service.reading.conditions import Tick
from equipoise.service.reading.rooms.allocation_list import list_seen

_WAITS: Final = ("planned", "approved")


def opening_steps(unit: Unit) -> list[Tick]:
    """Each step with a tick, or with what to do; none once the trial was made live."""
    trial: Stored = unit.row("trial", TRIAL_ID) or {}
    if trial["state"] != "built":
        return []
    sites = unit.rows("site")
    held = {(one["role"], one["site"]) for one in unit.rows("grant") if one["until_at"] is None}
    found = list_seen(unit, trial["kind"])
    return [
        _step("A site is open", bool(sites), "open one under Sites"),
        _step(
            "It has approved the protocol",
            any(one["version"] for one in sites),
            "note the day under Sites, “A site has approved a version”",
        ),
        _step(
            "It is active",
            any(one["state"] not in _WAITS for one in sites),
            "activate it under Sites, once it has approved",
        ),
        _step(
            "It has an investigator, who judges eligibility and signs, and a coordinator",
            any({(AS_INVESTIGATOR, one["id"]), (COORDINATOR, one["id"])} <= held for one in sites),
            "open their accounts, grant each the role at the site, and give them their links",
        ),
        _step(
            "Two unblinded statisticians",
            len(found.reviewers) > 1,
            "open their accounts and grant the role: one reads the review, the other activates",
        ),
        _step(
            "The list is activated",
            found.row is not None,
            "both statisticians log in, page List: “Read the review”, then “Activate the list”",
        ),
        Tick("The trial is live", ["last of all: “Move the trial to another state”, below"]),
    ]


def _step(words: str, is_done: bool, otherwise: str) -> Tick:
    return Tick(words, [] if is_done else [otherwise])
