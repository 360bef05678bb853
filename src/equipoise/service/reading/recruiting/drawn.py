"""Who was randomized by each day, beside the plan and with the band of what is to come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from math import ceil
from typing import Final, NamedTuple

from equipoise.meaning.expected import Steps
from equipoise.service.reading.recruiting.counted import Accrued
from equipoise.service.reading.recruiting.last_entry import LastEntry

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _FOOT = 720, 286, 44, 64, 26, 36
_MOST_NAMES: Final = 8
_ON_PHONE: Final = 3  # of so many names a telephone, which writes them larger, shows one
_STEPS: Final = 40  # of the line of the plan
_AHEAD: Final = 2.5  # of what is known and planned, so far is drawn of a band without end


class MonthLine(NamedTuple):
    """A month. total : randomized by its end, or by today; planned : by then, None without a plan

    month : as 2026-03
    """

    month: str
    n: int
    total: int
    planned: int | None


class _Axes(NamedTuple):
    """Days since the first subject, and subjects, as places of the picture."""

    first: dt.date
    last: float
    most: float

    def x(self, day: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * min(day, self.last) / self.last

    def y(self, n: float) -> float:
        return _HEIGHT - _FOOT - (_HEIGHT - _FOOT - _TOP) * n / self.most

    def at(self, day: float, n: float) -> str:
        return f"{self.x(day):.1f},{self.y(n):.1f}"


def month_lines(found: Accrued, plan: Steps | None, today: dt.date) -> list[MonthLine]:
    """Each month so far, as the picture has it."""
    if not found.days:
        return []
    first, total, lines = min(found.days), 0, []
    month, counts = first.replace(day=1), dict(found.months)
    while month <= max(today, *found.days):
        after = (month + dt.timedelta(days=32)).replace(day=1)
        until = min(after, today + dt.timedelta(days=1))
        planned = None if plan is None else round(plan.total((until - first).days))
        n = counts.get(f"{month:%Y-%m}", 0)
        total += n
        lines.append(MonthLine(f"{month:%Y-%m}", n, total, planned))
        month = after
    return lines


def accrual_drawn(found: Accrued, ends: LastEntry, plan: Steps | None) -> str:
    """The picture; empty where nobody was randomized."""
    if not found.days:
        return ""
    first = min(found.days)
    now = max((ends.today - first).days, (max(found.days) - first).days)
    known = max(now + 1.0, plan.starts[-1] if plan else 0.0)
    late = now + (ends.when.late or ends.when.time or 0.0) if ends.when else 0.0
    last = max(known, min(late, _AHEAD * known)) * 1.02
    axes = _Axes(first, last, max(found.wanted, ends.target, found.randomized, 1))
    body = "".join([
        *_ground(axes), *_band(axes, ends, now, found.randomized), *_plan(axes, plan),
        *_line(axes, found, now),
    ])  # fmt: skip
    return (
        f'<svg class="accrual" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-labelledby="accrual-title accrual-desc"><title id="accrual-title">'
        f'{found.randomized} of {ends.target} randomized</title><desc id="accrual-desc">'
        f"{_words(found, ends, plan)}</desc>{body}</svg>"
    )


def month_words(month: str) -> str:
    """`Mar 2026` of 2026-03."""
    return f"{dt.date.fromisoformat(month + '-01'):%b %Y}"


def _words(found: Accrued, ends: LastEntry, plan: Steps | None) -> str:
    """What the picture shows."""
    first, last = (month_words(found.months[at][0]) for at in (0, -1))
    said = f"{found.randomized} were randomized from {first} to {last}."
    if plan is not None:
        by_now = plan.total((ends.today - min(found.days)).days + 1)
        said += f" {by_now:.0f} were planned by now."
    if ends.day is not None:
        said += f" The last is expected in {ends.day:%b %Y}"
        upto = f"{ends.late:%b %Y}" if ends.late else "more than ten years from now"
        said += f", with an 80% band from {ends.early:%b %Y} to {upto}."
    return said


def _ground(axes: _Axes) -> Iterator[str]:
    """The axes, with months below and the number that is wanted above."""
    bottom, right = axes.y(0), _WIDTH - _RIGHT
    yield f'<line class="base" x1="{_LEFT}" x2="{right}" y1="{bottom}" y2="{bottom}"/>'
    top = axes.y(axes.most)
    yield f'<line class="base" x1="{_LEFT}" x2="{right}" y1="{top}" y2="{top}"/>'
    yield f'<text x="{_LEFT - 8}" y="{top + 4}" text-anchor="end">{axes.most:g}</text>'
    yield f'<text x="{_LEFT - 8}" y="{bottom}" text-anchor="end">0</text>'
    month = (axes.first.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    starts = []
    while (day := (month - axes.first).days) < axes.last:
        starts.append((day, month))
        month = (month + dt.timedelta(days=32)).replace(day=1)
    for n, (day, month) in enumerate(starts[:: ceil(len(starts) / _MOST_NAMES) or 1]):
        kind = "tick" if n % _ON_PHONE == 0 else "tick minor"
        yield (
            f'<text class="{kind}" x="{axes.x(day):.1f}" y="{bottom + 24}" '
            f'text-anchor="middle">{month:%b %Y}</text>'
        )


def _band(axes: _Axes, ends: LastEntry, now: int, randomized: int) -> Iterator[str]:
    """What is to come: the band of the day of each number, and the day that is expected."""
    if ends.when is None or ends.when.time is None:
        return
    early = [axes.at(now + (one.early or 0.0), randomized + n) for n, one in ends.band]
    late = [axes.at(now + (one.late or 0.0), randomized + n) for n, one in reversed(ends.band)]
    start = axes.at(now, randomized)
    yield f'<polygon class="band" points="{" ".join([start, *early, *late])}"/>'
    end = axes.at(now + ends.when.time, ends.target)
    yield f'<polyline class="ahead" points="{start} {end}"/>'


def _plan(axes: _Axes, plan: Steps | None) -> Iterator[str]:
    if plan is None:
        return
    end = plan.starts[-1]
    days = sorted({*plan.starts, *(end * n / _STEPS for n in range(_STEPS + 1))})
    points = " ".join(axes.at(day, plan.total(day)) for day in days)
    yield f'<polyline class="plan" points="{points}"/>'
    yield (
        f'<text x="{axes.x(end) - 6:.1f}" y="{axes.y(plan.total(end)) - 8:.1f}" '
        'text-anchor="end">planned</text>'
    )


def _line(axes: _Axes, found: Accrued, now: int) -> Iterator[str]:
    """Who was randomized, day by day."""
    total, points = 0, [axes.at(0, 0)]
    for date in sorted(found.days):
        day = (date - axes.first).days
        points.append(axes.at(day, total))
        total += found.days[date]
        points.append(axes.at(day, total))
    points.append(axes.at(now, total))
    x, y = axes.x(now), axes.y(total)
    yield f'<polyline class="seen" points="{" ".join(points)}"/>'
    yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
    yield f'<text class="value" x="{x + 9:.1f}" y="{y + 5:.1f}">{total}</text>'
