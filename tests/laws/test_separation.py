"""A coefficient has no estimate just if it moves in a direction where the likelihood never falls.

The law is checked pair by pair on small random data: at every event time each row with the event
against each other row at risk. The model leaves pairs out and asks only where Newton's steps make
it doubt, so the two roads share nothing but the question.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from equipoise.analysis.response.logistic import logistic
from equipoise.analysis.survival import cox, fine_gray, hazard_ratio, profile_limits, weibull, zph
from equipoise.analysis.survival.regression import ascent, separation
from equipoise.errors import InputError
from support.mutants import plant

MONOTONE = "the likelihood is monotone"
REFUSED = ("the same for all at risk", "a sum of the covariates", "no events")


def runs(pairs, p):
    """(p,) whether each coefficient moves in some direction that makes no pair negative."""
    pairs = np.reshape(pairs, (-1, p))
    moves = np.zeros(p, np.bool_)
    for j in range(p):
        for sign in (1, -1):
            along = np.zeros(p)
            along[j] = -sign
            found = linprog(along, A_ub=-pairs, b_ub=np.zeros(len(pairs)), bounds=(-1, 1))
            moves[j] |= -found.fun > 1e-7
    return moves


def cox_pairs(time, event, x, *, exact, stratum, start):
    pairs = []
    for s in np.unique(stratum):
        for t in np.unique(time[event & (stratum == s)]):
            at_risk = np.flatnonzero((stratum == s) & (time >= t) & (start < t))
            dead = [i for i in at_risk if event[i] and time[i] == t]
            below = [j for j in at_risk if not (exact and j in dead)]
            pairs += [x[i] - x[j] for i in dead for j in below]
    return pairs


def drawn(rng):
    n, p = int(rng.integers(3, 14)), int(rng.integers(1, 4))
    time = rng.integers(1, rng.integers(3, 16), n).astype(np.float64)
    if rng.random() < 0.3:
        time += rng.random(n).round(2)  # not whole days: another road
    event = rng.random(n) < rng.uniform(0.2, 1)
    some = (rng.integers(0, 2, (n, p)), rng.normal(size=(n, p)), rng.standard_cauchy((n, p)))
    return time, event, some[rng.integers(0, 3)].astype(np.float64)


@pytest.mark.parametrize(
    ("ties", "kind"),
    [
        *((ties, kind) for ties in ("efron", "breslow", "exact") for kind in ("plain", "strata")),
        *((ties, kind) for ties in ("efron", "breslow") for kind in ("starts", "weights")),
    ],
)
def test_cox(ties, kind):
    rng = np.random.default_rng(20)
    seen = {True: 0, False: 0}
    for _ in range(60):
        time, event, x = drawn(rng)
        n = time.size
        stratum = rng.integers(0, 2, n) if kind == "strata" else np.zeros(n, np.int64)
        start = np.floor(time / 2) if kind == "starts" else np.full(n, -1.0)
        more = {"starts": {"start": start}, "weights": {"weight": rng.uniform(0.2, 3, n)}}
        try:
            fit = cox(time, event, x, stratum=stratum, ties=ties, **more.get(kind, {}))
        except InputError as refused:
            if not any(words in str(refused) for words in REFUSED):
                raise
            continue
        pairs = cox_pairs(time, event, x, exact=ties == "exact", stratum=stratum, start=start)
        expected = runs(pairs, x.shape[1])
        assert np.isnan(fit.coef).tolist() == expected.tolist()
        assert np.isnan(fit.se).tolist() == expected.tolist()
        assert [MONOTONE in note for note in fit.notes] == [True] * int(expected.sum())
        seen[bool(expected.any())] += 1
    assert min(seen.values()) > 5


def test_two_arms():
    rng = np.random.default_rng(21)
    seen = {True: 0, False: 0}
    for _ in range(150):
        time, event, _ = drawn(rng)
        arm = rng.integers(0, 2, time.size)
        try:
            fit = hazard_ratio(time, event, arm)
        except InputError:
            continue
        none = np.zeros(time.size)
        pairs = cox_pairs(time, event, arm[:, None], exact=False, stratum=none, start=none - 1)
        # finite if both arms have an event while the other is at risk
        expected = not ((np.ravel(pairs) > 0).any() and (np.ravel(pairs) < 0).any())
        assert np.isnan(fit.coef[0]) == expected
        seen[expected] += 1
    assert min(seen.values()) > 5


def test_fine_gray():
    rng = np.random.default_rng(22)
    seen = {True: 0, False: 0}
    for _ in range(150):
        time, _, x = drawn(rng)
        cause = rng.integers(0, 3, time.size)
        # with a competing event a row stays at risk to the end
        last = np.where(cause == 2, np.inf, time)
        none = np.zeros(time.size)
        pairs = cox_pairs(last, cause == 1, x, exact=False, stratum=none, start=none - 1)
        try:
            fit = fine_gray(time, cause, x)
        except InputError as refused:
            if MONOTONE in str(refused):
                assert runs(pairs, x.shape[1]).any()
                seen[True] += 1
            continue
        assert not runs(pairs, x.shape[1]).any()
        assert np.isfinite(fit.se).all()
        seen[False] += 1
    assert min(seen.values()) > 5


def test_weibull():
    # log time over the scale joins the covariates: in a direction without end an event stays where
    # it is, one censored may only recede, and 1 over the scale not fall
    rng = np.random.default_rng(23)
    seen = {True: 0, False: 0}
    for _ in range(100):
        time, event, x = drawn(rng)
        recedes = np.column_stack((np.ones(time.size), x, -np.log(time)))
        steeper = np.eye(recedes.shape[1])[-1]
        expected = runs(np.vstack((recedes, -recedes[event], steeper)), steeper.size).any()
        try:
            fit = weibull(time, event, x)
        except InputError as refused:
            if MONOTONE in str(refused):
                assert expected
                seen[True] += 1
            continue
        assert not expected
        assert np.isfinite(fit.variance).all()
        seen[False] += 1
    assert min(seen.values()) > 5


SEPARATED = {
    # each event has the highest covariate of all at risk
    "coefficient 829": (
        [7, 1, 7, 4, 5, 6, 3, 8, 1],
        [1, 1, 1, 1, 0, 1, 1, 1, 0],
        [-0.71, 0.55, -1.16, -0.08, -0.49, -0.63, -0.06, -1.73, 0.2],
    ),
    "no logarithm": (
        [8, 2, 5, 3, 3, 7, 2, 3, 1, 2],
        [1, 1, 0, 1, 1, 0, 1, 1, 1, 1],
        [-1.18, 1.45, -0.84, 0.57, -0.26, -1.1, 0.96, -0.33, 2.43, 0.74],
    ),
    "no inverse": ([2, 3, 3, 2], [1, 1, 1, 1], [2, 0, 1, 2]),
    "one of very many": ([1, *[2] * 300], [1, *[0] * 300], [1, *[0] * 300]),
}


@pytest.mark.parametrize("ties", ["efron", "breslow", "exact"])
@pytest.mark.parametrize("name", SEPARATED)
def test_separated(name, ties):
    time, event, x = (np.array(column, np.float64) for column in SEPARATED[name])
    tied = len(np.unique(time[event == 1])) < event.sum()
    fit = cox(time.astype(np.int64), event, x, ties=ties)
    if tied and ties != "exact":
        assert not fit.notes  # tied events take one another's place in the risk set
        return
    assert [MONOTONE in note for note in fit.notes] == [True]
    assert np.isnan([fit.coef[0], fit.se[0], fit.p[0], fit.lower[0]]).all()


@pytest.mark.parametrize("x", [[3, 2, 3], [0, 7, 0], [0.1, 0.7, 0.1]])
@pytest.mark.parametrize("ties", ["efron", "breslow", "exact"])
def test_a_covariate_that_is_the_same_for_all_at_risk(x, ties):
    # rows of day 3 alone are at risk at the event, and have one value: rounding is no spread
    with pytest.raises(InputError, match="the same for all at risk"):
        cox(np.array([3, 2, 3]), np.array([True, False, True]), np.array(x), ties=ties)


def test_two_arms_that_all_have_the_event_at_once():
    # Efron: the hazard ratio is 1 by symmetry, though the log-rank test has no variance
    fit = hazard_ratio([5, 5, 5, 5], [1, 1, 1, 1], [0, 1, 0, 1])
    assert fit.coef[0] == pytest.approx(0, abs=1e-12)
    assert np.isfinite(fit.se[0])


def test_the_limit_on_the_other_side_of_a_separated_coefficient():
    # one event, x = 1, of it and one with x = 0: log likelihood b - log(exp(b) + 1), 0 at the end;
    # it is -q / 2 below where exp(-b) = exp(q / 2) - 1, q = 3.841459 of chi-square
    fit = cox([1, 2], [1, 0], [1.0, 0.0])
    found = profile_limits(fit)
    assert np.isnan(found.estimate)
    assert found.lower == pytest.approx(1 / (np.exp(3.841458820694124 / 2) - 1), rel=1e-8)
    assert found.upper == np.inf


def test_proportional_hazards_that_one_event_time_cannot_tell():
    # at day 2 one row is left: nothing tells an effect from its drift
    fit = cox([1, 2, 1, 1], [1, 1, 1, 1], [0.0, 1.0, 1.0, 1.0])
    with pytest.raises(InputError, match="its drift is not testable"):
        zph(fit)


def test_the_drift_of_one_term_of_two():
    # two tied events tell of x on day 2; from day 3 on it is the same for all at risk, arm is not
    time, event = [2, 2, 2, 3, 4, 5, 6, 7, 8], [1, 1, 0, 1, 1, 1, 1, 0, 0]
    x = [[0, 1], [1, 0], [0, 0], [0, 1], [1, 1], [1, 1], [0, 1], [1, 1], [0, 1]]
    arm, other, both = zph(cox(time, event, np.array(x, np.float64)))
    assert np.isfinite([arm.chisq, arm.p]).all()
    assert np.isnan([other.chisq, other.p, both.chisq]).all()


def test_a_model_that_does_not_ask_is_caught(monkeypatch):
    monkeypatch.setattr(ascent, "runaway", lambda pairs, spread: np.empty((0, spread.size)))
    with pytest.raises((AssertionError, InputError)):
        test_separated("coefficient 829", "exact")


def test_tied_events_need_not_be_equal_is_caught(monkeypatch):
    plant(monkeypatch, separation._pairs_at, "[rows.x[own[0]] - rows.x[below], ties]",
          "[rows.x[own[0]] - rows.x[below]]")  # fmt: skip
    with pytest.raises((AssertionError, InputError)):
        test_cox("efron", "plain")


LEVELS, ROWS = 3, 60


def levels_of_which_the_first_has_none(seed):
    """Arm, level and outcome of rows; nobody of the first level has the outcome."""
    draw = np.random.default_rng(seed)
    arm, level = draw.integers(0, 2, ROWS), draw.integers(0, LEVELS, ROWS)
    outcome = (draw.random(ROWS) < 0.4 + 0.2 * arm) & (level > 0)
    return arm.astype(np.float64), level, outcome, draw.integers(1, 40, ROWS)


@pytest.mark.parametrize("robust", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_levels_without_an_end_leave_the_arm_its_whole_error(seed, robust):
    # no level has a coefficient beside the first, but their differences have: the arm is estimated
    # as if the first level's rows, which no event needs, were not there
    arm, level, event, time = levels_of_which_the_first_has_none(seed)
    dummies = np.column_stack([arm, *(level == k for k in range(1, LEVELS))])
    found = cox(time, event, dummies, robust=robust)
    inside = level > 0
    alone = np.column_stack([arm, level == 2])[inside]
    expected = cox(time[inside], event[inside], alone, robust=robust)
    assert np.isnan(found.coef[1:]).all()
    assert found.coef[0] == pytest.approx(expected.coef[0], abs=1e-7)
    assert found.se[0] == pytest.approx(expected.se[0], rel=1e-6)


def check_logistic(seed):
    arm, level, responded, _ = levels_of_which_the_first_has_none(seed)
    dummies = np.column_stack([arm, *(level == k for k in range(1, LEVELS))])
    found = logistic(responded, dummies)
    inside = level > 0
    expected = logistic(responded[inside], np.column_stack([arm, level == 2])[inside])
    assert np.isnan(found.coef[[0, 2, 3]]).all()
    assert found.coef[1] == pytest.approx(expected.coef[1], abs=1e-7)
    assert found.se[1] == pytest.approx(expected.se[1], rel=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_a_stratum_in_which_nobody_responded_leaves_the_arm_its_whole_error(seed):
    check_logistic(seed)


def test_levels_held_where_they_stand_are_caught(monkeypatch):
    plant(monkeypatch, ascent.inverse_beside, "[len(free) :]", "[(free != 0).any(axis=0).sum() :]")
    with pytest.raises((AssertionError, InputError, IndexError, ValueError)):
        check_logistic(0)
