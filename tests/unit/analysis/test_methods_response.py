"""Each method for proportions gives what its function on counts gives."""

import numpy as np
import polars as pl
import pytest

from equipoise.analysis.methods.response import COMPARED, OVER_STRATA, RATES
from equipoise.analysis.response import corrected, difference, odds, rates, stratified
from equipoise.analysis.response.strata import breslow_day, cochran_mantel_haenszel
from equipoise.analysis.response.tables import barnard, boschloo, fisher
from equipoise.errors import InputError
from support.answers import adam, answer, one, people, protocol, value

ADSL = people(80)
ARM = (ADSL["TRT01P"].to_numpy() == "new").astype(int)
STRATUM = (ADSL["CENTER"].to_numpy() == "B").astype(int)
WILL = np.random.default_rng(5).random(80) < np.where(ARM == 1, 0.55, 0.3)
ADRS = ADSL.select("USUBJID", PARAMCD=pl.lit("BOR"), AVALC=pl.Series(np.where(WILL, "CR", "SD")))
RESPONSE = {"label": "Response", "type": "proportion", "data": "ADRS", "parameter": "BOR",
            "responder": 'AVALC = "CR"'}  # fmt: skip
PAIR = {"comparison": "new v old"}


def tally(mask):
    return int(WILL[mask].sum()), int(mask.sum())


WHOLE = (*tally(ARM == 1), *tally(ARM == 0))
PARTS = [(*tally((ARM == 1) & (s == STRATUM)), *tally((ARM == 0) & (s == STRATUM))) for s in (0, 1)]
STRATA = tuple(np.array(column) for column in zip(*PARTS))


def rows(adsl=ADSL, design=None, **estimand):
    return answer(adam(protocol(RESPONSE, estimand, design=design or {}), ADSL=adsl, ADRS=ADRS))


@pytest.mark.parametrize("name", RATES)
def test_rates(name):
    function = {
        "Clopper-Pearson": rates.clopper_pearson,
        "Wilson": rates.wilson,
        "Jeffreys": rates.jeffreys,
        "Agresti-Coull": rates.agresti_coull,
        "Wald": rates.wald,
        "corrected Wilson": corrected.corrected_wilson,
        "corrected Wald": corrected.corrected_wald,
    }[name]
    found = rows(estimator=name)
    expected = function(*WHOLE[2:])
    assert value(found, "rate", group="old") == expected.estimate
    assert value(found, "rate upper limit", group="old") == expected.upper


EXPECTED = {
    "Miettinen-Nurminen": lambda: difference.miettinen_nurminen(*WHOLE).lower,
    "Mee": lambda: difference.mee(*WHOLE).lower,
    "Newcombe": lambda: difference.newcombe(*WHOLE).lower,
    "Wald difference": lambda: difference.wald_difference(*WHOLE).lower,
    "odds ratio": lambda: odds.odds_ratio(*WHOLE).lower,
    "relative risk": lambda: odds.relative_risk(*WHOLE).lower,
    "exact odds ratio": lambda: odds.exact_odds_ratio(*[[n] for n in WHOLE]).lower,
    "stratified Miettinen-Nurminen": lambda: (
        difference.stratified_miettinen_nurminen(*STRATA).lower
    ),
    "Mantel-Haenszel difference": lambda: difference.mantel_haenszel_difference(*STRATA).lower,
    "Mantel-Haenszel odds ratio": lambda: odds.mantel_haenszel_odds_ratio(*STRATA).lower,
    "Mantel-Haenszel relative risk": lambda: odds.mantel_haenszel_relative_risk(*STRATA).lower,
    "stratified exact odds ratio": lambda: odds.exact_odds_ratio(*STRATA).lower,
    "chi-square": lambda: difference.wald_difference(*WHOLE).p,
    "Fisher exact": lambda: (
        fisher([[WHOLE[0], WHOLE[1] - WHOLE[0]], [WHOLE[2], WHOLE[3] - WHOLE[2]]]).p
    ),
    "Barnard": lambda: barnard(*WHOLE).p,
    "Boschloo": lambda: boschloo(*WHOLE).p,
    "Cochran-Mantel-Haenszel": lambda: (
        cochran_mantel_haenszel([[[a, n - a], [b, m - b]] for a, n, b, m in PARTS]).general.p
    ),
    "Breslow-Day": lambda: breslow_day(*STRATA).breslow_day.p,
    "corrected Newcombe": lambda: corrected.corrected_newcombe(*WHOLE).lower,
    "corrected Wald difference": lambda: corrected.corrected_difference(*WHOLE).lower,
    "corrected chi-square": lambda: corrected.corrected_chi_square(*WHOLE).p,
    "stratified Newcombe": lambda: stratified.stratified_newcombe(*STRATA).lower,
    "corrected Cochran-Mantel-Haenszel": lambda: stratified.mantel_haenszel_test(*STRATA).p,
}


def test_every_comparison_is_looked_at():
    assert set(EXPECTED) == set(COMPARED) | set(OVER_STRATA)


@pytest.mark.parametrize("name", EXPECTED)
def test_comparisons(name):
    statistic = {**COMPARED, **OVER_STRATA}[name][0]
    asked = "p" if statistic == "p" else f"{statistic} lower limit"
    assert value(rows(test=name), asked, method=name, **PAIR) == EXPECTED[name]()


def test_non_inferiority():
    found = rows(test="Farrington-Manning", design={"E": {"margin": "10%"}})
    z, p = difference.farrington_manning(*WHOLE, margin=-0.1)
    assert value(found, "z", **PAIR) == z
    assert value(found, "p, one-sided", **PAIR) == p
    with pytest.raises(InputError, match="margin"):
        rows(test="Farrington-Manning")


def test_a_stratum_of_one_arm_is_left_out_and_named():
    lonely = pl.when(pl.col("USUBJID") == "S000").then(pl.lit("C")).otherwise(pl.col("CENTER"))
    found = rows(ADSL.with_columns(CENTER=lonely), test="Mantel-Haenszel odds ratio")
    assert one(found, "odds ratio", **PAIR).note.endswith("strata of one arm left out: C")
    assert one(found, "odds ratio", **PAIR).note.startswith("2 strata")


def test_without_any_response_the_test_says_why():
    adrs = ADRS.with_columns(AVALC=pl.lit("SD"))
    rules = protocol(RESPONSE, {"test": "Breslow-Day", "estimator": "odds ratio"})
    found = answer(adam(rules, ADSL=ADSL, ADRS=adrs))
    for name in ("p", "odds ratio"):
        row = one(found, name, **PAIR)
        assert row.value is None
        assert row.note.startswith("not estimable")
    assert one(found, "odds ratio upper limit", **PAIR).note == "without a limit"
