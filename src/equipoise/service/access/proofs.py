"""Logging in again at the provider, before what weighs: the same person, and only once.

Checked  tests/unit/service/test_provider.py.
"""

from __future__ import annotations

import datetime as dt
import hmac
from typing import Any, Final

from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.canonical import moment
from equipoise.conduct.store.served.bookkeeping import keep
from equipoise.conduct.store.unit import Unit
from equipoise.service.access.attempts import is_closed
from equipoise.service.access.entrance import Door, note_access
from equipoise.service.access.id_tokens import logged_in_at
from equipoise.service.access.provider import NotProvedError, ProviderSettings
from equipoise.service.access.sessions import digest_of, find_session

PROOF_FOR: Final = dt.timedelta(minutes=5)  # until a code is typed, or something is signed


def prove_again(
    door: Door,
    settings: ProviderSettings,
    row: Stored,
    claims: dict[str, Any],
    session: str,
    address: str,
) -> None:
    """The same person has logged in at the provider since it was asked. Raises NotProvedError."""
    account = find_session(door.store, session) if session else None
    if account is None or not hmac.compare_digest(row["session"], digest_of(session)):
        raise NotProvedError("your session has ended")
    at = logged_in_at(claims, now=door.store.clock().timestamp())
    if at is None or at < int(moment(row["made"]).timestamp()):
        raise NotProvedError("the provider did not ask you to log in again", account)

    def work(unit: Unit) -> None:
        bound = unit.row("identity", account) or {"issuer": None, "sub": None}
        if (bound["issuer"], bound["sub"]) != (settings.issuer, claims["sub"]):
            raise NotProvedError("it is not the log-in that this account is bound to", account)
        keep(unit, "provider_login", row["browser"], account=account, proved=unit.at)
        note_access(unit, "logged in again by the provider", account, address)

    door.store.attempt(work)


def proved_until(unit: Unit, session: str) -> dt.datetime | None:
    """Until when a log-in, asked again in this session, serves for what weighs."""
    found = [moment(one["proved"]) + PROOF_FOR for one in _proofs(unit, session)]
    return max(found, default=None)


def spend_proof(door: Door, session: str, account: str, address: str) -> bool:
    """Whether there is such a log-in; it serves once."""

    def work(unit: Unit) -> bool:
        for one in _proofs(unit, session):
            mine = unit.row("provider_login", one["browser"], lock=True) or one
            if not mine["spent"] and not is_closed(unit, account, address):
                keep(unit, "provider_login", one["browser"], spent=unit.at)
                return True
        return False

    return bool(door.store.attempt(work)[0])


def proof_serves(row: Stored, now: dt.datetime) -> bool:
    """Whether what the provider has said is recent, and was not used."""
    has_time = row["proved"] is not None and now - moment(row["proved"]) <= PROOF_FOR
    return has_time and row["spent"] is None


def _proofs(unit: Unit, session: str) -> list[Stored]:
    found = unit.rows("provider_login", session=digest_of(session))
    return [one for one in found if proof_serves(one, unit.now)]
