"""The allocation of a real trial: each slot from the list's key, when it is asked for.

Methods of lists have one list per stratum, permuted blocks by `blocks.allocation_list`, the others
by their weights. Minimization has draws, one for each subject in order of allocation; the arm
follows from the draw and from all who came before. Nothing is kept: the same key, the same slot.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from equipoise.allocation.blocks import Blocks, endless_list
from equipoise.allocation.procedure import block_sizes, procedure_of, strata_of_list
from equipoise.allocation.redraw import stratum_numbers
from equipoise.allocation.secret import level, salt
from equipoise.errors import InputError
from equipoise.kernels.procedures import BLOCKS, MINIMIZATION, StratumList, minimized, pick
from equipoise.protocol.model import AllocationPlan

TRIAL_WIDE = ""  # minimization draws for the trial, not for a stratum
Stratum = tuple[str, ...]


def spelled(stratum: Stratum) -> str:
    """A stratum in the one spelling that its draws are keyed by: no two are alike."""
    return json.dumps(stratum, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Allocated:
    """A subject that has an arm."""

    subject: str
    stratum: Stratum
    arm: str


@dataclass(frozen=True, slots=True)
class Slot:
    """The next arm, and by what it was drawn.

    number : in the stratum's list, or of the trial where arms are minimized; from 1
    draw, weights : of minimization, for the record; None and empty for lists, whose key tells all
    """

    arm: str
    number: int
    draw: int | None = None
    weights: tuple[int, ...] = ()


@dataclass(frozen=True, repr=False)
class SecretList:
    """The list of one kind of one trial.

    key : of the list, `secret.list_key`; length : slots in each stratum, or of the whole trial
    """

    plan: AllocationPlan
    arms: tuple[str, ...]
    key: bytes
    length: int

    @property
    def strata(self) -> tuple[Stratum, ...]:
        return strata_of_list(self.plan)

    def slot(self, stratum: Stratum, before: Sequence[Allocated]) -> Slot:
        """The arm of the next subject, who has the levels `stratum`.

        before : everybody allocated so far, in order
        Raises   InputError for a stratum the protocol does not have, or a list that is used up.
        Checked  tests/unit/allocation/test_lists.py.
        """
        stratum_numbers(self.plan, [stratum])
        is_minimized = self.plan.method == "minimization"
        used = len(before) if is_minimized else sum(one.stratum == stratum for one in before)
        if used >= self.length:
            whose = "the trial" if is_minimized else ", ".join(stratum) or "the trial"
            raise InputError(f"the list of {whose} is used up after {self.length} slots")
        if is_minimized:
            return self._minimized(stratum, before)
        return Slot(self.entries(stratum, used + 1)[-1], used + 1)

    def entries(self, stratum: Stratum, count: int) -> list[str]:
        """The first arms of a stratum's list, by a method of lists."""
        return list(itertools.islice(self.arms_of(stratum), count))

    def arms_of(self, stratum: Stratum) -> Iterator[str]:
        """The arms of a stratum's list one after the other, without end."""
        name, ratio = spelled(stratum), self.plan.ratios
        made = procedure_of(self.plan)
        if made.method == BLOCKS:
            blocks = Blocks(self.arms, ratio, tuple(block_sizes(self.plan)))
            yield from endless_list(blocks, key=self.key, stratum=name)
        slots = StratumList(
            made, ratio=ratio, sizes=block_sizes(self.plan), draw=partial(self._draw, name)
        )
        while True:
            yield self.arms[slots.next()]

    def text(self) -> str:
        """The whole list as it is committed to: arms by stratum and slot, or draws."""
        lines = []
        if procedure_of(self.plan).method == MINIMIZATION:
            lines = [f"{n}\t{self._draw(TRIAL_WIDE, n)}" for n in range(self.length)]
        else:
            for stratum in self.strata:
                lines.append(f"[{', '.join(stratum)}]")
                arms = self.entries(stratum, self.length)
                lines += [f"{n}\t{arm}" for n, arm in enumerate(arms, start=1)]
        return "\n".join(lines) + "\n"

    def commitment(self) -> str:
        """SHA-256 of the list followed by its salt."""
        return hashlib.sha256((self.text() + salt(self.key)).encode()).hexdigest()

    def _draw(self, stratum: str, number: int) -> int:
        return level(self.key, stratum=stratum, draw=number)

    def _minimized(self, stratum: Stratum, before: Sequence[Allocated]) -> Slot:
        return self.minimized(stratum, Counter((one.stratum, one.arm) for one in before))

    def minimized(self, stratum: Stratum, counts: Mapping[tuple[Stratum, str], int]) -> Slot:
        """The next arm by minimization, from how many have each stratum and arm so far."""
        made, ratio = procedure_of(self.plan), self.plan.ratios
        own = made.level[stratum_numbers(self.plan, [stratum])[0]]
        margins = np.zeros((len(own), len(ratio)), dtype=np.int64)
        numbers = stratum_numbers(self.plan, [one for one, _ in counts])
        for ((_, arm), count), number in zip(counts.items(), numbers, strict=True):
            margins[made.level[number] == own, self.arms.index(arm)] += count
        weights, used = minimized(made, ratio, margins.tolist()), sum(counts.values())
        draw = self._draw(TRIAL_WIDE, used)
        arm = self.arms[pick(weights, draw)]
        return Slot(arm, used + 1, draw, tuple(weights))
