"""Planted bugs: each must turn its oracle red."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest

import byhand.test_competing as byhand
import oracle.test_survival_reference as oracle
from equipoise.kernels.survival.cox import cox_sums
from equipoise.kernels.survival.curve import pooled_before
from equipoise.kernels.survival.logrank import logrank_sums_plain
from equipoise.kernels.survival.points import event_points
from equipoise.kernels.survival.table import tabulate
from support.mutants import plant
from support.r_survival import of_topic


def module(name):
    return import_module(f"equipoise.analysis.survival.{name}")


def parted(target):
    """Folder and module, and what stands in it."""
    folder, name, attribute = target.split(".", 2)
    return f"{folder}.{name}", attribute


def binomial_variance(events, leaving, first, weight):
    """A log-rank variance that forgets that tied events are drawn without replacement."""
    observed, expected, _ = logrank_sums_plain(events, leaving, first, weight)
    risk = leaving[::-1].cumsum(axis=0)[::-1].astype(float)
    n, d = risk.sum(axis=1), events.sum(axis=1)
    between = np.sum(d * risk[:, 0] * risk[:, 1] / n**2)
    return observed, expected, np.array([[[between, -between], [-between, between]]])


def binomial_days(day, event, arm, stratum):
    table = tabulate(day, event, arm.astype(np.int32), arms=2)
    observed, expected, covariance = binomial_variance(*table[1:], np.empty(0))
    return True, observed[0], expected[0], covariance[0]


def survival_after(events, leaving, first):
    """S(t) where S(t-) belongs."""
    return np.append(pooled_before(events, leaving, first)[1:], 0.0)


def always_breslow(rows, eta, risk, efron, score, info):
    return cox_sums(rows, eta, risk, False, score, info)


def points_without_ties(rows, risk, efron, with_info):
    return event_points(rows, risk, False, with_info)


def exact_by_breslow(rows, eta, score, info):
    return cox_sums(rows, eta, np.exp(eta), False, score, info)


def naive_variance(like, beta, naive, cluster):
    return naive


def no_censoring_part(rows, beta, fit):
    return np.zeros(rows.x.shape)


def unweighted_rows(time, cause, *, of):
    rows = module("regression.subdistribution").subdistribution_rows(time, cause, of=of)
    return rows._replace(weight=np.ones(rows.weight.size))


def episodes_all_at_risk_from_0(time, event, *, cuts):
    split = module("regression.windows").episodes(time, event, cuts=cuts)
    return split._replace(start=np.zeros(split.start.size))


def wide_step(limits):
    return lambda s, v, **k: limits(s, v * 1.02, **k)


def first_of(topic, word=""):
    return next(e for e in of_topic(topic) if word in e.r)


MUTANTS = {
    "limits": ("km", "", "test_km", "curves.kaplan_meier.limits", lambda f: wide_step(f)),
    "a step read as no step": (
        "km_quantile", "halfpoint", "test_quantiles", "curves.kaplan_meier.SAME", -1.5e-8,
    ),
    "milestone errors added": (
        "landmark_difference", "", "test_milestone",
        "curves.milestone.np.sqrt", lambda f: lambda v: v,
    ),
    "binomial variance": (
        "logrank", "~ trt, pbc_rct", "test_logrank", "tests.logrank.logrank_of_days", binomial_days,
    ),
    "S(t) for S(t-)": (
        "fh_weighted", "1, 0", "test_fleming_harrington",
        "tests.weighted.pooled_before", survival_after,
    ),
    "S(t) in Peto-Peto": (
        "peto_peto_G_rho1", "", "test_logrank", "tests.weighted.pooled_before", survival_after,
    ),
    "scores without tails": (
        "coin_logrank", "Gehan", "test_permutation", "tests.permutation.row_scores",
        lambda f: lambda t, e, s: f(t, e, "log-rank"),
    ),
    "max-combo as if independent": (
        "maxcombo", "", "test_max_combo", "tests.maxcombo.orthant.beyond_either_side",
        lambda f: lambda far, r: f(far, np.eye(4)),
    ),
    "Breslow for Efron": (
        "cox_efron", "", "test_cox",
        "regression.days.cox_of_days", lambda f: lambda *a: f(*a[:4], False),
    ),
    "Breslow for Efron by weights": (
        "cox_robust", "", "test_cox", "regression.likelihood.cox_sums", always_breslow,
    ),
    "Breslow for exact": (
        "cox_exact", "", "test_cox", "regression.likelihood.exact_sums", exact_by_breslow,
    ),
    "naive for robust": (
        "cox_robust", "", "test_cox", "regression.cox.cluster_variance", naive_variance,
    ),
    "zph without ties": (
        "cox_zph", "", "test_zph", "regression.influence.event_points", points_without_ties,
    ),
    "Aalen variance by delta": (
        "cuminc_gray", "trt", "test_incidence_and_gray",
        "curves.competing._aalen", "curves.competing._delta",
    ),
    "Gray's variance": (
        "cuminc_gray", "stage", "test_incidence_and_gray", "curves.competing.gray_variance",
        lambda f: lambda *a: f(*a) * 1.001,
    ),
    "censoring taken as known": (
        "finegray", "pbc", "test_fine_gray",
        "regression.finegray.censoring_part", no_censoring_part,
    ),
    "times a day late": (
        "rmst", "", "test_rmst", "curves.rmst.kaplan_meier",
        lambda f: lambda t, e, **k: f(t + 1, e, **k),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTANTS)
def test_mutant_is_caught(name, monkeypatch):
    topic, word, test, target, planted = MUTANTS[name]
    where, attribute = parted(target)
    home = module(where)
    for part in attribute.split(".")[:-1]:
        home = getattr(home, part)
    last = attribute.split(".")[-1]
    if isinstance(planted, str):
        where, attribute = parted(planted)
        planted = getattr(module(where), attribute)
    elif getattr(planted, "__name__", "") == "<lambda>":
        planted = planted(getattr(home, last))
    entry = first_of(topic, word)
    getattr(oracle, test)(entry)
    monkeypatch.setattr(home, last, planted)
    with pytest.raises(AssertionError):
        getattr(oracle, test)(entry)


@pytest.mark.parametrize(
    ("test", "attribute", "planted"),
    [
        ("test_time_varying_effect", "episodes", episodes_all_at_risk_from_0),
        (
            "test_residuals",
            "schoenfeld",
            lambda fit: module("regression.residuals").schoenfeld(fit),
        ),
    ],
)
def test_mutant_of_rows_is_caught(test, attribute, planted, monkeypatch):
    monkeypatch.setattr(oracle, attribute, planted)
    if attribute == "schoenfeld":
        monkeypatch.setattr(module("regression.influence"), "event_points", points_shifted)
    with pytest.raises(AssertionError):
        getattr(oracle, test)()


def points_shifted(*arguments):
    found = event_points(*arguments)
    return found._replace(mean=found.mean + 1e-4)


def test_weights_of_competing_events_matter(monkeypatch):
    monkeypatch.setattr(oracle, "subdistribution_rows", unweighted_rows)
    with pytest.raises(AssertionError):
        oracle.test_fine_gray_by_weighted_rows(first_of("finegray_survival"))


def test_profile_by_half_the_chi_square(monkeypatch):
    monkeypatch.setattr(module("regression.profile"), "chdtri", lambda df, p: 1.9)
    with pytest.raises(AssertionError):
        oracle.test_cox_profile_limits()


def test_weibull_with_every_time_an_event(monkeypatch):
    honest = module("regression.weibull").derivatives
    monkeypatch.setattr(
        module("regression.weibull"), "derivatives", lambda a, b, e, d: honest(a, b, e | True, d)
    )
    with pytest.raises(AssertionError):
        oracle.test_weibull()


def test_tied_causes_as_one_draw(monkeypatch):
    competing = module("curves.competing")
    plant(monkeypatch, competing._aalen, "_spread_of(d - d1, y)", "_spread_of(d, y) - d1")
    with pytest.raises(AssertionError):
        byhand.test_variance_of_tied_causes_is_theirs_in_sequence()
