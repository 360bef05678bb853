"""Each time-to-event method of a protocol gives what its function on arrays gives."""

import numpy as np
import pytest

from equipoise.analysis.methods import models
from equipoise.analysis.rerandomization import rerandomization_test
from equipoise.analysis.survival import hazard_ratio, kaplan_meier, logrank
from equipoise.analysis.survival.curves.kaplan_meier import follow_up, nelson_aalen
from equipoise.analysis.survival.curves.milestone import milestone_difference
from equipoise.analysis.survival.curves.rmst import compare_rmst
from equipoise.analysis.survival.regression.cox import cox
from equipoise.analysis.survival.regression.profile import profile_limits
from equipoise.analysis.survival.regression.proportional import Drift, zph
from equipoise.analysis.survival.regression.windows import window_hazard_ratios
from equipoise.analysis.survival.tests.adjusted_logrank import adjusted_logrank
from equipoise.analysis.survival.tests.maxcombo import max_combo
from equipoise.analysis.survival.tests.weighted import (
    FlemingHarrington,
    ModestlyWeighted,
    peto_peto,
    weighted_logrank,
)
from equipoise.errors import InputError
from equipoise.units import parse_duration
from support.answers import TIME, adam, answer, one, people, protocol, times, value

ADSL = people()
ADTTE = times(ADSL)
TIMES = ADTTE["AVAL"].to_numpy()
EVENT = ADTTE["CNSR"].to_numpy() == 0
ARM = (ADSL["TRT01P"].to_numpy() == "new").astype(int)
STRATUM = (ADSL["CENTER"].to_numpy() == "B").astype(int)
X = np.column_stack([ADSL["AGE"].to_numpy(), ADSL["SEX"].to_numpy() == "M"]).astype(float)
PAIR = {"comparison": "new v old"}


def rows(**estimand):
    return answer(adam(protocol(TIME, estimand), ADSL=ADSL, ADTTE=ADTTE))


def test_counts_and_the_plain_methods():
    found = rows(test="stratified log-rank", estimator=["Cox", "median"])
    assert value(found, "n", group="new") == (ARM == 1).sum()
    assert value(found, "events", group="old") == EVENT[ARM == 0].sum()
    test = logrank(TIMES, EVENT, ARM, STRATUM)
    assert value(found, "p", method="stratified log-rank", **PAIR) == test.p
    fit = hazard_ratio(TIMES, EVENT, ARM)
    assert value(found, "hazard ratio", **PAIR) == fit.hr[0]
    assert one(found, "hazard ratio", **PAIR).note == "Efron ties"
    median = kaplan_meier(TIMES[ARM == 1], EVENT[ARM == 1], conf="log-log").median
    assert value(found, "median", group="new") == median.estimate


@pytest.mark.parametrize("meaning", ["summed", "combined", "pooled"])
def test_fleming_harrington_in_its_three_stratified_meanings(meaning):
    found = rows(
        test="stratified Fleming-Harrington", options={"gamma": "1", "strata are": meaning}
    )
    weight = FlemingHarrington(0, 1)
    test = weighted_logrank(TIMES, EVENT, ARM, STRATUM, weight=weight, strata=meaning)
    assert value(found, "z", **PAIR) == test.z
    assert value(found, "p", **PAIR) == test.p
    assert one(found, "p", **PAIR).note.startswith("weights FH(0, 1); ")


def test_other_weighted_tests():
    found = rows(
        test="modestly weighted log-rank",
        estimator=["Peto-Peto", "stratified max-combo", "max-combo"],
        options={"t star": "4 months", "weights": ["0 0", "0 1"]},
    )
    late = ModestlyWeighted(t_star=parse_duration("4 months").days)
    expected = weighted_logrank(TIMES, EVENT, ARM, weight=late)
    assert value(found, "p", method="modestly weighted log-rank", **PAIR) == expected.p
    assert value(found, "p", method="Peto-Peto", **PAIR) == peto_peto(TIMES, EVENT, ARM).p
    two = (FlemingHarrington(0, 0), FlemingHarrington(0, 1))
    for name, block in (("max-combo", None), ("stratified max-combo", STRATUM)):
        expected = max_combo(TIMES, EVENT, ARM, block, weights=two)
        assert value(found, "p", method=name, **PAIR) == expected.p
        assert value(found, "z, FH(0, 1)", method=name, **PAIR) == expected.z[1]


