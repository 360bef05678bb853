"""Interaction tests beside the estimates of the levels."""

import numpy as np
import polars as pl
import pytest
from scipy import stats

from equipoise.analysis.response.strata import breslow_day
from equipoise.analysis.survival.regression.cox import cox
from equipoise.errors import InputError
from support.answers import TIME, adam, answer, one, people, protocol, scores, times, value

ADSL = people(120)
ARM = (ADSL["TRT01P"].to_numpy() == "new").astype(int)
MALE = (ADSL["SEX"].to_numpy() == "M").astype(int)
BAND = np.searchsorted([50, 65], ADSL["AGE"].to_numpy(), side="right")
SUBGROUPS = {"sex": {"variable": "SEX"}, "age": {"variable": "AGE", "cut": [50, 65]}}
PLACE = {"comparison": "new v old", "method": "interaction test"}


def test_hazard_ratios_by_level_and_their_likelihood_ratio_test():
    adtte = times(ADSL)
    time, event = adtte["AVAL"].to_numpy(), adtte["CNSR"].to_numpy() == 0
    stratum = (ADSL["CENTER"].to_numpy() == "B").astype(int)
    estimand = {"test": "log-rank", "estimator": "stratified Cox", "role": "primary"}
    found = answer(adam(protocol(TIME, estimand, subgroups=SUBGROUPS), ADSL=ADSL, ADTTE=adtte))
    for name, level in (("sex", np.eye(2)[MALE][:, 1:]), ("age", np.eye(3)[BAND][:, 1:])):
        main = np.column_stack([ARM, level])
        more = np.column_stack([main, level * ARM[:, None]])
        small, large = (cox(time, event, x, stratum=stratum).loglik[1] for x in (main, more))
        expected = stats.chi2.sf(2 * (large - small), level.shape[1])
        row = one(found, "p", subgroup=name, **PLACE)
        assert row.value == pytest.approx(expected, rel=1e-9)
        assert "likelihood-ratio" in row.note
    inside = {"subgroup": "sex: F", "comparison": "new v old"}
    assert value(found, "hazard ratio", **inside) is not None


def test_one_odds_ratio_in_all_levels():
    will = np.random.default_rng(3).random(120) < 0.4
    adrs = ADSL.select("USUBJID", PARAMCD=pl.lit("BOR"), AVALC=pl.Series(np.where(will, "CR", "")))
    endpoint = {"label": "R", "type": "proportion", "parameter": "BOR", "responder": 'AVALC = "CR"'}
    estimand = {"test": "Fisher exact", "role": "primary"}
    found = answer(adam(protocol(endpoint, estimand, subgroups=SUBGROUPS), ADSL=ADSL, ADRS=adrs))
    cells = [
        [int((will if part == "x" else np.ones(120, bool))[(arm == ARM) & (k == MALE)].sum())
         for k in (0, 1)]
        for arm in (1, 0) for part in ("x", "n")
    ]  # fmt: skip
    assert value(found, "p", subgroup="sex", **PLACE) == breslow_day(*cells).breslow_day.p


def test_arm_by_level_in_the_analysis_of_covariance():
    adqs = scores(ADSL, visits=1)
    endpoint = {"label": "Q", "type": "continuous", "data": "ADQS", "parameter": "QL"}
    estimand = {"test": "ANCOVA", "role": "primary"}
    found = answer(adam(protocol(endpoint, estimand, subgroups=SUBGROUPS), ADSL=ADSL, ADQS=adqs))
    after = adqs.filter(pl.col("AVISITN") == 1)
    y, base = after["CHG"].to_numpy(), after["BASE"].to_numpy()
    level = np.eye(3)[BAND][:, 1:]
    main = np.column_stack([np.ones(120), base, ARM, level])
    more = np.column_stack([main, level * ARM[:, None]])
    rss = [float(np.linalg.lstsq(x, y, rcond=None)[1][0]) for x in (main, more)]
    df = 120 - more.shape[1]
    f = (rss[0] - rss[1]) / 2 / (rss[1] / df)
    assert value(found, "F", subgroup="age", **PLACE) == pytest.approx(f, rel=1e-9)
    expected = stats.f.sf(f, 2, df)
    assert value(found, "p", subgroup="age", **PLACE) == pytest.approx(expected, rel=1e-9)


def test_a_subgroup_of_one_level_says_why():
    adsl = ADSL.with_columns(SEX=pl.lit("F"))
    estimand = {"test": "log-rank", "role": "primary"}
    rules = protocol(TIME, estimand, subgroups={"sex": {"variable": "SEX"}})
    row = one(answer(adam(rules, ADSL=adsl, ADTTE=times(adsl))), "p", subgroup="sex", **PLACE)
    assert row.value is None
    assert row.note == "not estimable: the subgroup has one level only"


def test_secondary_estimands_have_no_subgroups():
    rules = protocol(TIME, {"test": "log-rank"}, subgroups=SUBGROUPS)
    found = answer(adam(rules, ADSL=ADSL, ADTTE=times(ADSL)))
    assert {row.subgroup for row in found} == {""}


def test_a_subgroup_that_is_a_stratum_too_is_tested_within_the_strata():
    adtte = times(ADSL)
    time, event = adtte["AVAL"].to_numpy(), adtte["CNSR"].to_numpy() == 0
    stratum = (ADSL["CENTER"].to_numpy() == "B").astype(int)
    small = cox(time, event, ARM, stratum=stratum).loglik[1]
    large = cox(time, event, np.column_stack([ARM, ARM * stratum]), stratum=stratum).loglik[1]
    estimand = {"estimator": "stratified Cox", "role": "primary"}
    rules = protocol(TIME, estimand, subgroups={"center": {"variable": "CENTER"}})
    found = answer(adam(rules, ADSL=ADSL, ADTTE=adtte))
    expected = 2 * (large - small)
    assert value(found, "chi-square", subgroup="center", **PLACE) == pytest.approx(expected)
    with pytest.raises(InputError, match="same for all at risk"):
        cox(time, event, np.column_stack([ARM, stratum]), stratum=stratum)
