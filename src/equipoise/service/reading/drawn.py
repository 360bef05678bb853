"""Small pictures of the service."""

from __future__ import annotations

import datetime as dt
from typing import Final

from equipoise.service.reading.counts import Accrued

_WIDTH, _HEIGHT, _LEFT, _TOP, _FOOT = 720, 240, 44, 22, 30
_MOST_NAMES: Final = 12
_ON_PHONE: Final = 3  # of so many names a telephone, which writes them larger, shows one


def months_drawn(found: Accrued) -> str:
    """Who was randomized, month by month, as one rising line; empty where nobody was."""
    if not found.months:
        return ""
    most = max(found.randomized, 1)
    wide = (_WIDTH - _LEFT - 70) / len(found.months)
    bottom = _HEIGHT - _FOOT
    points, total, parts = [(float(_LEFT), float(bottom))], 0, []
    every = -(-len(found.months) // _MOST_NAMES)
    for n, (month, count) in enumerate(found.months):
        total += count
        x = _LEFT + wide * (n + 1)
        points.append((x, bottom - (bottom - _TOP) * total / most))
        if n % every == 0:
            kind = "tick" if n // every % _ON_PHONE == 0 else "tick minor"
            parts.append(
                f'<text class="{kind}" x="{x - wide / 2:.1f}" y="{bottom + 22}" '
                f'text-anchor="middle">{month_words(month)}</text>'
            )
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    first, final = (month_words(found.months[at][0]) for at in (0, -1))
    return (
        f'<svg class="accrual" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{total} randomized from {first} to {final}">'
        f'<line class="base" x1="{_LEFT}" x2="{_WIDTH - 60}" y1="{bottom}" y2="{bottom}"/>'
        f'<polyline points="{line}"/><circle cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
        f'<text class="value" x="{x + 9:.1f}" y="{y + 5:.1f}">{total}</text>{"".join(parts)}</svg>'
    )


def month_words(month: str) -> str:
    """`Mar 2026` of 2026-03."""
    return f"{dt.date.fromisoformat(month + '-01'):%b %Y}"
