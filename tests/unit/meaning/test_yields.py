"""The most events that assumptions can yield, against closed forms worked by hand."""

from math import exp, log

import pytest

from equipoise.meaning.check import read_text
from equipoise.meaning.hypotheses import hypothesis
from equipoise.meaning.yields import most_events

BASE = """
trial: {{id: E, title: Events}}
population: {{randomize: 200}}
arms: {{a: {{label: A}}, b: {{label: B, role: control}}}}
endpoints: {{OS: {{label: OS, type: time to event, event: [death], censor: [last known alive]}}}}
populations: {{ITT: {{label: All, who: randomized, flag: ITTFL}}}}
estimands: {{OS: {{endpoint: OS, population: ITT, test: log-rank}}}}
design: {{OS: {{looks: {{final: 5 events}}}}}}
assume:
{}
"""


def _events(assume):
    indented = "\n".join(f"  {line}" for line in assume.strip().splitlines())
    protocol = read_text(BASE.format(indented))
    return most_events(protocol, hypothesis(protocol, "OS"))


def test_everybody_enters_on_one_day():
    found = _events("follow up: 360 days\nOS: {a: median 360 days, b: median 360 days}")
    assert found.all == pytest.approx(100)  # half of 200 by the median
    assert found.months == pytest.approx(360 / 30.4375)


def test_even_accrual_has_the_closed_form_of_lachin_and_foulkes():
    found = _events(
        "accrual: {lasts: 360 days}\nfollow up: 180 days\n"
        "OS: {a: median 270 days, b: median 270 days}"
    )
    rate, accrual, follow = log(2) / 270, 360, 180
    share = 1 - (exp(-rate * follow) - exp(-rate * (accrual + follow))) / (rate * accrual)
    assert found.all == pytest.approx(200 * share)


def test_dropout_competes_with_the_event():
    # a year's share lost 1 - exp(-1): a hazard of one a year, beside a death hazard of one a year
    found = _events(
        f"follow up: 365 days\ndropout: {{all: {1 - exp(-1)}}}\n"
        f"OS: {{a: median {log(2):.9f} years, b: median {log(2):.9f} years}}"
    )
    assert found.kept == pytest.approx(200 * 0.5 * (1 - exp(-2 * 365 / 365.25)))


def test_delayed_effect_follows_the_control_until_it_begins():
    found = _events(
        "follow up: 180 days\nOS: {b: median 180 days, a: hazard ratio 0.5 after 180 days}"
    )
    assert found.all == pytest.approx(100)


def test_an_effect_by_period_multiplies_the_hazard_of_each():
    found = _events(
        "follow up: 360 days\nOS: {b: median 180 days, a: 'hazard ratio 2 until 90 days, then 0.5'}"
    )
    # control: 2 half-lives; the other arm: half of one at twice, one and a half at half the hazard
    half_lives = 2 * 0.5 + 0.5 * 1.5
    assert found.all == pytest.approx(100 * (1 - 0.25) + 100 * (1 - 0.5**half_lives))


def test_a_curve_is_met_at_its_points():
    found = _events(
        "follow up: 300 days\nOS: {b: {curve: {300 days: 40%}}, a: {curve: {300 days: 80%}}}"
    )
    assert found.all == pytest.approx(100 * 0.6 + 100 * 0.2)


def test_without_an_end_everybody_has_the_event():
    found = _events("OS: {a: median 5 years, b: median 6 years}")
    assert found.all == pytest.approx(200)
    assert found.months is None


def test_nothing_assumed_nothing_expected():
    assert _events("follow up: 300 days") is None
