"""Coming in by a provider: only who was invited does, and nothing that a browser keeps is believed.

The browser keeps a secret of one log-in; what belongs to that log-in stands in the database.
Checked  tests/unit/service/test_provider.py.
"""

from __future__ import annotations

import datetime as dt
import hmac
import re
from typing import Any, Final, NamedTuple

from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.canonical import moment
from equipoise.conduct.store.served.bookkeeping import keep
from equipoise.conduct.store.unit import Unit
from equipoise.service.access.attempts import is_closed, is_provider_closed, provider_failed
from equipoise.service.access.codes import step_of
from equipoise.service.access.entrance import Door, count_failure, note_access
from equipoise.service.access.id_tokens import read_id_token
from equipoise.service.access.invited import account_of, had_second, let_in
from equipoise.service.access.proofs import proof_serves, prove_again
from equipoise.service.access.provider import NotProvedError, Provider, ProviderSettings
from equipoise.service.access.sessions import digest_of, new_token

LOGIN_FOR: Final = dt.timedelta(minutes=10)  # from the way to the provider to the way back
_GONE: Final = "it was begun in another browser or window, too long ago, or was used already"
_SHUT: Final = "after too many failures no more are taken for 15 minutes"
_CLOSED: Final = "after five failures the account is closed for 15 minutes"
_NO_APP: Final = "your authenticator app is not set up; the link that you were given does that"
_NO_CODE: Final = "The code is not right, or was used just now: wait for the next."
_ERROR: Final = re.compile("[a-z_]{1,40}")


class WrongCodeError(NotProvedError):
    """The app's code is not right; another may be typed."""


class ProviderAnswer(NamedTuple):
    """What a browser brings back; each is "" where it is not there."""

    state: str
    code: str
    issuer: str = ""
    error: str = ""


class CameBack(NamedTuple):
    """How a log-in goes on.

    session : the token of a new one; "" where there is one, or the app's code is asked first
    """

    back: str
    session: str = ""
    asks_code: bool = False


def begin(door: Door, provider: Provider, *, back: str, session: str = "") -> tuple[str, str]:
    """The secret that a browser keeps, and the address that it is sent to.

    session : of somebody who must log in again before what weighs
    Raises   NotProvedError where the provider does not answer.
    """
    browser, state, nonce, verifier = (new_token() for _ in range(4))
    where = provider.where_to(state=state, nonce=nonce, verifier=verifier, is_again=bool(session))
    cells = {"browser": digest_of(browser), "state": digest_of(state), "nonce": nonce, "back": back,
             "verifier": verifier, "session": digest_of(session) if session else None}  # fmt: skip
    door.store.attempt(lambda unit: unit.note("provider_login", made=unit.at, **cells))
    return browser, where


def come_back(
    door: Door,
    provider: Provider,
    answer: ProviderAnswer,
    *,
    browser: str,
    session: str,
    address: str,
) -> CameBack:
    """Somebody comes from the provider; whatever stands against it is a row of the audit.

    browser, session : what the browser keeps
    Raises   NotProvedError.
    """
    with door.store.reading() as unit:
        if is_provider_closed(unit, address):
            raise NotProvedError(_SHUT)
    try:
        row = _taken(door, browser, answer.state)
        claims = _claims(door, provider, answer, row)
        if row["session"]:
            prove_again(door, provider.settings, row, claims, session, address)
            return CameBack(row["back"])
        return _entered(door, provider.settings, row, claims, address)
    except NotProvedError as problem:
        _note(door, problem, address)
        raise


def with_code(
    door: Door, settings: ProviderSettings, code: str, *, browser: str, address: str
) -> CameBack:
    """The app's code, after the provider has said who it is.

    Raises   WrongCodeError; NotProvedError where the log-in has to begin again.
    """
    try:
        row = _waiting(door, browser, address)
        done = _checked(door, settings, row, code, address)
    except NotProvedError as problem:
        _note(door, problem, address)
        raise
    if done is None:
        count_failure(door, row["account"], row["account"], address)
        raise WrongCodeError(_NO_CODE)
    return done


