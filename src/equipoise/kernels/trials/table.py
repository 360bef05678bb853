"""Two arms at a cut as event rows, by counting alone.

Each stratum and day with an event has a bit, in order of stratum and day. The bits up to a
subject's own last day are the rows at which the subject is at risk, so nothing is ever sorted.

Checked  tests/twins/test_trial_readings.py.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.arrays import Floats, Ints, SmallInts
from equipoise.kernels.compiled import njit, step

ARM_BITS = 32
"""A weight counts both arms in its low bits, and the experimental one in those from here on."""

_BOTH = (1 << ARM_BITS) - 1
_WORD = 6  # a word has 2**6 bits
_IN_WORD = (1 << _WORD) - 1
_ONE, _TWO, _FOUR, _TOP = (np.uint64(k) for k in (1, 2, 4, 56))
_PAIRS, _NIBBLES, _BYTES, _EACH = (np.uint64(0xFFFFFFFFFFFFFFFF // k) for k in (3, 5, 17, 255))


class Ranked(NamedTuple):
    """Room for n subjects at a cut, and the bits of S strata, the first of each for no day."""

    strata: int  # S
    last: int  # no day is later
    at: Ints  # (n,) the bit of each subject's last day
    weight: Ints  # (n,) 0 if of neither arm
    event: Ints  # (n,) 1 if the last day is that of an event
    failed: Ints  # (n,) the subjects with an event
    rank: Ints  # (n,) how many bits are set up to a subject's own
    bits: NDArray[np.uint64]  # (S * words of a stratum,)
    before: Ints  # (the same,) how many bits are set before each word
    leaving: Ints  # (n + S + 1,) weights by rank
    dying: Ints  # (n + S + 1,) weights by rank, of those with an event
    bit: Ints  # (n + S + 1,) by rank


class EventRows(NamedTuple):
    """Event rows: one per stratum and day with an event, strata in turn, days ascending."""

    day: SmallInts  # (m,)
    stratum: SmallInts  # (m,)
    at_risk: SmallInts  # (m,) both arms
    at_risk_1: SmallInts  # (m,) experimental
    events: SmallInts  # (m,)
    events_1: SmallInts  # (m,)


class Entrants(NamedTuple):
    """The subjects of B trials and one endpoint of each; (B, n) each.

    day : of the event as read, NOT_SEEN if there is none; until : last day of observation, or the
    last day that says there was no event
    """

    entry: Ints
    arm: Ints
    stratum: Ints
    day: Ints
    until: Ints


class PairReading(NamedTuple):
    """How a look is read: two arms (control, experimental), by stratum or not.

    last_read : (days + 2,), empty if read on the day; stratified : 0 or 1
    """

    pair: Ints
    stratified: int
    last_read: Ints


class TestRoom(NamedTuple):
    """Room to work in for the test of one look."""

    ranked: Ranked
    rows: EventRows
    base: Floats  # (n,)
    slope: Floats  # (n,)
    part: Floats  # (3, n + 1)


def empty_room(n: int, days: int, strata: int) -> TestRoom:
    words = strata * words_of(days + 1)

    def room(size: int) -> Ints:
        return np.zeros(size, dtype=np.int64)

    ranked = Ranked(
        strata=strata,
        last=days + 1,
        at=room(n),
        weight=room(n),
        event=room(n),
        failed=room(n),
        rank=room(n),
        bits=np.zeros(words, dtype=np.uint64),
        before=room(words),
        leaving=room(n + strata + 1),
        dying=room(n + strata + 1),
        bit=room(n + strata + 1),
    )
    rows = EventRows(*[np.zeros(n + 1, dtype=np.int32) for _ in range(6)])
    return TestRoom(ranked, rows, np.zeros(n), np.zeros(n), np.zeros((3, n + 1)))


@njit(cache=True, nogil=True, inline="always")
def words_of(last):  # type: ignore[no-untyped-def]
    """Words for a bit of no day and those of the days from 0 to `last`."""
    return ((last + 1) >> _WORD) + 1


@njit(cache=True, nogil=True, inline="always")
def bits_set(word):  # type: ignore[no-untyped-def]
    """How many bits of a uint64 are set, in a form that compilers know as one instruction."""
    word = word - ((word >> _ONE) & _PAIRS)
    word = (word & _NIBBLES) + ((word >> _TWO) & _NIBBLES)
    return np.int64((((word + (word >> _FOUR)) & _BYTES) * _EACH) >> _TOP)


@step
def tabulate(seen, t, asked, on, entered, room, out):  # type: ignore[no-untyped-def]
    """The event rows of trial t at a cut, in `room`; their number.

    Events of the control and the experimental arm, and subjects of both, go into `out`.
    """
    found = room.ranked
    strata = found.strata if asked.stratified == 1 else 1
    words = observe(seen, t, asked, on, entered, found)
    failed = mark(found, entered, strata, words)
    total = rank(found, entered, strata * words)
    weigh(found, entered, failed, total)
    subjects, events = fill_rows(found, strata, words, total, room.rows)
    events_1, subjects_1 = events >> ARM_BITS, subjects >> ARM_BITS
    out[0], out[1] = (events & _BOTH) - events_1, events_1
    out[2], out[3] = (subjects & _BOTH) - subjects_1, subjects_1
    return total - strata


@step
def observe(seen, t, asked, on, entered, found):  # type: ignore[no-untyped-def]
    """The last day of each subject who has entered, and whether of an event; words of a stratum.

    In loops of few arrays each, which the compiler makes wide.
    """
    entry, arms, strata = seen.entry[t], seen.arm[t], seen.stratum[t]
    day, until, last_read = seen.day[t], seen.until[t], asked.last_read
    at, weight, event = found.at, found.weight, found.event
    control, experimental = asked.pair[0], asked.pair[1]
    words = words_of(min(on, found.last))
    width = asked.stratified * (words << _WORD)
    for j in range(entered):
        at[j] = min(until[j], on - entry[j] + 1)
    for j in range(entered):
        event[j] = np.int64(day[j] <= at[j])
    if len(last_read) > 0:
        for j in range(entered):
            at[j] = last_read[at[j]] if event[j] == 0 else day[j]
    else:
        for j in range(entered):
            at[j] = min(day[j], at[j])
    for j in range(entered):
        at[j] += 1 + strata[j] * width
    for j in range(entered):
        arm = np.int64(arms[j] == experimental)
        either = arm | np.int64(arms[j] == control)
        event[j] &= either
        weight[j] = either | arm << ARM_BITS
    return words


@step
def mark(found, m, strata, words):  # type: ignore[no-untyped-def]
    """Set the bits of the days with an event; returns how many subjects have one."""
    bits, at, event, failed = found.bits, found.at, found.event, found.failed
    for s in range(strata):
        bits[s * words] = _ONE
        bits[s * words + 1 : (s + 1) * words] = 0
    k = np.int64(0)
    for j in range(m):
        failed[k] = j
        k += event[j]
    for i in range(k):
        own = at[failed[i]]
        bits[own >> _WORD] |= _ONE << np.uint64(own & _IN_WORD)
    return k


@step
def rank(found, m, cells):  # type: ignore[no-untyped-def]
    """How many bits are set up to each subject's own, in so many words; returns that of all."""
    bits, before, at, ranks = found.bits, found.before, found.at, found.rank
    total = np.int64(0)
    for c in range(cells):
        before[c] = total
        total += bits_set(bits[c])
    for j in range(m):
        cell = np.uint64(at[j] >> _WORD)
        up_to = (_TWO << np.uint64(at[j] & _IN_WORD)) - _ONE
        ranks[j] = before[cell] + bits_set(bits[cell] & up_to)
    return total


