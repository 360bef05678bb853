"""Tokens: what a program shows to ask for somebody, in one role, at one site, until a day.

The database keeps a digest; the token itself is told once, to whoever made it.
Checked  tests/unit/service/api/test_tokens.py.
"""

from __future__ import annotations

from typing import NamedTuple

from equipoise.conduct.commands.model import Acting
from equipoise.conduct.commands.versions import current_version
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.store import Store
from equipoise.conduct.store.unit import Unit
from equipoise.protocol import Protocol
from equipoise.service.access.attempts import address_failed, is_address_closed
from equipoise.service.access.entrance import note_access
from equipoise.service.access.roles import HeldRole, Visitor, visitor
from equipoise.service.access.sessions import digest_of


class Bearer(NamedTuple):
    """Who asks by a token, and in which part of what he may do."""

    account: str
    visitor: Visitor
    acting: Acting
    until: str
    protocol: Protocol


def bearer(store: Store, token: str, *, address: str) -> Bearer | None:
    """Whose token it is; None, and a failure counted, where it serves nobody now."""
    with store.reading() as unit:
        found = next(iter(unit.rows("api_token", digest=digest_of(token))), None)
        who = _serves(unit, found) if found is not None else None
        shut = who is None and is_address_closed(unit, address)
    if who is None and not shut:
        _fail(store, found["account"] if found else None, address)
    return who


def own_tokens(unit: Unit, account: str | None = None) -> list[Stored]:
    """The tokens of somebody, or of everybody, those that serve first."""
    found = unit.rows("api_token", **({} if account is None else {"account": account}))
    return sorted(found, key=lambda one: not is_serving(unit, one))


def is_serving(unit: Unit, row: Stored) -> bool:
    """Whether a token was not ended, and its day has not passed."""
    return row["ended_at"] is None and bool(row["until_at"] > unit.at)


def _serves(unit: Unit, row: Stored) -> Bearer | None:
    """As long as the token, its account and the role that it lends last."""
    person = unit.row("account", row["account"])
    if not is_serving(unit, row) or person is None or person["state"] != "active":
        return None
    protocol = current_version(unit)
    whole = visitor(unit, row["account"], masking=protocol.trial.masking)
    own = HeldRole(row["role"], row["site"])
    if own not in whole.held:
        return None
    rest = tuple(one for one in whole.held if one != own)
    acting = Acting(row["role"], row["site"], row["id"])
    return Bearer(
        row["account"], whole._replace(held=(own,), besides=rest), acting, row["until_at"], protocol
    )


def _fail(store: Store, known: str | None, address: str) -> None:
    """A failure is counted and noted until there were too many; then it is answered alone."""

    def work(unit: Unit) -> None:
        closes = address_failed(unit, address)
        note_access(unit, "tokens refused for 15 minutes" if closes else "token refused", known,
                    address)  # fmt: skip

    store.attempt(work)
