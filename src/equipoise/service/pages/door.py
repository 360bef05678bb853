"""Logging in and out, and the link that serves once."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from equipoise.service.access.codes import address_of
from equipoise.service.access.entrance import (
    NOT_RIGHT,
    linked,
    log_in,
    log_out,
    use_link,
)
from equipoise.service.access.passwords import SHORTEST
from equipoise.service.access.sessions import LONGEST_SESSION
from equipoise.service.trial import Served, served
from equipoise.service.web.asked import COOKIE, AskedBy
from equipoise.service.web.render import SEE_OTHER, bare

router = APIRouter()
FormText = Annotated[str, Form()]
_LOST: Final = (
    "You were logged out before this was sent, and it was not taken. Log in, and send it again; "
    "a draft that was kept stands under Today."
)


@router.get("/login")
def login(request: Request, back: str = "/", entered: bool = False, lost: bool = False) -> Response:
    """Where people come in.

    entered : a password was set just now; lost : something was sent by nobody who is logged in
    """
    return _login(served(request), back, entered=entered, problems=[_LOST] if lost else None)


@router.post("/login")
def logging_in(
    request: Request,
    account: FormText = "",
    password: FormText = "",
    code: FormText = "",
    back: FormText = "/",
) -> Response:
    """Name, password and code are looked at."""
    trial = served(request)
    address = request.client.host if request.client else ""
    token = log_in(trial.door, account.strip(), password, code, address)
    if token is None:
        return _login(trial, back, problems=[NOT_RIGHT], status=403)
    answer = RedirectResponse(_local(back), status_code=SEE_OTHER)
    answer.set_cookie(
        COOKIE, token, max_age=int(LONGEST_SESSION.total_seconds()), httponly=True, samesite="lax",
        secure=request.url.scheme == "https", path="/",
    )  # fmt: skip
    return answer


@router.post("/logout")
def logging_out(asked: AskedBy) -> Response:
    """The session ends."""
    log_out(asked.trial.store, asked.account, asked.token)
    answer = RedirectResponse("/login", status_code=SEE_OTHER)
    answer.delete_cookie(COOKIE, path="/")
    return answer


@router.get("/enter/{token}")
def enter(request: Request, token: str) -> Response:
    """A link that serves once: choose a password."""
    return _enter(served(request), token)


@router.post("/enter/{token}")
def entering(
    request: Request, token: str, password: FormText = "", again: FormText = "", code: FormText = ""
) -> Response:
    """The password is set."""
    trial = served(request)
    reasons = [] if password == again else ["The two passwords differ."]
    reasons = reasons or use_link(trial.door, token, password, code)
    if reasons:
        return _enter(trial, token, problems=reasons)
    return RedirectResponse("/login?entered=true", status_code=SEE_OTHER)


def _login(
    trial: Served,
    back: str,
    *,
    problems: list[str] | None = None,
    status: int = 200,
    entered: bool = False,
) -> Response:
    return bare(
        trial, "login.html", status=status, back=_local(back), problems=problems or [],
        asks_code=trial.door.asks_code, entered=entered,
    )  # fmt: skip


def _enter(trial: Served, token: str, *, problems: list[str] | None = None) -> Response:
    with trial.store.reading() as unit:
        account = linked(unit, token)
        row = unit.row("entrance", account) if account else None
    address = (
        address_of(row["totp"], account=account, trial=trial.protocol.trial.id)
        if row and account
        else ""
    )
    return bare(
        trial, "enter.html", status=200 if row and not problems else 403, problems=problems or [],
        account=account, secret=row["totp"] if row else "", address=address, shortest=SHORTEST,
        asks_code=trial.door.asks_code,
    )  # fmt: skip


def _local(back: str) -> str:
    """A path of this service, whatever was asked: nobody is sent elsewhere after logging in."""
    is_path = back.startswith("/") and not back.startswith(("//", "/\\"))
    return back if is_path and "\n" not in back else "/"
