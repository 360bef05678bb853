"""Which reference range holds: the same as by a twin that goes day by day, whatever was told."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from equipoise.conduct.ranges.holding import BOTH, Person, RangeTable, ReferenceRange

FIRST = dt.date(2026, 1, 1)
DAYS = st.integers(0, 9).map(lambda n: FIRST + dt.timedelta(days=n))
RANGES = st.builds(
    ReferenceRange,
    st.just("A"), st.sampled_from(["ALT", "HGB"]), st.sampled_from(["F", "M", BOTH]),
    st.sampled_from([0, 18, 65]), DAYS, st.integers(1, 3), st.none(),
    st.integers(1, 4).map(str), st.just("U/L"), st.just(""), st.just(""),
)  # fmt: skip
TOLD = st.lists(RANGES, max_size=12, unique_by=lambda one: one[:6])
WHO = st.builds(
    Person, st.sampled_from(["F", "M", None]), st.sampled_from([5, 18, 40, 65, None]),
    st.just(FIRST), st.none(),
)  # fmt: skip


def plainly(told, test, day, sex, age):
    """From the first day on: each day with a range of the test begins anew."""
    holds = {}
    for n in range((day - FIRST).days + 1):
        new = [one for one in told if one.test == test
               and one.from_day == FIRST + dt.timedelta(days=n)]  # fmt: skip
        if new:
            holds = {}
            for one in sorted(new, key=lambda one: one.n):
                holds[one.sex, one.age_from] = one
    for from_age in (65, 18, 0):
        for own in (sex, BOTH):
            if from_age <= age and (own, from_age) in holds:
                return holds[own, from_age]
    return None


@given(TOLD, DAYS, WHO, st.sampled_from(["ALT", "HGB"]))
def test_it_is_that_of_the_twin(told, day, who, test):
    sexes = [who.sex] if who.sex else ["F", "M"]
    ages = range(0, 90) if who.age is None else [who.age]
    every = {plainly(told, test, day, sex, age) for sex in sexes for age in ages}
    found = RangeTable(told).holding(test, day=day, who=who)
    says = {one and one.says for one in every}
    assert (found and found.says) == (says.pop() if len(says) == 1 else None)


@given(TOLD, TOLD, DAYS, WHO)
def test_what_is_told_for_later_days_changes_no_earlier_one(told, later, day, who):
    after = [one for one in later if one.from_day > day]
    before = RangeTable(told).holding("ALT", day=day, who=who)
    assert RangeTable([*told, *after]).holding("ALT", day=day, who=who) == before


@given(TOLD, DAYS, WHO, st.randoms())
def test_the_order_in_which_ranges_were_told_of_a_day_is_of_no_account(told, day, who, random):
    """But for how often one was told, which its number says."""
    mixed = random.sample(told, len(told))
    found = [RangeTable(one).holding("HGB", day=day, who=who) for one in (told, mixed)]
    assert (found[0] and found[0].says) == (found[1] and found[1].says)
