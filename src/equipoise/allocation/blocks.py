"""Permuted blocks: the keyed list of a real trial, and what an observer of a list can guess.

A list is made once from a secret key and is the same for ever; simulation draws its blocks from the
keyed streams instead (`kernels/cohort.py`, `blocks_plain`).
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import comb

from equipoise.errors import InputError

VERSION = "list-v1"
COUNTER_BYTES = 8
MOST_ENTRIES = 1_000_000


@dataclass(frozen=True, slots=True)
class Blocks:
    """Permuted blocks: arms with their ratio, and block sizes taken with equal chance.

    >>> Blocks(("A", "B"), (1, 1), (4,))
    Blocks(arms=('A', 'B'), ratio=(1, 1), sizes=(4,))
    """

    arms: tuple[str, ...]
    ratio: tuple[int, ...]
    sizes: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.arms) != len(self.ratio) or len(self.arms) < 2:
            raise InputError(f"ratio: expected one number per arm, found {self.ratio}")
        if min(self.ratio) < 1:
            raise InputError(f"ratio: found {self.ratio}, expected whole numbers of 1 or more")
        if not self.sizes or any(size < 1 or size % sum(self.ratio) for size in self.sizes):
            raise InputError(f"blocks: found {self.sizes}, expected multiples of {sum(self.ratio)}")

    def unshuffled(self, size: int) -> list[str]:
        """A block of this size, arms in order."""
        times = size // sum(self.ratio)
        return [arm for arm, r in zip(self.arms, self.ratio, strict=True) for _ in range(r * times)]


def octets(key: bytes, stratum: str) -> Iterator[int]:
    """Bytes of HMAC-SHA-256(key, "list-v1|stratum|" + counter), counter 0, 1, ... in 8 bytes."""
    for counter in itertools.count():
        message = f"{VERSION}|{stratum}|".encode() + counter.to_bytes(COUNTER_BYTES, "big")
        yield from hmac.new(key, message, hashlib.sha256).digest()


def below(source: Iterator[int], k: int) -> int:
    """A number in 0..k-1 from bytes, unbiased: a byte past the last multiple of k is refused."""
    if not 1 <= k <= 256:
        raise InputError(f"blocks: found a choice among {k}, expected at most 256")
    limit = 256 - 256 % k
    return next(byte for byte in source if byte < limit) % k


def allocation_list(plan: Blocks, *, key: bytes, stratum: str, entries: int) -> list[str]:
    """The first `entries` arms of a stratum's list.

    key : the trial's secret; whoever has it can make the list again
    Each block: its size, if there are several, by one choice; then Fisher and Yates's shuffle from
    the last slot down.
    Raises   InputError for an unreasonable number of entries, or a block of more than 256.
    Checked  tests/unit/allocation/test_blocks.py (golden vectors).
    """
    if not 0 <= entries <= MOST_ENTRIES:
        raise InputError(f"entries: found {entries}, expected 0 to {MOST_ENTRIES:,}")
    return list(itertools.islice(endless_list(plan, key=key, stratum=stratum), entries))


def endless_list(plan: Blocks, *, key: bytes, stratum: str) -> Iterator[str]:
    """The arms of a stratum's list one after the other; see `allocation_list`."""
    source = octets(key, stratum)
    while True:
        size = plan.sizes[below(source, len(plan.sizes))] if len(plan.sizes) > 1 else plan.sizes[0]
        block = plan.unshuffled(size)
        for last in range(size - 1, 0, -1):
            other = below(source, last + 1)
            block[last], block[other] = block[other], block[last]
        yield from block


@dataclass(frozen=True, slots=True)
class Predictability:
    """How much of a list an observer who has seen every allocation so far can tell.

    guess : long-run share guessed right by always naming the arm most likely to come next
    forced : long-run share of allocations that the rest of their block leaves no choice
    """

    guess: Fraction
    forced: Fraction


def predictability(ratio: Sequence[int], size: int) -> Predictability:
    """The exact predictability of blocks of one known size.

    Source   Blackwell & Hodges 1957 (the convergence strategy), by enumeration over what is left.
    Checked  tests/unit/allocation/test_blocks.py against exact values.
    """
    times = size // sum(ratio)
    guess, forced = _known(tuple(r * times for r in ratio))
    return Predictability(guess / size, forced / size)


@lru_cache(maxsize=65536)
def _known(left: tuple[int, ...]) -> tuple[Fraction, Fraction]:
    """Expected right guesses, and certain slots, in the rest of a block."""
    total = sum(left)
    if total == 0:
        return Fraction(0), Fraction(0)
    guess = Fraction(max(left), total)
    forced = Fraction(int(max(left) == total))
    for arm, n in enumerate(left):
        if n:
            more = _known((*left[:arm], n - 1, *left[arm + 1 :]))
            guess += Fraction(n, total) * more[0]
            forced += Fraction(n, total) * more[1]
    return guess, forced


def predictability_mixed(ratio: Sequence[int], sizes: Sequence[int]) -> Predictability:
    """The exact predictability of blocks of random size, each size with equal chance.

    The observer knows the sizes that are possible and where the present block began, and weighs the
    sizes by how likely they make what has been seen of it. Two arms.
    Raises   InputError for other than two arms.
    Checked  tests/unit/allocation/test_blocks.py against exact values.
    """
    if len(ratio) != 2:
        raise InputError(f"ratio: found {len(ratio)} arms, expected 2")
    unit = sum(ratio)
    blocks = [(ratio[0] * (s // unit), ratio[1] * (s // unit)) for s in sizes]
    most_a, most_b = (max(block[k] for block in blocks) for k in (0, 1))
    guess = sum(
        (max(_next(blocks, a, b)) for a in range(most_a + 1) for b in range(most_b + 1)),
        Fraction(0),
    )
    forced = sum((_known(block)[1] for block in blocks), Fraction(0))
    return Predictability(guess * len(sizes) / sum(sizes), forced / sum(sizes))


def _next(blocks: list[tuple[int, int]], a: int, b: int) -> tuple[Fraction, Fraction]:
    """Probabilities that a block shows a and b so far and the first, or second, arm comes next."""
    first, second = Fraction(0), Fraction(0)
    for x, y in blocks:
        if a > x or b > y or a + b == x + y:
            continue
        here = Fraction(comb(a + b, a) * comb(x + y - a - b, x - a), comb(x + y, x) * len(blocks))
        first += here * Fraction(x - a, x + y - a - b)
        second += here * Fraction(y - b, x + y - a - b)
    return first, second
