"""The committee's room: reports of a cut, a signed recommendation, a pause at once."""

from __future__ import annotations

from typing import Any, Final, Literal, get_args

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from equipoise.conduct.commands.closing.recommend import Recommend
from equipoise.conduct.commands.model import TRIAL_ID, RefusedError
from equipoise.errors import EquipoiseError
from equipoise.meaning.looks import look_labels
from equipoise.reporting.monitoring.of_cut import board_report
from equipoise.service.reading.rooms.board import cuts
from equipoise.service.web.asked import AskedBy, AskedPage, NotSeenError
from equipoise.service.web.render import REFUSED, SEE_OTHER, page

router = APIRouter()
_SEEN: Final[dict[Literal["closed", "open"], str]] = {"closed": "closed report", "open": "board"}
BOARD_ACTS: Final = {
    "cut": ("cut", ("cutoff", "reason")),
    "recommend": ("recommend", ("cut", "to", "reason")),
    "pause": ("pause", ("reason",)),
}
_WEIGHS: Final = ("recommend",)
_TO: Final = get_args(Recommend.model_fields["to"].annotation)


@router.get("/board")
def board(asked: AskedBy) -> Response:
    """Cuts of the data, with what was recommended."""
    return _show(asked)


@router.post("/board/report/{kind}")
def report(asked: AskedBy, kind: Literal["closed", "open"]) -> Response:
    """A report of a cut; that it was taken is written down first."""
    asked.must_see(_SEEN[kind])
    cut, look, trial = asked.text("cut"), asked.text("look"), asked.trial
    try:
        asked.may_write("report")
        made = board_report(
            trial.store, asked.protocol, cut=cut, look=look, kind=kind, key=trial.key(),
            virtual=trial.is_demo,
        )  # fmt: skip
        asked.do("export", {"of": "report", "cut": cut}, site=None)
    except RefusedError as refused:
        return _show(asked, problems=list(refused.reasons), status=REFUSED)
    except EquipoiseError as problem:
        return _show(asked, problems=[str(problem)], status=REFUSED)
    head = {"content-disposition": f'inline; filename="{made.name}"'}
    return Response(made.read_bytes(), media_type="application/pdf", headers=head)


@router.post("/board/{act}")
def act(asked: AskedBy, act: str) -> Response:
    """The data are cut, something is recommended, randomization is paused."""
    asked.must_see("board")
    if act not in BOARD_ACTS:
        raise NotSeenError
    name, fields = BOARD_ACTS[act]
    given: dict[str, Any] = {one: asked.text(one) for one in fields if asked.text(one)}
    try:
        asked.do(name, given, site=None, weighs=name in _WEIGHS)
    except RefusedError as refused:
        return _show(asked, problems=list(refused.reasons), status=REFUSED)
    return RedirectResponse("/board", SEE_OTHER)


def _show(asked: AskedPage, *, problems: list[str] | None = None, status: int = 200) -> Response:
    asked.must_see("board")
    with asked.trial.store.reading() as unit:
        found, state = cuts(unit), unit.row("trial", TRIAL_ID)
        here = unit.now.date()
    may = {act: asked.visitor.may(name, None) for act, (name, _) in BOARD_ACTS.items()}
    is_closed = asked.visitor.sees("closed report")
    return page(
        asked, "board.html", status=status, problems=problems or [], found=found, state=state,
        may=may, closed=is_closed, looks=look_labels(asked.protocol), here=here,
        bounds=asked.trial.bounds.of(asked.protocol), tos=_TO,
    )  # fmt: skip
