"""Subjects, forms, allocations and queries, as far as a token may see them."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query

from equipoise.conduct.commands.every import EVERY_COMMAND
from equipoise.conduct.commands.versions import version_of
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.canonical import SITE
from equipoise.conduct.store.served.look import subjects_after
from equipoise.conduct.store.unit import Unit
from equipoise.protocol import Protocol
from equipoise.service.api.bearing import AskedByToken, TokenBearer, must_be_plain
from equipoise.service.api.cursor import Cursor, PageLimit, after, cut_page
from equipoise.service.api.sent import NOT_BY_TOKEN
from equipoise.service.api.told import (
    AllocationTold,
    AnswerTold,
    CorrectionTold,
    FormList,
    FormTold,
    Me,
    NextDoseTold,
    QueryPage,
    QueryTold,
    SubjectPage,
    SubjectTold,
    Turn,
    VisitTold,
    WholeForm,
    WholeSubject,
)
from equipoise.service.reading.asked_queries import QueryLine, queries
from equipoise.service.reading.calendar import NextDose
from equipoise.service.reading.form import form_seen
from equipoise.service.reading.kinds import form_tells_arm, title_of
from equipoise.service.reading.receipt import allocation_receipt
from equipoise.service.reading.subject import VisitLine, seen
from equipoise.service.web.asked import NotSeenError, site_of

router = APIRouter(tags=["read"])
NameAsked = Annotated[str, Path(min_length=1, max_length=100, pattern=r"^[^/\x00]+$")]
SiteAsked = Annotated[str | None, Query(max_length=100, description="Of one site alone.")]
StateAsked = Annotated[str, Query(max_length=100, description="As eligible, or randomized.")]
_FIRST: Final = 100


@router.get("/me", operation_id="me", summary="Who this token asks for")
def me(asked: TokenBearer) -> Me:
    """Account, role and site, how long the token serves, and which commands it may send."""
    every = [name for name in EVERY_COMMAND if name not in NOT_BY_TOKEN]
    may = [name for name in every if asked.visitor.may(name, asked.acting.site)]
    role, site, _ = asked.acting
    return Me(account=asked.account, role=role, site=site, until=asked.until, commands=may)


@router.get("/subjects", operation_id="subjects", summary="Subjects, page by page")
def subjects(
    asked: TokenBearer,
    site: SiteAsked = None,
    state: StateAsked = "",
    limit: PageLimit = _FIRST,
    cursor: Cursor = None,
) -> SubjectPage:
    """The subjects of the sites that this token sees, by name."""
    must_be_plain([site, state])
    sites, last = asked.sites("subjects", site), after(cursor, str)
    must_be_plain(last)
    with asked.trial.store.reading() as unit:
        found = subjects_after(unit, sites, after=last or "", state=state, most=limit + 1)
    rows, more = cut_page(found, limit, [one["id"] for one in found])
    return SubjectPage(items=[SubjectTold(**one) for one in rows], next=more)


@router.get("/subjects/{subject}", operation_id="subject", summary="One subject")
def subject(asked: TokenBearer, subject: NameAsked) -> WholeSubject:
    """Its visits, held and planned, its doses, and what is next and why."""
    with asked.trial.store.reading() as unit:
        row = _subject(asked, unit, subject)
        found = seen(unit, version_of(unit, row["version"]), asked.visitor, row)
    visits, nexts = [_visit(one) for one in found.visits], [_next(one) for one in found.next]
    return WholeSubject.model_validate(
        {**row, "arm": found.arm, "visits": visits, "next": nexts, "doses": found.doses}
    )


@router.get("/subjects/{subject}/forms", operation_id="forms", summary="Forms of a subject")
def forms(asked: TokenBearer, subject: NameAsked) -> FormList:
    """Every form that was begun, in order; those of one arm alone where arms may be known."""
    with asked.trial.store.reading() as unit:
        site = _subject(asked, unit, subject, page="forms")["site"]
        rows = [(version_of(unit, one["version"]), one)
                for one in unit.rows("form", subject=subject)]  # fmt: skip
    knows = asked.visitor.knows_arms(site)
    return FormList(items=[
        _form(protocol, one) for protocol, one in rows if knows or not form_tells_arm(protocol, one)
    ])  # fmt: skip


@router.get("/forms/{subject}/{number}", operation_id="form", summary="One form")
def form(asked: TokenBearer, subject: NameAsked, number: NameAsked) -> WholeForm:
    """Its answers, signatures and corrections."""
    with asked.trial.store.reading() as unit:
        site = _subject(asked, unit, subject, page="forms")["site"]
        row = unit.row("form", f"{subject}/{number}")
        if row is None:
            raise NotSeenError
        protocol = version_of(unit, row["version"])
        if form_tells_arm(protocol, row) and not asked.visitor.knows_arms(site):
            raise NotSeenError
        found = form_seen(unit, protocol, row, site=site)
    answers = [
        AnswerTold(item=one.item.name, label=one.item.label, kind=one.item.kind,
                   answer=one.answer, missing=one.missing, revision=one.revision)
        for one in found.answers
    ]  # fmt: skip
    corrections = [CorrectionTold(**one._asdict()) for one in found.changes]
    return WholeForm.model_validate(
        {**_form(protocol, row).model_dump(), "answers": answers, "signatures": found.signatures,
         "corrections": corrections}
    )  # fmt: skip


@router.get("/subjects/{subject}/allocation", operation_id="allocation", summary="An allocation")
def allocation(asked: TokenBearer, subject: NameAsked) -> AllocationTold:
    """When and by whom a subject was randomized, to which arm, and where the audit tells of it."""
    trial = asked.trial
    with trial.store.reading() as unit:
        site = site_of(unit, subject)
        asked.must_do("randomize", site)
        row = unit.row("allocation", trial.kind, subject)
        told = allocation_receipt(unit, site, subject)
        protocol = version_of(unit, (unit.row("subject", subject) or {})["version"])
    if row is None or told is None:
        raise NotSeenError
    arm = row["arm"] if asked.visitor.knows_arms(site) else None
    label = protocol.arms[arm].label if arm is not None else None
    return AllocationTold(
        subject=subject, at=row["at"], by=row["by"], arm=arm, label=label, chain=f"{SITE}{site}",
        n=told["n"], hash=told["hash"],
    )  # fmt: skip


@router.get("/queries", operation_id="queries", summary="Queries, page by page")
def every_query(
    asked: TokenBearer,
    site: SiteAsked = None,
    closed: bool = False,
    limit: PageLimit = _FIRST,
    cursor: Cursor = None,
) -> QueryPage:
    """Open queries of the sites that this token sees, or the closed ones, by name."""
    must_be_plain([site])
    sites, last = asked.sites("queries", site), after(cursor, str)
    with asked.trial.store.reading() as unit:
        found, _ = queries(
            unit, asked.visitor, sites, closed=closed, after=last or "", most=limit + 1
        )
    rows, more = cut_page(found, limit, [_query_id(one) for one in found])
    return QueryPage(items=[_query(one) for one in rows], next=more)


def _subject(asked: AskedByToken, unit: Unit, name: str, *, page: str = "subjects") -> Stored:
    """A subject's row. Raises NotSeenError where there is none that this token sees."""
    must_be_plain(name)
    row = unit.row("subject", name)
    if row is None:
        raise NotSeenError
    asked.must_see(page, row["site"])
    return row


def _form(protocol: Protocol, row: Stored) -> FormTold:
    return FormTold.model_validate({**row, "title": title_of(protocol, row["key"])})


def _visit(one: VisitLine) -> VisitTold:
    states = [{"title": form.title, "state": form.state or "empty"} for form in one.forms]
    return VisitTold.model_validate({**one._asdict(), "forms": states})


def _next(one: NextDose) -> NextDoseTold:
    says = one.advice.in_words() if one.advice is not None else ""
    return NextDoseTold.model_validate({**one._asdict(), "says": says})


def _query_id(one: QueryLine) -> str:
    return str(one.row["id"])


def _query(one: QueryLine) -> QueryTold:
    turns = [Turn(**turn) for turn in one.turns]
    return QueryTold.model_validate(
        {**one.row, "site": one.site, "form_key": one.form_key, "turns": turns}
    )
