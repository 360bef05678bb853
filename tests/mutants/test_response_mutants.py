"""A planted bug turns each oracle of response, safety and multiplicity red."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.analysis.estimates import Interval
from equipoise.analysis.response import difference, odds, rates, tables
from equipoise.analysis.response import strata as strata_module
from equipoise.analysis.safety import rates as safety
from equipoise.meaning import multiplicity as graphs
from oracle.multiplicity import test_multiplicity as multiple
from oracle.response import test_counts as counts
from oracle.response import test_more as more
from oracle.response import test_strata as strata
from oracle.safety import test_poisson as poisson
from support.mutants import plant


def red(run, *args) -> None:
    with pytest.raises(AssertionError):
        run(*args)


def entries(topic):
    return [p.values[0] for p in counts.of(topic)]


def plus_one_sided(quantile):
    """0.05 in each tail where 0.025 belongs."""
    return lambda level: quantile(2 * level - 1)


def test_one_sided_level_in_wilson(monkeypatch):
    monkeypatch.setattr(rates, "normal_quantile", plus_one_sided(rates.normal_quantile))
    red(counts.test_wilson, entries("wilson")[0])
    red(more.test_wald)
    red(more.test_agresti_coull, *more.AGRESTI_COULL[0])


def test_beta_parameters_off_by_one(monkeypatch):
    right = rates.special

    class Shifted:
        ndtri = right.ndtri
        betaincinv = staticmethod(lambda a, b, q: right.betaincinv(a + 1, b, q))
        betainccinv = staticmethod(lambda a, b, q: right.betainccinv(a, b + 1, q))

    monkeypatch.setattr(rates, "special", Shifted)
    red(counts.test_clopper_pearson, entries("clopper_pearson")[2])
    red(more.test_jeffreys, *more.JEFFREYS[0])


def test_ties_left_out_of_two_sided_p(monkeypatch):
    for module in (rates, odds, tables):
        monkeypatch.setattr(module, "EQUALLY_LIKELY", 1 - 1e-7)
    red(counts.test_fisher, entries("fisher")[3])
    red(strata.test_exact_conditional_test_over_strata)


def test_score_variance_without_n_minus_one(monkeypatch):
    right = difference.score_variance

    def biased(*args, unbiased=True):
        return right(*args, unbiased=not unbiased)

    monkeypatch.setattr(difference, "score_variance", biased)
    for topic in ("miettinen_nurminen", "mee_score"):
        red(counts.test_difference, entries(topic)[0])
    red(counts.test_farrington_manning, entries("farrington_manning_test")[0])
    red(strata.test_stratified_miettinen_nurminen_of_arthritis)


def test_rates_constrained_to_no_difference_in_every_score(monkeypatch):
    right = difference.constrained_rate
    monkeypatch.setattr(difference, "constrained_rate", lambda *args: right(*args[:4], 0.0))
    red(counts.test_difference, entries("miettinen_nurminen")[-2])


def test_newcombe_with_the_limits_crossed(monkeypatch):
    right = difference.wilson

    def crossed(x, n, *, level=0.95):
        found = right(x, n, level=level)
        return Interval(found.estimate, 2 * found.estimate - found.upper, found.upper)

    monkeypatch.setattr(difference, "wilson", crossed)
    red(counts.test_difference, entries("newcombe")[0])


def test_equal_weights_of_strata(monkeypatch):
    monkeypatch.setattr(
        difference, "mantel_haenszel_weights", lambda n1, n2: np.full(len(n1), 1 / len(n1))
    )
    red(strata.test_stratified_miettinen_nurminen_of_three_strata)


def test_central_instead_of_tilted_hypergeometric(monkeypatch):
    right = odds._tilted
    monkeypatch.setattr(odds, "_tilted", lambda w, s, m: right(w * 1.0001, s, m))
    red(counts.test_exact_odds_ratio, entries("or_exact_tight")[0])
    red(strata.test_conditional_logistic)


def test_n_instead_of_n_minus_one_in_cmh(monkeypatch):
    right = strata_module._quadratic

    def altered(cells, r, c, df):
        found = right(cells, r, c, df)
        return found._replace(statistic=found.statistic * 1.01)

    monkeypatch.setattr(strata_module, "_quadratic", altered)
    red(strata.test_cmh_general_association_of_three_levels)
    red(strata.test_cmh_row_means_and_correlation_with_table_scores)
    red(strata.test_cmh_two_by_two_in_four_strata)


def test_breslow_day_at_odds_ratio_one(monkeypatch):
    right = strata_module._expected
    monkeypatch.setattr(strata_module, "_expected", lambda common, *rest: right(1.0001, *rest))
    red(strata.test_breslow_day_and_tarone)


def test_nuisance_rate_fixed(monkeypatch):
    right = tables._binomial
    monkeypatch.setattr(tables, "_binomial", lambda n, rate: right(n, 0 * rate + 0.3))
    red(more.test_barnard, *more.BARNARD[0])
    red(more.test_boschloo, *more.BOSCHLOO[0])


def test_holm_without_its_running_maximum(monkeypatch):
    plant(monkeypatch, graphs.apply_graph, "max(largest, min(ratio, 1.0))", "min(ratio, 1.0)",
          also=(multiple,))  # fmt: skip
    red(multiple.test_p_adjust, "holm")


def test_a_graph_that_passes_nothing_on(monkeypatch):
    plant(monkeypatch, graphs.Graph.without, "self.weights[j] * g[j][i]", "0.0")
    red(multiple.test_graphs, multiple.REFERENCE["graphs"][0], multiple.GRAPHS[0])


def test_garwood_with_n_on_both_sides(monkeypatch):
    right = safety.special

    class Shifted:
        ndtri = right.ndtri
        gammaincinv = right.gammaincinv
        gammainccinv = staticmethod(lambda a, q: right.gammainccinv(a - 1, q))

    monkeypatch.setattr(safety, "special", Shifted)
    red(poisson.test_rate)


def test_exposures_swapped_in_the_ratio(monkeypatch):
    right = poisson.rate_ratio
    monkeypatch.setattr(poisson, "rate_ratio", lambda a, s, b, t: right(a, t, b, s))
    red(poisson.test_ratio)
