"""Analysis of covariance and quantiles against R."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from equipoise.analysis.continuous.ancova import ancova
from equipoise.analysis.continuous.describe import quantiles
from support.continuous import labels, numbers

HERE = Path(__file__).parent
ENTRIES = {e["topic"]: e for e in json.loads((HERE / "reference.json").read_text())["entries"]}
EXACT = 1e-8  # relative: closed forms

# R 4.2.2: a <- MASS::anorexia; m <- lm(Postwt ~ Prewt + Treat, a)
# predict(m, data.frame(Prewt = mean(a$Prewt), Treat = c("CBT", "Cont", "FT")), se.fit = TRUE)
R_MEANS = [85.574328314309383, 81.47726278623648, 90.137390967228171]
R_ERRORS = [1.296609173449484, 1.3753853246583465, 1.6976244567716468]


def anorexia(**more):
    arm = labels("anorexia", "Treat", ("CBT", "Cont", "FT"))
    covariates = {"Prewt": numbers("anorexia", "Prewt")}
    return ancova(numbers("anorexia", "Postwt"), arm=arm, covariates=covariates, **more)


def test_ancova_of_lm():
    fit, value = anorexia().fit, ENTRIES["ancova"]["value"]
    assert fit.names == ("(Intercept)", "Prewt", "armCont", "armFT")
    assert fit.beta == pytest.approx(list(value["coef"].values()), rel=EXACT)
    found = [fit.contrast(c) for c in np.eye(4)]
    assert [c.standard_error for c in found] == pytest.approx(list(value["se"].values()), rel=EXACT)
    assert [c.p for c in found] == pytest.approx(list(value["p"].values()), rel=EXACT)
    assert fit.sigma == pytest.approx(value["sigma"], rel=EXACT)


def test_differences_are_coefficients_and_means_are_predictions():
    found, value = anorexia(), ENTRIES["ancova"]["value"]
    gaps = {d.arm: d.value.estimate for d in found.differences}
    assert gaps["Cont"] == pytest.approx(value["coef"]["TreatCont"], rel=EXACT)
    assert gaps["FT"] == pytest.approx(value["coef"]["TreatFT"], rel=EXACT)
    assert [m.value.estimate for m in found.means] == pytest.approx(R_MEANS, rel=EXACT)
    assert [m.value.standard_error for m in found.means] == pytest.approx(R_ERRORS, rel=EXACT)


def test_quantiles_of_r():
    with (HERE / "data" / "veteran_age.csv").open() as file:
        age = [float(row["age"]) for row in csv.DictReader(file)]
    # types 2, 6 and 7 were recorded, three quantiles each; type 2 is SAS's
    assert quantiles(age) == pytest.approx(ENTRIES["quantile_types"]["value"][:3], rel=EXACT)
