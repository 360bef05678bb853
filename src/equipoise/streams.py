"""Keyed randomness: one counter-based stream per (seed, trial, subject, purpose).

A draw is SplitMix64's output function applied to a counter, so any draw can be made without the
ones before it: a new subject or purpose moves no old draw, nothing depends on cores or chunks.

    subject key = mix(mix(mix(seed) + trial) + subject), each sum spread by an odd constant
    draw n of a purpose = mix(subject key + GOLDEN * (purpose << 32 | n))

Whatever decides a day, an arm or a yes uses the draw's level (its top 31 bits, an integer) against
an integer threshold, so that no rounding of a logarithm can ever move a virtual patient.

Source   Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators", OOPSLA;
         Wichura 1988, "Algorithm AS 241", Applied Statistics 37:477.
Checked  tests/unit/test_streams.py (published SplitMix64 vector, uniformity, independence);
         twin of kernels/draws.py.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass

MASK = 0xFFFFFFFFFFFFFFFF
GOLDEN = 0x9E3779B97F4A7C15
TRIAL_STEP = 0xD1342543DE82EF95
SUBJECT_STEP = 0xAF251AF3B0F025B5
MIX_FIRST, MIX_SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
TWO_NEG_52 = 2.0**-52
LEVELS = 1 << 31

# Wichura's AS 241 (PPND16): numerators and denominators, highest power first
AS241_CENTRAL = (
    (2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4,
     4.5921953931549871457e4, 1.3731693765509461125e4, 1.9715909503065514427e3,
     1.3314166789178437745e2, 3.3871328727963666080e0),
    (5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4,
     2.1213794301586595867e4, 5.3941960214247511077e3, 6.8718700749205790830e2,
     4.2313330701600911252e1, 1.0),
)  # fmt: skip
AS241_MIDDLE = (
    (7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
     1.27045825245236838258e0, 3.64784832476320460504e0, 5.76949722146069140550e0,
     4.63033784615654529590e0, 1.42343711074968357734e0),
    (1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2,
     1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940e0,
     2.05319162663775882187e0, 1.0),
)  # fmt: skip
AS241_FAR = (
    (2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
     2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580e0,
     5.46378491116411436990e0, 6.65790464350110377720e0),
    (2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
     7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1,
     5.99832206555887937690e-1, 1.0),
)  # fmt: skip


def mix(z: int) -> int:
    """SplitMix64's finalizer: a bijection of 64-bit words."""
    z &= MASK
    z = ((z ^ (z >> 30)) * MIX_FIRST) & MASK
    z = ((z ^ (z >> 27)) * MIX_SECOND) & MASK
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
    """A 64-bit word as a float64 in the open interval (0, 1): the middles of 2**52 equal cells.

    With 53 bits the last middle would round to 1.0.
    """
    return ((bits >> 12) + 0.5) * TWO_NEG_52


def level(bits: int) -> int:
    """A word's top 31 bits: an integer in 0..2**31-1."""
    return bits >> 33


def threshold(probability: float) -> int:
    """The integer T with P(level < T) = probability, to 2**-32."""
    return min(max(round(probability * LEVELS), 0), LEVELS)


def level_of(u: float) -> int:
    """The level of a uniform in (0, 1)."""
    return min(int(u * LEVELS), LEVELS - 1)


def exponential(u: float) -> float:
    """The standard exponential quantile of 1 - u: a small u is a long wait."""
    return -math.log(u)


def _ratio(parts: tuple[tuple[float, ...], tuple[float, ...]], x: float) -> float:
    above, below = parts[0][0], parts[1][0]
    for a, b in zip(parts[0][1:], parts[1][1:], strict=True):
        above = above * x + a
        below = below * x + b
    return above / below


def normal_quantile(u: float) -> float:
    """The standard normal quantile of u in (0, 1), to 1e-16 relative.

    Source   Wichura 1988, AS 241, routine PPND16.
    Checked  tests/unit/test_streams.py against scipy.
    """
    q = u - 0.5
    if abs(q) <= 0.425:
        return q * _ratio(AS241_CENTRAL, 0.180625 - q * q)
    r = math.sqrt(-math.log(u if q < 0.0 else 1.0 - u))
    z = _ratio(AS241_MIDDLE, r - 1.6) if r <= 5.0 else _ratio(AS241_FAR, r - 5.0)
    return -z if q < 0.0 else z


def normal_probability(z: float) -> float:
    """P(Z <= z) for a standard normal Z."""
    return 0.5 * math.erfc(-z * math.sqrt(0.5))


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

    def exponential(self) -> float:
        """One draw from the exponential distribution of mean 1."""
        return exponential(self.uniform())

    def normal(self) -> float:
        """One draw from the standard normal distribution."""
        return normal_quantile(self.uniform())

    def below(self, k: int) -> int:
        """One integer in 0..k-1, without modulo bias."""
        limit = (MASK + 1) - (MASK + 1) % k
        while True:
            found = self.bits()
            if found < limit:
                return found % k
