"""The closing of data: what is shut, the cuts, and what still stands in the way of one."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from equipoise.conduct.commands.bus import SHUT
from equipoise.conduct.commands.days import today
from equipoise.conduct.commands.model import CommandDesk, RefusedError
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.unit import Unit
from equipoise.service.reading.rooms.closing import gaps_at
from equipoise.service.web.asked import AskedBy, AskedPage, NotSeenError
from equipoise.service.web.render import REFUSED, SEE_OTHER, page

router = APIRouter()
CLOSING_ACTS: Final = {
    "freeze": ("scope", "reason"),
    "unfreeze": ("scope", "reason"),
    "lock": ("scope", "reason", "gaps"),
    "cut": ("cutoff", "reason"),
}


@router.get("/closing")
def closing(asked: AskedBy) -> Response:
    """What is frozen or locked, and every cut."""
    return _show(asked)


@router.post("/closing/{act}")
def act(asked: AskedBy, act: str) -> Response:
    """Data are shut, opened again, or cut: one command, for which the password is asked again."""
    asked.must_see("closing")
    if act not in CLOSING_ACTS:
        raise NotSeenError
    given: dict[str, Any] = {one: asked.text(one) for one in CLOSING_ACTS[act] if asked.text(one)}
    try:
        asked.do(act, given, site=None, weighs=True)
    except RefusedError as refused:
        return _show(asked, problems=list(refused.reasons), status=REFUSED)
    return RedirectResponse("/closing", SEE_OTHER)


def _show(asked: AskedPage, *, problems: list[str] | None = None, status: int = 200) -> Response:
    asked.must_see("closing")
    with asked.trial.store.reading() as unit:
        desk = CommandDesk(unit, asked.protocol, None)
        rows, here = unit.rows("freeze"), today(desk)
        sites = [str(one["id"]) for one in unit.rows("site")]
        waiting = list(gaps_at(asked.trial.lacking.of(unit, asked.protocol, sites)))
        people = _names(unit)
    last = {one["scope"]: one for one in rows if one["kind"] != "cut"}
    may = {act: asked.visitor.may(act, None) for act in CLOSING_ACTS}
    return page(
        asked, "closing.html", status=status, problems=problems or [], may=may, people=people,
        shut=[one for one in last.values() if one["kind"] in SHUT], gaps=waiting, here=here,
        cuts=[one for one in rows if one["kind"] == "cut"],
        scopes=["trial", *(f"site {one}" for one in sites)],
    )  # fmt: skip


def _names(unit: Unit) -> dict[str, str]:
    people: list[Stored] = unit.rows("account")
    return {one["id"]: one["name"] for one in people}
