"""Days of an endpoint tied to the first one by a Gaussian copula: the definition's, bit for bit.

The day is decided by which thresholds lie at or below Phi(link * z + sqrt(1 - link**2) * z_own).
Here the thresholds are put on the normal scale once, and both quantiles are taken from a table, in
whole numbers and to within a known error. Where a threshold is nearer than that, the definition
itself is asked.

Checked  tests/twins/test_linked_days.py; tests/twins/test_cohort.py.
"""

from __future__ import annotations

import math
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise import streams
from equipoise.arrays import Floats, Ints
from equipoise.kernels import draws
from equipoise.kernels.cohort import World
from equipoise.kernels.compiled import stage, step

UNIT_BITS = 27
"""Normal quantiles are whole numbers of 2**-27."""

ERROR = 1 << 7
"""Units by which the table may err for a sum of two quantiles, and its rounding; it does by 70."""

_MARGIN = 2 * ERROR
_SHARE_BITS = 24  # of the two weights
_PART_BITS = 20  # of a piece of the table of quantiles
_PIECE_BITS = 9  # pieces of each power of 2
_OUT_OF = 52 - _PIECE_BITS
_LOWEST = np.float64(0.5).view(np.int64) >> _OUT_OF
_HALF = 1 << 51

_FARTHEST = 25 << (UNIT_BITS - 2)  # 6.25: beyond every threshold
_CELL_BITS = 16
_CELLS = 2 * _FARTHEST >> _CELL_BITS
_LOW_BITS = _CELL_BITS + 2
_NOWHERE = (1 << _LOW_BITS) - 1  # in a cell
_CROWDED = _NOWHERE - 1
_MOST_DAYS = 1 << (32 - _LOW_BITS)


class LinkedTables(NamedTuple):
    """What decides one endpoint's days; K arms, S strata.

    own, other : weights of the first endpoint's quantile and of its own, in 2**-24
    quantile : (pieces,) -z of a uniform below 1/2: where a piece begins << 32 | its fall from there
    row : (K, S) row of the next
    guide : (rows, cells) uint32, as the one of `draws.DayTables`, of cells of the normal scale
    """

    own: int
    other: int
    quantile: Ints
    row: Ints
    guide: NDArray[np.uint32]


class LinkedRoom(NamedTuple):
    """Room to work in; (n,) each. `bits` are those of `uniform`."""

    first: Ints
    own: Ints
    asked: Ints
    uniform: Floats
    bits: Ints


def linked_tables(world: World) -> tuple[LinkedTables | None, ...]:
    """Those of each endpoint; None where it is tied to none."""
    found: list[LinkedTables | None] = []
    for e, link in enumerate(world.link):
        if e == 0 or link == 0.0:
            found.append(None)
            continue
        used, row = np.unique(world.event_row[e], return_inverse=True)
        thresholds = [world.tables.threshold[r, :-1].tobytes() for r in used]
        found.append(
            LinkedTables(
                own=round(math.sqrt(1.0 - link * link) * (1 << _SHARE_BITS)),
                other=round(float(link) * (1 << _SHARE_BITS)),
                quantile=_quantile_table(),
                row=np.asarray(row, dtype=np.int64).reshape(world.event_row[e].shape),
                guide=np.array([_normal_guide(of) for of in thresholds]),
            )
        )
    return tuple(found)


@cache
def _quantile_table() -> Ints:
    octaves = 52
    edge = (np.arange((octaves << _PIECE_BITS) + 1) + _LOWEST) << _OUT_OF
    at = np.zeros(len(edge))
    quantiles(edge.view(np.float64) * streams.TWO_NEG_52, at)
    units = np.rint(-at * (1 << UNIT_BITS)).astype(np.int64)
    return np.asarray(units[:-1] << 32 | (units[:-1] - units[1:]))


@lru_cache(maxsize=64)
def _normal_guide(thresholds: bytes) -> NDArray[np.uint32]:
    """The guide of one row of `draws.DayTables`, given its thresholds."""
    threshold = np.frombuffer(thresholds, dtype=np.uint32).astype(np.float64)
    at = np.zeros(len(threshold))
    inside = np.clip(threshold, 1.0, streams.LEVELS - 1.0)
    quantiles(inside / streams.LEVELS, at)
    place = np.rint(at * (1 << UNIT_BITS)).astype(np.int64) + _FARTHEST
    place[threshold == 0.0] = -_FARTHEST
    place[threshold == streams.LEVELS] = 3 * _FARTHEST
    start = np.arange(_CELLS, dtype=np.int64) << _CELL_BITS
    before = np.searchsorted(place, start - _MARGIN, side="left")
    within = np.searchsorted(place, start + (1 << _CELL_BITS) + _MARGIN, side="right") - before
    part = np.append(place, -1)[before] - start
    is_one = (within == 1) & (part >= 0) & (part < 1 << _CELL_BITS)
    found = np.where(is_one, part, np.where(within == 0, _NOWHERE, _CROWDED))
    found = np.where(before < _MOST_DAYS, before << _LOW_BITS | found, _CROWDED)
    return found.astype(np.uint32)


