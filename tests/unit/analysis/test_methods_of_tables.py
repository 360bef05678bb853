"""Each method that plain tables have too gives, of an estimand, what its function gives."""

import numpy as np
import polars as pl
import pytest

from equipoise.analysis.continuous.mmrm.constrained import constrained_measures
from equipoise.analysis.continuous.mmrm.model import repeated_measures
from equipoise.analysis.continuous.ranks import hodges_lehmann, van_elteren, wilcoxon
from equipoise.analysis.continuous.terms_tested import terms_tested
from equipoise.analysis.response import logistic
from equipoise.analysis.response.stratified import stratified_wilson
from equipoise.analysis.survival import permutation_logrank
from equipoise.analysis.survival.parametric import parametric_times
from equipoise.analysis.survival.tests.weighted import NumberAtRisk, PetoWeight, weighted_logrank
from equipoise.frames import Labels
from equipoise.meaning.rules.planned import methods
from equipoise.meaning.virtual.tests import unknown_tests
from support.answers import TIME, adam, answer, one, people, protocol, scores, times, value

PAIR = {"comparison": "new v old"}
ADSL = people(80).with_columns(EOSSTT=pl.lit("COMPLETED"), DCSREAS=pl.lit(None, pl.String))
ARM = (ADSL["TRT01P"].to_numpy() == "new").astype(int)
STRATUM = (ADSL["CENTER"].to_numpy() == "B").astype(int)
ADTTE = times(ADSL)
WHEN, EVENT = ADTTE["AVAL"].to_numpy(), ADTTE["CNSR"].to_numpy() == 0


def of_times(**estimand):
    return answer(adam(protocol(TIME, estimand), ADSL=ADSL, ADTTE=ADTTE))


@pytest.mark.parametrize(
    ("name", "options", "weight"),
    [
        ("Gehan", {}, NumberAtRisk()),
        ("Tarone-Ware", {}, NumberAtRisk(0.5)),
        ("Peto-Peto", {"peto": "SAS"}, PetoWeight()),
        ("Peto-Peto", {"peto": "modified"}, PetoWeight(modified=True)),
    ],
)
def test_weighted_logrank(name, options, weight):
    for word, stratum in (("", None), ("stratified ", STRATUM)):
        found = of_times(test=f"{word}{name}", options=options)
        expected = weighted_logrank(WHEN, EVENT, ARM, stratum, weight=weight)
        assert value(found, "z", method=f"{word}{name}", **PAIR) == expected.z


def test_permutation():
    found = of_times(test="stratified permutation log-rank", options={"seed": 3, "draws": 99})
    given = {"draws": 99, "seed": 3}
    expected = permutation_logrank(WHEN, EVENT, ARM, STRATUM, **given)
    assert value(found, "p", **PAIR) == expected.p
    assert "within strata; 99 draws, seed 3" in one(found, "p", **PAIR).note
    normal = of_times(test="permutation log-rank")
    assert value(normal, "p", **PAIR) == permutation_logrank(WHEN, EVENT, ARM).p


@pytest.mark.parametrize(
    ("name", "distribution", "statistic"),
    [
        ("exponential regression", "exponential", "hazard ratio"),
        ("Weibull regression", "weibull", "hazard ratio"),
        ("log-normal regression", "lognormal", "time ratio"),
        ("log-logistic regression", "loglogistic", "time ratio"),
    ],
)
def test_parametric(name, distribution, statistic):
    found = of_times(test=name, covariates=["AGE"])
    x = np.column_stack((ARM, ADSL["AGE"].to_numpy())).astype(float)
    fit = parametric_times(WHEN, EVENT, x, distribution=distribution)
    ratio = fit.hazard_ratio if statistic == "hazard ratio" else fit.time_ratio
    assert value(found, statistic, **PAIR) == ratio.estimate[0]
    assert value(found, f"{statistic} upper limit", **PAIR) == ratio.upper[0]
    assert value(found, "p", **PAIR) == fit.p[1]
    assert "adjusted for AGE" in one(found, "p", **PAIR).note


WILL = np.random.default_rng(5).random(80) < np.where(ARM == 1, 0.55, 0.3)
ADRS = ADSL.select("USUBJID", PARAMCD=pl.lit("BOR"), AVALC=pl.Series(np.where(WILL, "CR", "SD")))
RESPONSE = {"label": "Response", "type": "proportion", "data": "ADRS", "parameter": "BOR",
            "responder": 'AVALC = "CR"'}  # fmt: skip


def of_rates(adrs=ADRS, **estimand):
    return answer(adam(protocol(RESPONSE, estimand), ADSL=ADSL, ADRS=adrs))


def regression(*more):
    return logistic.logistic(WILL, np.column_stack((ARM, *more)).astype(float), names=None)


def test_logistic():
    found = of_rates(test="logistic regression", covariates=["AGE"])
    fit = regression(ADSL["AGE"].to_numpy())
    assert value(found, "odds ratio", **PAIR) == fit.odds_ratio[1]
    assert value(found, "p", **PAIR) == fit.p[1]
    assert value(found, "likelihood-ratio p", **PAIR) == logistic.without(fit, [1]).p


def test_logistic_over_strata_with_profile_limits():
    found = of_rates(test="stratified logistic regression", options={"limits": "profile"})
    fit = regression(STRATUM)
    assert value(found, "odds ratio lower limit", **PAIR) == pytest.approx(
        logistic.profile_odds_ratio(fit, "x0").lower, rel=1e-9
    )
    assert "strata as factors" in one(found, "odds ratio", **PAIR).note


