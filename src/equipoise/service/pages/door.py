"""Logging in and out, here and at a provider, and the link that serves once."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from equipoise.service.access.by_provider import (
    LOGIN_FOR,
    ProviderAnswer,
    WrongCodeError,
    begin,
    come_back,
    with_code,
)
from equipoise.service.access.codes import address_of
from equipoise.service.access.entrance import (
    NOT_RIGHT,
    linked,
    log_in,
    log_out,
    use_link,
)
from equipoise.service.access.passwords import SHORTEST
from equipoise.service.access.provider import NotProvedError, Provider
from equipoise.service.access.sessions import LONGEST_SESSION, find_session
from equipoise.service.trial import Served, served
from equipoise.service.web.asked import COOKIE, TOO_OFTEN, AskedBy, NotSeenError
from equipoise.service.web.render import SEE_OTHER, bare

router = APIRouter()
FormText = Annotated[str, Form()]
_BROWSER: Final = "equipoise-provider"  # the cookie of one log-in at the provider
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
    token = log_in(trial.door, account.strip(), password, code, _address(request))
    if token is None:
        return _login(trial, back, problems=[NOT_RIGHT], status=403)
    return _let_in(request, token, back)


@router.post("/logout")
def logging_out(asked: AskedBy) -> Response:
    """The session ends."""
    log_out(asked.trial.store, asked.account, asked.token)
    answer = RedirectResponse("/login", status_code=SEE_OTHER)
    answer.delete_cookie(COOKIE, path="/")
    return answer


@router.get("/login/provider")
def to_provider(request: Request, back: str = "/") -> Response:
    """Somebody goes to log in at the provider."""
    return _to_provider(request, back)


@router.get("/login/provider/again")
def to_provider_again(asked: AskedBy, back: str = "/") -> Response:
    """Somebody who is logged in goes to log in again, before what weighs."""
    return _to_provider(asked.request, back, session=asked.token)


@router.get("/login/provider/back")
def from_provider(
    request: Request, state: str = "", code: str = "", iss: str = "", error: str = ""
) -> Response:
    """Somebody comes back from the provider."""
    trial, provider = _provided(request)
    try:
        done = come_back(
            trial.door, provider, ProviderAnswer(state, code, iss, error),
            address=_address(request), browser=request.cookies.get(_BROWSER, ""),
            session=request.cookies.get(COOKIE, ""),
        )  # fmt: skip
    except NotProvedError as problem:
        return _not_proved(request, problem)
    if done.asks_code:
        return bare(trial, "code.html", provider=provider.settings.name)
    if not done.session:
        return RedirectResponse(_local(done.back), status_code=SEE_OTHER)
    return _let_in(request, done.session, done.back)


@router.post("/login/provider/code")
def code_after_provider(request: Request, code: FormText = "") -> Response:
    """The app's code, of somebody who has logged in at the provider."""
    trial, provider = _provided(request)
    browser, address = request.cookies.get(_BROWSER, ""), _address(request)
    try:
        done = with_code(trial.door, provider.settings, code, browser=browser, address=address)
    except WrongCodeError as problem:
        return bare(trial, "code.html", status=403, problems=[str(problem)],
                    provider=provider.settings.name)  # fmt: skip
    except NotProvedError as problem:
        return _not_proved(request, problem)
    return _let_in(request, done.session, done.back)


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
        asks_code=trial.door.asks_code, entered=entered, provider=trial.provider_name,
    )  # fmt: skip


def _provided(request: Request) -> tuple[Served, Provider]:
    """The trial and its provider. Raises NotSeenError where it has none."""
    trial = served(request)
    if trial.provider is None:
        raise NotSeenError
    return trial, trial.provider


def _to_provider(request: Request, back: str, *, session: str = "") -> Response:
    trial, provider = _provided(request)
    if not trial.rate.takes(f"provider {_address(request)}"):
        return _not_proved(request, NotProvedError(TOO_OFTEN))
    try:
        browser, where = begin(trial.door, provider, back=_local(back), session=session)
    except NotProvedError as problem:
        return _not_proved(request, problem)
    answer = RedirectResponse(where, status_code=SEE_OTHER)
    answer.set_cookie(
        _BROWSER, browser, max_age=int(LOGIN_FOR.total_seconds()), httponly=True, samesite="lax",
        secure=request.url.scheme == "https", path="/login/provider",
    )  # fmt: skip
    return answer


def _not_proved(request: Request, problem: NotProvedError) -> Response:
    """Why it was not taken: on the page to log in, or to somebody who is logged in already."""
    trial, token = served(request), request.cookies.get(COOKIE, "")
    words = f"The log-in at {trial.provider_name} was not taken: {problem.why}."
    if token and find_session(trial.store, token):
        return bare(trial, "told.html", status=403, title="Not done", words=words)
    return _login(trial, "/", problems=[words], status=403)


def _let_in(request: Request, token: str, back: str) -> Response:
    """To where somebody was going, with a session."""
    answer = RedirectResponse(_local(back), status_code=SEE_OTHER)
    answer.set_cookie(
        COOKIE, token, max_age=int(LONGEST_SESSION.total_seconds()), httponly=True, samesite="lax",
        secure=request.url.scheme == "https", path="/",
    )  # fmt: skip
    return answer


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


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
