"""A form that is there: corrected, verified, signed, asked about, reported."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from equipoise.conduct.commands.entering.signers import AS_SIGNER, is_asked_of
from equipoise.conduct.commands.model import RefusedError
from equipoise.conduct.commands.safety.clocks import sae_plan
from equipoise.conduct.commands.versions import version_of
from equipoise.conduct.store.bodies import Stored
from equipoise.conduct.store.served.once import unlocked
from equipoise.conduct.store.unit import Unit
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol
from equipoise.service.reading.form import form_seen
from equipoise.service.reading.kinds import FormQuestion, form_tells_arm, questions_of, title_of
from equipoise.service.reading.subject import visit_name
from equipoise.service.reading.typed import read_answer
from equipoise.service.web.asked import AskedBy, AskedPage, NotSeenError, site_of
from equipoise.service.web.render import REFUSED, SEE_OTHER, page

router = APIRouter()
_ACTS = {
    "correct": "correct", "verify": "verify", "sign": "sign", "query": "raise query",
    "report": "report SAE",
}  # fmt: skip


@router.get("/forms/{subject}/{number}")
def form(asked: AskedBy, subject: str, number: str) -> Response:
    """One form."""
    return _show(asked, f"{subject}/{number}")


@router.post("/forms/{subject}/{number}/{act}")
def act(asked: AskedBy, subject: str, number: str, act: str) -> Response:
    """Something is done about a form: one command."""
    name = f"{subject}/{number}"
    _, site = _form(asked, name)
    if act not in _ACTS:
        raise NotSeenError
    try:
        asked.must_do(_ACTS[act], site)
        asked.do(_ACTS[act], _given(asked, name, act), site=site, weighs=act == "sign")
    except RefusedError as refused:
        return _show(asked, name, problems=list(refused.reasons), status=REFUSED)
    return RedirectResponse(f"/forms/{name}", SEE_OTHER)


@router.get("/subjects/{subject}/entered")
def entered(asked: AskedBy, subject: str, key: str = "", visit: str = "") -> Response:
    """What was entered in a form of a visit, for those who enter nothing."""
    with asked.trial.store.reading() as unit:
        site = site_of(unit, subject)
        asked.must_see("forms", site)
        forms = [one for one in unit.rows("form", subject=subject, key=key)
                 if one["visit"] == (visit or None)]  # fmt: skip
        under, once = [version_of(unit, one["version"]) for one in forms], unlocked(unit)
        tells = any(form_tells_arm(*one) for one in zip(under, forms, strict=True))
        if tells and not asked.visitor.knows_arms(site):
            raise NotSeenError
        seen = [form_seen(once, protocol, one, site=site)
                for protocol, one in zip(under, forms, strict=True)]  # fmt: skip
        protocol = version_of(unit, (unit.row("subject", subject) or {})["version"])
    return page(asked, "entered.html", subject=subject, seen=seen, title=title_of(protocol, key))


@router.get("/subjects/{subject}/sign")
def signing(asked: AskedBy, subject: str) -> Response:
    """Everything of a subject that waits for a signature."""
    return _signing(asked, subject)


@router.post("/subjects/{subject}/sign")
def signed(asked: AskedBy, subject: str) -> Response:
    """The forms that were chosen are signed, each as it is now, all of them or none."""
    chosen = [name.removeprefix("form.") for name in asked.form if name.startswith("form.")]
    with asked.trial.store.reading() as unit:
        asked.must_do("sign", site_of(unit, subject))
    try:
        asked.must_be_again("sign")
        asked.do_all([
            ("sign", {"form": one, "revision": asked.form[f"form.{one}"]}) for one in chosen
        ])  # fmt: skip
    except RefusedError as refused:
        return _signing(asked, subject, problems=list(refused.reasons), status=REFUSED)
    return RedirectResponse(f"/subjects/{subject}", SEE_OTHER)


def _form(asked: AskedPage, name: str) -> tuple[Stored, str]:
    """A form and its site. Raises NotSeenError where it may not be seen."""
    with asked.trial.store.reading() as unit:
        found = unit.row("form", name)
        if found is None:
            raise NotSeenError
        site = site_of(unit, found["subject"])
        tells = form_tells_arm(version_of(unit, found["version"]), found)
    asked.must_see("forms", site)
    if tells and not asked.visitor.knows_arms(site):
        raise NotSeenError
    return found, site


def _given(asked: AskedPage, form: str, act: str) -> dict[str, Any]:
    """What a command is given. Raises RefusedError for an answer that cannot be read."""
    seen = {"form": form, "revision": asked.text("revision") or None}
    match act:
        case "correct":
            return {**seen, **_corrected(asked, form)}
        case "query":
            return {**seen, "text": asked.text("text"), "item": asked.text("item") or None}
        case "report":
            return {**seen, "aware_at": _aware(asked, form)}
    return seen


def _corrected(asked: AskedPage, form: str) -> dict[str, Any]:
    name, missing = asked.text("item"), asked.text("missing")
    item = _item(asked, form, name)
    try:
        answer = read_answer(item, asked.text("answer"))
    except ValueError as problem:
        raise RefusedError("correct", [f"{item.label}: {problem}"]) from None
    found = {"item": name, "answer": answer, "reason": asked.text("reason")}
    return found | ({"missing": missing} if missing and answer is None else {})


def _item(asked: AskedPage, form: str, name: str) -> FormQuestion:
    with asked.trial.store.reading() as unit:
        row = unit.row("form", form) or {}
        known = unit.row("value", form, name)
        protocol = version_of(unit, row["version"])
    asked_by_form = questions_of(protocol, row["key"]) if row["key"] in forms_of(protocol) else []
    found = next((one for one in asked_by_form if one.name == name), None)
    kind = known["kind"] if known else "text"
    return found or FormQuestion(name, name, kind, (), False)


def _aware(asked: AskedPage, form: str) -> str:
    """A local time of the site, as it was typed, with the site's zone."""
    with asked.trial.store.reading() as unit:
        row = unit.row("form", form) or {}
        site = unit.row("site", site_of(unit, row["subject"])) or {}
    try:
        said = dt.datetime.fromisoformat(asked.text("aware"))
    except ValueError:
        raise RefusedError("report SAE", ["when the site became aware is not told"]) from None
    return said.replace(tzinfo=ZoneInfo(site["zone"])).isoformat()


