"""Ranks, means and mixed models against R; the call of each value stands in reference.json."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.analysis.continuous.ancova import ancova, least_squares
from equipoise.analysis.continuous.design import design
from equipoise.analysis.continuous.mmrm.constrained import constrained_measures
from equipoise.analysis.continuous.mmrm.model import repeated_measures
from equipoise.analysis.continuous.ranks import hodges_lehmann, van_elteren, wilcoxon
from equipoise.analysis.continuous.terms_tested import terms_tested
from equipoise.frames import Labels
from support.continuous import ARMS, VISITS, fev, labels, numbers
from support.r_tables import value, veteran, worst

CLOSED = 1e-12
"""Closed forms, recorded to 15 digits."""

GLS = 2e-5
"""Iterated optima: gls stops when its parameters move by less than 1e-8, far from the optimum on
the flat ridge of an unstructured covariance; likelihoods agree to 1e-9."""

A = [1.1, 2.3, 0.4, 5.6, 3.3], [4.2, 6.1, 7.5, 2.9, 8.8, 9.1]
TIED = [1, 2, 2, 3, 5, 5], [2, 3, 4, 5, 6, 7, 7]


def two(first, second):
    """R's W is of the first sample."""
    return np.array([*first, *second]), np.repeat([1, 0], [len(first), len(second)])


def test_wilcoxon_by_the_normal():
    y, drug = numbers("anorexia", "Postwt"), labels("anorexia", "Treat", ("CBT", "Cont", "FT"))
    some = drug.codes < 2
    y, arm = y[some], 1 - drug.codes[some]
    for correct, name in ((True, "wilcox normal"), (False, "wilcox uncorrected")):
        found = wilcoxon(y, arm, exact=False, correct=correct)
        assert worst([found.statistic, found.p], value(name)) < CLOSED


def test_exact_wilcoxon():
    found, shift = wilcoxon(*two(*A)), hodges_lehmann(*two(*A))
    assert worst([found.statistic, found.p, *shift], value("wilcox exact")) < CLOSED
    tied = wilcoxon(*two(*TIED), exact=True)
    assert worst([tied.statistic, tied.p], value("wilcox exact tied")) < CLOSED
    assert worst([tied.z, tied.p], value("wilcox coin")) < CLOSED
    v = veteran()
    large = v.cell == 1
    found = wilcoxon(v.karno[large], 1 - v.arm[large], exact=True)
    assert worst([found.statistic, found.p], value("wilcox veteran exact")) < CLOSED


def test_van_elteren():
    v = veteran()
    found = van_elteren(v.karno, v.arm, v.cell)
    for name in ("elteren", "elteren coin"):
        assert worst([found.z, found.p], list(value(name).values())) < CLOSED


def test_exact_van_elteren():
    v = veteran()
    rows = np.concatenate([np.flatnonzero(v.cell == c)[:6] for c in range(4)])
    arm = np.tile([0, 1, 0, 1, 1, 0], 4)
    found = van_elteren(v.karno[rows], arm, np.repeat(range(4), 6), exact=True)
    assert worst(found.p, value("elteren exact")) < CLOSED


def last_visit():
    d = fev()
    rows = (d["visit"].codes == 3) & np.isfinite(d["y"])
    factors = {"arm": d["arm"], **d["covariates"]}
    cut = {name: Labels(c.codes[rows], c.levels) for name, c in factors.items()}
    return d["y"][rows], {**cut, "base": numbers("mmrm_fev_data", "FEV1_BL")[rows]}


@pytest.mark.parametrize("weights", ["equal", "proportional"])
def test_least_squares_means(weights):
    y, columns = last_visit()
    arm = columns.pop("arm")
    found = ancova(y, arm=arm, covariates=columns, weights=weights)
    theirs = value(f"emmeans {weights}")
    assert worst([m.value.estimate for m in found.means], theirs["mean"]) < CLOSED
    assert worst([m.value.standard_error for m in found.means], theirs["se"]) < CLOSED


def test_least_squares_means_where_averaged_factors_interact():
    y, columns = last_visit()
    terms = [("arm",), ("race",), ("sex",), ("base",), ("race", "sex")]
    model = design(columns, terms)
    fit = least_squares(y, model)
    rows = [model.mean_row({"arm": arm}, weights="proportional") for arm in ARMS]
    found = [fit.contrast(row) for row in rows]
    theirs = value("emmeans proportional interaction")
    assert worst([m.estimate for m in found], theirs["mean"]) < CLOSED
    assert worst([m.standard_error for m in found], theirs["se"]) < CLOSED


