"""Mixed models for repeated measures against R's mmrm 0.3.18 (with emmeans) and SAS PROC MIXED.

R stops its optimizer while the deviance is still up to 5e-6 above its least value (ours is never
above it), so R's numbers are functions of a point beside the optimum. Two comparisons follow:
at R's own covariance estimate everything must agree to 1e-8; at our optimum, to what R's distance
from it allows.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from equipoise.analysis.continuous.design import design
from equipoise.analysis.continuous.mmrm.arrange import arrange
from equipoise.analysis.continuous.mmrm.contrast import contrast, f_test
from equipoise.analysis.continuous.mmrm.fit import MMRM, fit_at, mmrm
from equipoise.analysis.continuous.mmrm.model import repeated_measures
from support.continuous import fev, numbers, theta_of

ENTRIES = json.loads((Path(__file__).parent / "mmrm.json").read_text())["entries"]
SAME_POINT = 1e-8  # relative, both evaluated at R's covariance estimate
DEVIANCE = 1e-8  # relative: R's optimum is at most 1.5e-9 short
OPTIMUM = 4e-3  # in standard errors, and relative for standard errors and df: sqrt of R's 5e-6
CONVERGED_R = (
    1e-6  # the same where R's deviance is converged to 1e-9 (relative to each number's s.e.)
)


def case(entry):
    structure = re.search(r"(\w+)\(AVISIT", entry["r"])[1]
    method = entry["id"].split()[-1].lower()
    errors = "empirical" if method == "residual" else "model"
    return structure, method, errors


def params():
    return [pytest.param(e, id=e["id"]) for e in ENTRIES]


def model():
    data = fev()
    columns = {**data["covariates"], "arm": data["arm"], "visit": data["visit"]}
    return data, design(columns, [*((name,) for name in columns), ("arm", "visit")])


@pytest.fixture(scope="module")
def arranged():
    data, x = model()
    return arrange(
        data["y"], x.matrix, subject=data["subject"], visit=data["visit"].codes, names=x.names
    )


def weights(x):
    """Rows for the coefficients, the least-squares means and the differences, in R's order."""
    seen = np.isfinite(fev()["y"])
    assert seen.sum() == 537
    visits, arms = x.levels["visit"], x.levels["arm"]
    means = [x.mean_row({"visit": v, "arm": a}) for v in visits for a in arms]
    gaps = [means[2 * k + 1] - means[2 * k] for k in range(len(visits))]
    return np.eye(len(x.names)), means, gaps


def compare(fit: MMRM, value, tolerance):
    _, x = model()
    coefficients, means, gaps = ([contrast(fit, w) for w in rows] for rows in weights(x))
    check(coefficients, value, "", tolerance, coef="estimate")
    check(means, value, "lsmean", tolerance)
    check(gaps, value, "diff", tolerance)


FIELDS = {"est": "estimate", "se": "standard_error", "df": "df", "p": "p", "t": "t"}
FIELDS |= {"lower": "lower", "upper": "upper"}


def check(found, value, prefix, tolerance, **renamed):
    keys = {"lsmean": "estimate"} if prefix == "lsmean" else dict(renamed)
    keys |= {f"{prefix}_{k}" if prefix else k: field for k, field in FIELDS.items()}
    checked = 0
    for key, field in keys.items():
        if key in value:
            ours = [getattr(c, field) for c in found]
            assert ours == pytest.approx(value[key], rel=tolerance), key
            checked += 1
    assert checked >= 3


@pytest.mark.parametrize("entry", params())
def test_at_the_estimate_of_r(entry, arranged):
    structure, method, errors = case(entry)
    value = entry["value"]
    sigma = np.array(value["varcor"]).reshape(4, 4)
    theta = theta_of(structure, sigma)
    fit = fit_at(arranged, theta, covariance=structure, adjustment=method, errors=errors)
    assert fit.covariance == pytest.approx(sigma, rel=SAME_POINT)
    assert fit.deviance == pytest.approx(value["deviance_m2reml"], rel=SAME_POINT)
    assert -fit.deviance / 2 == pytest.approx(value["logLik"], rel=SAME_POINT)
    compare(fit, value, SAME_POINT)


@pytest.mark.parametrize("entry", params())
def test_at_the_optimum(entry):
    structure, method, errors = case(entry)
    value, (data, x) = entry["value"], model()
    fit = mmrm(
        data["y"],
        x.matrix,
        subject=data["subject"],
        visit=data["visit"].codes,
        covariance=structure,
        adjustment=method,
        errors=errors,
        names=x.names,
    )
    assert fit.deviance == pytest.approx(value["deviance_m2reml"], rel=DEVIANCE)
    assert fit.deviance <= value["deviance_m2reml"] + 1e-10 * fit.deviance
    found = [contrast(fit, w) for w in np.eye(len(x.names))]
    gap = np.array([c.estimate for c in found]) - value["coef"]
    assert np.abs(gap / value["se"]).max() < OPTIMUM
    assert [c.standard_error for c in found] == pytest.approx(value["se"], rel=OPTIMUM)
    assert [c.df for c in found] == pytest.approx(value["df"], rel=OPTIMUM)


