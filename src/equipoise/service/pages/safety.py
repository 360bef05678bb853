"""Safety: serious adverse events with their clocks, assessed by investigator and sponsor."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from equipoise.conduct.commands.model import RefusedError
from equipoise.conduct.commands.safety.clocks import sae_plan
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.unit import Unit
from equipoise.service.access.roles import AS_SPONSOR
from equipoise.service.reading.rooms.cioms import cioms_page
from equipoise.service.reading.today import serious_at
from equipoise.service.web.asked import AskedBy, AskedPage, NotSeenError, Skipped, site_of
from equipoise.service.web.render import REFUSED, SEE_OTHER, page

router = APIRouter()
MOST_EVENTS: Final = 100
SAFETY_ACTS: Final = {
    "assess": "assess SAE",
    "follow-up": "follow up SAE",
    "close": "close SAE",
}
_ANSWERS: Final = {"yes": True, "no": False}


@router.get("/safety")
def safety(asked: AskedBy, skip: Skipped = 0) -> Response:
    """Serious adverse events with their clocks, page by page."""
    return _show(asked, skip=skip)


@router.get("/safety/{subject}/{number}.pdf")
def safety_paper(asked: AskedBy, subject: str, number: str) -> Response:
    """A reported event on paper."""
    with asked.trial.store.reading() as unit:
        row, _ = _event(asked, unit, subject, number)
        made = cioms_page(unit, asked.protocol, asked.visitor, row)
    head = {"content-disposition": f'inline; filename="{subject}-{number}.pdf"'}
    return Response(made, media_type="application/pdf", headers=head)


@router.post("/safety/{subject}/{number}/{act}")
def act(asked: AskedBy, subject: str, number: str, act: str) -> Response:
    """An event is assessed, followed up or closed."""
    with asked.trial.store.reading() as unit:
        row, site = _event(asked, unit, subject, number)
    if act not in SAFETY_ACTS:
        raise NotSeenError
    name = SAFETY_ACTS[act]
    asked.must_do(name, site)
    try:
        asked.do(name, {"sae": row["id"], **_given(asked, act)}, site=site)
    except RefusedError as refused:
        return _show(asked, problems=list(refused.reasons), status=REFUSED, about=row["id"])
    return RedirectResponse("/safety", SEE_OTHER)


def _event(asked: AskedPage, unit: Unit, subject: str, number: str) -> tuple[Stored, str]:
    """An event that was reported, and its site. Raises NotSeenError."""
    site = site_of(unit, subject)
    asked.must_see("safety", site)
    row = unit.row("sae", f"{subject}/{number}")
    if row is None:
        raise NotSeenError
    return row, site


def _given(asked: AskedPage, act: str) -> dict[str, Any]:
    """What the command is given. Raises RefusedError for an answer that is not there."""
    given: dict[str, Any] = {"revision": asked.text("revision") or None}
    if act == "follow-up":
        return {**given, "text": asked.text("text")}
    if act == "close":
        return given
    if asked.text("related") not in _ANSWERS:
        raise RefusedError(SAFETY_ACTS[act], ["whether a drug has caused the event is not said"])
    given |= {"related": _ANSWERS[asked.text("related")], "reason": asked.text("reason")}
    given["expected"] = _ANSWERS.get(asked.text("expected"))
    return {**given, "is_grave": asked.text("is_grave") == "yes"}


def _show(
    asked: AskedPage,
    *,
    skip: int = 0,
    problems: list[str] | None = None,
    status: int = 200,
    about: str = "",
) -> Response:
    """A page of the list. about : the event that was typed about, whose page is shown"""
    asked.must_see("safety")
    with asked.trial.store.reading() as unit:
        sites = asked.visitor.sites("safety", tuple(one["id"] for one in unit.rows("site")))
        found = serious_at(asked.trial.days.of(unit, asked.protocol, sites))
    if about:
        n = next((n for n, one in enumerate(found) if one.report == about), 0)
        skip = n - n % MOST_EVENTS
    may = {(act, site): asked.visitor.may(name, site)
           for act, name in SAFETY_ACTS.items() for site in sites}  # fmt: skip
    return page(
        asked, "safety.html", status=status, problems=problems or [], sites=sites, skip=skip,
        found=found[skip : skip + MOST_EVENTS], most=MOST_EVENTS, total=len(found),
        may=may, about=about, expects=asked.visitor.has(AS_SPONSOR),
        reads=asked.visitor.sees("forms"), clocks=sae_plan(asked.protocol),
    )  # fmt: skip
