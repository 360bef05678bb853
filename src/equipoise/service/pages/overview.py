"""What many look at: the audit, accrual, safety, the protocol."""

from __future__ import annotations

import csv
import io

from fastapi import APIRouter
from fastapi.responses import Response

from equipoise.conduct.store.unit import Unit
from equipoise.service.access.entrance import note_access
from equipoise.service.reading.counts import accrued, expected_end
from equipoise.service.reading.drawn import months_drawn
from equipoise.service.reading.rooms.cioms import cioms_page
from equipoise.service.reading.rooms.help import readable
from equipoise.service.reading.serious import serious
from equipoise.service.reading.trail import (
    PAGE_ROWS,
    AuditLine,
    bounds,
    chains_of,
    trail,
    usual_chain,
)
from equipoise.service.web.asked import AskedBy, AskedPage, NotSeenError, site_of
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
        found = accrued(unit, asked.trial.protocol, kind=asked.trial.kind)
        here = unit.now.date()
    end = expected_end(found, here)
    return page(asked, "accrual.html", found=found, end=end, picture=months_drawn(found))


@router.get("/safety")
def safety(asked: AskedBy) -> Response:
    """Serious adverse events with their clocks."""
    asked.must_see("safety")
    with asked.trial.store.reading() as unit:
        sites = asked.visitor.sites("safety", _every_site(unit))
        found = serious(unit, asked.trial.protocol, sites)
        now = unit.at
    return page(asked, "safety.html", found=found, sites=sites, now=now)


@router.get("/safety/{subject}/{number}.pdf")
def safety_paper(asked: AskedBy, subject: str, number: str) -> Response:
    """A reported event on paper."""
    with asked.trial.store.reading() as unit:
        asked.must_see("safety", site_of(unit, subject))
        row = unit.row("sae", f"{subject}/{number}")
        if row is None:
            raise NotSeenError
        made = cioms_page(unit, asked.trial.protocol, asked.visitor, row)
    head = {"content-disposition": f'inline; filename="{subject}-{number}.pdf"'}
    return Response(made, media_type="application/pdf", headers=head)


@router.get("/protocol")
def protocol(asked: AskedBy) -> Response:
    """The protocol in sentences, its versions, and which site has approved which."""
    asked.must_see("protocol")
    with asked.trial.store.reading() as unit:
        versions, approvals = unit.rows("protocol_version"), unit.rows("site_version")
        trial = unit.rows("trial")[0]
    told = readable(asked.trial.sections, asked.visitor)
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
            unit, asked.trial.protocol, asked.visitor, chosen, before=before, subject=subject,
            by=by, period=bounds(period),
        )  # fmt: skip
    return found, chosen, chains


def _every_site(unit: Unit) -> tuple[str, ...]:
    return tuple(one["id"] for one in unit.rows("site"))


def _safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
