"""The application: pages and API of one trial."""

from __future__ import annotations

from importlib import resources
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from equipoise.conduct.store.store import StoreError
from equipoise.errors import InputError
from equipoise.service.api.door import api, described
from equipoise.service.api.problems import no_such
from equipoise.service.api.schema import BASE
from equipoise.service.pages import (
    accounts,
    allocation_list,
    board,
    closing,
    door,
    entering,
    forms,
    overview,
    pharmacy,
    queries,
    randomize,
    ranges,
    safety,
    subjects,
    tokens,
)
from equipoise.service.trial import Served, served
from equipoise.service.web.asked import ForgedError, LoggedOutError, NotSeenError
from equipoise.service.web.render import bare
from equipoise.service.web.shield import Shield, dress
from equipoise.version import __version__

PAGES = (
    door,
    subjects,
    entering,
    forms,
    randomize,
    queries,
    accounts,
    overview,
    pharmacy,
    ranges,
    safety,
    board,
    allocation_list,
    closing,
    tokens,
)


def application(trial: Served) -> FastAPI:
    """The pages of a trial, ready to be served."""
    app = FastAPI(
        title="Equipoise", version=__version__, docs_url=None, redoc_url=None, openapi_url=None
    )
    app.state.served = trial
    app.add_middleware(Shield)
    programs = api(trial)
    app.mount(BASE, programs, name="api")
    static = str(resources.files("equipoise.service").joinpath("static"))
    app.mount("/static", StaticFiles(directory=static), name="static")
    for module in PAGES:
        app.include_router(module.router, include_in_schema=False)
    app.add_api_route("/openapi.json", lambda: described(programs), include_in_schema=False)
    app.add_api_route("/health", health, include_in_schema=False)
    app.add_exception_handler(LoggedOutError, _to_login)
    app.add_exception_handler(NotSeenError, _not_seen)
    app.add_exception_handler(ForgedError, _forged)
    app.add_exception_handler(InputError, _refused)
    app.add_exception_handler(StoreError, _not_now)
    app.add_exception_handler(404, _nowhere)
    app.add_exception_handler(Exception, _fault)
    return app


def health(request: Request) -> Response:
    """Whether the store answers and is this program's; nothing about the trial."""
    try:
        is_own = served(request).store.is_current()
    except StoreError:
        return JSONResponse({"status": "the store does not answer"}, status_code=503)
    if not is_own:
        return JSONResponse({"status": "the store was brought up: restart"}, status_code=503)
    return JSONResponse({"status": "well"})


def _nowhere(request: Request, problem: Exception) -> Response:
    """An address that is none, of a page or of the API."""
    if request.url.path.startswith(BASE):
        return no_such(request)
    return _told(request, "Not here", "there is no such page", 404)


def _to_login(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, LoggedOutError)
    asked = {"back": problem.back} if problem.back != "/" else {}
    asked |= {"lost": "true"} if problem.is_lost else {}
    return RedirectResponse(f"/login?{urlencode(asked)}".rstrip("?"), status_code=303)


def _not_seen(request: Request, problem: Exception) -> Response:
    return _told(request, "Not here", str(problem), 404)


def _forged(request: Request, problem: Exception) -> Response:
    return _told(request, "Not done", str(problem), 403)


def _refused(request: Request, problem: Exception) -> Response:
    return _told(request, "Not done", str(problem), 409)


def _not_now(request: Request, problem: Exception) -> Response:
    return _told(request, "Not now", f"{problem}. Nothing was lost: try again.", 503)


def _fault(request: Request, problem: Exception) -> Response:
    """A fault of the program: it is told in the log, and nothing of it on the page.

    Its answer does not go through the shield, which has failed with it.
    """
    answer = _told(request, "A fault", "The program has failed; nothing was written.", 500)
    dress(answer.headers, request.url.path, secure=request.url.scheme == "https")
    return answer


def _told(request: Request, title: str, words: str, status: int) -> Response:
    return bare(served(request), "told.html", status=status, title=title, words=words)
