"""The audit, accrual, serious events, and the data as they were known."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
import zipfile
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Query
from fastapi.responses import Response

from equipoise.conduct.exchange.moment import end_of
from equipoise.conduct.store.unit import Unit
from equipoise.errors import InputError
from equipoise.sdtm.read.write import write_tables
from equipoise.sdtm.tabulate.taken import taken
from equipoise.service.api.bearing import TokenBearer, must_be_plain
from equipoise.service.api.cursor import Cursor, PageLimit, after, cut_page
from equipoise.service.api.reads import SiteAsked
from equipoise.service.api.told import (
    AuditPage,
    AuditRow,
    ChangeTold,
    RangeList,
    RangeTold,
    SeriousList,
    SeriousTold,
)
from equipoise.service.api.told_accrual import AccrualTold, told_accrual
from equipoise.service.reading.recruiting.standing import recruiting
from equipoise.service.reading.rooms.ranges import told_at
from equipoise.service.reading.today import serious_at
from equipoise.service.reading.trail import AuditLine, bounds, chains_of, trail, usual_chain
from equipoise.service.web.asked import NotSeenError

router = APIRouter(tags=["read"])
_FIRST: Final = 100
_ZIP: Final = "application/zip"
_OLDEST_FILE: Final = (1980, 1, 1, 0, 0, 0)  # the same data are the same bytes
WordAsked = Annotated[str, Query(max_length=100)]
DayAsked = Annotated[str, Query(max_length=10, pattern=r"^(\d{4}-\d{2}-\d{2})?$")]
KnownAt = Annotated[
    str | None,
    Query(max_length=40, description="As known at the end of a day (UTC), or at a time."),
]
AtCut = Annotated[str | None, Query(max_length=100, description="As known at a cut.")]


@router.get("/audit", operation_id="audit", summary="The audit, newest first, page by page")
def audit(
    asked: TokenBearer,
    chain: WordAsked = "",
    subject: WordAsked = "",
    by: WordAsked = "",
    since: DayAsked = "",
    until: DayAsked = "",
    limit: PageLimit = _FIRST,
    cursor: Cursor = None,
) -> AuditPage:
    """One chain: by default that of the subject's site, or of the first site that is seen."""
    must_be_plain([chain, subject, by])
    asked.must_see("audit")
    before = after(cursor, int)
    with asked.trial.store.reading() as unit:
        chains = chains_of(asked.visitor, _every_site(unit))
        chosen = chain or usual_chain(unit, chains, subject)
        if chosen not in chains:
            raise NotSeenError
        found = trail(
            unit, asked.visitor, chosen, before=before, subject=subject, by=by,
            period=bounds((since, until)), most=limit + 1,
        )  # fmt: skip
    rows, more = cut_page(found, limit, [one.n for one in found])
    return AuditPage(chain=chosen, chains=chains, items=[_row(one) for one in rows], next=more)


@router.get("/accrual", operation_id="accrual", summary="Recruitment, all arms together")
def accrual(asked: TokenBearer) -> AccrualTold:
    """By site, stratum and month; when the last is expected; why people were not taken in."""
    asked.must_see("accrual")
    with asked.trial.store.reading() as unit:
        told = recruiting(
            unit, asked.protocol, asked.visitor, asked.trial.recruited, asked.trial.states,
            asked.trial.events.told,
        )  # fmt: skip
    return told_accrual(told)


@router.get("/safety", operation_id="safety", summary="Serious adverse events and their clocks")
def safety(asked: TokenBearer, site: SiteAsked = None) -> SeriousList:
    """Those not reported first, then by their clock."""
    must_be_plain([site])
    sites = asked.sites("safety", site)
    with asked.trial.store.reading() as unit:
        found = serious_at(asked.trial.days.of(unit, asked.protocol, sites))
    return SeriousList(items=[SeriousTold(**one._asdict()) for one in found])


@router.get("/ranges", operation_id="ranges", summary="Reference ranges of laboratories")
def ranges(asked: TokenBearer, site: SiteAsked = None, on: DayAsked = "") -> RangeList:
    """Every range that was told, in the order of its test and day; or those that hold on a day."""
    must_be_plain([site])
    sites = asked.sites("ranges", site)
    try:
        day = dt.date.fromisoformat(on) if on else None
    except ValueError:
        raise InputError(f"{on!r} is no day; expected one such as 2026-05-01") from None
    with asked.trial.store.reading() as unit:
        found = [one for name in sites for one in told_at(unit, name, on=day)]
    return RangeList(items=[RangeTold(**one._asdict()) for one in found])


@router.get(
    "/sdtm",
    operation_id="sdtm",
    summary="The data as they were known",
    response_class=Response,
    responses={200: {"content": {_ZIP: {"schema": {"type": "string", "format": "binary"}}}}},
)
def sdtm(
    asked: TokenBearer, at: KnownAt = None, cut: AtCut = None, site: SiteAsked = None
) -> Response:
    """SDTM as Dataset-JSON, a file for each domain; that it was taken is in the audit.

    A role of a site takes the data of its site. Who may not know arms gets none.
    """
    must_be_plain([at, cut, site])
    if at is not None and cut is not None:
        raise InputError("a time and a cut: expected one of them")
    if at is not None:
        end_of(at)
    own = site if site is not None else asked.acting.site
    if own is not None:
        asked.sites("export", own)
    asked.must_do("export", own)
    asked.may_write("export")
    data = taken(asked.trial.bus, by=asked.account, site=own, at=at, cut=cut, acting=asked.acting)
    with tempfile.TemporaryDirectory() as folder:
        write_tables(data, Path(folder), file_format="json")
        body = _zipped(Path(folder))
    head = {"content-disposition": 'attachment; filename="sdtm.zip"', "digest-of-data": data.digest}
    return Response(body, media_type=_ZIP, headers=head)


def _zipped(folder: Path) -> bytes:
    """The files of a folder; the same files are the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.writestr(zipfile.ZipInfo(file.name, _OLDEST_FILE), file.read_bytes())
    return out.getvalue()


def _every_site(unit: Unit) -> tuple[str, ...]:
    return tuple(one["id"] for one in unit.rows("site"))


def _row(line: AuditLine) -> AuditRow:
    changes = [ChangeTold(what=what, before=was, after=now) for what, was, now in line.changes]
    return AuditRow.model_validate({**line._asdict(), "changes": changes})
