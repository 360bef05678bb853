"""Queries: asked, answered, closed, all on one page."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from equipoise.conduct.commands.model import RefusedError
from equipoise.conduct.commands.versions import every_version
from equipoise.service.reading.asked_queries import queries
from equipoise.service.reading.kinds import titles_of
from equipoise.service.web.asked import AskedBy, AskedPage, NotSeenError, site_of
from equipoise.service.web.render import SEE_OTHER, page

router = APIRouter()
PAGE_QUERIES: Final = 50
_ACTS = {"answer": "answer query", "close": "close query", "again": "close query"}


@router.get("/queries")
def open_queries(asked: AskedBy, closed: bool = False, after: str = "") -> Response:
    """The queries of somebody's sites, page by page."""
    return _show(asked, closed=closed, after=after)


@router.post("/queries/{subject}/{number}/{act}")
def act(asked: AskedBy, subject: str, number: str, act: str) -> Response:
    """An answer, an end, or the same question again."""
    with asked.trial.store.reading() as unit:
        site = site_of(unit, subject)
    asked.must_see("queries", site)
    if act not in _ACTS:
        raise NotSeenError
    name = f"{subject}/{number}"
    given: dict[str, Any] = {"query": name}
    if act == "close":
        given["reason"] = asked.text("text")
    else:
        given["text" if act == "answer" else "again"] = asked.text("text")
    asked.must_do(_ACTS[act], site)
    try:
        if act == "again" and not asked.text("text"):
            raise RefusedError("close query", ["what is asked again?"])
        asked.do(_ACTS[act], given, site=site)
    except RefusedError as refused:
        return _show(asked, problems=list(refused.reasons), status=409, about=name)
    return RedirectResponse("/queries", SEE_OTHER)


def _show(
    asked: AskedPage,
    *,
    closed: bool = False,
    after: str = "",
    problems: list[str] | None = None,
    status: int = 200,
    about: str = "",
) -> Response:
    asked.must_see("queries")
    with asked.trial.store.reading() as unit:
        every = tuple(one["id"] for one in unit.rows("site"))
        sites = asked.visitor.sites("queries", every)
        found, total = queries(
            unit, asked.visitor, sites, closed=closed, after=after, most=PAGE_QUERIES
        )
        people = defaultdict(str, {one["id"]: one["name"] for one in unit.rows("account")})
        titles = titles_of(every_version(unit))
    more = found[-1].row["id"] if len(found) == PAGE_QUERIES else ""
    may = {
        (act, one.site): asked.visitor.may(name, one.site)
        for act, name in _ACTS.items()
        for one in found
    }
    return page(
        asked, "queries.html", status=status, found=found, may=may, people=people,
        titles=titles, closed=closed, problems=problems or [], about=about,
        total=total, more=more,
    )  # fmt: skip
