"""What is left of an activity, as a curve with the moments that count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from html import escape
from typing import Final

from equipoise.service.reading.rooms.pharmacy import ActivityPoint, DoseUnderWay

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _FOOT = 720, 210, 62, 20, 26, 30
_TICKS: Final = 6


class _Scale:
    """Moments and activities as places of the picture."""

    def __init__(self, one: DoseUnderWay) -> None:
        points = one.curve
        self.start, self.end = points[0].at, points[-1].at
        self.most = max(points[0].left, one.high or 0.0) * 1.04
        self.least = min(points[-1].left, one.low or points[-1].left) * 0.96

    def x(self, at: dt.datetime) -> float:
        share = (at - self.start) / (self.end - self.start)
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * share

    def y(self, left: float) -> float:
        share = (left - self.least) / (self.most - self.least)
        return _HEIGHT - _FOOT - (_HEIGHT - _FOOT - _TOP) * share

    def holds(self, at: dt.datetime) -> bool:
        return self.start <= at <= self.end


def activity_drawn(one: DoseUnderWay) -> str:
    """From calibration to the end of use; empty where nothing was measured."""
    if not one.curve:
        return ""
    scale, unit = _Scale(one), escape(one.row["unit"])
    line = " ".join(f"{scale.x(p.at):.1f},{scale.y(p.left):.1f}" for p in one.curve)
    first, last = one.curve[0], one.curve[-1]
    words = (f"From {first.left:.2f} {unit} on {first.at:%d %b %H:%M} "
             f"to {last.left:.2f} {unit} on {last.at:%d %b %H:%M}")  # fmt: skip
    parts = [*_band(scale, one), *_axes(scale, unit), f'<polyline points="{line}"/>']
    marks = {"now": one.now, "asked": one.asked if one.asked != one.now else None}
    for kind, point in marks.items():
        if point is not None and scale.holds(point.at):
            parts += _mark(scale, point, kind, unit)
    body = "".join(parts)
    return (
        f'<svg class="activity" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{words}">{body}</svg>'
    )


def _band(scale: _Scale, one: DoseUnderWay) -> Iterator[str]:
    """What the protocol accepts."""
    if one.low is None or one.high is None:
        return
    top, bottom = scale.y(one.high), scale.y(one.low)
    wide = _WIDTH - _LEFT - _RIGHT
    yield (
        f'<rect class="band" x="{_LEFT}" y="{top:.1f}" width="{wide}" height="{bottom - top:.1f}"/>'
    )
    for level, y in ((one.high, top), (one.low, bottom)):
        yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{level:.2f}</text>'


def _axes(scale: _Scale, unit: str) -> Iterator[str]:
    bottom = _HEIGHT - _FOOT
    yield f'<line class="base" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{bottom}" y2="{bottom}"/>'
    yield f'<text x="{_LEFT - 8}" y="{_TOP - 10}" text-anchor="end">{unit}</text>'
    span = scale.end - scale.start
    form = "%d %b" if span > dt.timedelta(days=3) else "%d %b, %H:%M"
    for n in range(_TICKS):
        at = scale.start + span * n / (_TICKS - 1)
        anchor = "start" if n == 0 else "end" if n == _TICKS - 1 else "middle"
        yield (
            f'<text x="{scale.x(at):.1f}" y="{bottom + 19}" text-anchor="{anchor}">'
            f"{at.strftime(form)}</text>"
        )


def _mark(scale: _Scale, point: ActivityPoint, kind: str, unit: str) -> Iterator[str]:
    x, y = scale.x(point.at), scale.y(point.left)
    anchor = "end" if x > _WIDTH * 0.7 else "start"
    step = -9 if anchor == "end" else 9
    yield f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{_HEIGHT - _FOOT}"/>'
    yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
    yield (
        f'<text class="value" x="{x + step:.1f}" y="{y - 9:.1f}" text-anchor="{anchor}">'
        f"{point.at:%H:%M}: {point.left:.2f} {unit}</text>"
    )
