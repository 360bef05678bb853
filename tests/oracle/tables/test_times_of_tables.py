"""Times to event of plain tables against R; the call of each value stands in reference.json."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.analysis.survival import cox, kaplan_meier, logrank, permutation_logrank
from equipoise.analysis.survival.parametric import DISTRIBUTIONS, parametric_times
from equipoise.analysis.survival.regression.baseline import baseline_hazard, predicted_survival
from equipoise.analysis.survival.tests.weighted import NumberAtRisk, PetoWeight, weighted_logrank
from support.r_survival import data
from support.r_tables import AT, lung, value, veteran, worst

CLOSED = 1e-12
"""Closed forms: sums and products in another order than R's, recorded to 15 digits."""

OPTIMUM = 1e-8
"""Iterated optima: coxph stops when the likelihood moves by less than 1e-9 of itself."""

TAIL = 1e-9
"""P values to 1e-23: the relative error of a tail is that of its z times z squared."""

CURVES = {
    "km whole weights": {"weight": "weight"},
    "km weights as rows": {"weight": "weight"},
    "km entry": {"start": "entry"},
    "km entry weights": {"start": "entry", "weight": "weight", "conf": "log"},
    "km robust": {"weight": "fraction", "robust": True},
    "km robust entry": {"start": "entry", "weight": "fraction", "robust": True, "conf": "plain"},
}


def of_curve(curve):
    at = curve.at(AT, extend=True)
    return [at.at_risk, at.survival, at.std_err, at.lower, at.upper]


def in_r(name):
    found = value(name)
    return [found[key] for key in ("n.risk", "surv", "std.err", "lower", "upper")]


def options(given):
    return {k: getattr(lung(), v) if k in ("start", "weight") else v for k, v in given.items()}


@pytest.mark.parametrize("name", CURVES)
def test_curves(name):
    curve = kaplan_meier(lung().time, lung().event, **options(CURVES[name]))
    assert worst(of_curve(curve), in_r(name)) < CLOSED


def test_median_with_entry():
    curve = kaplan_meier(lung().time, lung().event, start=lung().entry)
    assert list(curve.median) == value("km entry median")


def test_logrank_of_weighted_rows():
    d = lung()
    test = logrank(d.time, d.event, d.sex - 1, weight=d.weight)
    theirs = value("lr weights")
    assert worst(test.observed, theirs["obs"]) < CLOSED
    assert worst(test.expected, theirs["exp"]) < CLOSED
    assert worst(test.variance, theirs["var"]) < CLOSED
    assert worst(test.chisq, theirs["chisq"]) < CLOSED
    d = d.where(d.ecog >= 0)
    within = logrank(d.time, d.event, d.sex - 1, d.ecog, weight=d.weight)
    assert worst(within.chisq, value("lr weights strata")["chisq"]) < CLOSED


def test_logrank_with_entry():
    d = lung()
    known, few = d.where(d.ecog >= 0), d.where((d.ecog >= 0) & (d.ecog < 3))
    ours = [
        logrank(d.time, d.event, d.sex - 1, start=d.entry),
        logrank(known.time, known.event, known.sex - 1, known.ecog, start=known.entry),
        logrank(d.time, d.event, d.sex - 1, start=d.entry, weight=d.weight),
        logrank(few.time, few.event, few.ecog, start=few.entry),
    ]
    names = ("lr entry", "lr entry strata", "lr entry weights", "lr entry three arms")
    assert worst([test.chisq for test in ours], [value(name)[0] for name in names]) < OPTIMUM


WEIGHTS = {
    "gehan": NumberAtRisk(),
    "tarone": NumberAtRisk(0.5),
    "peto": PetoWeight(),
    "modpeto": PetoWeight(modified=True),
}


@pytest.mark.parametrize("name", WEIGHTS)
def test_weighted_logrank(name):
    v, g, weight = veteran(), data("gehan"), WEIGHTS[name]
    treated = (g["treat"] == "6-MP").to_numpy().astype(int)
    ours = {
        "veteran": weighted_logrank(v.time, v.event, v.arm, weight=weight),
        "veteran strata": weighted_logrank(v.time, v.event, v.arm, v.cell, weight=weight),
        "gehan": weighted_logrank(
            g["time"].to_numpy(), g["cens"].to_numpy(), treated, weight=weight
        ),
    }
    for table, test in ours.items():
        theirs = value(f"wlr {name} {table}")
        assert worst([test.z, test.chisq, test.p], list(theirs.values())) < CLOSED


def test_stratified_permutation():
    v = veteran()
    for scores, name in (("log-rank", "perm within"), ("gehan-breslow", "perm within gehan")):
        found = permutation_logrank(v.time, v.event, v.arm, v.cell, scores=scores)
        assert worst(found.z, value(name)[0]) < CLOSED


def test_drawn_permutations_come_near_the_normal():
    v = veteran()
    found = permutation_logrank(v.time, v.event, v.arm, v.cell, draws=4000, seed=7)
    normal = permutation_logrank(v.time, v.event, v.arm, v.cell)
    error = np.sqrt(normal.p * (1 - normal.p) / 4000)
    assert abs(found.p - normal.p) < 3 * error


def test_one_sided():
    d = lung()
    fit, test = cox(d.time, d.event, d.sex - 1), logrank(d.time, d.event, d.sex - 1)
    assert worst(fit.p_better, value("cox one-sided")) < 10 * OPTIMUM  # P moves as z squared
    assert worst(test.p_better, value("lr one-sided")) < CLOSED


def model(ties="efron", **more):
    d = lung()
    return cox(d.time, d.event, np.column_stack((d.sex, d.age)), ties=ties, **more)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_baseline_hazard(ties):
    assert worst(
        baseline_hazard(model(ties)).at(AT).cumulative, value(f"basehaz {ties}")
    ) < OPTIMUM  # fmt: skip


@pytest.mark.parametrize("conf", ["log", "log-log", "plain"])
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_predicted_survival(ties, conf):
    curve = predicted_survival(model(ties), [2, 60], conf=conf)
    assert worst(of_curve(curve), in_r(f"predict {ties} {conf}")) < OPTIMUM


def test_predicted_survival_of_a_stratum_with_entry_and_with_weights():
    d = lung()
    strata = cox(d.time, d.event, d.age, stratum=d.sex - 1)
    found = predicted_survival(strata, [70], stratum=1)
    assert worst(of_curve(found), in_r("predict strata")) < OPTIMUM
    late = predicted_survival(model(start=d.entry), [1, 50], conf="log")
    assert worst(of_curve(late), in_r("predict entry")) < OPTIMUM
    several = predicted_survival(model(weight=d.weight), [1, 50], conf="log")
    assert worst(of_curve(several), in_r("predict weights")) < OPTIMUM


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
def test_parametric_times(distribution):
    d, v = lung(), data("veteran")
    tables = {
        "lung": (d.time, d.event, np.column_stack((d.sex, d.age))),
        "veteran": (
            v["time"].to_numpy(), v["status"].to_numpy(), v.select("trt", "karno").to_numpy()
        ),
    }  # fmt: skip
    for table, columns in tables.items():
        fit = parametric_times(*columns, distribution=distribution)
        theirs = value(f"survreg {distribution} {table}")
        for name in ("coef", "scale", "loglik", "se"):
            assert worst(getattr(fit, name), theirs[name]) < 1e-10
        assert worst(fit.p, theirs["p"]) < TAIL
