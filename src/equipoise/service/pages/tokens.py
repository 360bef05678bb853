"""Tokens: what a person lends to a program, shown once, and ended at any time."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from equipoise.conduct.commands.model import RefusedError
from equipoise.service.access.roles import ADMIN
from equipoise.service.access.sessions import new_api_token
from equipoise.service.access.tokens import is_serving, own_tokens
from equipoise.service.web.asked import AskedBy, AskedPage, NotSeenError
from equipoise.service.web.render import REFUSED, SEE_OTHER, page

router = APIRouter()
_AT: Final = " at "


@router.get("/tokens")
def tokens(asked: AskedBy) -> Response:
    """One's own tokens; everybody's, for an admin."""
    return _show(asked)


@router.post("/tokens")
def made(asked: AskedBy) -> Response:
    """A token is made in a role that one has, and shown only now."""
    asked.must_see("tokens")
    if asked.text("for") not in _held(asked):
        return _show(asked, problems=["a token is made in a role of one's own"], status=REFUSED)
    role, _, site = asked.text("for").partition(_AT)
    token, digest = new_api_token()
    given: dict[str, Any] = {"role": role, "until": asked.text("until"), "digest": digest}
    given |= {"label": asked.text("label")} | ({"site": site} if site else {})
    try:
        asked.do("make token", given, site=site or None, weighs=True)
    except RefusedError as refused:
        return _show(asked, problems=list(refused.reasons), status=REFUSED)
    return _show(asked, token=token)


@router.post("/tokens/{name}/end")
def ended(asked: AskedBy, name: str) -> Response:
    """A token ends."""
    asked.must_see("tokens")
    with asked.trial.store.reading() as unit:
        row = unit.row("api_token", name)
    if row is None or (row["account"] != asked.account and not asked.visitor.has(ADMIN)):
        raise NotSeenError
    given = {"token": name, "reason": asked.text("reason")}
    try:
        asked.do("revoke token", given, site=row["site"])
    except RefusedError as refused:
        return _show(asked, problems=list(refused.reasons), status=REFUSED)
    return RedirectResponse("/tokens", SEE_OTHER)


def _show(
    asked: AskedPage, *, problems: list[str] | None = None, status: int = 200, token: str = ""
) -> Response:
    asked.must_see("tokens")
    whose = None if asked.visitor.has(ADMIN) else asked.account
    with asked.trial.store.reading() as unit:
        found = [(one, is_serving(unit, one)) for one in own_tokens(unit, whose)]
    return page(
        asked, "tokens.html", status=status, problems=problems or [], found=found,
        held=_held(asked),
        token=token,
    )  # fmt: skip


def _held(asked: AskedPage) -> list[str]:
    """The roles that somebody has, as the page spells them."""
    return [f"{one.role}{_AT}{one.site}" if one.site else one.role for one in asked.visitor.held]
