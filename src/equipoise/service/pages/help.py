"""Help: what the protocol says, section by section."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from equipoise.service.reading.rooms.help import place_of, readable
from equipoise.service.web.asked import AskedBy
from equipoise.service.web.render import page

router = APIRouter()


@router.get("/help")
def help_page(asked: AskedBy) -> Response:
    """Every section that somebody may read, with a list of them at the head."""
    asked.must_see("help")
    found = readable(asked.trial.sections, asked.visitor)
    told = [(place_of(one.heading), one) for one in found]
    return page(asked, "help.html", told=told)
