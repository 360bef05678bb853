"""What many look at: the audit, accrual, verification, the protocol, help."""

from __future__ import annotations

import csv
import io

from fastapi import APIRouter
from fastapi.responses import Response

from equipoise.conduct.store.unit import Unit
from equipoise.service.access.entrance import note_access
from equipoise.service.reading.recruiting.drawn import accrual_drawn
from equipoise.service.reading.recruiting.standing import recruiting
from equipoise.service.reading.rooms.help import place_of, readable
from equipoise.service.reading.rooms.monitor import verification
from equipoise.service.reading.trail import (
    PAGE_ROWS,
    AuditLine,
    bounds,
    chains_of,
    trail,
    usual_chain,
)
from equipoise.service.web.asked import AskedBy, AskedPage, NotSeenError
from equipoise.service.web.render import page

router = APIRouter()


@router.get("/audit")
def audit(
    asked: AskedBy,
    chain: str = "",
    before: int | None = None,
    subject: str = "",
    by: str = "",
    since: str = "",
    until: str = "",
) -> Response:
    """Who did what, when and why; newest first."""
    lines, chain, chains = _trail(asked, chain, before, subject, by, (since, until))
    more = lines[-1].n if len(lines) == PAGE_ROWS else None
    return page(
        asked, "audit.html", lines=lines, chain=chain, chains=chains, more=more, subject=subject,
        by=by, since=since, until=until, verified=None,
    )  # fmt: skip


@router.post("/audit/verify")
def verifying(asked: AskedBy) -> Response:
    """Every link, every anchor, every table beside the audit, now."""
    asked.must_see("audit")
    asked.may_write("verify the audit")
    found = asked.trial.verify()
    lines, chain, chains = _trail(asked, "", None, "", "", ("", ""))
    return page(
        asked, "audit.html", lines=lines, chain=chain, chains=chains, more=None, subject="", by="",
        since="", until="", verified=found,
    )  # fmt: skip


@router.get("/audit.csv")
def audit_csv(asked: AskedBy, chain: str = "", subject: str = "", by: str = "") -> Response:
    """A chain as a table, as far as this visitor sees it; that it was taken is noted."""
    lines: list[AuditLine] = []
    before = None
    while True:
        part, chain, _ = _trail(asked, chain, before, subject, by, ("", ""))
        lines += part
        if len(part) < PAGE_ROWS:
            break
        before = part[-1].n
    asked.trial.store.attempt(
        lambda unit: note_access(unit, f"audit of {chain} exported", asked.account, asked.address)
    )
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*AuditLine._fields[:-1], "what", "was", "is"])
    for one in reversed(lines):
        for change in one.changes or [("", "", "")]:
            writer.writerow([_safe(str(cell)) for cell in (*one[:-1], *change)])
    head = {"content-disposition": 'attachment; filename="audit.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=head)


@router.get("/accrual")
def accrual(asked: AskedBy) -> Response:
    """Recruitment of all arms together."""
    asked.must_see("accrual")
    with asked.trial.store.reading() as unit:
        told = recruiting(
            unit, asked.protocol, asked.visitor, asked.trial.recruited, asked.trial.states,
            asked.trial.events.told,
        )  # fmt: skip
    picture = accrual_drawn(told.found, told.ends, told.plan)
    return page(asked, "accrual.html", picture=picture, **told._asdict())


@router.get("/monitor")
def monitor(asked: AskedBy) -> Response:
    """The forms of somebody's sites that were not verified, by risk, or changed since."""
    asked.must_see("monitor")
    with asked.trial.store.reading() as unit:
        sites = asked.visitor.sites("monitor", _every_site(unit))
        kept = asked.trial.verified.of(unit, asked.protocol, sites)
        found = verification(unit, asked.visitor, kept)
    return page(asked, "monitor.html", found=found)


@router.get("/help")
def help_page(asked: AskedBy) -> Response:
    """Every section of the protocol that somebody may read, with a list of them at the head."""
    asked.must_see("help")
    found = readable(asked.trial.sections.of(asked.protocol), asked.visitor)
    return page(asked, "help.html", told=[(place_of(one.heading), one) for one in found])


@router.get("/protocol")
def protocol(asked: AskedBy) -> Response:
    """The protocol in sentences, its versions, and which site has approved which."""
    asked.must_see("protocol")
    with asked.trial.store.reading() as unit:
        versions, approvals = unit.rows("protocol_version"), unit.rows("site_version")
        trial = unit.rows("trial")[0]
    told = readable(asked.trial.sections.of(asked.protocol), asked.visitor)
    return page(
        asked, "protocol.html", versions=versions, approvals=approvals, state=trial, told=told,
    )  # fmt: skip


def _trail(
    asked: AskedPage,
    chain: str,
    before: int | None,
    subject: str,
    by: str,
    period: tuple[str, str],
) -> tuple[list[AuditLine], str, list[str]]:
    asked.must_see("audit")
    with asked.trial.store.reading() as unit:
        chains = chains_of(asked.visitor, _every_site(unit))
        chosen = chain or usual_chain(unit, chains, subject)
        if chosen not in chains:
            raise NotSeenError
        found = trail(
            unit, asked.visitor, chosen, before=before, subject=subject, by=by,
            period=bounds(period),
        )  # fmt: skip
    return found, chosen, chains


def _every_site(unit: Unit) -> tuple[str, ...]:
    return tuple(one["id"] for one in unit.rows("site"))


def _safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
