"""A checklist of a trial's report, or of its protocol's document."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.errors import InputError
from equipoise.workspace.answers import results_of
from equipoise.workspace.folder import Workspace

if TYPE_CHECKING:
    from equipoise.reporting.documents.paper.model import PaperDocument


def checklist(where: str | Path, *, of: str, look: str | None = None) -> PaperDocument:
    """A guideline's items, each with the address that answers it, or "not found".

    where : a trial's folder, its protocol file, or for consort and harms a report as HTML
    of : consort and harms, answered by the report; spirit, by the protocol's document
    Raises   InputError for another guideline, or a file that is no report.
    """
    from equipoise.reporting.checklists.filled import (
        checklist_document,
        filled_from,
        spirit_filled,
    )
    from equipoise.reporting.documents.people import read_texts
    from equipoise.reporting.html import render

    path = Path(where)
    if path.suffix in (".html", ".htm"):
        if of == "spirit":
            raise InputError(f"{path}: SPIRIT is about the protocol; expected a trial's folder")
        items = filled_from(_page(path), of, read_texts(path.parent))
        return checklist_document(items, of, about=path.name, where=path.name)
    space = Workspace.at(where)
    protocol, text = space.protocol(), read_texts(space.folder)
    about = protocol.trial.id
    if of == "spirit":
        place = "the document that `equipoise protocol --as spirit` writes"
        return checklist_document(spirit_filled(protocol, text), of, about=about, where=place)
    filled_from("", of)  # another guideline is refused before the work begins
    items = filled_from(render(results_of(space, look, collected=False), text=text), of, text)
    return checklist_document(items, of, about=about, where="report.html")


def _page(path: Path) -> str:
    if not path.is_file():
        raise InputError(f"{path}: there is no such file")
    text = path.read_text("utf-8", errors="replace")
    if "<main>" not in text or 'id="numbers"' not in text:
        raise InputError(f"{path}: expected a report that `equipoise report` wrote")
    return text
