"""A vector figure as the two tables that `reconstruct` takes: curves, and numbers at risk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from equipoise.errors import InputError
from equipoise.evidence.figures.curves import FigureCurve, curves_of
from equipoise.evidence.figures.pdf import read_pdf
from equipoise.evidence.figures.svg import read_svg


class FigureTables(NamedTuple):
    """Columns time, survival, arm; columns time, at_risk, arm; columns time, arm of censoring
    marks. None for what the figure does not have.
    """

    curve: dict[str, list[Any]]
    at_risk: dict[str, list[Any]] | None
    censored: dict[str, list[Any]] | None


def read_figure(
    path: Path | str,
    *,
    arms: Sequence[str] = (),
    x_axis: tuple[float, float] | None = None,
    y_axis: tuple[float, float] | None = None,
) -> FigureTables:
    """The survival curves of an SVG or PDF file, each step exactly.

    arms : names of the curves in the order in which they are drawn; from the legend if not given
    x_axis, y_axis : values at the first and last mark, where the figure's own cannot be read
    Raises   InputError if there is no such file, or no curve or axis is found in it.
    """
    path = Path(path)
    drawing = read_pdf(path) if path.suffix.lower() == ".pdf" else read_svg(path)
    found = curves_of(drawing, x_axis=x_axis, y_axis=y_axis)
    if arms:
        found = _named(found, arms)
    rows = [(t, s, c.arm) for c in found for t, s in zip(c.time, c.survival, strict=True)]
    numbers = [(t, n, c.arm) for c in found for t, n in c.at_risk]
    complete = all(c.at_risk and c.at_risk[0][0] == 0.0 for c in found)
    marks = [(float(t), c.arm) for c in found for t in c.censored]
    return FigureTables(
        _columns(("time", "survival", "arm"), rows),
        _columns(("time", "at_risk", "arm"), numbers) if complete else None,
        _columns(("time", "arm"), marks) if marks else None,
    )


def _named(found: list[FigureCurve], arms: Sequence[str]) -> list[FigureCurve]:
    if len(arms) != len(found):
        known = ", ".join(curve.arm for curve in found)
        raise InputError(f"arms: {len(arms)} named; the figure has {len(found)} curves ({known})")
    return [curve._replace(arm=arm) for curve, arm in zip(found, arms, strict=True)]


def _columns(names: Sequence[str], rows: list[tuple[Any, ...]]) -> dict[str, list[Any]]:
    return {name: [row[j] for row in rows] for j, name in enumerate(names)}
