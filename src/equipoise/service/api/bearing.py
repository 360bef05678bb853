"""Who asks by a token, what is read of what was sent, and how a command is done for him."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from equipoise.conduct.commands.model import Acting, Answered, Command, NotThereError
from equipoise.errors import InputError
from equipoise.service.access.entrance import is_again
from equipoise.service.access.roles import WEIGHS
from equipoise.service.access.tokens import bearer
from equipoise.service.api.problems import NoTokenError
from equipoise.service.web.asked import (
    WRONG_PASSWORD,
    AskedBySomebody,
    NotSeenError,
    WrongPasswordError,
)
from equipoise.service.web.journal import asked_by

_SHOWN: Final = HTTPBearer(auto_error=False, description="A token of the page Tokens.")
_LARGEST: Final = 2**53  # beyond it, JSON is read differently by different programs


class AskedByToken(AskedBySomebody):
    """Who asks by a token. acting : the part of what he may do in which he asks"""

    acting: Acting
    until: str

    def __init__(self, request: Request, token: str) -> None:
        super().__init__(request)
        found = bearer(self.trial.store, token, address=self.address)
        if found is None:
            raise NoTokenError
        self.account, self.visitor, self.acting, self.until, self.protocol = found
        asked_by(request, self.visitor)

    def sites(self, page: str, site: str | None) -> tuple[str, ...]:
        """The sites of a page that this token sees, or the one that is asked for.

        Raises   NotSeenError.
        """
        self.must_see(page, site)
        with self.trial.store.reading() as unit:
            every = tuple(one["id"] for one in unit.rows("site"))
        if site is not None and site not in every:
            raise NotSeenError
        return self.visitor.sites(page, every) if site is None else (site,)

    def do(self, command: Command, *, key: str, password: str) -> Answered:
        """Do a command about something that this token may do it to.

        Raises   NotSeenError where it may not, or there is no such thing: nobody learns which;
        TooOftenError; WrongPasswordError; RefusedError with every reason; StoreError.
        """
        self.may_write(command.name)
        bus, who = self.trial.bus, self.account
        try:
            if command.name in WEIGHS:  # the password of who may not is not looked at
                site = bus.place_of(command, by=who, acting=self.acting)
                self.must_do(command.name, site or None)
                if not is_again(self.trial.door, who, password, self.address):
                    raise WrongPasswordError(command.name, [WRONG_PASSWORD])
            return bus.send(command, by=who, key=key, acting=self.acting)
        except NotThereError:
            raise NotSeenError from None


def _bearing(
    request: Request,
    shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_SHOWN)],
) -> AskedByToken:
    if shown is None:
        raise NoTokenError
    return AskedByToken(request, shown.credentials)


TokenBearer = Annotated[AskedByToken, Depends(_bearing)]


def must_be_plain(sent: Any) -> None:
    """Raises InputError for a number or text that the store cannot hold, with its place."""
    if wrong := [*_odd(sent, "body")]:
        raise InputError("\n".join(wrong))


def _odd(sent: Any, place: str) -> Iterator[str]:
    match sent:
        case bool() | None:
            return
        case int() if abs(sent) > _LARGEST:
            yield f"{place}: the number is too large"
        case float() if not math.isfinite(sent):
            yield f"{place}: expected a number"
        case str() if "\0" in sent or any("\ud800" <= one <= "\udfff" for one in sent):
            yield f"{place}: the text holds what is no character"
        case dict():
            for name, part in sent.items():
                yield from _odd(name, place)
                yield from _odd(part, f"{place}.{name!a}")
        case list():
            for n, part in enumerate(sent):
                yield from _odd(part, f"{place}.{n}")
