"""The door: links that serve once, logging in and out, and the password asked again."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Final, NamedTuple

from equipoise.conduct.store.bodies import Who
from equipoise.conduct.store.canonical import stamp
from equipoise.conduct.store.served.bookkeeping import keep
from equipoise.conduct.store.store import Store
from equipoise.conduct.store.unit import Unit
from equipoise.errors import InputError
from equipoise.service.access.attempts import failed, is_closed, succeeded
from equipoise.service.access.codes import new_code_secret, step_of
from equipoise.service.access.passwords import Passwords, wrong_with_password
from equipoise.service.access.sessions import (
    begin_session,
    digest_of,
    end_session,
    end_sessions,
    new_token,
)

LINK_FOR: Final = dt.timedelta(hours=72)
NOT_RIGHT: Final = (
    "Name, password or code is not right. A code serves once: if it was used just now, wait for "
    "the next. After five failures an account is closed for 15 minutes."
)


class Door(NamedTuple):
    """Where people come in. asks_code : whether each must have an authenticator app."""

    store: Store
    passwords: Passwords
    asks_code: bool = True


def note_access(unit: Unit, kind: str, account: str | None, address: str = "") -> None:
    """A row of `access`: that somebody came, left or failed, or looked at something."""
    unit.who = Who(account or "", "", kind)
    unit.site = unit.subject = ""
    unit.insert("access", id=secrets.token_hex(12), kind=kind, at=unit.at, account=account or None,
                address=address)  # fmt: skip
    unit.end()


def make_link(store: Store, account: str, *, by: str, lasts: dt.timedelta = LINK_FOR) -> str:
    """A link's token that serves once to set a password; what was set before serves no more."""
    token = new_token()

    def work(unit: Unit) -> None:
        if unit.row("account", account) is None:
            raise InputError(f"there is no account {account}")
        keep(unit, "entrance", account, secret=None, totp=new_code_secret(), totp_step=0,
             link=digest_of(token), link_until=stamp(unit.now + lasts))  # fmt: skip
        unbind(unit, account)
        end_sessions(unit, account)
        note_access(unit, f"link made for {account}", by)

    store.attempt(work)
    return token


def unbind(unit: Unit, account: str) -> None:
    """The account is no longer bound to a log-in at a provider; its verified e-mail binds anew."""
    if unit.row("identity", account) is not None:
        keep(unit, "identity", account, issuer=None, sub=None, bound=None)


def linked(unit: Unit, token: str) -> str | None:
    """The account that a link is for, as long as it serves."""
    found = unit.rows("entrance", link=digest_of(token))
    return found[0]["account"] if found and found[0]["link_until"] > unit.at else None


def use_link(door: Door, token: str, password: str, code: str) -> list[str]:
    """Set the password of a link's account, and its authenticator; what stands against it."""
    with door.store.reading() as unit:
        account, row = linked(unit, token), {}
        if account is not None:
            row = unit.row("entrance", account) or {}
    if account is None:
        return ["This link was used, or is too old. Whoever opened your account can make another."]
    reasons = list(wrong_with_password(password, account=account))
    step = 0
    if door.asks_code:
        step = step_of(row["totp"], code, now=door.store.clock(), after=0) or 0
        reasons += [] if step else ["The code is not that of the app; it changes every 30 seconds."]
    if reasons:
        return reasons
    kept = door.passwords.hash(password)

    def work(unit: Unit) -> bool:
        if linked(unit, token) != account:  # used by another meanwhile
            return False
        keep(unit, "entrance", account, secret=kept, totp_step=step, link=None, link_until=None)
        note_access(unit, "password set", account)
        return True

    done, _ = door.store.attempt(work)
    return [] if done else use_link(door, token, password, code)


def log_in(door: Door, account: str, password: str, code: str, address: str) -> str | None:
    """The token of a new session; None, and a failure counted, where anything is not right."""
    with door.store.reading() as unit:
        person, row = unit.row("account", account), unit.row("entrance", account)
        closed = is_closed(unit, account, address)
    fits = door.passwords.fits(row["secret"] if row else None, password)
    step = 0
    if door.asks_code and row is not None:
        step = step_of(row["totp"], code, now=door.store.clock(), after=row["totp_step"] or 0) or 0
    is_right = fits and (bool(step) or not door.asks_code)
    if closed or not is_right or person is None or person["state"] != "active":
        if not closed:
            count_failure(door, account if person else None, account, address)
        return None

    def work(unit: Unit) -> str | None:
        now = unit.row("entrance", account, lock=True) or {}
        if step and step <= (now["totp_step"] or 0):
            return None  # the code was used meanwhile
        keep(unit, "entrance", account, totp_step=step)
        succeeded(unit, account, address)
        note_access(unit, "logged in", account, address)
        return begin_session(unit, account, address)

    token: str | None = door.store.attempt(work)[0]
    return token


def log_out(store: Store, account: str, token: str) -> None:
    """End a session."""

    def work(unit: Unit) -> None:
        end_session(unit, token)
        note_access(unit, "logged out", account)

    store.attempt(work)


def is_again(door: Door, account: str, password: str, address: str) -> bool:
    """Whether the password, asked again before what weighs, is right.

    A failure is counted; too many end every session of the account.
    """
    with door.store.reading() as unit:
        row, closed = unit.row("entrance", account), is_closed(unit, account, address)
    fits = door.passwords.fits(row["secret"] if row else None, password)
    if closed or not fits:
        if not closed:
            count_failure(door, account, account, address, within=True)
        return False
    return True


def count_failure(
    door: Door, known: str | None, said: str, address: str, *, within: bool = False
) -> None:
    """Count a failure. From outside it ends no session, or anybody could log others out."""

    def work(unit: Unit) -> None:
        closes = failed(unit, said, address)
        if closes and known is not None and within:
            end_sessions(unit, known)
        note_access(unit, "closed for 15 minutes" if closes else "failed to log in", known, address)

    door.store.attempt(work)
