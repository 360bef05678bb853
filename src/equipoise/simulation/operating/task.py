"""What there is to do in a run of many virtual trials, chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from equipoise.errors import InputError
from equipoise.kernels.trials.fields import LooksHeld, Readouts
from equipoise.simulation.kernel.decisions import Decisions
from equipoise.simulation.kernel.scenario import Scenario
from equipoise.simulation.kernel.tally import Tally

CHUNK = 4096  # trials a worker takes at a time
SEEDS = 1 << 64


class Batch(NamedTuple):
    """Trials start, start + 1, ... one by one, as the kernel fills them."""

    start: int
    held: LooksHeld
    found: Readouts
    decisions: Decisions


@dataclass(frozen=True, slots=True)
class Task:
    """A run to be done in chunks: `trials` of them from 0, with one seed.

    begun : where shorter runs before it ended within a chunk; the trials of it up to there are done
    """

    scenario: Scenario
    trials: int
    seed: int
    begun: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.trials < 1:
            raise InputError(f"trials: found {self.trials}, expected 1 or more")
        if not 0 <= self.seed < SEEDS:
            raise InputError(f"seed: found {self.seed}, expected 0 to 2**64 - 1")

    @property
    def chunks(self) -> int:
        return -(-self.trials // CHUNK)

    def span(self, chunk: int) -> tuple[int, int]:
        """First trial and number of trials of a chunk, or of what is left of it."""
        start = max([chunk * CHUNK, *(at for at in self.begun if at // CHUNK == chunk)])
        return start, min((chunk + 1) * CHUNK, self.trials) - start

    def file(self, chunk: int) -> str:
        """The file that keeps the trials of a chunk, or of what is left of it."""
        start, _ = self.span(chunk)
        rest = f"-{start}" if start % CHUNK else ""
        return f"trials-{chunk:06d}{rest}.parquet"


Done = Iterator[tuple[int, Tally]]
Runner = Callable[[Task, Sequence[int]], Done]
"""Does chunks of a task and gives the tally of each, in any order."""

Watch = Callable[[int], None]
"""Is told how many trials are done."""
