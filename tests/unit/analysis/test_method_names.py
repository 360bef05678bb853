"""The names that a protocol may use are those that the analysis knows; others are refused."""

import re
from pathlib import Path

import pytest
from equipoise.protocol.language.methods import GATHERED, METHODS, OPTIONS

from equipoise.analysis.methods import METHODS as FUNCTIONS
from equipoise.protocol.rules.endpoints import conditions, methods
from support.answers import TIME, protocol

QL = {"label": "Quality of life", "type": "questionnaire", "data": "ADQS", "parameter": "QL"}


def test_the_two_lists_are_equal():
    assert set(FUNCTIONS) == set(METHODS)


def test_every_option_has_a_meaning_and_a_reader():
    read = {name for words in METHODS.values() for name in words.options}
    read |= {name for names in GATHERED.values() for name in names}
    assert read == set(OPTIONS)


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
