"""How much of its allocations each method gives away, exactly and in the long run.

An observer who has seen every allocation of a stratum names the arm most likely to come next.
"""

from __future__ import annotations

from fractions import Fraction

from equipoise.allocation.blocks import Predictability, predictability, predictability_mixed
from equipoise.errors import InputError
from equipoise.kernels.procedures import URN, list_weights, make_procedure
from equipoise.protocol.model import AllocationPlan

Counts = tuple[int, ...]


def guessing(plan: AllocationPlan) -> Predictability | None:
    """The shares guessed right and forced; None where no exact value is known here.

    Source   Blackwell & Hodges 1957 (blocks); Efron 1971 (biased coin); Soares & Wu 1983 (big
             stick); the urn by the stationary law of its chain.
    Checked  tests/unit/allocation/test_guessing.py, against exact and published values.
    """
    ratio = plan.ratios
    if plan.method == "permuted blocks":
        return _blocks(ratio, plan.blocks)
    if plan.method == "complete":
        return Predictability(Fraction(max(ratio), sum(ratio)), Fraction(0))
    if plan.method == "big stick" and plan.limit:
        m = plan.limit
        return Predictability(Fraction(1, 2) + Fraction(1, 4 * m), Fraction(1, 2 * m))
    if plan.method == "biased coin" and plan.probability:
        return _coin(Fraction(plan.probability).limit_denominator(10_000))
    if plan.method == "block urn":
        return urn(ratio, plan.blocks[0] // sum(ratio))
    return None


def _blocks(ratio: Counts, sizes: Counts) -> Predictability | None:
    if len(sizes) == 1:
        return predictability(ratio, sizes[0])
    return predictability_mixed(ratio, sizes) if len(ratio) == 2 else None


def _coin(p: Fraction) -> Predictability:
    """At a difference of 0 half are guessed right, else p; the chain is a walk pulled back to 0."""
    if p == 1:
        return Predictability(Fraction(3, 4), Fraction(1, 2))
    r = p / (1 - p)
    return Predictability(Fraction(1, 2) + (r - 1) / (4 * r), Fraction(0))


def urn(ratio: Counts, times: int) -> Predictability:
    """The block urn, from the stationary law of what is out of balance.

    Raises   InputError for an urn of more than 2,000 states.
    """
    made = make_procedure(URN)
    states, moves = [tuple(0 for _ in ratio)], []
    place = {states[0]: 0}
    for state in states:
        if len(states) > 2000:
            raise InputError(
                f"a block urn of {times} times {ratio} is too large to be told exactly"
            )
        weights = list_weights(made, ratio, times, state)
        moves.append(weights)
        for arm, weight in enumerate(weights):
            after = _reduced(state, arm, ratio)
            if weight and after not in place:
                place[after] = len(states)
                states.append(after)
    law = _stationary([[place.get(_reduced(s, a, ratio), 0) for a in range(len(ratio))]
                       for s in states], moves)  # fmt: skip
    best = [Fraction(max(w), sum(w)) for w in moves]
    guess = sum((at * b for at, b in zip(law, best, strict=True)), Fraction(0))
    forced = sum((at for at, b in zip(law, best, strict=True) if b == 1), Fraction(0))
    return Predictability(guess, forced)


def _reduced(state: Counts, arm: int, ratio: Counts) -> Counts:
    """The state after an arm, without the balanced sets in it."""
    after = [n + (k == arm) for k, n in enumerate(state)]
    sets = min(n // r for n, r in zip(after, ratio, strict=True))
    return tuple(n - sets * r for n, r in zip(after, ratio, strict=True))


def _stationary(after: list[list[int]], weights: list[list[int]]) -> list[Fraction]:
    """The long-run share of time in each state, by exact elimination."""
    size = len(after)
    rows = [[Fraction(0)] * (size + 1) for _ in range(size)]
    for state, moves in enumerate(weights):
        rows[state][state] -= 1
        for arm, weight in enumerate(moves):
            rows[after[state][arm]][state] += Fraction(weight, sum(moves))
    rows[0] = [Fraction(1)] * (size + 1)
    for column in range(size):
        pivot = next(r for r in range(column, size) if rows[r][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        top = [value / rows[column][column] for value in rows[column]]
        rows[column] = top
        for r in range(size):
            if r != column and rows[r][column]:
                times = rows[r][column]
                rows[r] = [value - times * t for value, t in zip(rows[r], top, strict=True)]
    return [row[size] for row in rows]
