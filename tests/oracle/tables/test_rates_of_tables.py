"""Rates of plain tables against R; the call of each value stands in reference.json."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from equipoise.analysis.response import corrected, logistic, stratified
from support.r_tables import value, worst

ARTHRITIS = Path(__file__).parents[1] / "response" / "data" / "arthritis.csv"

CLOSED = 1e-12
"""Closed forms, recorded to 15 digits."""

LAST_STEP = 1e-6
"""R's standard errors of glm are those of the last step but one."""

STRATA = [20, 25, 12], [60, 50, 40], [12, 15, 10], [58, 52, 38]


def patients():
    with ARTHRITIS.open() as file:
        rows = list(csv.DictReader(file))
    better = np.array([row["Improved"] != "None" for row in rows])
    treated = np.array([row["Treatment"] == "Treated" for row in rows], float)
    male = np.array([row["Sex"] == "Male" for row in rows], float)
    return better, np.column_stack((treated, male, [float(row["Age"]) for row in rows]))


def regression():
    return logistic.logistic(*patients(), names=("arm", "sex", "age"))


def by_sex():
    better, x = patients()
    out = []
    for arm in (1, 0):
        out += [[int((better & (x[:, 0] == arm) & (x[:, 1] == s)).sum()) for s in (0, 1)]]
        out += [[int(((x[:, 0] == arm) & (x[:, 1] == s)).sum()) for s in (0, 1)]]
    return out


def test_logistic_regression():
    fit, theirs = regression(), value("glm")
    assert worst(fit.coef, theirs["coef"]) < CLOSED
    assert worst(fit.se, theirs["se"]) < LAST_STEP
    assert worst(fit.p, theirs["p"]) < LAST_STEP
    assert worst([-2 * one for one in fit.loglik[::-1]], value("glm deviance")) < CLOSED


def test_likelihood_ratio_of_each_term():
    fit = regression()
    for j, name in enumerate(("Treatment", "Sex", "Age"), start=1):
        theirs = value("glm drop")[name]
        assert worst(logistic.without(fit, [j]), list(theirs.values())) < 1e-10


def test_profile_limits():
    fit = regression()
    ours = [np.log(logistic.profile_odds_ratio(fit, name)[1:]) for name in fit.names[1:]]
    assert worst(ours, value("glm profile")) < 1e-9


def test_standardized_difference():
    found, theirs = logistic.standardized(regression(), "arm"), value("glm standardized")
    ours = [found.experimental, found.control, found.difference.estimate, found.se]
    assert worst(ours, list(theirs.values())) < LAST_STEP


def test_mantel_haenszel():
    for correct, name in ((True, "cmh corrected"), (False, "cmh uncorrected")):
        found = stratified.mantel_haenszel_test(*by_sex(), correct=correct)
        assert worst([found.statistic, found.p], value(name)) < CLOSED


def test_corrected_difference():
    found = corrected.corrected_difference(28, 41, 14, 43)
    ours = [found.z**2, found.p, found.lower, found.upper]
    assert worst(ours, value("chisq corrected")) < CLOSED
    near = corrected.corrected_difference(10, 30, 11, 31)
    theirs = value("chisq corrected near")
    assert abs(near.z) < 1e-12  # the correction is the whole difference; R keeps its rounding
    assert worst([near.p, near.lower, near.upper], theirs[1:]) < CLOSED


def test_corrected_limits():
    counts = ((29, 124), (1, 30), (30, 30), (0, 12))
    ours = [end for pair in counts for end in corrected.corrected_wilson(*pair)[1:]]
    assert worst(ours, value("wilson corrected")) < 1e-11
    assert worst(corrected.corrected_wald(29, 124)[1:], value("wald corrected")) < CLOSED
    found = corrected.corrected_newcombe(28, 41, 14, 43)
    assert worst(found[1:], value("newcombe corrected")) < CLOSED


def test_stratified_limits():
    x, n, *_ = STRATA
    for correct, word in ((False, ""), (True, " corrected")):
        one = stratified.stratified_wilson(x, n, correct=correct)
        assert worst(one, value(f"stratified wilson{word}")) < 1e-11
        two = stratified.stratified_newcombe(*STRATA, correct=correct)
        assert worst(two, value(f"stratified newcombe{word}")) < 1e-11
    found = stratified.stratified_newcombe(*by_sex())
    assert worst(found, value("stratified newcombe arthritis")) < 1e-11
