"""Figures of other distributions: checked, and marked with whose they are."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from equipoise.analysis.results import Results
from equipoise.extensions import Added, added
from equipoise.reporting.figures.model import ReportFigure
from equipoise.reporting.model import run
from equipoise.reporting.numbers import Numbers


def added_figures(results: Results, numbers: Numbers, known: Collection[str]) -> list[ReportFigure]:
    """What the functions behind `equipoise.figures` draw of these results; None is no figure.

    known : the names of the house's figures
    Raises   InputError in a sentence for one that fails, or has a name of the house.
    """
    house = dict.fromkeys(known)
    made = [_drawn(one, results, numbers) for one in added("figures", house)]
    return [one for one in made if one is not None]


def _drawn(one: Added, results: Results, numbers: Numbers) -> ReportFigure | None:
    draw = one.takes(one.load(), "results", "numbers")
    found = one.called(draw, results, numbers)
    if found is None:
        return None
    if not isinstance(found, ReportFigure):
        raise one.refused(f"expected a ReportFigure or None, found {found!r}")
    if found.key != one.name or not re.fullmatch(r"[a-z][a-z0-9-]*", one.name):
        told = f'expected one name of small letters, digits and hyphens, found "{found.key}"'
        raise one.refused(told)
    if len(re.findall(r"<svg\b", found.svg)) not in (1, 2):
        raise one.refused("expected one <svg>, or two: for wide pages and for small ones")
    caption = run(found.caption, f" Drawn by {one.origin}.")
    return replace(found, caption=caption, extension=one.origin)