@pytest.mark.parametrize("entry", params())
def test_means_and_differences_by_visit(entry):
    structure, method, errors = case(entry)
    value = entry["value"]
    found = repeated_measures(**fev(), covariance=structure, adjustment=method, errors=errors)
    means = np.array([m.value.estimate for m in found.means])
    gaps = np.array([d.value.estimate for d in found.differences])
    assert np.abs((means - value["lsmean"]) / value["lsmean_se"]).max() < OPTIMUM
    assert np.abs((gaps - value["diff_est"]) / value["diff_se"]).max() < OPTIMUM
    assert [d.value.df for d in found.differences] == pytest.approx(value["diff_df"], rel=OPTIMUM)
    assert [d.value.p for d in found.differences] == pytest.approx(value["diff_p"], rel=2e-2)


def test_where_r_converged_the_optimum_is_the_same():
    """Compound symmetry: R's deviance is within 1e-11 of the least, so six digits must agree."""
    entry = next(e for e in ENTRIES if e["id"].startswith("fev cs"))
    value = entry["value"]
    found = repeated_measures(**fev(), covariance="cs", adjustment="satterthwaite")
    gaps = [d.value.estimate for d in found.differences]
    assert gaps == pytest.approx(value["diff_est"], rel=CONVERGED_R)
    df = [d.value.df for d in found.differences]
    assert df == pytest.approx(value["diff_df"], rel=CONVERGED_R)
    assert found.fit.covariance.ravel() == pytest.approx(value["varcor"], rel=CONVERGED_R)


SAS = [
    # PROC MIXED DATA = fev cl method=reml; CLASS AVISIT ARMCD(ref='PBO') USUBJID;
    # MODEL FEV1 = ARMCD / ddfm=kr(linear); REPEATED AVISIT / subject=USUBJID type=...;
    # LSMEANS ARMCD / pdiff=all cl: estimate, standard error, df
    # (openpharma/mmrm, Apache-2.0, design/ddfm_covtype/kr1_*.csv and design/KR/kr1_*.csv)
    ("us", 3.81972492174648, 0.66124382270307, 160.733266403768),
    ("ar1", 4.22574315817874, 0.96058142305176, 188.46934887972),
    ("ar1h", 3.72674356244499, 0.75924807546934, 188.225339095373),
    ("csh", 3.77090812499029, 0.67403858183242, 190.737701349941),
    # ddfm=kr, where SAS's own parameters are linear in the covariance (kr_cs.csv, kr_toep.csv)
    ("cs", 4.19663617897035, 0.7964696053595, 177.038485931223),
    ("toep", 4.47051860580552, 0.87839805519623, 160.027408337368),
]
SAS_CONVERGED = 5e-4  # relative: PROC MIXED stops at 1e-8 of the deviance, 4e-5 above its least


@pytest.mark.parametrize(("structure", "estimate", "error", "df"), SAS)
def test_linear_kenward_roger_of_sas(structure, estimate, error, df):
    data = fev()
    x = design({"arm": data["arm"]}, [("arm",)])
    fit = mmrm(
        data["y"],
        x.matrix,
        subject=data["subject"],
        visit=data["visit"].codes,
        covariance=structure,
        adjustment="kenward-roger-linear",
    )
    found = contrast(fit, [0, 1])
    assert found.estimate == pytest.approx(estimate, rel=SAS_CONVERGED)
    assert found.standard_error == pytest.approx(error, rel=SAS_CONVERGED)
    assert found.df == pytest.approx(df, rel=SAS_CONVERGED)


SAS_TESTS = [
    # PROC MIXED DATA = fev cl method=reml; CLASS SEX ARMCD AVISIT USUBJID;
    # MODEL FEV1 = ... / ddfm=satterthwaite htype=...; REPEATED AVISIT / subject=USUBJID type=ar(1);
    # F and denominator df (openpharma/mmrm, Apache-2.0, design/anova/test2_2.csv, test3_1.csv)
    (("arm", "sex", "arm:sex", "slope 1", "slope 2"), [3, 4], 6.11482167585228, 194.942672335072),
    (("arm", "baseline", "arm:baseline"), [2], 0.7644368094469, 198.163532037944),
    (("arm", "baseline", "arm:baseline"), [0], 0.03099660681111, 199.582314485653),
]
SAS_CLOSE = 5e-6  # relative: PROC MIXED converged better here


@pytest.mark.parametrize(("columns", "tested", "statistic", "df"), SAS_TESTS)
def test_f_tests_of_sas(columns, tested, statistic, df):
    data = fev()
    arm, sex = (c.codes.astype(float) for c in (data["arm"], data["covariates"]["sex"]))
    baseline = numbers("mmrm_fev_data", "FEV1_BL")
    known = {
        "arm": arm,
        "sex": sex,
        "baseline": baseline,
        "arm:sex": arm * sex,
        "arm:baseline": arm * baseline,
        "slope 1": (1 - arm) * baseline,
        "slope 2": arm * baseline,
    }
    x = np.column_stack([np.ones(len(arm)), *(known[c] for c in columns)])
    fit = mmrm(
        data["y"],
        x,
        subject=data["subject"],
        visit=data["visit"].codes,
        covariance="ar1",
        adjustment="satterthwaite",
    )
    found = f_test(fit, np.eye(len(columns) + 1)[[k + 1 for k in tested]])
    assert found.statistic == pytest.approx(statistic, rel=SAS_CLOSE)
    assert found.denominator_df == pytest.approx(df, rel=SAS_CLOSE)
