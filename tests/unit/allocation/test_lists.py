"""Real lists: golden vectors, commitments, and lists that have nothing in common."""

import hashlib
import hmac
import itertools

import pytest

from equipoise.allocation.lists import Allocated, SecretList
from equipoise.allocation.procedure import procedure_of
from equipoise.allocation.redraw import stratum_numbers
from equipoise.allocation.review import review, wrong_with
from equipoise.allocation.secret import fingerprint, joined, level, list_key, salt
from equipoise.errors import InputError
from equipoise.kernels.procedures import minimization_plain
from equipoise.protocol.model import AllocationPlan

KEY = hashlib.sha256(b"equipoise golden vector 1").digest()
STRATA = {"SEX": ["F", "M"], "SITE": ["a", "b"]}
PLANS = {
    "permuted blocks": {"blocks": [4, 6]},
    "block urn": {"blocks": [6]},
    "complete": {},
    "biased coin": {"probability": "2/3"},
    "big stick": {"limit": 3},
    "minimization": {"minimization": {"measure": "range", "probability": "80%"}},
}
# The first 24 allocations of stratum F, a, of the test list of trial X1; they hold for ever.
GOLDEN = {
    "permuted blocks": "BABABBAABAABBAABBABBAAAB",
    "block urn": "ABBBABAABBABAABBABAABBAA",
    "complete": "ABBBBBABBBABBABBBBBABBBA",
    "biased coin": "ABBBABAABBABAABBAABABBAA",
    "big stick": "ABBBBAABBAABBABABABABABA",
    "minimization": "BABAABABABABBABABABABABA",
}


def secret(method, *, kind="test", trial="X1", length=60):
    plan = AllocationPlan.model_validate({"method": method, "strata": STRATA, **PLANS[method]})
    return SecretList(plan, ("A", "B"), list_key(KEY, kind=kind, trial=trial), length)


def served(of, strata):
    """Subjects of these strata, one after the other."""
    found = []
    for number, stratum in enumerate(strata):
        slot = of.slot(stratum, found)
        found.append(Allocated(f"{number:03d}", stratum, slot.arm))
    return found


@pytest.mark.parametrize("method", PLANS)
def test_lists_are_the_golden_vectors(method):
    found = served(secret(method), [("F", "a")] * 24)
    assert "".join(one.arm for one in found) == GOLDEN[method]


def test_a_draw_can_be_made_with_the_standard_library_alone():
    of_list = hmac.new(KEY, b"equipoise-list-v1|test|X1", hashlib.sha256).digest()
    assert list_key(KEY, kind="test", trial="X1") == of_list
    word = hmac.new(of_list, b'draw|["F","a"]|7', hashlib.sha256).digest()
    assert level(of_list, stratum='["F","a"]', draw=7) == int.from_bytes(word[:4], "big") // 2


def test_the_golden_coin_by_hand():
    """Level below 2/3 of 2**31 gives the arm behind; with no difference, below a half gives A."""
    of_list, apart, arms = list_key(KEY, kind="test", trial="X1"), 0, ""
    for n in range(24):
        at = level(of_list, stratum='["F","a"]', draw=2 * n)
        share = {0: 1 / 2, 1: 2 / 3, -1: 1 / 3}[(apart < 0) - (apart > 0)]
        arms += "A" if at < round(share * 2**31) else "B"
        apart += 1 if arms[-1] == "A" else -1
    assert arms == GOLDEN["biased coin"]


def test_minimization_serves_what_its_definition_draws():
    of, plan = secret("minimization"), secret("minimization").plan
    strata = [s for s, _ in zip(itertools.cycle(of.strata), range(40), strict=False)]
    draws = [level(of.key, stratum="", draw=n) for n in range(40)]
    numbers = stratum_numbers(plan, strata).tolist()
    expected = minimization_plain(procedure_of(plan), plan.ratios, numbers, draws)
    found = served(of, strata)
    assert ["AB".index(one.arm) for one in found] == expected
    slot = of.slot(("F", "a"), found)
    assert slot.draw == level(of.key, stratum="", draw=40)
    assert sum(slot.weights) == 2**31


@pytest.mark.parametrize("method", PLANS)
def test_lists_of_different_kinds_trials_and_keys_have_nothing_in_common(method):
    lists = [
        secret(method),
        secret(method, kind="training"),
        secret(method, kind="production"),
        secret(method, trial="X2"),
    ]
    assert len({one.commitment() for one in lists}) == 4
    assert len({one.text() for one in lists}) == 4
    assert len({fingerprint(one.key) for one in lists}) == 4
    strata = [s for s in secret(method).strata for _ in range(15)]
    arms = ["".join(one.arm for one in served(of, strata)) for of in lists]
    assert len(set(arms)) == 4


def test_a_commitment_is_the_digest_of_the_list_and_its_salt():
    of = secret("permuted blocks")
    text = of.text() + salt(of.key)
    assert of.commitment() == hashlib.sha256(text.encode()).hexdigest()
    changed = of.text().replace("\tA\n", "\tB\n", 1) + salt(of.key)
    assert of.commitment() != hashlib.sha256(changed.encode()).hexdigest()


def test_the_text_is_what_is_served():
    of = secret("block urn", length=12)
    lines = of.text().split("\n")
    at = lines.index("[M, b]")
    shown = [line.split("\t")[1] for line in lines[at + 1 : at + 13]]
    assert shown == [one.arm for one in served(of, [("M", "b")] * 12)]


def test_a_list_that_is_used_up_says_so():
    of = secret("permuted blocks", length=3)
    before = served(of, [("F", "a")] * 3)
    with pytest.raises(InputError, match="the list of F, a is used up after 3 slots"):
        of.slot(("F", "a"), before)
    assert of.slot(("F", "b"), before).number == 1
    with pytest.raises(InputError, match="there is no stratum"):
        of.slot(("F", "z"), before)


def test_a_key_is_whole_or_it_is_refused():
    with pytest.raises(InputError, match="the key has 5 bytes"):
        list_key(b"short", kind="test", trial="X1")
    with pytest.raises(InputError, match='there is no list "demo"'):
        list_key(KEY, kind="demo", trial="X1")
    other = hashlib.sha256(b"another").digest()
    assert joined([joined([KEY, other]), other]) == KEY
    with pytest.raises(InputError, match="a share"):
        joined([KEY, b"x"])


def test_the_review_tells_totals_and_no_slot():
    said = list(review(secret("permuted blocks"), subjects=60))
    assert said[0] == "method permuted blocks, ratio 1:1, 4 strata"
    assert said[2].startswith("F, a: A ")
    assert len(said) == 6
    assert list(wrong_with(secret("permuted blocks"), subjects=60)) == []
    short = list(wrong_with(secret("permuted blocks", length=40), subjects=60))
    assert short == ["40 slots cannot serve 60 subjects of one stratum"]


def test_an_arm_that_never_comes_is_told():
    of = secret("complete", length=1)
    said = " ".join(wrong_with(of, subjects=1))
    assert "never comes" in said
    assert "are the same" in said
