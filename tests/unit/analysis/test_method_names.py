"""The names that a protocol may use are those that the analysis knows; others are refused."""

import re
from pathlib import Path

import pytest

from equipoise.analysis.methods import COMPUTED
from equipoise.meaning.methods import METHODS
from equipoise.meaning.options import DATA
from equipoise.meaning.rules.planned import methods
from equipoise.protocol.rules.endpoints import conditions
from support.answers import TIME, protocol

QL = {"label": "Quality of life", "type": "questionnaire", "data": "ADQS", "parameter": "QL"}


def test_the_two_lists_are_equal():
    assert set(COMPUTED) == set(METHODS)


OPTIONS = {
    field.alias: field.description
    for kind in (*(method.options for method in METHODS.values()), *DATA.values())
    for field in kind.model_fields.values()
}


def test_every_option_has_a_meaning():
    assert len(OPTIONS) > 20
    assert all(OPTIONS.values())


@pytest.mark.parametrize(
    ("test", "options", "where", "said", "expected"),
    [
        ("Fleming-Harrington", {"gamma": "much"}, "gamma", '"much" is no number', "expected"),
        ("max-combo", {"weights": "stabilized"}, "weights", '"stabilized" is no weight', "rho and"),
        ("RMST", {"tau": "8 moons"}, "tau", 'unknown unit "moons"', "did you mean months"),
        ("Grambsch-Therneau", {"transform": "kn"}, "transform", '"kn"', "km, rank"),
    ],
)
def test_a_wrong_option_is_found_when_the_file_is_read(test, options, where, said, expected):
    (problem,) = methods(protocol(TIME, {"test": test, "options": options}))
    assert problem.path[-2:] == ("options", where)
    assert said in problem.message
    assert expected in problem.expected


@pytest.mark.parametrize("name", ["log-rank", "stratified Cox", "RMST", "Gray"])
def test_a_known_method_is_no_problem(name):
    assert list(methods(protocol(TIME, {"test": name}))) == []


@pytest.mark.parametrize(
    ("endpoint", "estimand", "where", "said"),
    [
        (TIME, {"test": "log-rnk"}, "test", 'there is no method "log-rnk"'),
        (TIME, {"test": "Fisher exact"}, "test", '"Fisher exact" does not fit E, a time to event'),
        (QL, {"test": "log-rank"}, "test", '"log-rank" needs a time to event'),
        (QL, {"test": "MMRM", "options": {"taw": 1}}, "taw", "no method of this estimand reads"),
        (
            TIME,
            {"test": "Gray", "options": {"competing": "deth"}},
            "competing",
            'there is no event source "deth"',
        ),
    ],
)
def test_a_wrong_word_is_found(endpoint, estimand, where, said):
    (problem,) = methods(protocol(endpoint, estimand))
    assert problem.path[-1] == where
    assert problem.message.startswith(said)


def test_a_questionnaire_with_worse_by_has_times():
    assert list(methods(protocol({**QL, "worse by": 10}, {"test": "log-rank"}))) == []


def test_the_nearest_name_is_offered():
    (problem,) = methods(protocol(TIME, {"estimator": ["Cox", "Kaplan-Maier"]}))
    assert problem.path[-2:] == ("estimator", 1)
    assert problem.expected == "did you mean Kaplan-Meier?"


def test_a_condition_among_the_options_is_read():
    endpoint = {"label": "Events", "type": "count", "data": "ADAE"}
    rules = protocol(endpoint, {"test": "rate ratio", "options": {"where": "AESER above 3"}})
    (problem,) = conditions(rules)
    assert problem.path[-2:] == ("options", "where")


def test_the_page_of_methods_is_complete():
    page = (Path(__file__).parents[3] / "docs" / "methods.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([^`\n]+)`", page.split("## Time to event")[1]))
    assert set(METHODS) <= named
    for name, meaning in OPTIONS.items():
        assert f"| `{name}` | {meaning} |" in page
