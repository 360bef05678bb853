"""Today, the list of subjects, and one subject with what is done about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, get_args
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from equipoise.conduct.commands.every import EVERY_COMMAND
from equipoise.conduct.commands.model import RefusedError
from equipoise.conduct.commands.subjects.end_part import Why
from equipoise.conduct.commands.versions import version_of
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.served.look import people_of
from equipoise.conduct.store.unit import Unit
from equipoise.protocol import Protocol
from equipoise.service.access.roles import ADMIN, AS_SPONSOR, BOARD, UNBLINDED
from equipoise.service.pages.acts import SUBJECT_ACTS, given_of
from equipoise.service.reading.kept.site_day import SHOWN_FIRST
from equipoise.service.reading.kinds import any_time_keys, once_keys, title_of
from equipoise.service.reading.subject import seen
from equipoise.service.reading.today import to_do
from equipoise.service.web.asked import AskedBy, AskedPage, NotSeenError, Skipped, site_of
from equipoise.service.web.render import REFUSED, SEE_OTHER, day, page, places

router = APIRouter()
PAGE_PEOPLE: Final = 100
MOST_TO_DO: Final = SHOWN_FIRST
MOST_OF_A_KIND: Final = 100  # where one kind is shown alone
_FIRST: Final = {ADMIN: "/accounts", BOARD: "/board", UNBLINDED: "/list", AS_SPONSOR: "/accrual"}


@router.get("/")
def home(asked: AskedBy, kind: str = "", skip: Skipped = 0) -> Response:
    """Today, or the first page that somebody has.

    kind : one kind of thing alone; skip : how many of its lines were on the pages before
    """
    if not asked.visitor.sees("today"):
        work = [where for role, where in _FIRST.items() if asked.visitor.has(role)]
        own = work or [where for _, where in places(asked.visitor)]
        return RedirectResponse(own[0], SEE_OTHER) if own else page(asked, "nothing.html")
    with asked.trial.store.reading() as unit:
        sites = asked.visitor.sites("today", _every_site(unit))
        kept = asked.trial.days.of(unit, asked.protocol, sites)
        days = _days(unit, sites)
        most = MOST_OF_A_KIND if kind else MOST_TO_DO
        found = to_do(unit, asked.visitor, kept, most=most, kind=kind, skip=skip if kind else 0)
    people = sum(len(one.told.ahead) for one in kept.values())
    return page(
        asked, "today.html", found=found, sites=sites, people=people, kind=kind, skip=skip,
        most=most, days=days,
    )  # fmt: skip


@router.get("/subjects")
def subjects(asked: AskedBy, find: str = "", site: str = "", after: str = "") -> Response:
    """The subjects of somebody's sites, page by page."""
    return _list(asked, find=find, site=site, after=after)


@router.post("/subjects")
def screening(asked: AskedBy) -> Response:
    """A person is screened."""
    given: dict[str, Any] = {"site": asked.text("site")}
    if year := asked.text("year"):
        given["year_of_birth"] = year
    asked.must_see("subjects", given["site"])
    try:
        made = asked.do("screen", given, site=given["site"])
    except RefusedError as refused:
        return _list(asked, problems=list(refused.reasons), status=REFUSED)
    return RedirectResponse(f"/subjects/{made['subject']}", SEE_OTHER)


@router.get("/subjects/{subject}")
def subject(asked: AskedBy, subject: str) -> Response:
    """One subject."""
    return show(asked, subject)


@router.post("/subjects/{subject}/do/{act}")
def act(asked: AskedBy, subject: str, act: str) -> Response:
    """Something is done about a subject: one command."""
    with asked.trial.store.reading() as unit:
        site = site_of(unit, subject)
    asked.must_see("subjects", site)
    name = act.replace("-", " ")
    if name not in SUBJECT_ACTS:
        raise NotSeenError
    try:
        asked.do(name, {"subject": subject, **given_of(name, asked.form)}, site=site)
    except RefusedError as refused:
        return show(asked, subject, problems=list(refused.reasons), status=REFUSED, opened=name)
    return RedirectResponse(f"/subjects/{subject}", SEE_OTHER)


def show(
    asked: AskedPage,
    subject: str,
    *,
    problems: list[str] | None = None,
    status: int = 200,
    opened: str = "",
) -> Response:
    """A subject's page. opened : the act whose form is unfolded, with what was typed."""
    with asked.trial.store.reading() as unit:
        site = site_of(unit, subject)
        asked.must_see("subjects", site)
        row: Stored = unit.row("subject", subject) or {}
        protocol = version_of(unit, row["version"])
        found = seen(unit, protocol, asked.visitor, row)
    may = {name: asked.visitor.may(name, site) for name in EVERY_COMMAND}
    return page(
        asked, "subject.html", status=status, problems=problems or [], found=found, may=may,
        knows=asked.visitor.knows_arms(site), opened=opened,
        whys=get_args(Why), criteria=protocol.population.eligibility,
        once=_named(protocol, once_keys), any_time=_named(protocol, any_time_keys),
        strata=protocol.allocation.strata,
    )  # fmt: skip


def _named(
    protocol: Protocol, keys: Callable[[Protocol], tuple[str, ...]]
) -> list[tuple[str, str]]:
    """Forms with what they are called."""
    return [(key, title_of(protocol, key)) for key in keys(protocol)]


def _list(
    asked: AskedPage,
    *,
    find: str = "",
    site: str = "",
    after: str = "",
    problems: list[str] | None = None,
    status: int = 200,
) -> Response:
    asked.must_see("subjects")
    with asked.trial.store.reading() as unit:
        sites = asked.visitor.sites("subjects", _every_site(unit))
        shown = [one for one in sites if site in ("", one)]
        people, total = people_of(unit, shown, find=find, after=after, most=PAGE_PEOPLE)
    more = people[-1]["id"] if len(people) == PAGE_PEOPLE else ""
    may = [one for one in sites if asked.visitor.may("screen", one)]
    return page(
        asked, "subjects.html", status=status, problems=problems or [], people=people, find=find,
        sites=sites, site=site, screens_at=may, total=total, more=more,
    )  # fmt: skip


def _days(unit: Unit, sites: tuple[str, ...]) -> list[str]:
    """What day it is at some sites, which may be two at once."""
    zones = [ZoneInfo(one["zone"]) for one in unit.rows("site") if one["id"] in sites]
    found = sorted({unit.now.astimezone(zone).date() for zone in zones})
    return [f"{one:%A} {day(one)}" for one in found]


def _every_site(unit: Unit) -> tuple[str, ...]:
    return tuple(one["id"] for one in unit.rows("site"))