def test_covariates_enter_the_models_and_the_log_rank_test():
    found = rows(
        test="stratified adjusted log-rank",
        estimator=["stratified Cox", "Grambsch-Therneau"],
        covariates=["AGE", "SEX"],
        ties="breslow",
    )
    expected = adjusted_logrank(TIMES, EVENT, ARM, X, STRATUM)
    assert value(found, "z", method="stratified adjusted log-rank", **PAIR) == expected.z
    model = np.column_stack([ARM, X])
    fit = cox(TIMES, EVENT, model, stratum=STRATUM, ties="breslow")
    hazard = one(found, "hazard ratio", **PAIR)
    assert hazard.value == fit.hr[0]
    assert hazard.note == "Breslow ties; adjusted for AGE, SEX"
    age = {"term": "AGE", **PAIR}
    assert value(found, "covariate hazard ratio", **age) == fit.hr[1]
    drift = zph(cox(TIMES, EVENT, model, ties="breslow"))
    name = {"method": "Grambsch-Therneau", **PAIR}
    assert value(found, "p", **name) == drift[0].p
    assert value(found, "p", term="GLOBAL", **name) == drift[-1].p


def test_a_drift_that_cannot_be_told_from_its_effect(monkeypatch):
    nan = float("nan")
    unknown = (Drift(models.ARM, nan, 1, nan), Drift("GLOBAL", nan, 1, nan))
    monkeypatch.setattr(models, "zph", lambda fit, *, transform: unknown)
    found = rows(test="log-rank", estimator=["Grambsch-Therneau"])
    row = one(found, "p", method="Grambsch-Therneau", term="", **PAIR)
    assert row.value is None
    assert "not estimable" in row.note


def test_robust_and_profile_likelihood():
    found = rows(
        estimator=["robust Cox", "stratified profile likelihood Cox"], options={"cluster": "AGE"}
    )
    fit = cox(TIMES, EVENT, ARM, robust=True, cluster=X[:, 0])
    robust = {"method": "robust Cox", **PAIR}
    assert value(found, "hazard ratio upper limit", **robust) == fit.upper[0]
    plain = cox(TIMES, EVENT, ARM, stratum=STRATUM)
    limits = profile_limits(plain)
    own = {"method": "stratified profile likelihood Cox", **PAIR}
    assert value(found, "hazard ratio lower limit", **own) == pytest.approx(limits.lower, rel=1e-9)
    assert value(found, "p", **own) == pytest.approx(plain.lr.p, rel=1e-9)  # another optimizer


def test_restricted_means_and_milestones():
    tau = parse_duration("8 months").days
    found = rows(estimator=["stratified RMST", "milestone"], options={"tau": "8 months"},
                 at="6 months")  # fmt: skip
    expected = compare_rmst(TIMES, EVENT, ARM, STRATUM, tau=tau)
    assert value(found, "difference in restricted mean", **PAIR) == expected.difference.estimate
    months = value(found, "difference in restricted mean months lower limit", **PAIR)
    assert months == expected.difference.lower / 30.4375
    assert value(found, "ratio of restricted means", **PAIR) == expected.ratio.estimate
    assert value(found, "restricted mean", group="old") == expected.control.estimate
    assert one(found, "restricted mean", group="old").note == "up to month 8"
    at = parse_duration("6 months").days
    gap = milestone_difference(TIMES, EVENT, ARM, at=at)
    assert value(found, "difference in survival", at=at, **PAIR) == gap.estimate


def test_restricted_mean_goes_by_default_to_the_shorter_follow_up():
    found = rows(estimator="RMST")
    tau = min(TIMES[ARM == 0].max(), TIMES[ARM == 1].max())
    expected = compare_rmst(TIMES, EVENT, ARM, tau=float(tau)).difference
    assert value(found, "difference in restricted mean", **PAIR) == expected.estimate
    assert "shortest follow-up" in one(found, "difference in restricted mean", **PAIR).note


def test_a_restricted_mean_beyond_the_data_says_why_it_is_not_estimable():
    found = one(rows(estimator="RMST", options={"tau": "90 months"}),
                "difference in restricted mean", **PAIR)  # fmt: skip
    assert found.value is None
    assert found.note.startswith("not estimable: tau")


def test_windows_of_follow_up():
    found = rows(estimator="stratified window Cox", options={"cuts": ["3 months", "6 months"]})
    cuts = [parse_duration("3 months").days, parse_duration("6 months").days]
    expected = window_hazard_ratios(TIMES, EVENT, ARM, STRATUM, cuts=cuts)
    for window, term in zip(expected, ("month 0 to 3", "month 3 to 6", "month 6"), strict=True):
        place = {"term": f"from {term}", **PAIR}
        assert value(found, "hazard ratio", **place) == window.fit.hr[0]


