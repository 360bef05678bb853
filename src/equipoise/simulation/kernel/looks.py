"""Looks as the kernel takes them: one row for each thing that a look waits for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from equipoise.errors import InputError
from equipoise.kernels.trials import follow
from equipoise.meaning.hypotheses import Hypothesis
from equipoise.meaning.looks import Look, day_of
from equipoise.patients.world import Setting


class Wait(NamedTuple):
    """One thing that is waited for."""

    kind: int
    target: int
    delay: int = 0


class _Waits:
    """Reads a trigger as what the kernel waits for; the later of several is each of them."""

    def __init__(
        self, world: Setting, counts: Mapping[str, int], h: Hypothesis, look: Look
    ) -> None:
        self._world, self._counts, self._h, self._look = world, counts, h, look

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
        raise InputError(f"{self._look.label}: expected `with {label}` alone, not the later of it")

    def end_of_study(self) -> tuple[Wait, ...]:
        return (Wait(follow.ON_DAY, self._world.days),)

    def later(self, days: list[tuple[Wait, ...]]) -> tuple[Wait, ...]:
        return tuple(wait for waits in days for wait in waits)


class KernelLooks(NamedTuple):
    """The rows; `labels` names each, `row` is the last of a look, on which it is held."""

    looks: follow.Looks
    labels: tuple[str, ...]
    row: dict[str, int]


def kernel_looks(
    world: Setting,
    own: Sequence[tuple[Hypothesis, Look]],
    endpoint: Mapping[str, int],
    counts: Mapping[str, int],
) -> KernelLooks:
    """The looks of a scenario.

    own : looks that are not held with another, in order, with their hypotheses
    endpoint : hypothesis -> endpoint of the kernel whose events are counted
    counts : look -> events, or subjects over all arms, at a share of the information
    """
    rows: list[tuple[Wait, int, tuple[int, int], int]] = []
    labels: list[str] = []
    last: dict[str, int] = {}
    held: dict[str, int] = {}
    for h, look in own:
        pair = (world.arms.index(h.control), world.arms.index(h.experimental))
        waits = day_of(look.trigger, _Waits(world, counts, h, look))
        for n, wait in enumerate(waits, 1):
            rows.append((wait, endpoint[h.name], pair, last.get(h.name, follow.NONE)))
            labels.append(look.label if n == len(waits) else f"{look.label} ({n})")
            last[h.name] = len(rows) - 1
        held[look.label] = len(rows) - 1
    return KernelLooks(
        follow.Looks(
            kind=np.array([wait.kind for wait, *_ in rows]),
            endpoint=np.array([p for _, p, *_ in rows]),
            target=np.array([wait.target for wait, *_ in rows]),
            delay=np.array([wait.delay for wait, *_ in rows], dtype=np.int64),
            latest=np.full(len(rows), world.days),
            after=np.array([after for *_, after in rows]),
            pair=np.array([pair for _, _, pair, _ in rows]),
        ),
        tuple(labels),
        held,
    )
