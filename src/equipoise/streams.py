"""Keyed randomness: one counter-based stream per (seed, trial, subject, purpose).

A draw is SplitMix64's output function applied to a counter, so any draw can be made without the
ones before it: a new subject or purpose moves no old draw, nothing depends on cores or chunks.

    subject key = mix(mix(mix(seed) + trial) + subject), each sum spread by an odd constant
    draw n of a purpose = mix(subject key + GOLDEN * (purpose << 32 | n))

Source   Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators", OOPSLA.
Checked  tests/unit/test_streams.py (published SplitMix64 vector, uniformity, independence);
         twin of kernels/draws.py.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

MASK = 0xFFFFFFFFFFFFFFFF
GOLDEN = 0x9E3779B97F4A7C15
TRIAL_STEP = 0xD1342543DE82EF95
SUBJECT_STEP = 0xAF251AF3B0F025B5
TWO_NEG_53 = 2.0**-53


def mix(z: int) -> int:
    """SplitMix64's finalizer: a bijection of 64-bit words."""
    z &= MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def purpose_id(purpose: str) -> int:
    """A purpose's 32-bit number: the CRC-32 of its name, so that new names move nothing."""
    return zlib.crc32(purpose.encode())


def trial_key(seed: int, trial: int) -> int:
    return mix(mix((seed + GOLDEN) & MASK) + TRIAL_STEP * (trial + 1))


def subject_key(trial: int, subject: int) -> int:
    """`trial` is a trial key; `subject` counts from 0 (subject -1 is the trial itself)."""
    return mix(trial + SUBJECT_STEP * (subject + 2))


def word(key: int, purpose: int, n: int) -> int:
    """The n-th 64-bit word of a purpose in a subject's stream."""
    return mix(key + GOLDEN * ((purpose << 32) | n))


def unit(bits: int) -> float:
    """A 64-bit word as a float64 in the open interval (0, 1), on a grid of 2**-53."""
    return ((bits >> 11) + 0.5) * TWO_NEG_53


@dataclass(slots=True)
class Stream:
    """The draws of one purpose for one subject of one trial, in order.

    >>> Stream.of(seed=7, trial=0, subject=41, purpose="survival").uniform() < 1
    True
    """

    key: int
    purpose: int
    n: int = 0

    @classmethod
    def of(cls, *, seed: int, trial: int = 0, subject: int = -1, purpose: str) -> Stream:
        return cls(subject_key(trial_key(seed, trial), subject), purpose_id(purpose))

    def bits(self) -> int:
        found = word(self.key, self.purpose, self.n)
        self.n += 1
        return found

    def uniform(self) -> float:
        """One uniform draw in (0, 1)."""
        return unit(self.bits())

    def below(self, k: int) -> int:
        """One integer in 0..k-1, without modulo bias."""
        limit = (MASK + 1) - (MASK + 1) % k
        while True:
            found = self.bits()
            if found < limit:
                return found % k