def test_hazards_and_follow_up():
    found = rows(estimator=["Nelson-Aalen", "follow-up"], at="6 months", interval="log")
    expected = nelson_aalen(TIMES[ARM == 0], EVENT[ARM == 0])
    at = parse_duration("6 months").days
    last = np.flatnonzero(expected.time <= at)[-1]
    place = {"group": "old", "at": at}
    assert value(found, "cumulative hazard", **place) == expected.cumulative[last]
    assert value(found, "cumulative hazard upper limit", **place) == expected.upper[last]
    curve = follow_up(TIMES, EVENT, conf="log").median
    assert value(found, "median follow-up", group="all") == curve.estimate


def test_rerandomization_repeats_the_blocks_of_the_trial():
    options = {"seed": "3", "draws": "99"}
    data = adam(protocol(TIME, {"test": "re-randomization log-rank", "options": options}),
                ADSL=ADSL, ADTTE=ADTTE)  # fmt: skip
    found = answer(data)
    assert value(found, "draws", **PAIR) == 99
    assert "permuted blocks" in one(found, "p", **PAIR).note
    from equipoise.analysis.methods import samples
    from equipoise.analysis.methods.chance import procedure

    sample = next(iter(samples(data, "E")))
    allocate = procedure(sample, seed=3)
    order = ADSL.with_row_index("i").sort("RANDDT", "USUBJID")
    for counter in range(5):
        arm = allocate(counter)
        for center in "AB":
            rows = order.filter(order["CENTER"] == center)["i"].to_list()
            blocks = arm[rows][: len(rows) // 4 * 4].reshape(-1, 4)
            assert (blocks.sum(axis=1) == 2).all()
    assert (allocate(0) != allocate(1)).any()
    expected = rerandomization_test(
        lambda a: -logrank(TIMES, EVENT, a, STRATUM).z, arm=ARM, allocate=allocate, draws=99
    )
    assert value(found, "p", **PAIR) == expected.p


def test_rerandomization_of_three_arms_is_refused_in_words():
    adsl = people(arms=3)
    rules = protocol(TIME, {"test": "re-randomization log-rank", "options": {"seed": 1}}, arms=3)
    found = [r for r in answer(adam(rules, ADSL=adsl, ADTTE=times(adsl))) if r.statistic == "p"]
    assert [r.value for r in found] == [None]
    assert "two arms" in found[0].note


def test_the_same_method_named_twice_answers_once():
    found = rows(test="log-rank", estimator="log-rank")
    assert value(found, "p", **PAIR) is not None


@pytest.mark.parametrize(
    ("estimand", "said"),
    [
        ({"test": "log-ramk"}, "did you mean log-rank"),
        ({"test": "Fisher exact"}, "needs a proportion"),
        ({"test": "window Cox"}, "cuts"),
        ({"test": "re-randomization log-rank"}, "seed"),
        ({"test": "Gray"}, "competing"),
        ({"test": "Cox", "covariates": ["AGGE"]}, "did you mean AGE"),
        ({"test": "RMST", "options": {"tau": "8 moons"}}, 'option "tau"'),
        ({"test": "max-combo", "options": {"weights": ["0"]}}, "rho and gamma"),
        ({"test": "stratified Fleming-Harrington", "options": {"rho": "x"}}, 'option "rho"'),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(estimand, said):
    with pytest.raises(InputError, match=said):
        rows(**estimand)


def test_a_statistic_that_is_not_estimable_says_why():
    adtte = ADTTE.with_columns(CNSR=1)
    found = answer(adam(protocol(TIME, {"test": "log-rank", "estimator": [
        "Cox", "Peto-Peto", "max-combo", "Grambsch-Therneau", "window Cox"],
        "options": {"cuts": "3 months"}}), ADSL=ADSL, ADTTE=adtte))  # fmt: skip
    tried = [r for r in found if r.comparison]
    assert {r.method for r in tried} == {
        "log-rank", "Cox", "Peto-Peto", "max-combo", "Grambsch-Therneau", "window Cox",
    }  # fmt: skip
    assert all(r.value is None and r.note.startswith("not estimable") for r in tried)


@pytest.mark.parametrize(
    ("name", "statistic"),
    [
        ("Kaplan-Meier", "survival"),
        ("Nelson-Aalen", "cumulative hazard"),
        ("milestone", "difference in survival"),
    ],
)
def test_past_the_last_time_nothing_is_known(name, statistic):
    found = rows(test="log-rank", estimator=[name], at="100 years")
    place = PAIR if name == "milestone" else {"group": "new"}
    row = one(found, statistic, at=parse_duration("100 years").days, **place)
    assert row.value is None
    assert "not estimable" in row.note
