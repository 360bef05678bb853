"""What stands before every request: its size, its origin; and the headers of every answer.

Checked  tests/unit/service/test_security.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from equipoise.service.api.problems import OF_HTTP, Reason, problem
from equipoise.service.api.schema import BASE

LARGEST: Final = 1_000_000  # bytes of a request, with the file that one page takes
_READS: Final = ("GET", "HEAD", "OPTIONS")
HEADERS: Final = {
    "content-security-policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'; object-src 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_HSTS: Final = "max-age=31536000; includeSubDomains"


class Shield:
    """Refuses what is too large or comes from another site's page; adds headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers, secure = Headers(scope=scope), scope["scheme"] == "https"

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                dress(MutableHeaders(scope=message), scope["path"], secure=secure)
            await send(message)

        if why := wrong_with(scope["method"], headers, secure=secure):
            await _said(scope, why, 403)(scope, receive, dressed)
        elif not _fits(headers, scope["method"]):
            await _said(scope, "the request is too large", 413)(scope, receive, dressed)
        else:
            await self.app(scope, receive, dressed)


def wrong_with(method: str, headers: Headers, *, secure: bool) -> str:
    """Why a write does not come from a page of this service; empty where it may."""
    if method in _READS or "authorization" in headers:
        return ""
    origin, host = headers.get("origin"), headers.get("host", "")
    if origin is not None and origin != f"{'https' if secure else 'http'}://{host}":
        return "the request comes from the page of another site"
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return "the request comes from the page of another site"
    return ""


def _said(scope: Scope, words: str, status: int) -> Response:
    """Why a request goes no further, to a person or to a program."""
    if scope["path"].startswith(BASE):
        return problem(status, [Reason(rule=OF_HTTP, says=words)])
    return PlainTextResponse(words, status_code=status)


def _fits(headers: Headers, method: str) -> bool:
    if method in _READS:
        return True
    length = headers.get("content-length")
    if length is None:  # no body, or one of which nobody knows where it ends
        return "transfer-encoding" not in headers
    return length.isdigit() and int(length) <= LARGEST


def dress(headers: MutableHeaders, path: str, *, secure: bool) -> None:
    """Add the headers that every answer carries."""
    for name, said in _wanted(path, secure=secure):
        headers.setdefault(name, said)


def _wanted(path: str, *, secure: bool) -> Iterable[tuple[str, str]]:
    yield from HEADERS.items()
    if not path.startswith("/static/"):
        yield "cache-control", "no-store"
    if secure:
        yield "strict-transport-security", _HSTS
