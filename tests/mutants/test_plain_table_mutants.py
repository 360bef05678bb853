"""A planted bug turns each oracle of plain tables red."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.analysis.continuous import design, ranks, terms_tested
from equipoise.analysis.continuous.mmrm import constrained, grouped
from equipoise.analysis.response import corrected, logistic, stratified
from equipoise.analysis.survival import parametric
from equipoise.analysis.survival.curves import entered as curves
from equipoise.analysis.survival.regression import baseline
from equipoise.analysis.survival.tests import logrank as logranks
from equipoise.analysis.survival.tests import permutation, weighted
from equipoise.kernels import permuted as shuffles
from oracle.tables import test_rates_of_tables as rates
from oracle.tables import test_times_of_tables as times
from oracle.tables import test_values_of_tables as values
from support.mutants import plant


def red(run, *args) -> None:
    with pytest.raises(AssertionError):
        run(*args)


def test_at_risk_on_the_day_of_entry(monkeypatch):
    right = curves.span
    monkeypatch.setattr(curves, "span", lambda t, e, s, w: right(t, e, np.maximum(s - 1, 0), w))
    red(times.test_curves, "km entry")
    red(times.test_median_with_entry)


def test_weights_left_out_of_greenwood(monkeypatch):
    right = curves.entered_limit
    monkeypatch.setattr(curves, "entered_limit", lambda d, y: (right(d, y)[0], right(d / 2, y)[1]))
    red(times.test_curves, "km whole weights")


def test_influence_without_the_rows_own_event(monkeypatch):
    plant(monkeypatch, curves.influence_sum, "np.where(rows.event, 1 / left[end], 0.0)", "0.0")
    red(times.test_curves, "km robust")


def test_binomial_variance_of_weighted_rows(monkeypatch):
    right = logranks.entered_sums

    def binomial(events, at_risk, first):
        observed, expected, covariance = right(events, at_risk, first)
        return observed, expected, covariance * 1.001

    monkeypatch.setattr(logranks, "entered_sums", binomial)
    red(times.test_logrank_of_weighted_rows)
    red(times.test_logrank_with_entry)


@pytest.mark.parametrize("name", ["gehan", "tarone"])
def test_number_at_risk_after_the_time(name, monkeypatch):
    right = weighted._risk_sets

    def late(*columns):
        found = right(*columns)
        return found._replace(at_risk=found.at_risk - found.events)

    monkeypatch.setattr(weighted, "_risk_sets", late)
    red(times.test_weighted_logrank, name)


@pytest.mark.parametrize("name", ["peto", "modpeto"])
def test_survival_of_kaplan_and_meier_in_petos_weights(name, monkeypatch):
    right = weighted._risk_sets

    def plain(*columns):
        found = right(*columns)
        return found._replace(at_risk=found.at_risk - 1)

    monkeypatch.setattr(weighted, "_risk_sets", plain)
    red(times.test_weighted_logrank, name)


def test_scores_of_all_strata_together(monkeypatch):
    monkeypatch.setattr(
        permutation, "stratified_scores", lambda t, e, b, s: permutation.row_scores(t, e, s)
    )
    red(times.test_stratified_permutation)


def test_arms_shuffled_among_half_the_rows(monkeypatch):
    right = shuffles.permuted_sums
    monkeypatch.setattr(
        permutation, "permuted_sums", lambda s, r, f, m, *more: right(s, r, f, m // 2, *more)
    )
    red(times.test_drawn_permutations_come_near_the_normal)


def test_one_sided_p_of_the_other_side(monkeypatch):
    monkeypatch.setattr(logranks, "ndtr", lambda z: logranks.chdtrc(1, z * z) / 2 if z > 0 else 1.0)
    red(times.test_one_sided)


def test_breslow_hazard_for_efron(monkeypatch):
    right = baseline.hazard_squares
    monkeypatch.setattr(
        baseline, "hazard_squares", lambda rows, risk, _, starts: right(rows, risk, False, starts)
    )
    red(times.test_predicted_survival, "efron", "log")


def test_coefficients_taken_as_known(monkeypatch):
    plant(monkeypatch, baseline.predicted, "+ np.einsum(", "+ 0 * np.einsum(")
    red(times.test_predicted_survival, "breslow", "plain")


@pytest.mark.parametrize("name", ["exponential", "weibull", "lognormal", "loglogistic"])
def test_every_time_an_event(name, monkeypatch):
    right = parametric._LAWS[name]
    monkeypatch.setitem(parametric._LAWS, name, lambda z, event: right(z, event | True))
    red(times.test_parametric_times, name)


def test_intercept_out_of_the_regression(monkeypatch):
    right = logistic.LogisticLikelihood
    monkeypatch.setattr(
        logistic,
        "LogisticLikelihood",
        lambda y, x, offset: right(y, np.column_stack((x[:, :1] * 2, x[:, 1:])), offset),
    )
    red(rates.test_logistic_regression)


def test_profile_by_the_whole_quantile(monkeypatch):
    plant(monkeypatch, logistic._profile_end, "/ 2\n", "\n")
    red(rates.test_profile_limits)


def test_model_without_the_term_kept_whole(monkeypatch):
    plant(monkeypatch, logistic.without, "if j not in set(columns)", "if j not in set(columns[1:])")
    red(rates.test_likelihood_ratio_of_each_term)


def test_rates_at_the_mean_covariates(monkeypatch):
    plant(
        monkeypatch, logistic.standardized, "rate.mean()", "expit(design.mean(axis=0) @ fit.coef)"
    )
    red(rates.test_standardized_difference)


def test_a_correction_of_a_quarter(monkeypatch):
    plant(monkeypatch, stratified.mantel_haenszel_test, "min(0.5,", "min(0.25,")
    red(rates.test_mantel_haenszel)
    plant(monkeypatch, corrected.corrected_difference, "min(0.5,", "min(0.25,")
    red(rates.test_corrected_difference)
    plant(monkeypatch, corrected.corrected_wilson, "min(0.5,", "min(0.25,")
    red(rates.test_corrected_limits)


def test_strata_at_the_whole_level(monkeypatch):
    plant(
        monkeypatch, stratified.stratified_wilson,
        "narrower = 1 - 2 * float(ndtr(-z))", "narrower = level",
    )  # fmt: skip
    red(rates.test_stratified_limits)


def test_ties_in_order_of_appearance(monkeypatch):
    monkeypatch.setattr(ranks, "_ranked", lambda v: np.argsort(np.argsort(v)) + 1.0)
    red(values.test_exact_wilcoxon)
    red(values.test_wilcoxon_by_the_normal)


def test_strata_weighted_by_their_sizes(monkeypatch):
    plant(monkeypatch, ranks.van_elteren, "1.0 / (sizes + 1)", "1.0 / sizes", also=(values,))
    red(values.test_van_elteren)


def test_the_exact_tail_without_its_end(monkeypatch):
    plant(monkeypatch, ranks.exact_rank_p, ">= far", "> far * 1.0001")
    red(values.test_exact_van_elteren)


def test_equal_weights_for_observed(monkeypatch):
    plant(
        monkeypatch, design.LinearModel.mean_row, "share = count / count.sum()",
        "share = np.full(len(count), 1 / len(count))",
    )  # fmt: skip
    red(values.test_least_squares_means, "proportional")
    red(values.test_least_squares_means_where_averaged_factors_interact)


def test_restricted_where_full_was_asked(monkeypatch):
    plant(monkeypatch, grouped.Grouped.deviance, "self.restricted", "True")
    plant(monkeypatch, grouped.Grouped.at, "self.restricted", "True")
    red(values.test_maximum_likelihood)
    red(values.test_covariance_by_arm, "ml")


def test_everybody_in_one_group(monkeypatch):
    right = grouped.groups_of

    def swapped(y, subject, group):
        code, levels = right(y, subject, group)
        moved = code.copy()
        moved[: len(moved) // 3] = 1 - moved[: len(moved) // 3]
        return moved if len(levels) > 1 else code, levels

    monkeypatch.setattr(grouped, "groups_of", swapped)
    red(values.test_covariance_by_arm, "reml")


def test_terms_by_treatment_contrasts(monkeypatch):
    monkeypatch.setattr(terms_tested, "_from_sums", lambda model: np.eye(len(model.names)))
    red(values.test_each_term_of_a_mixed_model)
    red(values.test_each_term_of_least_squares)


def test_arms_apart_at_baseline(monkeypatch):
    plant(
        monkeypatch, constrained.constrained_measures, "(at == v) & (who == a)",
        "(at >= v) & (who == a)", also=(values,),
    )  # fmt: skip
    red(values.test_constrained_longitudinal_model)
