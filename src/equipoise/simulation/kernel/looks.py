"""Looks as the kernel takes them: one row for each thing that a look waits for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from equipoise.kernels.trials import follow
from equipoise.meaning.hypotheses import Hypothesis
from equipoise.meaning.looks import Look, day_of
from equipoise.patients.world import Setting
from equipoise.simulation.kernel.hypotheses import each_in_turn


class Wait(NamedTuple):
    """One thing that is waited for."""

    kind: int
    target: int
    delay: int = 0


class _Waits:
    """Reads a trigger as what the kernel waits for; the later of several is each of them."""

    def __init__(
        self,
        world: Setting,
        counts: Mapping[str, int],
        row: Mapping[str, int],
        h: Hypothesis,
        look: Look,
    ) -> None:
        self._world, self._counts, self._row = world, counts, row
        self._h, self._look = h, look

    def events(self, count: int) -> tuple[Wait, ...]:
        return (Wait(follow.AT_EVENTS, count),)

    def subjects(self, count: int, followed: int) -> tuple[Wait, ...]:
        return (Wait(follow.AT_SUBJECTS, count, followed),)

    def share(self, share: float) -> tuple[Wait, ...]:
        count = self._counts[self._look.label]
        if self._h.unit == "subjects":
            return (Wait(follow.AT_SUBJECTS, count, self._h.followed),)
        return (Wait(follow.AT_EVENTS, count),)

    def after_first(self, days: int) -> tuple[Wait, ...]:
        return (Wait(follow.AFTER_FIRST, days),)

    def date(self, date: dt.date) -> tuple[Wait, ...]:
        return (Wait(follow.ON_DAY, (date - self._world.start).days + 1),)

    def look(self, label: str) -> tuple[Wait, ...]:
        return (Wait(follow.WITH_LOOK, self._row[label]),)

    def end_of_study(self) -> tuple[Wait, ...]:
        return (Wait(follow.ON_DAY, self._world.days),)

    def later(self, days: list[tuple[Wait, ...]]) -> tuple[Wait, ...]:
        return tuple(wait for waits in days for wait in waits)


class KernelLooks(NamedTuple):
    """The rows; `labels` names each, `row` is the last of a look, on which it is held.

    A look that comes with another shares its row, unless it may have to wait for the look of its
    own hypothesis before it.
    """

    looks: follow.Looks
    labels: tuple[str, ...]
    row: dict[str, int]


class _Row(NamedTuple):
    """One row of `follow.Looks`."""

    label: str
    wait: Wait
    endpoint: int
    pair: tuple[int, int]
    after: int


def kernel_looks(
    world: Setting,
    asked: Sequence[Hypothesis],
    endpoint: Mapping[str, int],
    counts: Mapping[str, int],
) -> KernelLooks:
    """The looks of a scenario.

    asked : the hypotheses, in order
    endpoint : hypothesis -> endpoint of the kernel whose events are counted
    counts : look -> events, or subjects over all arms, at a share of the information
    """
    rows: list[_Row] = []
    row: dict[str, int] = {}
    for h, look in each_in_turn(asked):
        after = follow.NONE if look.after is None else row[look.after]
        if look.comes_with is not None and _is_held_by(rows, after, row[look.comes_with]):
            row[look.label] = row[look.comes_with]
            continue
        pair = (world.arms.index(h.control), world.arms.index(h.experimental))
        waits = day_of(look.trigger, _Waits(world, counts, row, h, look))
        for n, wait in enumerate(waits, 1):
            label = look.label if n == len(waits) else f"{look.label} ({n})"
            rows.append(_Row(label, wait, endpoint[h.name], pair, after))
            after = len(rows) - 1
        row[look.label] = after
    return KernelLooks(_arrays(rows, world.days), tuple(one.label for one in rows), row)


def _is_held_by(rows: Sequence[_Row], look: int, other: int) -> bool:
    """Whether a row, or none, is surely held by the day of another."""
    while other not in (look, follow.NONE):
        other = rows[other].after
    return look in (other, follow.NONE)


def _arrays(rows: Sequence[_Row], days: int) -> follow.Looks:
    return follow.Looks(
        kind=np.array([row.wait.kind for row in rows]),
        endpoint=np.array([row.endpoint for row in rows]),
        target=np.array([row.wait.target for row in rows]),
        delay=np.array([row.wait.delay for row in rows], dtype=np.int64),
        latest=np.full(len(rows), days),
        after=np.array([row.after for row in rows]),
        pair=np.array([row.pair for row in rows]),
    )
