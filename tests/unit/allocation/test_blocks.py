"""The keyed list against golden vectors, and exact predictability against published fractions."""

import hashlib
from collections import Counter
from fractions import Fraction

import pytest

from equipoise.allocation.blocks import (
    Blocks,
    allocation_list,
    below,
    octets,
    predictability,
    predictability_mixed,
)
from equipoise.errors import InputError

KEY = hashlib.sha256(b"equipoise golden vector 1").digest()
GOLDEN = {
    ((1, 1), (4,)): "AABBBABABAABABABBBAABABA",
    ((1, 1), (4, 6)): "BAABBBAABAABBAABBABAAABB",
    ((2, 1), (3, 6)): "AABAAAABBABAABAAABBAAAAABBA",
}
# exact, by enumeration: ratio, size -> share guessed right, share certain
ONE_SIZE = {
    ((1, 1), 2): ("3/4", "1/2"),
    ((1, 1), 4): ("17/24", "1/3"),
    ((1, 1), 6): ("41/60", "1/4"),
    ((1, 1), 8): ("373/560", "1/5"),
    ((1, 1), 10): ("823/1260", "1/6"),
    ((2, 1), 3): ("7/9", "4/9"),
    ((2, 1), 6): ("67/90", "13/45"),
    ((2, 1), 9): ("275/378", "3/14"),
}
MIXED = {
    (4, 6): ("52/75", "17/60"),
    (2, 4): ("13/18", "7/18"),
    (2, 4, 6): ("253/360", "23/72"),
    (4, 6, 8): ("515/756", "133/540"),
    (4, 8): ("857/1260", "11/45"),
}


@pytest.mark.parametrize(("ratio", "sizes"), GOLDEN)
def test_lists_are_the_golden_vectors(ratio, sizes):
    expected = GOLDEN[ratio, sizes]
    plan = Blocks(("A", "B"), ratio, sizes)
    found = allocation_list(plan, key=KEY, stratum="S1", entries=len(expected))
    assert "".join(found) == expected


@pytest.mark.parametrize(("ratio", "size"), ONE_SIZE)
def test_predictability_of_one_size(ratio, size):
    found = predictability(ratio, size)
    assert (found.guess, found.forced) == tuple(map(Fraction, ONE_SIZE[ratio, size]))


@pytest.mark.parametrize("sizes", MIXED)
def test_predictability_of_random_sizes(sizes):
    found = predictability_mixed((1, 1), sizes)
    assert (found.guess, found.forced) == tuple(map(Fraction, MIXED[sizes]))


def test_one_size_is_a_mixture_of_one():
    assert predictability_mixed((2, 1), (6,)) == predictability((2, 1), 6)


def test_a_longer_list_begins_with_the_shorter():
    plan = Blocks(("A", "B", "C"), (2, 1, 1), (4, 8, 12))
    long = allocation_list(plan, key=KEY, stratum="X", entries=500)
    assert allocation_list(plan, key=KEY, stratum="X", entries=77) == long[:77]
    assert Counter(long)["A"] in range(244, 257)


def test_another_stratum_or_key_is_another_list():
    plan = Blocks(("A", "B"), (1, 1), (4,))
    lists = {
        tuple(allocation_list(plan, key=key, stratum=stratum, entries=60))
        for key in (KEY, KEY[::-1])
        for stratum in ("S1", "S2")
    }
    assert len(lists) == 4


def test_every_block_of_four_comes_as_often():
    plan = Blocks(("A", "B"), (1, 1), (4,))
    found = "".join(allocation_list(plan, key=KEY, stratum="many", entries=24_000))
    counts = Counter(found[i : i + 4] for i in range(0, len(found), 4))
    assert len(counts) == 6
    chi_square = sum((n - 1000) ** 2 / 1000 for n in counts.values())
    assert chi_square < 20.5  # 5 df, P = 0.001


def test_choices_have_no_bias_and_bytes_past_the_multiple_are_refused():
    assert below(iter([255, 254, 7]), 3) == 254 % 3
    assert below(iter([252, 253, 5]), 6) == 5
    assert len(set(zip(octets(KEY, "S1"), range(64), strict=False))) == 64


@pytest.mark.parametrize(
    ("ratio", "sizes"), [((1, 1), (5,)), ((0, 1), (4,)), ((1,), (4,)), ((1, 1), ())]
)
def test_impossible_plans_are_refused(ratio, sizes):
    with pytest.raises(InputError):
        Blocks(("A", "B"), ratio, sizes)
