"""Randomization on one page: the conditions, one button, one answer; and unblinding."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from equipoise.conduct.commands.allocating.randomize import Randomize, stratum_of
from equipoise.conduct.commands.model import RefusedError
from equipoise.conduct.commands.versions import version_of
from equipoise.service.reading.calendar import calendar, desk_for
from equipoise.service.reading.conditions import conditions
from equipoise.service.reading.kinds import once_keys
from equipoise.service.reading.receipt import allocation_receipt
from equipoise.service.web.asked import AskedBy, AskedPage, NotSeenError, site_of
from equipoise.service.web.render import REFUSED, SEE_OTHER, page

router = APIRouter()


@router.get("/subjects/{subject}/randomize")
def conditions_page(asked: AskedBy, subject: str) -> Response:
    """What must hold, with a tick for what does."""
    return _show(asked, subject)


@router.post("/subjects/{subject}/randomize")
def randomizing(asked: AskedBy, subject: str) -> Response:
    """The subject is randomized; asked again, the answer is the same."""
    site = _must(asked, subject, "randomize")
    try:
        answer = asked.do("randomize", {"subject": subject}, site=site, weighs=True)
    except RefusedError as refused:
        return _show(asked, subject, problems=list(refused.reasons), status=REFUSED)
    return RedirectResponse(f"/subjects/{answer['subject']}/allocation", SEE_OTHER)


@router.get("/subjects/{subject}/allocation")
def allocation(asked: AskedBy, subject: str) -> Response:
    """The answer: arm, number, when, by whom, where the audit tells of it, what to do today."""
    site = _must(asked, subject, "randomize")
    trial = asked.trial
    with trial.store.reading() as unit:
        row = unit.row("allocation", trial.kind, subject)
        person = unit.row("subject", subject) or {}
        if row is None:
            raise NotSeenError
        desk = desk_for(unit, asked.protocol, person)
        knows = asked.visitor.knows_arms(site)
        given = unit.rows("dose", subject=subject, state="given")
        plan = calendar(desk, visits=unit.rows("visit", subject=subject), given=given)
        stratum = stratum_of(desk) or ()
        receipt = allocation_receipt(unit, site, subject)
    arm = desk.protocol.arms[row["arm"]] if knows else None
    strata = list(zip(desk.protocol.allocation.strata.values(), stratum))
    nexts = [one for one in plan if one.state != "held" and (knows or not one.reveals)][:3]
    return page(asked, "allocation.html", subject=person, row=row, arm=arm, receipt=receipt,
                nexts=nexts, strata=strata)  # fmt: skip


@router.get("/subjects/{subject}/unblind")
def unblind_page(asked: AskedBy, subject: str) -> Response:
    """One subject's arm in an emergency: asked for with a reason."""
    return _unblind(asked, subject)


@router.post("/subjects/{subject}/unblind")
def unblinding(asked: AskedBy, subject: str) -> Response:
    """The arm is told, at once, and that it was told is written down."""
    site = _must(asked, subject, "unblind")
    given = {"subject": subject, "reason": asked.text("reason")}
    try:
        answer = asked.do("unblind", given, site=site, weighs=True)
    except RefusedError as refused:
        return _unblind(asked, subject, problems=list(refused.reasons), status=REFUSED)
    with asked.trial.store.reading() as unit:
        protocol = version_of(unit, (unit.row("subject", subject) or {})["version"])
    return _unblind(asked, subject, arm=protocol.arms[answer["arm"]])


def _must(asked: AskedPage, subject: str, name: str) -> str:
    """The site, of a subject about whom somebody may do this; others do not learn of the page."""
    with asked.trial.store.reading() as unit:
        site = site_of(unit, subject)
    asked.must_do(name, site)
    return site


def _show(
    asked: AskedPage, subject: str, *, problems: list[str] | None = None, status: int = 200
) -> Response:
    _must(asked, subject, "randomize")
    trial = asked.trial
    with trial.store.reading() as unit:
        person = unit.row("subject", subject) or {}
        if person["randomized"]:
            return RedirectResponse(f"/subjects/{subject}/allocation", SEE_OTHER)
        desk = desk_for(unit, asked.protocol, person)
        desk.lists = trial.bus.lists
        against = list(Randomize(subject=subject).against(desk))
        forms = [one for key in once_keys(desk.protocol)
                 for one in unit.rows("form", subject=subject, key=key)]  # fmt: skip
        ticks = conditions(desk, against)
    return page(asked, "randomize.html", status=status, problems=problems or [], subject=person,
                ticks=ticks, ready=not against, forms=forms)  # fmt: skip


def _unblind(
    asked: AskedPage,
    subject: str,
    *,
    problems: list[str] | None = None,
    status: int = 200,
    arm: Any = None,
) -> Response:
    _must(asked, subject, "unblind")
    with asked.trial.store.reading() as unit:
        person = unit.row("subject", subject) or {}
    return page(asked, "unblind.html", status=status, problems=problems or [], subject=person,
                arm=arm, reason=asked.text("reason"))  # fmt: skip
