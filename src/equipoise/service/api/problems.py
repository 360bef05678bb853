"""What stands in the way, as RFC 9457 has it: every reason at once, each with its number."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from equipoise.conduct.commands.model import KeyUsedError, RefusedError
from equipoise.conduct.commands.refusals import rule_of
from equipoise.conduct.store.store import StoreError
from equipoise.errors import InputError
from equipoise.service.web.asked import NotSeenError, TooOftenError, WrongPasswordError

PROBLEM: Final = "application/problem+json"
UNREADABLE: Final = "R900"  # a part of the request that is not what is asked for
NO_TOKEN: Final = "R901"
NOT_THERE_RULE: Final = "R902"
NOT_NOW: Final = "R903"
A_FAULT: Final = "R904"
OF_HTTP: Final = "R905"
_TITLES: Final = {
    401: "No token that serves",
    403: "Not done",
    404: "Not here",
    405: "Not by this method",
    409: "Not done",
    413: "Too large",
    422: "Not as it is asked for",
    429: "Too often",
    500: "A fault",
    503: "Not now",
}
_NO_JSON: Final = 400
_AGAIN_IN: Final = "60"  # seconds


class Reason(BaseModel):
    """One thing that stands in the way. where : in a request that is unreadable"""

    rule: str
    says: str
    where: str | None = None


class ApiProblem(BaseModel):
    """Why a request was not done; nothing was written. type : of the problem, not of this one"""

    type: str
    title: str
    status: int
    detail: str
    reasons: list[Reason]


class NoTokenError(Exception):
    """The request shows no token, or one that serves nobody."""


def problem(
    status: int, reasons: Iterable[Reason], *, headers: dict[str, str] | None = None
) -> Response:
    """An answer that says no."""
    told = [*reasons]
    said = ApiProblem(
        type=f"urn:equipoise:problem:{status}",
        title=_TITLES.get(status, "Not done"),
        status=status,
        detail="; ".join(one.says for one in told),
        reasons=told,
    )
    body = said.model_dump()
    return JSONResponse(body, status_code=status, media_type=PROBLEM, headers=headers)


def install(app: FastAPI) -> None:
    """Every exception of the API as a problem."""
    every: tuple[tuple[Any, Callable[[Request, Any], Response]], ...] = (
        (NoTokenError, _no_token),
        (NotSeenError, no_such),
        (TooOftenError, _too_often),
        (WrongPasswordError, _wrong_password),
        (KeyUsedError, _key_used),
        (RefusedError, _refused),
        (InputError, _unreadable),
        (StoreError, _not_now),
        (RequestValidationError, _invalid),
        (HTTPException, _of_http),
        (Exception, _fault),
    )
    for kind, told in every:
        app.add_exception_handler(kind, _handler(told))


def _handler(
    told: Callable[[Request, Any], Response],
) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def handle(request: Request, error: Exception) -> Response:
        return told(request, error)

    return handle


def _numbered(error: RefusedError) -> list[Reason]:
    return [Reason(rule=rule_of(one), says=one) for one in error.reasons]


def _no_token(_: Request, error: NoTokenError) -> Response:
    said = "a token that serves is asked for: `Authorization: Bearer ...`"
    head = {"www-authenticate": "Bearer"}
    return problem(401, [Reason(rule=NO_TOKEN, says=said)], headers=head)


def no_such(_: Request, error: Exception | None = None) -> Response:
    """There is no such thing, or it may not be seen: nobody learns which."""
    return problem(404, [Reason(rule=NOT_THERE_RULE, says="there is no such thing for this token")])


def _too_often(_: Request, error: TooOftenError) -> Response:
    return problem(429, _numbered(error), headers={"retry-after": _AGAIN_IN})


def _wrong_password(_: Request, error: WrongPasswordError) -> Response:
    return problem(403, _numbered(error))


def _key_used(_: Request, error: KeyUsedError) -> Response:
    return problem(422, _numbered(error))


def _refused(_: Request, error: RefusedError) -> Response:
    return problem(409, _numbered(error))


def _unreadable(_: Request, error: InputError) -> Response:
    return problem(422, [Reason(rule=UNREADABLE, says=one) for one in str(error).splitlines()])


def _not_now(_: Request, error: StoreError) -> Response:
    said = [Reason(rule=NOT_NOW, says="the store does not answer; nothing was written")]
    return problem(503, said, headers={"retry-after": "1"})


def _invalid(_: Request, error: RequestValidationError) -> Response:
    """Everything that is wrong with a request, with its place and without what was sent."""
    return problem(422, [
        Reason(rule=UNREADABLE, says=one["msg"], where=".".join(map(str, one["loc"])))
        for one in error.errors()
    ])  # fmt: skip


def _of_http(_: Request, error: HTTPException) -> Response:
    head = dict(error.headers or {})
    status = 422 if error.status_code == _NO_JSON else error.status_code
    return problem(status, [Reason(rule=OF_HTTP, says=str(error.detail))], headers=head)


def _fault(_: Request, error: Exception) -> Response:
    """A fault of the program: it is told in the log, and nothing of it in the answer."""
    said = "the program has failed; nothing was written"
    return problem(500, [Reason(rule=A_FAULT, says=said)])
