"""A request of somebody who is logged in: who it is, and what was typed."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from pydantic import ValidationError
from starlette.datastructures import URL

from equipoise.conduct.commands.every import EVERY_COMMAND
from equipoise.conduct.commands.model import Answered, Command, RefusedError
from equipoise.conduct.commands.unread import unread
from equipoise.conduct.commands.versions import current_version
from equipoise.conduct.store.canonical import stamp
from equipoise.conduct.store.unit import Unit
from equipoise.errors import EquipoiseError
from equipoise.protocol import Protocol
from equipoise.service.access.entrance import is_again
from equipoise.service.access.proofs import proved_until, spend_proof
from equipoise.service.access.roles import Visitor, visitor
from equipoise.service.access.sessions import find_session, page_token
from equipoise.service.trial import Served, served
from equipoise.service.web.journal import asked_by
from equipoise.service.web.long_ago import long_ago

COOKIE: Final = "equipoise"
TOO_OFTEN: Final = "more than 60 writes in a minute; wait a little"
WRONG_PASSWORD: Final = "the password is not right"
NOT_AGAIN: Final = "type your password, or log in again at your provider first"


class LoggedOutError(Exception):
    """Nobody is logged in.

    back : where to go afterwards; is_lost : whether something was sent that was not taken
    """

    def __init__(self, back: str, *, is_lost: bool) -> None:
        self.back, self.is_lost = back, is_lost
        super().__init__(back)


class NotSeenError(EquipoiseError):
    """A page that this person may not see, or that is not there: nobody learns which."""

    def __init__(self) -> None:
        super().__init__("there is no such page, or you may not see it")


class TooOftenError(RefusedError):
    """An account has written too often; what was asked is done a little later."""


class WrongPasswordError(RefusedError):
    """The password, asked again for what weighs, is not right."""


class ForgedError(EquipoiseError):
    """A write that no page of this session has asked for."""


class AskedBySomebody:
    """Who asks, and of which trial: by a page, or by a program.

    protocol : the version that the trial is under now
    """

    trial: Served
    protocol: Protocol
    account: str
    visitor: Visitor

    def __init__(self, request: Request) -> None:
        self.request = request
        self.trial = served(request)

    @property
    def address(self) -> str:
        return self.request.client.host if self.request.client else ""

    def must_see(self, page: str, site: str | None = None) -> None:
        """Raises NotSeenError."""
        if not self.visitor.sees(page, site):
            raise NotSeenError

    def must_do(self, name: str, site: str | None) -> None:
        """Raises NotSeenError where no role lets this person do a command at a site."""
        if not self.visitor.may(name, site):
            raise NotSeenError

    def may_write(self, name: str) -> None:
        """Raises RefusedError where this account has written too often."""
        if not self.trial.rate.takes(self.account):
            raise TooOftenError(name, [TOO_OFTEN])


class AskedPage(AskedBySomebody):
    """Who asks, of which trial, and with what.

    token : of the session; form : what was typed, of a POST
    """

    def __init__(self, request: Request, form: Mapping[str, Any]) -> None:
        super().__init__(request)
        self.form = form
        self.token = request.cookies.get(COOKIE, "")
        account = find_session(self.trial.store, self.token) if self.token else None
        if account is None:
            is_lost = request.method == "POST" and request.url.path != "/logout"
            raise LoggedOutError(_back_to(request), is_lost=is_lost)
        self.account = account
        if request.method == "POST" and not hmac.compare_digest(
            self.text("page_token"), self.page_token
        ):
            raise ForgedError("this page is too old; go back, load it again, and repeat")
        with self.trial.store.reading() as unit:
            self.protocol = current_version(unit)
            self.visitor = visitor(unit, account, masking=self.protocol.trial.masking)
        asked_by(request, self.visitor)

    @property
    def page_token(self) -> str:
        return page_token(self.token)

    @property
    def proved_until(self) -> str:
        """Until when a log-in asked again serves for what weighs; "" where there is none."""
        if self.trial.provider is None:
            return ""
        with self.trial.store.reading() as unit:
            found = proved_until(unit, self.token)
        return stamp(found) if found else ""

    @property
    def again_at(self) -> str:
        """Where to log in again at the provider, and come back here; "" without a provider."""
        if self.trial.provider is None:
            return ""
        return f"/login/provider/again?{urlencode({'back': _back_to(self.request)})}"

    def text(self, name: str) -> str:
        """What was typed into a field, without blanks around it."""
        found = self.form.get(name, "")
        return found.strip() if isinstance(found, str) else ""

    def do(
        self, name: str, given: Mapping[str, Any], *, site: str | None, weighs: bool = False
    ) -> Answered:
        """Send a command about something of a site; None where it is of the whole trial.

        weighs : the password is asked again for it
        Raises   NotSeenError; RefusedError, StoreError, with all that stands against it.
        """
        self.must_do(name, site)
        if weighs:
            self.must_be_again(name)
        return self.do_all([(name, given)])[0]

    def do_all(self, several: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Answered]:
        """Commands in one transaction: all of them, or none. Raises as `do`."""
        for name, _ in several[:1]:
            self.may_write(name)
        asked = [
            (command_of(name, given), self.account, f"{self.text('request')} {n} {name}")
            for n, (name, given) in enumerate(several)
        ]
        return self.trial.bus.send_all(asked) if asked else []

    def must_be_again(self, name: str) -> None:
        """Raises RefusedError where the password, asked again, is not right.

        A log-in asked again at the provider serves in its place, once.
        """
        if self.trial.provider is not None and not self.text("password"):
            if spend_proof(self.trial.door, self.token, self.account, self.address):
                return
            raise WrongPasswordError(name, [NOT_AGAIN])
        if not is_again(self.trial.door, self.account, self.text("password"), self.address):
            raise WrongPasswordError(name, [WRONG_PASSWORD])


def command_of(name: str, given: Mapping[str, Any]) -> Command:
    """A command by its name. Raises RefusedError for what it does not ask, or cannot read."""
    try:
        found = EVERY_COMMAND[name].model_validate(given)
    except ValidationError as problem:
        raise RefusedError(name, [unread(one) for one in problem.errors()]) from None
    if wrong := list(long_ago(found)):
        raise RefusedError(name, wrong)
    return found


def _back_to(request: Request) -> str:
    """The page that was asked for, or from which something was sent."""
    if request.method == "GET":
        asked = request.url
    else:
        asked = URL(request.headers.get("referer", "/"))
    return asked.path + (f"?{asked.query}" if asked.query else "")


async def _typed(request: Request) -> Mapping[str, Any]:
    if request.method != "POST":
        return {}
    found = await request.form(max_files=0, max_fields=2_000)
    return {name: value for name, value in found.items() if isinstance(value, str)}


def _asked(request: Request, form: Annotated[Mapping[str, Any], Depends(_typed)]) -> AskedPage:
    return AskedPage(request, form)


Typed = Annotated[Mapping[str, Any], Depends(_typed)]
AskedBy = Annotated[AskedPage, Depends(_asked)]
Skipped = Annotated[int, Query(ge=0, le=10_000_000)]
"""How many lines of a list were on the pages before."""


def site_of(unit: Unit, subject: str) -> str:
    """The site of a subject. Raises NotSeenError if there is no such subject."""
    found = unit.row("subject", subject)
    if found is None:
        raise NotSeenError
    return str(found["site"])
