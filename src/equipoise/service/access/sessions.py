"""Sessions: a secret in the browser, its digest in the database, and an end in any case."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from typing import Final

from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.canonical import moment
from equipoise.conduct.store.served.bookkeeping import keep
from equipoise.conduct.store.store import Store
from equipoise.conduct.store.unit import Unit

IDLE: Final = dt.timedelta(minutes=15)
LONGEST_SESSION: Final = dt.timedelta(hours=12)
_SEEN_AGAIN: Final = dt.timedelta(minutes=1)  # a row is not written for every request
_BYTES: Final = 32
_OF_PROGRAM: Final = "eqp_"  # so that a token that was left in a file is found


def new_token() -> str:
    """256 bits."""
    return secrets.token_urlsafe(_BYTES)


def new_api_token() -> tuple[str, str]:
    """A token of a program, and the digest that is kept of it."""
    made = f"{_OF_PROGRAM}{new_token()}"
    return made, digest_of(made)


def digest_of(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def page_token(token: str) -> str:
    """What a page of this session sends back with what it asks for (against forged requests)."""
    return hmac.new(token.encode(), b"page", hashlib.sha256).hexdigest()


def begin_session(unit: Unit, account: str, address: str) -> str:
    """A new session; its token."""
    token = new_token()
    unit.note("session", token_hash=digest_of(token), account=account, made=unit.at, seen=unit.at,
              address=address)  # fmt: skip
    return token


def find_session(store: Store, token: str) -> str | None:
    """The account of a session that has not ended; that it was seen is noted."""
    with store.reading() as unit:
        found = unit.row("session", digest_of(token))
        if found is None or not _lives(found, unit.now):
            return None
        account = unit.row("account", found["account"])
        if account is None or account["state"] != "active":
            return None
        is_old = unit.now - moment(found["seen"]) > _SEEN_AGAIN
    if is_old:
        store.attempt(lambda unit: keep(unit, "session", found["token_hash"], seen=unit.at))
    return str(found["account"])


def end_session(unit: Unit, token: str) -> None:
    """Nothing can be done with this token any more."""
    if unit.row("session", digest_of(token)) is not None:
        keep(unit, "session", digest_of(token), ended=unit.at)


def end_sessions(unit: Unit, account: str) -> None:
    """End every session of an account."""
    for one in unit.rows("session", account=account):
        if one["ended"] is None:
            keep(unit, "session", one["token_hash"], ended=unit.at)


def _lives(row: Stored, now: dt.datetime) -> bool:
    is_idle = now - moment(row["seen"]) > IDLE
    return row["ended"] is None and not is_idle and now - moment(row["made"]) <= LONGEST_SESSION
