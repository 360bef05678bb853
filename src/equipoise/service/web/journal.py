"""The log of the service: one line of JSON for each request and each fault, and never a value.

A line tells the pattern of a route and not the address that was asked for, an account and not a
person, the kind of an error and where it arose and not what it says: subjects, answers, arms,
names and secrets stand in addresses and in the words of errors.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import secrets
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, TextIO

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from equipoise.service.access.roles import Visitor

REQUEST_ID: Final = "x-request-id"
NO_ROUTE: Final = "no such route"
_LOG: Final = logging.getLogger(__name__)
_WHO: Final = "equipoise.who"
_FAILED: Final = 500


class JsonLines(logging.Formatter):
    """A record as a line: what was told of it, or its words before any value is put into them."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "from": record.name}
        told = getattr(record, "told", None)
        line |= told if isinstance(told, Mapping) else {"says": str(record.msg)}
        if record.exc_info:
            line |= fault(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


class Journal:
    """Numbers every request, and writes down how it ended; a fault goes no further than here."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        number, began, status = secrets.token_hex(8), time.perf_counter(), _FAILED

        async def numbered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = number
            await send(message)

        error: Exception | None = None
        try:
            await self.app(scope, receive, numbered)
        except Exception as problem:  # it was answered by the page for faults
            error = problem
        told = {"request": number, **_told(scope), "status": status}
        told |= {"ms": round(1000 * (time.perf_counter() - began), 1), **_who(scope)}
        if error is None:
            _LOG.info("", extra={"told": told})
        else:
            _LOG.error("", extra={"told": told | fault(error)})


def asked_by(request: Request, visitor: Visitor) -> None:
    """Note who a request comes from, once that is known."""
    request.scope[_WHO] = visitor


def keep_journal(out: TextIO | None = None) -> None:
    """Send every log of this process to a stream, by default standard error, as lines of JSON."""
    handler = logging.StreamHandler(out or sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(True)
    _LOG.setLevel(logging.INFO)
    threading.excepthook = _of_thread


def fault(error: BaseException | None) -> dict[str, Any]:
    """The kinds of an error and of those that it came from, and where each arose."""
    chain = []
    while error is not None:
        chain.append({"error": type(error).__name__, "stack": _stack(error.__traceback__)})
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return {**chain[0], **({"after": chain[1:]} if chain[1:] else {})} if chain else {}


def _stack(found: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(found)
    return [f"{one.filename.rpartition('/')[2]}:{one.lineno} {one.name}" for one in frames]


def _told(scope: Scope) -> dict[str, str]:
    return {"method": scope["method"], "route": route_of(scope)}


def route_of(scope: Scope) -> str:
    """The pattern of the route that was taken, with that of the API before its own."""
    path = getattr(scope.get("route"), "path", None)
    if path is None:
        return "/static" if scope["path"].startswith("/static/") else NO_ROUTE
    root = str(scope.get("root_path", ""))
    return path if str(path).startswith(root) else f"{root}{path}"


def _who(scope: Scope) -> dict[str, str]:
    """The account and its roles, each once."""
    who: Visitor | None = scope.get(_WHO)
    if who is None:
        return {}
    return {"account": who.account, "role": ", ".join(sorted({one.role for one in who.held}))}


def _of_thread(told: threading.ExceptHookArgs) -> None:
    _LOG.error("", extra={"told": {"says": "a thread has ended", **fault(told.exc_value)}})
