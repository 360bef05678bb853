"""A message for each event of which the protocol writes: no patient data, an arm to few."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from equipoise.conduct.commands.rights import EACH_ARM, arms_known
from equipoise.conduct.store.unit import Receipt, Unit
from equipoise.protocol import Protocol

# What each command is called where the protocol says of what it writes (`conduct: e-mail:`).
EVENT_OF: Final = {
    "screen": "screened",
    "randomize": "randomized",
    "randomize by envelope": "randomized",
    "report SAE": "serious adverse event",
    "record death": "death",
    "unblind": "unblinded",
    "hold dose": "dose held",
    "raise query": "query raised",
    "set site": "site activated",
    "pause": "trial paused",
}
# Whom the protocol's words name, as roles that accounts have.
_ROLES: Final = {
    "unblinded pharmacist": "pharmacist",
    "trial office": "data manager",
    "safety desk": "sponsor",
    "medical monitor": "sponsor",
}
_TELLS_ARM: Final = ("randomized",)
_NEEDS_ARM: Final = (
    "dose held",
    "dose due",
)  # that there is a dose to hold tells what somebody gets
_WORDS: Final = {
    "screened": "{subject} was screened",
    "randomized": "{subject} was randomized",
    "serious adverse event": "A serious adverse event of {subject} was reported",
    "death": "The death of {subject} was recorded",
    "unblinded": "The arm of {subject} was told in an emergency",
    "dose held": "A dose of {subject} is held",
    "query raised": "A query about {subject} was raised",
    "site activated": "Site {site} is active",
    "trial paused": "Randomization is paused at every site",
}

_REMINDS: Final = {
    "dose due": "A dose of {subject} falls due on {day}",
    "visit due": "A visit of {subject} falls due on {day}",
    "query overdue": "A query about {subject} is to be answered by {day}",
}
_FOOT: Final = "Trial {}. Log in for everything else: no data of a person are sent by mail."


class Addressed(NamedTuple):
    """Somebody who is written to. knows : whether he may know a subject's arm at the site"""

    account: str
    address: str
    knows: bool


class Happened(NamedTuple):
    """What is written of. arm : its label, where somebody may be told; by : the person's name"""

    event: str
    site: str
    subject: str
    at: str
    by: str
    arm: str


def addressed(unit: Unit, protocol: Protocol, event: str, site: str) -> list[Addressed]:
    """Who is written to of an event at a site, each once: accounts with an address and the role."""
    plan = protocol.conduct.e_mail.get(event) if protocol.conduct is not None else None
    if plan is None:
        return []
    wanted = {_ROLES.get(role, role) for role in plan.to}
    found = []
    for person in unit.rows("account", state="active"):
        roles = _held(unit, person["id"], site)
        if person["email"] and roles & wanted:
            knows = _knows(roles, masking=protocol.trial.masking)
            if knows or event not in _NEEDS_ARM:
                found.append(Addressed(person["id"], person["email"], knows))
    return found


def message(trial: str, told: Happened, to: Addressed, receipt: Receipt | None) -> tuple[str, str]:
    """The subject line and the text.

    receipt : where the audit tells of it
    """
    words = _WORDS[told.event].format(subject=told.subject, site=told.site)
    return f"[{trial}] {words}", "\n".join(_lines(trial, words, told, to, receipt)) + "\n"


def reminder(trial: str, event: str, site: str, subject: str, day: dt.date) -> tuple[str, str]:
    """The subject line and the text of what no command does: something falls due."""
    words = _REMINDS[event].format(subject=subject, day=day)
    return f"[{trial}] {words}", f"{words}, at site {site}.\n\n{_FOOT.format(trial)}\n"


def _lines(
    trial: str, words: str, told: Happened, to: Addressed, receipt: Receipt | None
) -> Iterator[str]:
    where = f" at site {told.site}" if told.site and told.event != "site activated" else ""
    yield f"{words}{where} on {told.at[:10]} at {told.at[11:16]} UTC, by {told.by}."
    if told.arm and to.knows and told.event in _TELLS_ARM:
        yield f"Arm: {told.arm}"
    yield ""
    if receipt is not None:
        yield f"Receipt: row {receipt.n} of the audit of {receipt.chain}, hash"
        yield receipt.hash
        yield ""
    yield _FOOT.format(trial)


def _held(unit: Unit, account: str, site: str) -> set[str]:
    """The roles that somebody has now, at this site or of the whole trial; anywhere for no site."""
    return {
        str(one["role"])
        for one in unit.rows("grant", account=account)
        if (one["until_at"] is None or one["until_at"] > unit.at)
        and (not site or one["site"] in (None, site))
    }


def _knows(roles: set[str], *, masking: str) -> bool:
    """Only if none of somebody's roles is kept from it."""
    known: Any = {arms_known(role, masking=masking) for role in roles if role != "admin"}
    return bool(known == {EACH_ARM})
