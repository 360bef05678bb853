"""The reference ranges of a site's laboratory: listed, told from a file, and a file to fill in."""

from __future__ import annotations

from collections import defaultdict

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from equipoise.conduct.commands.model import RefusedError
from equipoise.conduct.ranges.told import text_of_file
from equipoise.errors import InputError
from equipoise.service.reading.rooms.ranges import ranges_at, template_of
from equipoise.service.web.asked import AskedBy, AskedPage, NotSeenError
from equipoise.service.web.render import REFUSED, SEE_OTHER, page
from equipoise.service.web.upload import AskedWithFile, SentFile

router = APIRouter()
_TELL = "set ranges"


@router.get("/ranges")
def ranges(asked: AskedBy, site: str = "") -> Response:
    """The ranges of one site; of the first that somebody sees, unless another is asked for."""
    if not site and not _seen(asked):
        words = "No site is open yet, and so no laboratory has told anything."
        return page(asked, "told.html", title="Reference ranges", words=words)
    return _show(asked, site)


@router.get("/ranges/template.csv")
def empty_file(asked: AskedBy, site: str = "") -> Response:
    """A file to fill in, with what holds today."""
    with asked.trial.store.reading() as unit:
        here = _sites(asked, site)[0]
        text = template_of(unit, asked.protocol, here)
    head = {"content-disposition": f'attachment; filename="ranges-{here}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=head)


@router.post("/ranges")
def told(asked: AskedWithFile) -> Response:
    """Every range of a file is told, or none, with all that stands in the way."""
    site = asked.text("site")
    asked.must_do(_TELL, site)
    try:
        sent = asked.form.get("file")
        if not isinstance(sent, SentFile) or not sent.raw:
            raise RefusedError(_TELL, ["no file was chosen"])
        text = text_of_file(sent.raw, name=sent.name)
        given = {"site": site, "file": sent.name, "text": text, "reason": asked.text("reason")}
        asked.do(_TELL, given, site=site)
    except RefusedError as refused:
        return _show(asked, site, problems=list(refused.reasons), status=REFUSED)
    except InputError as unreadable:
        return _show(asked, site, problems=[str(unreadable)], status=REFUSED)
    return RedirectResponse(f"/ranges?site={site}", SEE_OTHER)


def _show(
    asked: AskedPage, site: str, *, problems: list[str] | None = None, status: int = 200
) -> Response:
    here, sites = _sites(asked, site)
    with asked.trial.store.reading() as unit:
        found = ranges_at(unit, asked.protocol, here)
        people = defaultdict(str, {one["id"]: one["name"] for one in unit.rows("account")})
    may = asked.visitor.may(_TELL, here)
    return page(
        asked, "ranges.html", status=status, problems=problems or [], found=found, sites=sites,
        people=people, may=may,
    )  # fmt: skip


def _sites(asked: AskedPage, site: str) -> tuple[str, tuple[str, ...]]:
    """The site that is shown, and all that may be. Raises NotSeenError."""
    every = _seen(asked)
    if not every or (site and site not in every):
        raise NotSeenError
    return site or every[0], every


def _seen(asked: AskedPage) -> tuple[str, ...]:
    asked.must_see("ranges")
    with asked.trial.store.reading() as unit:
        return asked.visitor.sites("ranges", tuple(one["id"] for one in unit.rows("site")))