@step
def weigh(found, m, failed, total):  # type: ignore[no-untyped-def]
    """Weights by rank, of all and of those with an event."""
    leaving, dying, ranks, weight = found.leaving, found.dying, found.rank, found.weight
    leaving[: total + 1] = 0
    dying[: total + 1] = 0
    for j in range(m):
        leaving[np.uint64(ranks[j])] += weight[j]
    for i in range(failed):
        j = found.failed[i]
        own = np.uint64(ranks[j])
        dying[own] += weight[j]
        found.bit[own] = found.at[j]


@step
def fill_rows(found, strata, words, total, rows):  # type: ignore[no-untyped-def]
    """Fill `rows` from the last one back; the weights of all subjects and of all events."""
    leaving, dying, bit = found.leaving, found.dying, found.bit
    days, stratum, at_risk, at_risk_1 = rows.day, rows.stratum, rows.at_risk, rows.at_risk_1
    events, events_1 = rows.events, rows.events_1
    subjects, deaths, top = np.int64(0), np.int64(0), total
    for s in range(strata - 1, -1, -1):
        no_day, still = found.before[s * words] + 1, np.int64(0)
        for q in range(top, no_day, -1):
            r = q - s - 2
            still += leaving[q]
            deaths += dying[q]
            days[r], stratum[r] = bit[q] - 1 - (s * words << _WORD), s
            at_risk[r], at_risk_1[r] = still & _BOTH, still >> ARM_BITS
            events[r], events_1[r] = dying[q] & _BOTH, dying[q] >> ARM_BITS
        subjects += still + leaving[no_day]
        top = no_day - 1
    return subjects, deaths
