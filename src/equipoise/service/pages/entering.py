"""Entering forms: typed, checked, drafted, submitted; nothing that was typed is lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from fastapi import APIRouter
from fastapi.responses import JSONResponse, RedirectResponse, Response

from equipoise.conduct.commands.days import today
from equipoise.conduct.commands.model import RefusedError
from equipoise.conduct.commands.versions import version_of
from equipoise.conduct.form_kinds import Answer_
from equipoise.conduct.store.unit import Unit
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol
from equipoise.service.reading.calendar import calendar, desk_for
from equipoise.service.reading.grid import GIVEN, FormGrid, entered_sheet, grid, is_one_row
from equipoise.service.reading.kinds import FormQuestion, keys_at, lab_rows, title_of
from equipoise.service.reading.laboratory import ITEMS, lab_lines
from equipoise.service.reading.ranged import LabHere, ResultSeen, lab_here
from equipoise.service.reading.results import (
    as_json,
    asked_alone,
    carried,
    looked_over,
    ranges_shown,
    results_of,
    told_before,
    without_empty,
)
from equipoise.service.reading.subject import visit_name
from equipoise.service.reading.typed import Unreadable, rows_typed
from equipoise.service.web.asked import AskedBy, AskedPage, NotSeenError, site_of
from equipoise.service.web.render import REFUSED, SEE_OTHER, day, page

router = APIRouter()
_LABS: Final = "labs"


class FormPlace(NamedTuple):
    """Which form of whom. visit : its record, of a form that is filled at one

    protocol : the version that the subject is under; before : the answers at the visit before
    here : the laboratory of the site
    """

    subject: str
    key: str
    visit: str | None
    site: str
    title: str
    items: list[FormQuestion]
    protocol: Protocol
    in_lab: bool = False
    before: Mapping[str, Answer_] = {}
    here: LabHere = LabHere()

    @property
    def address(self) -> str:
        at = f"&visit={self.visit}" if self.visit else ""
        return f"/subjects/{self.subject}/form?key={self.key}{at}"


@router.get("/subjects/{subject}/open")
def opening(asked: AskedBy, subject: str, key: str = "", n: int = 1) -> Response:
    """A planned visit is opened on a day."""
    return _opening(asked, subject, key, n)


@router.post("/subjects/{subject}/open")
def opened(asked: AskedBy, subject: str, key: str = "", n: int = 1) -> Response:
    """The visit is held; its first form comes next."""
    with asked.trial.store.reading() as unit:
        site = site_of(unit, subject)
    given: dict[str, Any] = {"subject": subject, "key": key, "on": asked.text("on")}
    given |= {"title": asked.text("title")} if asked.text("title") else {"encounter": n}
    given |= {"planned": asked.text("planned")} if asked.text("planned") else {}
    try:
        made = asked.do("open visit", given, site=site)
    except RefusedError as refused:
        return _opening(asked, subject, key, n, problems=list(refused.reasons), status=REFUSED)
    with asked.trial.store.reading() as unit:  # it may have moved to another version
        protocol = version_of(unit, (unit.row("subject", subject) or {})["version"])
    first = next(iter(keys_at(protocol, key)), None)
    where = f"/subjects/{subject}"
    return RedirectResponse(
        f"{where}/form?key={first}&visit={made['visit']}" if first else where, SEE_OTHER
    )


@router.get("/subjects/{subject}/form")
def form(asked: AskedBy, subject: str, key: str = "", visit: str = "") -> Response:
    """A form that can be filled in; one sheet that was is shown as it stands."""
    place = _place(asked, subject, key, visit)
    with asked.trial.store.reading() as unit:
        sheet = entered_sheet(unit, place.protocol, subject, key, visit or None)
    if sheet is not None and not place.in_lab:
        return RedirectResponse(f"/forms/{sheet}", SEE_OTHER)
    return _show(asked, place)


@router.post("/subjects/{subject}/form")
def typed(asked: AskedBy, subject: str, key: str = "", visit: str = "") -> Response:
    """What was typed is checked, kept as a draft, or submitted."""
    place = _place(asked, subject, key, visit)
    rows, wrong = rows_typed(asked.form, place.items)
    results = results_of(place.items)
    rows = {n: without_empty(results, row) for n, row in rows.items()}
    rows = {n: row for n, row in rows.items() if _is_typed(place, row, asked.form, n)}
    how = asked.text("action")
    looked = looked_over(place.items, rows, place.before, place.here, in_lab=place.in_lab)
    if how == "look":
        return JSONResponse({"rows": as_json(looked), "wrong": {o.field: o.why for o in wrong}})
    if wrong or how == "check":
        return _again(asked, place, wrong, [], looked)
    try:
        done = asked.do_all(_commands(asked, place, rows, is_draft=how == "draft"))
    except RefusedError as refused:
        return _again(asked, place, [], list(refused.reasons))
    if asked.text("quiet"):
        return JSONResponse({"drafts": _drafts(rows, done)})
    if not done:
        return _again(asked, place, [], ["nothing was typed"])
    return RedirectResponse(place.address if how == "draft" else f"/subjects/{subject}", SEE_OTHER)


def _place(asked: AskedPage, subject: str, key: str, visit: str) -> FormPlace:
    """Raises NotSeenError where there is no such form, or this person fills in none."""
    with asked.trial.store.reading() as unit:
        site = site_of(unit, subject)
        row = unit.row("visit", visit) if visit else None
        protocol = version_of(unit, _under(unit, subject, key, visit or None))
    form = forms_of(protocol).get(key)
    is_there = form is not None and (row is None) == (not form.at_visit)
    may = asked.visitor.may("submit form", site)
    if not (is_there and may) or (row is not None and row["subject"] != subject):
        raise NotSeenError
    knows = asked.visitor.knows_arms(site)
    name = f"{visit_name(protocol, row, knows=knows)}, {day(row['held'])}" if row else ""
    title = ": ".join(filter(None, (title_of(protocol, key), name)))
    with asked.trial.store.reading() as unit:
        before = told_before(unit, subject, key, visit or None)
        items = ITEMS if form is not None and form.table == _LABS else grid(
            unit, protocol, subject, key, visit or None).items  # fmt: skip
        here = lab_here(unit, protocol, unit.row("subject", subject) or {}, row)
    in_lab = form is not None and form.table == _LABS
    return FormPlace(
        subject, key, visit or None, site, title, items, protocol, in_lab, before, here
    )  # fmt: skip


def _under(unit: Unit, subject: str, key: str, visit: str | None) -> str:
    """The version of a form: that of its draft, where there is one, else of its subject."""
    drafts = [one for one in unit.rows("form", subject=subject, key=key)
              if one["visit"] == visit and one["state"] == "draft"]  # fmt: skip
    return str((drafts or [unit.row("subject", subject) or {}])[0]["version"])


def _show(
    asked: AskedPage,
    place: FormPlace,
    *,
    problems: list[str] | None = None,
    wrong: list[Unreadable] | None = None,
    looked: Mapping[str, ResultSeen] | None = None,
    status: int = 200,
) -> Response:
    with asked.trial.store.reading() as unit:
        given = _lab(unit, asked, place) if place.in_lab else _rows(unit, asked, place)
    template = "laboratory.html" if place.in_lab else "form.html"
    return page(
        asked, template, status=status, place=place, problems=problems or [],
        wrong=defaultdict(str, {one.field: one.why for one in wrong or []}),
        looked=defaultdict(lambda: None, looked or {}),
        is_one=is_one_row(place.protocol, place.key),
        **given,
    )  # fmt: skip


def _lab(unit: Unit, asked: AskedPage, place: FormPlace) -> dict[str, Any]:
    visit = unit.row("visit", place.visit or "") or {}
    return {"lines": lab_lines(unit, place.subject, visit, place.here, typed=asked.form)}


def _rows(unit: Unit, asked: AskedPage, place: FormPlace) -> dict[str, Any]:
    found: FormGrid = grid(unit, place.protocol, place.subject, place.key, place.visit)
    results = results_of(found.items)
    known = carried(results, place.before)
    rows = [one if one.form else one._replace(values={**known, **one.values}) for one in found.rows]
    return {
        "grid": found._replace(rows=rows), "given": GIVEN.get(place.key, ()), "results": results,
        "alone": asked_alone(found.items),
        "ranges": ranges_shown(results, rows, asked.form, place.here),
    }  # fmt: skip


def _again(
    asked: AskedPage,
    place: FormPlace,
    wrong: list[Unreadable],
    reasons: list[str],
    looked: Mapping[str, ResultSeen] | None = None,
) -> Response:
    """The same page with what was typed, and what is wrong with it."""
    if asked.text("quiet"):
        return JSONResponse({"problems": [one.why for one in wrong] + reasons})
    problems = [*(one.why for one in wrong), *reasons]
    status = REFUSED if problems else 200
    return _show(asked, place, problems=problems, wrong=wrong, looked=looked, status=status)


def _is_typed(
    place: FormPlace, row: Mapping[str, Answer_], form: Mapping[str, str], n: int
) -> bool:
    """Whether somebody has typed in a row: more than was filled in, or into a draft."""
    if form.get(f"r{n}.form"):
        return True
    own = [one for name, one in row.items() if name not in GIVEN.get(place.key, ())]
    return any(one is not None for one in own)


def _commands(
    asked: AskedPage, place: FormPlace, rows: Mapping[int, dict[str, Answer_]], *, is_draft: bool
) -> list[tuple[str, dict[str, Any]]]:
    """Drafts are gone on with; what is new is entered together."""
    found: list[tuple[str, dict[str, Any]]] = []
    fresh = []
    where = {"subject": place.subject, "key": place.key, "visit": place.visit}
    for n, row in rows.items():
        answers = _whole(asked, place, n, row)
        draft = asked.text(f"r{n}.form") or None
        if is_draft or draft:
            found.append(("save draft", {**where, "answers": answers, "form": draft}))
        if draft and not is_draft:
            found.append(("submit draft", {"form": draft}))
        if not draft and not is_draft:
            fresh.append({name: one for name, one in answers.items() if one is not None})
    if fresh:
        found.append(("submit form", {**where, "rows": fresh}))
    return found


def _whole(
    asked: AskedPage, place: FormPlace, n: int, row: dict[str, Answer_]
) -> dict[str, Answer_]:
    """A row with what the page has told by itself."""
    if not place.in_lab:
        return row
    test = lab_rows()[n]
    return {"test": test.label, "code": test.code, **row}


def _drafts(rows: Mapping[int, Any], done: list[Any]) -> dict[str, str]:
    """The draft that each row is now."""
    return {f"r{n}.form": one["form"] for n, one in zip(rows, done, strict=False)}


def _opening(
    asked: AskedPage,
    subject: str,
    key: str,
    n: int,
    *,
    problems: list[str] | None = None,
    status: int = 200,
) -> Response:
    with asked.trial.store.reading() as unit:
        site = site_of(unit, subject)
        person = unit.row("subject", subject) or {}
        desk = desk_for(unit, asked.protocol, person)
        protocol = desk.protocol
        given = unit.rows("dose", subject=subject, state="given")
        visits = unit.rows("visit", subject=subject)
        held = sum(one["key"] == key for one in visits)
        plan = calendar(desk, visits=visits, given=given)
    one = next((one for one in plan if one.key == key and one.n == n), None)
    may = asked.visitor.may("open visit", site)
    if (
        not may
        or key not in protocol.visits
        or (one is not None and one.reveals and not asked.visitor.knows_arms(site))
    ):
        raise NotSeenError
    if one is not None and one.visit is not None:
        return RedirectResponse(f"/subjects/{subject}", SEE_OTHER)
    return page(
        asked, "open.html", status=status, problems=problems or [], subject=person, one=one,
        visit=protocol.visits[key], key=key, n=n, here=today(desk),
        called=f"{key.capitalize()} {held + 1}",
    )  # fmt: skip