def _taken(door: Door, browser: str, state: str) -> Stored:
    """The log-in that a browser has begun, which nobody can come back to a second time."""

    def work(unit: Unit) -> Stored | None:
        row = unit.row("provider_login", digest_of(browser), lock=True)
        if row is None or not hmac.compare_digest(row["state"], digest_of(state)):
            return None
        if row["used"] or unit.now - moment(row["made"]) > LOGIN_FOR:
            return None
        keep(unit, "provider_login", row["browser"], used=unit.at)
        return row

    found: Stored | None = door.store.attempt(work)[0]
    if found is None:
        raise NotProvedError(_GONE)
    return found


def _claims(door: Door, provider: Provider, answer: ProviderAnswer, row: Stored) -> dict[str, Any]:
    """What the provider says of somebody; that it is the one who answers, by RFC 9207."""
    own = provider.settings
    says_who = provider.says().get("authorization_response_iss_parameter_supported") is True
    if (answer.issuer or says_who) and answer.issuer != own.issuer:
        raise NotProvedError("the answer is of another issuer")
    if answer.error or not answer.code:
        word = answer.error if _ERROR.fullmatch(answer.error) else "no code"
        raise NotProvedError(f"the provider answered: {word.replace('_', ' ')}")
    return read_id_token(
        provider.exchange(answer.code, row["verifier"]), provider.keys, issuer=own.issuer,
        client=own.client, nonce=row["nonce"], now=door.store.clock().timestamp(),
    )  # fmt: skip


def _entered(
    door: Door, settings: ProviderSettings, row: Stored, claims: dict[str, Any], address: str
) -> CameBack:
    """A new session, or the question for the app's code."""
    asks_code = door.asks_code and not had_second(settings, claims)

    def work(unit: Unit) -> CameBack:
        account = account_of(unit, settings.issuer, claims)
        if is_closed(unit, account, address):
            raise NotProvedError(_CLOSED, account)
        if not asks_code:
            return CameBack(row["back"], let_in(unit, settings, account, claims["sub"], address))
        if not (unit.row("entrance", account) or {"totp_step": 0})["totp_step"]:
            raise NotProvedError(_NO_APP, account)
        keep(unit, "provider_login", row["browser"], account=account, sub=claims["sub"],
             proved=unit.at)  # fmt: skip
        return CameBack(row["back"], asks_code=True)

    done: CameBack = door.store.attempt(work)[0]
    return done


def _waiting(door: Door, browser: str, address: str) -> Stored:
    """The log-in that waits for a code."""
    with door.store.reading() as unit:
        if is_provider_closed(unit, address):
            raise NotProvedError(_SHUT)
        row = unit.row("provider_login", digest_of(browser))
        if row is None or row["session"] or not proof_serves(row, unit.now):
            raise NotProvedError(_GONE)
        if is_closed(unit, row["account"], address):
            raise NotProvedError(_CLOSED, row["account"])
    return row


def _checked(
    door: Door, settings: ProviderSettings, row: Stored, code: str, address: str
) -> CameBack | None:
    """A new session; None where the code is not right, or something was used meanwhile."""
    account, now = str(row["account"]), door.store.clock()

    def work(unit: Unit) -> CameBack | None:
        own = unit.row("entrance", account, lock=True) or {"totp_step": 0}
        mine = unit.row("provider_login", row["browser"], lock=True) or row
        after = own["totp_step"]  # 0 where the app is not set up
        step = step_of(own["totp"], code, now=now, after=after) if after else None
        if step is None or mine["spent"]:
            return None
        if account_of(unit, settings.issuer, {"sub": row["sub"]}, known=account) != account:
            return None
        keep(unit, "entrance", account, totp_step=step)
        keep(unit, "provider_login", row["browser"], spent=unit.at)
        return CameBack(row["back"], let_in(unit, settings, account, row["sub"], address))

    done: CameBack | None = door.store.attempt(work)[0]
    return done


def _note(door: Door, problem: NotProvedError, address: str) -> None:
    """Count a failure of the address, and write it down with its reason."""

    def work(unit: Unit) -> None:
        provider_failed(unit, address)
        words = f"failed to log in by the provider: {problem.why}"
        note_access(unit, words, problem.account, address)

    door.store.attempt(work)
