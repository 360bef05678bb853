"""Counts over time at risk: each method gives what its function on numbers gives."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from equipoise.analysis.counts.negative_binomial import negative_binomial
from equipoise.analysis.safety import rates
from equipoise.errors import InputError
from support.answers import TIME, adam, answer, one, people, protocol, times, value

ADSL = people(50)
COUNT = {"label": "Exacerbations", "type": "count", "data": "ADAE"}
PAIR = {"comparison": "new v old"}
EVENTS = np.random.default_rng(9).negative_binomial(1.2, 0.4, 50)
DAYS = ((ADSL["EOSDT"] - ADSL["RANDDT"]).dt.total_days() + 1).to_numpy().astype(float)
ARM = ADSL["TRT01P"].to_numpy() == "new"
ADAE = pl.DataFrame(
    [
        {"USUBJID": who, "ASTDT": start + dt.timedelta(days=7 * (k + 1)), "AESER": "Y"}
        for who, start, n in zip(ADSL["USUBJID"], ADSL["RANDDT"], EVENTS)
        for k in range(n)
    ]
    + [
        {"USUBJID": "S000", "ASTDT": ADSL["EOSDT"][0] + dt.timedelta(days=1), "AESER": "Y"},
        {"USUBJID": "S001", "ASTDT": ADSL["RANDDT"][1] - dt.timedelta(days=1), "AESER": "Y"},
        {"USUBJID": "S002", "ASTDT": ADSL["RANDDT"][2], "AESER": "N"},
    ]
)


def rows(**estimand):
    options = {"where": 'AESER = "Y"', **estimand.pop("options", {})}
    rules = protocol(COUNT, {"options": options, **estimand})
    return answer(adam(rules, ADSL=ADSL, ADAE=ADAE))


def test_events_inside_the_time_at_risk_are_counted():
    found = rows(estimator="Poisson rate")
    assert value(found, "events", group="new") == EVENTS[ARM].sum()
    assert value(found, "with an event", group="new") == (EVENTS[ARM] > 0).sum()
    assert value(found, "days at risk", group="old") == DAYS[~ARM].sum()


def test_rates_and_their_comparison():
    found = rows(
        test="rate ratio", estimator=["Poisson rate", "rate difference"], options={"per": "2 years"}
    )
    unit = 2 * 365.25
    new, old = ((int(EVENTS[m].sum()), DAYS[m].sum() / unit) for m in (ARM, ~ARM))
    expected = rates.poisson_rate(*old)
    assert value(found, "event rate upper limit", group="old") == expected.upper
    assert one(found, "event rate", group="old").note == "per 2 years at risk"
    ratio = rates.rate_ratio(*new, *old)
    assert value(found, "rate ratio", **PAIR) == ratio.estimate
    assert value(found, "p", **PAIR) == ratio.p
    gap = rates.rate_difference(*new, *old)
    assert value(found, "difference in rates lower limit", **PAIR) == gap.lower


def test_subjects_with_an_event_per_time_before_it():
    found = rows(estimator="exposure-adjusted incidence")
    first = np.where(EVENTS > 0, 8.0, np.nan)
    onset = rates.onset(first[ARM], DAYS[ARM])
    expected = rates.exposure_adjusted(onset, unit=365.25)
    assert value(found, "exposure-adjusted incidence rate", group="new") == expected.estimate


def test_negative_binomial_regression():
    found = rows(test="negative binomial", covariates=["AGE"])
    x = np.column_stack([np.ones(50), ARM, ADSL["AGE"].to_numpy()])
    expected = negative_binomial(EVENTS, x, exposure=DAYS)
    assert expected.dispersion > 0
    assert value(found, "rate ratio", **PAIR) == expected.ratio[1]
    assert value(found, "rate ratio lower limit", **PAIR) == expected.lower[1]
    assert value(found, "p", **PAIR) == expected.p[1]
    assert one(found, "p", **PAIR).note == "adjusted for AGE"


def test_days_at_risk_from_a_variable_of_adsl():
    adsl = ADSL.with_columns(RISK=pl.when(pl.col("USUBJID") == "S003").then(0).otherwise(100))
    rules = protocol(COUNT, {"estimator": "Poisson rate", "options": {"exposure": "RISK"}})
    found = answer(adam(rules, ADSL=adsl, ADAE=ADAE))
    assert value(found, "days at risk", group="old") == 2500
    assert value(found, "days at risk", group="new") == 2400


def test_an_arm_without_events_says_why():
    rules = protocol(COUNT, {"test": "negative binomial", "options": {"where": "AESER is missing"}})
    found = one(answer(adam(rules, ADSL=ADSL, ADAE=ADAE)), "rate ratio", **PAIR)
    assert found.value is None
    assert found.note.startswith("not estimable")


def test_what_is_not_there_is_refused_by_name():
    with pytest.raises(InputError, match="RISK"):
        rows(estimator="Poisson rate", options={"exposure": "RISK"})
    with pytest.raises(InputError, match="AESEV"):
        rows(estimator="Poisson rate", options={"where": 'AESEV = "SEVERE"'})
    timed = adam(protocol(TIME, {"test": "rate ratio"}), ADSL=ADSL, ADTTE=times(ADSL))
    with pytest.raises(InputError, match="needs a count"):
        answer(timed)