def linked_room(n: int) -> LinkedRoom:
    first, own, asked = np.empty((3, n), dtype=np.int64)
    uniform = np.empty(n)
    return LinkedRoom(first, own, asked, uniform, uniform.view(np.int64))


@stage
def quantiles(u, found):  # type: ignore[no-untyped-def]
    for j in range(len(u)):
        found[j] = draws.normal_quantile(u[j])


@stage
def linked_days(  # type: ignore[no-untyped-def]
    key, first, purpose, link, threshold, guide, rows, arm, stratum, found, tables, room
):
    """As `arrive.own_days`, of draws tied to those of the purpose `first`."""
    _, _, asked, uniform, bits = room
    for t in range(len(key)):
        own = key[t]
        quantiles_by_table(own, first, tables.quantile, uniform, bits, room.first)
        quantiles_by_table(own, purpose, tables.quantile, uniform, bits, room.own)
        for i in range(likely_linked_days(tables, arm[t], stratum[t], room, found[t])):
            j = asked[i]
            at = linked(draws.word(own[j], first, 0), draws.word(own[j], purpose, 0), link)
            found[t, j] = draws.day(threshold, guide, rows[arm[t, j], stratum[t, j]], at)


@stage
def quantiles_by_table(own, purpose, table, uniform, bits, z):  # type: ignore[no-untyped-def]
    """The normal quantile of each subject's first draw, in units and to within ERROR / 2."""
    for j in range(len(own)):
        z[j] = np.int64(draws.word(own[j], purpose, 0) >> np.uint64(12))
    for j in range(len(own)):
        uniform[j] = np.float64(min(z[j], 2 * _HALF - 1 - z[j])) + 0.5
    for j in range(len(own)):
        bits[j] -= _LOWEST << _OUT_OF
    for j in range(len(own)):
        piece = table[np.uint64(bits[j] >> _OUT_OF)]
        part = (bits[j] >> (_OUT_OF - _PART_BITS)) & ((1 << _PART_BITS) - 1)
        down = (piece >> 32) - ((piece & 0xFFFFFFFF) * part >> _PART_BITS)
        z[j] = -down if z[j] < _HALF else down


@step
def likely_linked_days(tables, arm, stratum, room, found):  # type: ignore[no-untyped-def]
    """Fill `found` where the quantiles leave no doubt, and `room.asked` with those in doubt.

    Returns how many are in doubt.
    """
    z, z_own, asked = room.first, room.own, room.asked
    own, other, rows, guide = tables.own, tables.other, tables.row, tables.guide
    for j in range(len(z)):
        at = ((other * z[j] + own * z_own[j]) >> _SHARE_BITS) + _FARTHEST
        z[j] = max(0, min(at, 2 * _FARTHEST - 1))
    for j in range(len(z)):
        asked[j] = rows[np.uint64(arm[j]), np.uint64(stratum[j])]
    for j in range(len(z)):
        z_own[j] = guide[np.uint64(asked[j]), np.uint64(z[j] >> _CELL_BITS)]
    for j in range(len(z)):
        low, part = z[j] & ((1 << _CELL_BITS) - 1), z_own[j] & ((1 << _LOW_BITS) - 1)
        found[j] = (z_own[j] >> _LOW_BITS) + np.int64(low >= part) + 1
        z[j] = np.int64((abs(low - part) <= _MARGIN) | (part == _CROWDED))
    k = np.int64(0)
    for j in range(len(z)):
        asked[k] = j
        k += z[j]
    return k


@stage
def linked(first, own, link):  # type: ignore[no-untyped-def]
    """The level of the word `own`, tied to the word `first` by a Gaussian copula."""
    z = draws.normal_quantile(draws.unit(first))
    z_own = draws.normal_quantile(draws.unit(own))
    mixed = link * z + math.sqrt(1.0 - link * link) * z_own
    return draws.level_of(draws.normal_probability(mixed))