def test_standardized_difference():
    found = of_rates(test="standardized difference", covariates=["AGE"])
    expected = logistic.standardized(regression(ADSL["AGE"].to_numpy()), "x0")
    gap = "difference in proportions"
    assert value(found, gap, **PAIR) == expected.difference.estimate
    assert value(found, f"{gap} upper limit", **PAIR) == expected.difference.upper


def test_separation_has_no_value_and_says_why():
    apart = ADRS.with_columns(AVALC=pl.Series(np.where(ARM == 1, "CR", "SD")))
    row = one(of_rates(apart, test="logistic regression"), "odds ratio", **PAIR)
    assert row.value is None
    assert "complete separation" in row.note


def test_stratified_wilson():
    found = of_rates(estimator="stratified Wilson")
    x, n = (np.bincount(STRATUM[(ARM == 0) & keep]) for keep in (WILL, True))
    expected = stratified_wilson(x, n, weight=np.bincount(STRATUM))
    assert value(found, "rate upper limit", group="old") == expected.upper


ADQS = scores(ADSL)
QL = {"label": "Quality of life", "type": "questionnaire", "data": "ADQS", "parameter": "QL",
      "better": "higher"}  # fmt: skip
VISITS = ("Week 12", "Week 24", "Week 36")
AFTER = ADQS.filter(pl.col("ABLFL").is_null()).join(
    ADSL.select("USUBJID", "TRT01P", "CENTER"), on="USUBJID", maintain_order="left"
)


def of_values(**estimand):
    return answer(adam(protocol(QL, estimand), ADSL=ADSL, ADQS=ADQS))


def at(visit):
    rows = AFTER.filter(pl.col("AVISIT") == visit)
    arm = (rows["TRT01P"] == "new").cast(pl.Int64).to_numpy()
    return rows["CHG"].to_numpy(), arm, (rows["CENTER"] == "B").cast(pl.Int64).to_numpy()


def test_ranks():
    found = of_values(test="Wilcoxon", estimator="van Elteren")
    for visit in VISITS:
        y, arm, stratum = at(visit)
        place = {"term": visit, **PAIR}
        expected, over = wilcoxon(y, arm), van_elteren(y, arm, stratum)
        assert value(found, "p", method="Wilcoxon", **place) == expected.p
        assert value(found, "z", method="van Elteren", **place) == pytest.approx(over.z)
        shift = value(found, "Hodges-Lehmann difference", method="Wilcoxon", **place)
        assert shift == hodges_lehmann(y, arm).estimate


def columns(rows, codes):
    return {
        "subject": rows["USUBJID"].to_numpy(),
        "visit": Labels(np.asarray(codes, np.int32), VISITS),
        "arm": Labels((rows["TRT01P"].to_numpy() == "new").astype(np.int32), ("old", "new")),
    }


def test_mixed_model_with_its_terms_and_by_arm():
    given = columns(AFTER, AFTER["AVISITN"].to_numpy() - 1)
    base = {"BASE": AFTER["BASE"].to_numpy()}
    y = AFTER["CHG"].to_numpy()
    plain = repeated_measures(y, **given, covariates=base, by_visit=["BASE"])
    found = of_values(test="MMRM")
    for term, test in terms_tested(plain.fit, plain.model):
        assert value(found, "p of the term", term=" by ".join(term)) == test.p
    options = {"likelihood": "ml", "df": "satterthwaite", "covariance by arm": "yes"}
    other = of_values(test="MMRM", options=options)
    fit = repeated_measures(
        y, **given, covariates=base, by_visit=["BASE"], criterion="ml", by_arm=True,
        adjustment="satterthwaite",
    )  # fmt: skip
    assert value(other, "-2 log likelihood") == pytest.approx(fit.fit.deviance, rel=1e-10)
    note = one(other, "difference in means", term="Week 36", **PAIR).note
    assert "unstructured covariance by arm" in note
    assert "maximum likelihood" in note


def test_constrained_model():
    found = of_values(test="cLDA")
    first = ADQS.filter(pl.col("ABLFL") == "Y").join(ADSL.select("USUBJID", "TRT01P"), on="USUBJID")
    both = pl.concat([first.with_columns(Y="BASE"), AFTER.drop("CENTER").with_columns(Y="AVAL")])
    given = columns(both, both["AVISITN"].to_numpy())
    given["visit"] = Labels(given["visit"].codes, ("Baseline", *VISITS))
    expected = constrained_measures(both["Y"].to_numpy(), **given)
    for gap in expected.differences:
        place = {"term": gap.visit, **PAIR}
        ours = value(found, "difference in means", **place)
        assert ours == pytest.approx(gap.value.estimate, rel=1e-9)
        assert value(found, "p", **place) == pytest.approx(gap.value.p, rel=1e-6)
    assert "one mean in all arms" in one(found, "difference in means", term="Week 36", **PAIR).note


def test_maximum_likelihood_without_degrees_of_freedom_is_a_fault_of_the_file():
    (problem,) = methods(protocol(QL, {"test": "MMRM", "options": {"likelihood": "ml"}}))
    assert problem.path[-2:] == ("options", "likelihood")
    assert "satterthwaite" in problem.expected


@pytest.mark.parametrize(
    ("endpoint", "name"),
    [(TIME, "Gehan"), (TIME, "exponential regression"), (RESPONSE, "logistic regression"),
     (QL, "cLDA"), (QL, "van Elteren")],
)  # fmt: skip
def test_virtual_trials_refuse_them_by_name(endpoint, name):
    whole = protocol(
        endpoint, {"test": name}, design={"E": {"looks": {"final": "12 months"}}, "alpha": "5%"}
    )
    (problem,) = unknown_tests(whole)
    assert problem.message == f'virtual trials do not know the test "{name}"'
