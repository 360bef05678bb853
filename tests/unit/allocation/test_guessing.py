"""What each method gives away, exactly."""

from fractions import Fraction

import pytest

from equipoise.allocation import guessing as module
from equipoise.allocation.golive import against_going_live
from equipoise.allocation.guessing import guessing, urn
from equipoise.kernels.procedures import URN, StratumList, make_procedure
from equipoise.protocol.model import AllocationPlan
from equipoise.streams import Stream, level
from support.mutants import plant


def shares(**said):
    found = guessing(AllocationPlan.model_validate(said))
    return None if found is None else (found.guess, found.forced)


@pytest.mark.parametrize(
    ("said", "guess", "forced"),
    [
        ({"blocks": [4]}, "17/24", "1/3"),
        ({"blocks": [4, 6]}, "52/75", "17/60"),
        ({"ratio": "2:1", "blocks": [6]}, "67/90", "13/45"),
        ({"method": "complete"}, "1/2", "0"),
        ({"method": "complete", "ratio": "2:1"}, "2/3", "0"),
        # Efron: 1/2 + (r - 1) / (4 r), r = p / (1 - p): 2/3 -> .625, .75 -> .6667, .7 -> 9/14
        ({"method": "biased coin", "probability": "2/3"}, "5/8", "0"),
        ({"method": "biased coin", "probability": "75%"}, "2/3", "0"),
        ({"method": "biased coin", "probability": "70%"}, "9/14", "0"),
        ({"method": "biased coin", "probability": "100%"}, "3/4", "1/2"),
        ({"method": "big stick", "limit": 1}, "3/4", "1/2"),
        ({"method": "big stick", "limit": 3}, "7/12", "1/6"),
        # an urn of 2 is a block of 2
        ({"method": "block urn", "blocks": [2]}, "3/4", "1/2"),
    ],
)
def test_exact_shares(said, guess, forced):
    assert shares(**said) == (Fraction(guess), Fraction(forced))


def test_minimization_has_no_exact_value():
    assert shares(method="minimization", minimization={}) is None


def drawn(size, n):
    """The shares of one long list of an urn."""
    stream = Stream.of(seed=1, purpose="an urn")
    draws = [level(stream.bits()) for _ in range(2 * n)]
    slots = StratumList(make_procedure(URN), ratio=(1, 1), sizes=(size,), draw=draws.__getitem__)
    best = []
    for _ in range(n):
        weights = slots.weights()
        best.append(max(weights) / sum(weights))
        slots.next()
    return sum(best) / n, best.count(1.0) / n


@pytest.mark.parametrize("size", [4, 6, 10])
def test_a_long_list_of_an_urn_comes_to_its_exact_shares(size):
    exact, found = urn((1, 1), size // 2), drawn(size, 60_000)
    assert found == pytest.approx((float(exact.guess), float(exact.forced)), abs=0.006)


def test_a_planted_bug_in_the_urns_chain_is_found(monkeypatch):
    plant(monkeypatch, module._reduced, "n - sets * r", "n")
    with pytest.raises(Exception, match="too large"):
        urn((1, 1), 3)
    monkeypatch.undo()
    plant(monkeypatch, module.urn, "Fraction(max(w), sum(w))", "Fraction(min(w), sum(w))")
    with pytest.raises(AssertionError):
        test_exact_shares({"method": "block urn", "blocks": [2]}, "3/4", "1/2")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"blocks": [2]}, "a block of 2 holds the ratio 1:1 once"),
        ({"blocks": [2, 4]}, "a block of 2"),
        ({"ratio": "2:1", "blocks": [3]}, "a block of 3 holds the ratio 2:1 once"),
        ({"method": "block urn", "blocks": [2]}, "a block of 2"),
        ({"method": "minimization", "minimization": {"probability": "100%"}}, "with certainty"),
        ({"method": "minimization", "ratio": "1:2", "minimization": {}}, "does not keep the ratio"),
        ({"method": "biased coin", "probability": "100%"}, "always falls to the arm behind"),
    ],
)
def test_what_should_not_go_live(said, reason):
    (found,) = against_going_live(AllocationPlan.model_validate(said))
    assert reason in found


@pytest.mark.parametrize(
    "said",
    [
        {"blocks": [4]},
        {"ratio": "2:1", "blocks": [6, 9]},
        {"method": "complete"},
        {"method": "minimization", "ratio": "1:2",
         "minimization": {"form": "biased coin", "probability": "80%"}},
    ],
)  # fmt: skip
def test_what_may_go_live(said):
    assert list(against_going_live(AllocationPlan.model_validate(said))) == []
