"""Days of an endpoint tied to another, from tables = the definition's, in every bit."""

import numpy as np
import pytest

from equipoise import streams
from equipoise.kernels import draws
from equipoise.kernels.cohort import Chances, make_world, piecewise_cumulative
from equipoise.kernels.trials import linked

DAYS, SUBJECTS, PURPOSE = 1800, 3000, streams.purpose_id("OS")
FIRST = streams.purpose_id("PFS")
RATES = (0.001, 0.00002, 0.9)
"""A usual death rate; one so low that days crowd; one that leaves few days to choose from."""


def world(link):
    curves = [piecewise_cumulative([0.0], [rate], days=DAYS) for rate in RATES]
    late = np.where(np.arange(DAYS) < 900, 0.0, 1.0)  # thresholds of 0 and of all levels
    events = [[curves[0]] * 2, [curves[0]] * 2], [curves[:2], [curves[2], late]]
    return make_world(
        Chances(
            subjects=SUBJECTS, accrual=np.ones(1), prevalence=[0.5, 0.5], ratio=[1, 1],
            block_sizes=[2], endpoints=["PFS", "OS"], events=events,
            dropout=[[np.zeros(DAYS)] * 2] * 2, link=[0.0, link],
        )
    )  # fmt: skip


def days(made, tables, keys, arm, stratum):
    found, room = np.zeros_like(arm), linked.linked_room(SUBJECTS)
    where = (*made.tables, made.event_row[1], arm, stratum, found)
    purposes = np.uint64(FIRST), np.uint64(PURPOSE), float(made.link[1])
    linked.linked_days(keys, *purposes, *where, tables, room)
    return found


def defined(made, keys, arm, stratum):
    row, link = made.event_row[1][arm, stratum], float(made.link[1])
    words = ((streams.word(int(k), FIRST, 0), streams.word(int(k), PURPOSE, 0)) for k in keys[0])
    levels = [linked.linked(np.uint64(a), np.uint64(b), link) for a, b in words]
    return np.array([draws.day_plain(made.tables, r, at) for r, at in zip(row[0], levels)])


def people():
    rng = np.random.default_rng(3)
    keys = rng.integers(0, 2**64, (1, SUBJECTS), dtype=np.uint64)
    return keys, rng.integers(0, 2, (1, SUBJECTS)), rng.integers(0, 2, (1, SUBJECTS))


@pytest.mark.parametrize("link", [0.4, -0.7, 0.9999])
def test_the_tables_decide_as_the_definition(link):
    made, subjects = world(link), people()
    _, tables = linked.linked_tables(made)
    found = days(made, tables, *subjects)[0]
    np.testing.assert_array_equal(found, defined(made, *subjects))
    assert {1, 901, DAYS + 1} <= set(found.tolist())


def test_a_guide_that_errs_by_more_than_it_says_is_found():
    made, subjects = world(0.4), people()
    _, tables = linked.linked_tables(made)
    moved = tables._replace(guide=np.roll(tables.guide, 1, axis=1))
    found = days(made, moved, *subjects)[0]
    assert (found != defined(made, *subjects)).any()


def key_of(word):
    """The key whose first word of PURPOSE is this one."""

    def unshift(z, by):
        found = z
        for _ in range(64 // by):
            found = z ^ found >> by
        return found

    z = unshift(word, 31) * pow(streams.MIX_SECOND, -1, 2**64) % 2**64
    z = unshift(z, 27) * pow(streams.MIX_FIRST, -1, 2**64) % 2**64
    return (unshift(z, 30) - streams.GOLDEN * (PURPOSE << 32)) % 2**64


def test_quantiles_err_by_less_than_they_say():
    """At both ends, around 1/2, and in every power of 2 between."""
    rng = np.random.default_rng(4)
    small = [int(x) for k in range(52) for x in rng.integers(1 << k, 2 << k, 40)]
    cells = [0, 1, *(x for x in small if x < 1 << 51), (1 << 51) - 1, 1 << 51]
    cells += [(1 << 52) - 1 - x for x in cells]
    keys = np.array([key_of(cell << 12) for cell in cells], dtype=np.uint64)
    assert streams.word(int(keys[5]), PURPOSE, 0) >> 12 == cells[5]
    found, room = np.zeros(len(keys), dtype=np.int64), linked.linked_room(len(keys))
    table = linked.linked_tables(world(0.4))[1].quantile
    linked.quantiles_by_table(keys, np.uint64(PURPOSE), table, room.uniform, room.bits, found)
    exact = np.array([streams.normal_quantile(streams.unit(cell << 12)) for cell in cells])
    assert np.abs(found - exact * 2.0**linked.UNIT_BITS).max() < linked.ERROR / 2