def test_maximum_likelihood():
    for criterion, name in (("ml", "gls ML"), ("reml", "gls REML")):
        found = repeated_measures(**fev(), criterion=criterion, adjustment="satterthwaite")
        theirs = value(name)
        assert worst(found.fit.deviance, -2 * theirs["logLik"]) < 1e-8
        gaps = [one.value.estimate for one in found.differences]
        arm, products = theirs["coef"][4], theirs["coef"][-3:]
        assert worst(gaps, [arm, *(arm + p for p in products)]) < GLS


@pytest.mark.parametrize("criterion", ["reml", "ml"])
def test_covariance_by_arm(criterion):
    """With nothing shared between the arms the fit is that of each arm alone."""
    d = {name: part for name, part in fev().items() if name != "covariates"}
    found = repeated_measures(**d, criterion=criterion, by_arm=True, adjustment="satterthwaite")
    theirs = value("gls by arm" + (" ML" if criterion == "ml" else ""))
    both = sum(theirs[arm]["logLik"] for arm in ARMS)
    assert worst(found.fit.deviance, -2 * both) < 1e-8
    means = {(m.arm, m.visit): m.value for m in found.means}
    for g, arm in enumerate(ARMS):
        first, *rest = theirs[arm]["coef"]
        ours = [means[arm, visit].estimate for visit in VISITS]
        assert worst(ours, [first, *(first + step for step in rest)]) < GLS
        assert worst(found.fit.covariance[g], theirs[arm]["sigma"]) < 1e-3
        if criterion == "reml":  # by ML gls widens its errors by root N / (N - p)
            assert worst(means[arm, "VIS1"].standard_error, theirs[arm]["se"][0]) < GLS


def test_each_term_of_a_mixed_model():
    d = fev()
    d["covariates"] |= {"base": numbers("mmrm_fev_data", "FEV1_BL")}
    found = repeated_measures(**d, adjustment="satterthwaite")
    theirs = value("type III")
    tests = terms_tested(found.fit, found.model)
    assert [t.name for t in tests] == ["race", "sex", "base", "arm", "visit", "arm by visit"]
    assert [t.test.numerator_df for t in tests] == theirs["df"][1:]
    assert worst([t.test.statistic for t in tests], theirs["F"][1:]) < 1e-4


def test_each_term_of_least_squares():
    drug = labels("anorexia", "Treat", ("CBT", "Cont", "FT"))
    columns = {"drug": drug, "before": numbers("anorexia", "Prewt")}
    model = design(columns, [("drug",), ("before",), ("drug", "before")])
    tests = terms_tested(least_squares(numbers("anorexia", "Postwt"), model), model)
    theirs = value("type III lm")
    assert worst([t.test.statistic for t in tests], theirs["F"][1:4]) < 1e-11
    assert worst([t.test.p for t in tests], theirs["p"][1:4]) < 1e-11


def with_baseline():
    """The same patients with their baseline as the first of five responses."""
    d = fev()
    who, first = np.unique(d["subject"], return_index=True)
    visit = np.concatenate((np.zeros(who.size, np.int32), d["visit"].codes + 1))
    arm = np.concatenate((d["arm"].codes[first], d["arm"].codes))
    return {
        "y": np.concatenate((numbers("mmrm_fev_data", "FEV1_BL")[first], d["y"])),
        "subject": np.concatenate((who, d["subject"])),
        "visit": Labels(visit.astype(np.int32), ("BASE", *VISITS)),
        "arm": Labels(arm.astype(np.int32), ARMS),
    }


def test_constrained_longitudinal_model():
    found = constrained_measures(**with_baseline(), adjustment="satterthwaite")
    theirs = value("clda")
    assert worst(found.fit.deviance, -2 * theirs["logLik"]) < 1e-8
    assert worst([d.value.estimate for d in found.differences], theirs["coef"][5:]) < GLS
    assert worst([d.value.standard_error for d in found.differences], theirs["se"][5:]) < GLS
    control = [m.value.estimate for m in found.means if m.arm == "PBO"]
    assert worst(control, theirs["coef"][1:5]) < GLS