def _show(
    asked: AskedPage, name: str, *, problems: list[str] | None = None, status: int = 200
) -> Response:
    row, site = _form(asked, name)
    knows = asked.visitor.knows_arms(site)
    with asked.trial.store.reading() as unit:
        protocol = version_of(unit, row["version"])
        found = form_seen(unit, protocol, row, site=site)
        zone = (unit.row("site", site) or {})["zone"]
        people = _people(unit)
    may = {act: asked.visitor.may(command, site)
           for act, command in _ACTS.items()}  # fmt: skip
    at = visit_name(protocol, found.visit, knows=knows) if found.visit else ""
    return page(asked, "answers.html", status=status, problems=problems or [], found=found, may=may,
                at=at, zone=zone, is_event=_is_event(protocol, row), people=people,
                within=sae_plan(protocol).report_within)  # fmt: skip


def _signing(
    asked: AskedPage, subject: str, *, problems: list[str] | None = None, status: int = 200
) -> Response:
    with asked.trial.store.reading() as unit:
        site = site_of(unit, subject)
        if not asked.visitor.may("sign", site):
            raise NotSeenError
        forms = [one for one in unit.rows("form", subject=subject)
                 if one["state"] in ("entered", "verified")
                 and is_asked_of(AS_SIGNER, version_of(unit, one["version"]), one)]  # fmt: skip
        once = unlocked(unit)
        seen = [form_seen(once, version_of(unit, one["version"]), one, site=site) for one in forms]
    return page(asked, "sign.html", status=status, problems=problems or [], subject=subject,
                seen=seen)  # fmt: skip


def _is_event(protocol: Protocol, row: Stored) -> bool:
    form = forms_of(protocol).get(row["key"])
    return form is not None and "events" in form.tables()


def _people(unit: Unit) -> dict[str, str]:
    return defaultdict(str, {one["id"]: one["name"] for one in unit.rows("account")})
