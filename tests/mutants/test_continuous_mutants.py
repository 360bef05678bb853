"""A planted bug turns each oracle of continuous endpoints red."""

from __future__ import annotations

import numpy as np
import pytest

import byhand.test_continuous as byhand
from equipoise.analysis.continuous import ancova, describe
from equipoise.analysis.continuous.design import LinearModel
from equipoise.analysis.continuous.mmrm import contrast as contrasts
from equipoise.analysis.continuous.mmrm import fit as fits
from equipoise.analysis.continuous.mmrm.arrange import arrange
from equipoise.kernels import mmrm as kernel
from laws import test_continuous as laws
from oracle.continuous import test_linear as linear
from oracle.continuous import test_mmrm as repeated
from support.mutants import plant

BY_ID = {e["id"]: e for e in repeated.ENTRIES}


@pytest.fixture
def arranged():
    data, x = repeated.model()
    return arrange(
        data["y"], x.matrix, subject=data["subject"], visit=data["visit"].codes, names=x.names
    )


def red(run, *args) -> None:
    with pytest.raises(AssertionError):
        run(*args)


def at_r(method, arranged, structure="us"):
    return repeated.test_at_the_estimate_of_r, BY_ID[f"fev {structure} {method}"], arranged


def test_full_instead_of_restricted_likelihood(monkeypatch, arranged):
    right = kernel.likelihood

    def full(data, sigma):
        found = right(data, sigma)
        log_det = float(np.linalg.slogdet(found.beta_covariance)[1])
        return found._replace(deviance=found.deviance + log_det)

    monkeypatch.setattr(kernel, "likelihood", full)
    red(*at_r("Satterthwaite", arranged))


def test_expected_instead_of_observed_information(monkeypatch, arranged):
    right = kernel.likelihood

    def altered(data, sigma):
        found = right(data, sigma)
        return found._replace(hessian=found.hessian * 1.001)

    monkeypatch.setattr(kernel, "likelihood", altered)
    red(*at_r("Satterthwaite", arranged))
    red(*at_r("Satterthwaite", arranged, "toeph"))


def test_kenward_roger_without_second_derivatives(monkeypatch, arranged):
    right = kernel.kenward_roger

    def linear_form(data, sigma, *rest):
        return right(data, sigma._replace(second=0 * sigma.second), *rest)

    monkeypatch.setattr(kernel, "kenward_roger", linear_form)
    red(*at_r("Kenward-Roger", arranged))


def test_second_derivatives_in_the_linear_form(monkeypatch):
    right = fits._adjusted

    def never_linear(adjustment, *rest):
        return right(adjustment.removesuffix("-linear"), *rest)

    monkeypatch.setattr(fits, "_adjusted", never_linear)
    for row in repeated.SAS:
        red(repeated.test_linear_kenward_roger_of_sas, *row)


def test_residual_df_for_everything(monkeypatch, arranged):
    monkeypatch.setattr(
        contrasts, "degrees_of_freedom", lambda fit, c: float(fit.observations - len(fit.beta))
    )
    for method in ("Satterthwaite", "Kenward-Roger", "Between-Within"):
        red(*at_r(method, arranged))


def test_model_instead_of_empirical_errors(monkeypatch, arranged):
    monkeypatch.setattr(kernel, "sandwich", lambda rows, seen, v, beta, phi: phi)
    red(*at_r("Residual", arranged))


def test_an_optimizer_that_stops_early(monkeypatch):
    monkeypatch.setattr(fits, "_CONVERGED", 50.0)
    red(repeated.test_at_the_optimum, BY_ID["fev us Satterthwaite"])
    red(repeated.test_where_r_converged_the_optimum_is_the_same)


def test_means_weighted_by_the_sample(monkeypatch):
    right = LinearModel._average

    def weighted(self, name, at):
        found = right(self, name, at)
        return found if name in at or name in self.means else found * 1.1

    monkeypatch.setattr(LinearModel, "_average", weighted)
    red(repeated.test_means_and_differences_by_visit, BY_ID["fev us Satterthwaite"])


def test_covariates_at_nought_and_n_in_the_variance(monkeypatch):
    right = ancova.t_test
    monkeypatch.setattr(
        ancova,
        "t_test",
        lambda e, s, df, level: right(e, s * np.sqrt(df / (df + 4)), df, level=level),
    )
    red(linear.test_ancova_of_lm)
    red(linear.test_differences_are_coefficients_and_means_are_predictions)


def test_one_definition_of_quantiles(monkeypatch):
    plant(monkeypatch, describe.quantiles, "averaged_inverted_cdf", "linear", also=(byhand,))
    red(byhand.test_quartiles_of_four)


def test_least_df_of_the_rows_in_an_f_test(monkeypatch):
    monkeypatch.setattr(
        contrasts,
        "_satterthwaite",
        lambda fit, rows: min(contrasts.degrees_of_freedom(fit, row) for row in rows),
    )
    red(repeated.test_f_tests_of_sas, *repeated.SAS_TESTS[0])


def test_f_of_kenward_roger_not_scaled(monkeypatch):
    right = contrasts._kenward_roger
    monkeypatch.setattr(contrasts, "_kenward_roger", lambda fit, rows: (right(fit, rows)[0], 1.0))
    red(laws.test_kenward_roger_of_complete_data_is_hotelling)
