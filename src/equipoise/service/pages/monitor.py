"""Verification: what a monitor compares with its source, by risk."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from equipoise.service.reading.rooms.monitor import verification
from equipoise.service.web.asked import AskedBy
from equipoise.service.web.render import page

router = APIRouter()


@router.get("/monitor")
def monitor(asked: AskedBy) -> Response:
    """The forms of somebody's sites that were not verified, or changed since."""
    asked.must_see("monitor")
    with asked.trial.store.reading() as unit:
        every = tuple(one["id"] for one in unit.rows("site"))
        sites = asked.visitor.sites("monitor", every)
        found = verification(unit, asked.trial.protocol, sites)
    return page(asked, "monitor.html", found=found)
