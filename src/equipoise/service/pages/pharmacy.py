"""The pharmacy: doses ordered, calibrated, received and given to the minute; kits."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from equipoise.conduct.commands.model import RefusedError
from equipoise.conduct.store.bodies import Stored
from equipoise.service.reading.kept.site_day import SHOWN_FIRST
from equipoise.service.reading.rooms.decay_drawn import activity_drawn
from equipoise.service.reading.rooms.pharmacy import pharmacy
from equipoise.service.web.asked import AskedBy, AskedPage, NotSeenError, Skipped, site_of
from equipoise.service.web.local import typed_time
from equipoise.service.web.render import REFUSED, SEE_OTHER, page

router = APIRouter()
MOST_DOSES: Final = SHOWN_FIRST  # of orders, of doses under way, of kits
DOSE_ACTS: Final = {
    "order": ("order dose", ()),
    "calibrate": ("calibrate dose", ("activity", "unit")),
    "receive": ("receive dose", ()),
    "give": ("give dose", ("amount", "unit", "residual", "kit", "adjusted", "reason", "on")),
}
KIT_ACTS: Final = {
    "release": ("release kit", ("kit", "drug", "lot", "expires", "reason")),
    "receive": ("receive kit", ("kit", "site")),
    "assign": ("assign kit", ("kit", "subject")),
    "quarantine": ("quarantine kit", ("kit", "reason")),
}
_TIMED: Final = {"calibrate": "it was measured", "receive": "it was received",
                 "give": "it was given"}  # fmt: skip


@router.get("/pharmacy")
def pharmacy_page(asked: AskedBy, at: str = "", skip: Skipped = 0) -> Response:
    """Doses and kits of somebody's sites, page by page.

    at : when one wants to know what is left; skip : how many of each were on the pages before
    """
    return _show(asked, at=at, skip=skip)


@router.post("/pharmacy/check")
def checking(asked: AskedBy) -> Response:
    """The rules are asked about a dose that falls due."""
    subject = asked.text("subject")
    with asked.trial.store.reading() as unit:
        site = site_of(unit, subject)
    given = {name: asked.text(name) for name in ("subject", "drug", "on")}
    return _done(asked, "check dose", given, site)


@router.post("/pharmacy/kits/{act}")
def kit(asked: AskedBy, act: str) -> Response:
    """A kit is released, received, kept for a subject, or set aside."""
    asked.must_see("pharmacy")
    if act not in KIT_ACTS:
        raise NotSeenError
    name, fields = KIT_ACTS[act]
    return _done(asked, name, _given(asked, fields), _site_of_kit(asked, act))


@router.post("/pharmacy/{subject}/{number}/{act}")
def dose(asked: AskedBy, subject: str, number: str, act: str) -> Response:
    """A dose goes on to its next state."""
    with asked.trial.store.reading() as unit:
        site = site_of(unit, subject)
        row = unit.row("dose", f"{subject}/{number}")
        zone = (unit.row("site", site) or {})["zone"]
    if act not in DOSE_ACTS or row is None:
        raise NotSeenError
    name, fields = DOSE_ACTS[act]
    asked.must_do(name, site)
    try:
        given = {**_given(asked, fields), **_of_dose(asked, act, row, zone)}
    except RefusedError as refused:
        return _show(asked, problems=list(refused.reasons), status=REFUSED)
    return _done(asked, name, given, site)


def _of_dose(asked: AskedPage, act: str, row: Stored, zone: str) -> dict[str, Any]:
    """Which dose, and when, by the site's clock."""
    found: dict[str, Any] = {"dose": row["id"]}
    if act == "give":
        found = {"subject": row["subject"], "drug": row["drug"]}
    if act in _TIMED and (asked.text("at") or act != "give"):
        name = DOSE_ACTS[act][0]
        found["at"] = typed_time(asked.text("at"), zone, name=name, what=_TIMED[act])
        found |= {"on": found["at"].date()} if act == "give" else {}
    return found


def _site_of_kit(asked: AskedPage, act: str) -> str | None:
    """The site at which something is done about a kit."""
    with asked.trial.store.reading() as unit:
        if act == "assign":
            return site_of(unit, asked.text("subject"))
        row = unit.row("kit", asked.text("kit")) or {"site": None}
    return asked.text("site") if act == "receive" else row["site"]


def _given(asked: AskedPage, fields: tuple[str, ...]) -> dict[str, Any]:
    return {one: asked.text(one) for one in fields if asked.text(one)}


def _done(asked: AskedPage, name: str, given: dict[str, Any], site: str | None) -> Response:
    asked.must_do(name, site)
    try:
        asked.do(name, given, site=site)
    except RefusedError as refused:
        return _show(asked, problems=list(refused.reasons), status=REFUSED)
    return RedirectResponse("/pharmacy", SEE_OTHER)


def _show(
    asked: AskedPage,
    *,
    at: str = "",
    skip: int = 0,
    problems: list[str] | None = None,
    status: int = 200,
) -> Response:
    asked.must_see("pharmacy")
    protocol = asked.protocol
    with asked.trial.store.reading() as unit:
        every = tuple(one["id"] for one in unit.rows("site"))
        sites = asked.visitor.sites("pharmacy", every)
        kept = asked.trial.days.of(unit, protocol, sites)
        found = pharmacy(unit, protocol, asked.visitor, kept, most=MOST_DOSES, skip=skip, asked=at)
        here = unit.now.date()
    may = {(act, site): asked.visitor.may(name, site)
           for act, (name, _) in {**DOSE_ACTS, **_kit_names(), "check": ("check dose", ())}.items()
           for site in (None, *sites)}  # fmt: skip
    curves = {one.row["id"]: activity_drawn(one) for one in found.under_way}
    return page(
        asked, "pharmacy.html", status=status, problems=problems or [], found=found, may=may,
        sites=sites, at=at, here=here, curves=curves, skip=skip, most=MOST_DOSES,
    )  # fmt: skip


def _kit_names() -> dict[str, tuple[str, tuple[str, ...]]]:
    return {f"kit {act}": one for act, one in KIT_ACTS.items()}
