"""Fairness and list: reviewed by one person, activated by another, revealed at the end."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from equipoise.allocation.secret import salt
from equipoise.conduct.commands.model import RefusedError
from equipoise.service.access.entrance import note_access
from equipoise.service.access.roles import UNBLINDED
from equipoise.service.reading.recruiting.counted import stratum_words
from equipoise.service.reading.rooms.allocation_list import given_away, list_seen
from equipoise.service.web.asked import AskedBy, AskedPage, NotSeenError
from equipoise.service.web.render import REFUSED, SEE_OTHER, page

router = APIRouter()
LIST_ACTS: Final = {
    "review": ("review list", ()),
    "activate": ("activate list", ("reviewed_by",)),
    "reveal": ("reveal list", ("reason",)),
}
_WEIGHS: Final = ("activate list", "reveal list")


@router.get("/list")
def allocation_list(asked: AskedBy) -> Response:
    """The commitment for everybody who sees the page; what is given away for a statistician."""
    return _show(asked)


@router.post("/list/{act}")
def act(asked: AskedBy, act: str) -> Response:
    """The list is reviewed, activated or revealed."""
    asked.must_see("list")
    if act not in LIST_ACTS:
        raise NotSeenError
    name, fields = LIST_ACTS[act]
    given: dict[str, Any] = {one: asked.text(one) for one in fields if asked.text(one)}
    try:
        done = asked.do(name, given, site=None, weighs=name in _WEIGHS)
    except RefusedError as refused:
        return _show(asked, problems=list(refused.reasons), status=REFUSED)
    if act == "review":
        return _show(asked, review=[*done["review"], *done["wrong"]])
    return RedirectResponse("/list", SEE_OTHER)


@router.get("/list.txt")
def revealed(asked: AskedBy) -> Response:
    """The list and its salt, once it serves nobody; that it was read is noted."""
    trial = asked.trial
    with trial.store.reading() as unit:
        state = list_seen(unit, trial.kind).state
    if not asked.visitor.has(UNBLINDED) or state != "revealed" or trial.bus.lists is None:
        raise NotSeenError
    trial.store.attempt(lambda unit: note_access(unit, "list read", asked.account, asked.address))
    secret = trial.bus.lists.secret
    text = f"{secret.text().rstrip()}\nsalt {salt(secret.key)}\n"
    head = {"content-disposition": 'attachment; filename="list.txt"'}
    return Response(text, media_type="text/plain; charset=utf-8", headers=head)


def _show(
    asked: AskedPage,
    *,
    problems: list[str] | None = None,
    status: int = 200,
    review: list[str] | None = None,
) -> Response:
    asked.must_see("list")
    trial = asked.trial
    with trial.store.reading() as unit:
        found = list_seen(unit, trial.kind)
        knows = asked.visitor.has(UNBLINDED)
        used = unit.rows("stratum", list=trial.kind) if knows else []
    strata = [(stratum_words(one["id"]) or "all", one["next"] - 1) for one in used]
    may = {act: asked.visitor.may(name, None) for act, (name, _) in LIST_ACTS.items()}
    return page(
        asked, "list.html", status=status, problems=problems or [], found=found, may=may,
        review=review or [], fair=given_away(asked.protocol) if knows else None, strata=strata,
        reviewers=[one for one in found.reviewers if one != asked.account],
        at_hand=trial.bus.lists is not None,
    )  # fmt: skip
