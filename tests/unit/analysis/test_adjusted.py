"""Multiplicity on observed P values."""

from functools import cache

import polars as pl
import pytest

from equipoise.adam.derive import derive
from equipoise.adam.study import cut_at
from equipoise.analysis.adjusted_p import adjusted
from equipoise.analysis.analyze import analyze
from equipoise.analysis.decisions import decisions
from equipoise.analysis.results import Row, frame
from equipoise.meaning.multiplicity import graph_of
from support.adjusted_p import bonferroni, fixed_sequence, holm
from support.answers import adam, people, times, value
from support.answers import protocol as tiny
from support.street import day, derived, person, protocol, randomized, sdtm
from support.virtual import virtual_sdtm

NAMES = ("A", "B", "C")
P = (0.02, 0.012, 0.6)
TIME = {"label": "T", "type": "time to event", "event": ["death"], "censor": ["end of study"]}


def three(multiplicity, **design):
    """A design of three hypotheses that are all tested at one look."""
    looks = {"A": {"looks": {"final": "end of study"}}}
    looks |= {name: {"looks": {"final": "with A final"}} for name in NAMES[1:]}
    rules = tiny(TIME, {"test": "log-rank"})
    estimands = {
        name: {"endpoint": name, "population": "ITT", "test": "log-rank"} for name in NAMES
    }
    return type(rules).model_validate(
        {
            **rules.model_dump(
                by_alias=True, include={"trial", "population", "arms", "allocation"}
            ),
            "endpoints": dict.fromkeys(NAMES, TIME),
            "populations": {"ITT": {"who": "randomized", "flag": "ITTFL"}},
            "estimands": estimands,
            "design": {"multiplicity": multiplicity, **looks, **design},
        }
    )


def answered(rules, p=P, look="A final"):
    adsl = people(10)
    data = adam(rules, look=look, ADSL=adsl, ADTTE=times(adsl))
    pair = {"comparison": "new v old"}
    rows = [Row(name, "log-rank", "ITT", "p", value, **pair) for name, value in zip(NAMES, p)]
    return list(adjusted(data, frame(rows)))


@pytest.mark.parametrize(
    ("multiplicity", "expected", "design"),
    [
        ("holm", holm(P), {}),
        ("bonferroni", bonferroni(P), {}),
        ("fixed sequence", fixed_sequence(P), {"order": list(NAMES)}),
    ],
)
def test_rules_give_their_adjusted_p(multiplicity, expected, design):
    found = answered(three(multiplicity, **design))
    for name, p in zip(NAMES, expected):
        adjusted_p = value(found, "adjusted p", analysis=name)
        assert adjusted_p == pytest.approx(p, rel=1e-12)
        assert value(found, "rejected", analysis=name) == float(p <= 0.05)


def test_a_graph_by_hand():
    # A and B hold half of alpha each; B passes half to A and half to C when it is rejected.
    graph = {"weights": {"A": "0.5", "B": "0.5"}, "transitions": {"B": {"A": 0.5, "C": 0.5}}}
    found = answered(three("graph", graph=graph))
    # B: 0.012 / 0.5 = 0.024. Then A holds 0.75: 0.02 / 0.75; C holds 0.25: 0.6 / 0.25, at most 1.
    assert value(found, "adjusted p", analysis="B") == pytest.approx(0.024)
    assert value(found, "adjusted p", analysis="A") == pytest.approx(0.02 / 0.75)
    assert value(found, "adjusted p", analysis="C") == 1
    assert graph_of(three("graph", graph=graph)).weights == (0.5, 0.5, 0.0)


def test_a_one_sided_design_compares_with_twice_its_alpha():
    found = answered(three("bonferroni", alpha="1%", sides="1"), p=(0.006, 0.007, 1.0))
    assert value(found, "rejected", analysis="A") == 1
    assert value(found, "rejected", analysis="B") == 0


def test_a_hypothesis_without_a_p_value_says_why_and_passes_nothing_on():
    found = answered(three("fixed sequence", order=list(NAMES)), p=(0.01, None, 0.01))
    (missing,) = [r for r in found if r.analysis == "B"]
    assert (missing.value, missing.note) == (None, "not estimable: no P value of log-rank")
    assert value(found, "rejected", analysis="A") == 1
    assert value(found, "rejected", analysis="C") == 0


def test_without_multiplicity_there_is_nothing_to_adjust():
    assert answered(three("none")) == []


def test_a_hypothesis_tested_at_an_earlier_look_keeps_its_p_value():
    died = {"a": 50, "b": 90, "c": 130, "d": 20, "e": 30, "f": 10, "g": 40, "h": 60}
    arms = dict(zip(died, "NNNONOOO"))
    dm = [person(who, arms[who], DTHDTC=day(on)) for who, on in died.items()]
    seen = [{"USUBJID": who, "VISITNUM": 9.0, "SVSTDTC": day(on)} for who, on in died.items()]
    death = {"label": "Death", "type": "time to event", "event": ["death"],
             "censor": ["last known alive"]}  # fmt: skip
    plan = protocol(
        population={"randomize": "8"},
        endpoints={"PFS": death},
        design={"multiplicity": "fixed sequence", "order": ["PFS", "OS"],
                "PFS": {"looks": {"final": "4 events"}}, "OS": {"looks": {"final": "8 events"}}},
    )  # fmt: skip
    data = sdtm(plan, DM=dm, DS=[randomized(who) for who in died], SV=seen)
    first, last = (analyze(derived(data, look)) for look in ("PFS final", "OS final"))
    then = first.value(analysis="PFS", statistic="p", method="log-rank")
    now = last.value(analysis="OS", statistic="p", method="log-rank")
    assert then != last.value(analysis="PFS", statistic="p", method="log-rank")
    assert first.value(analysis="PFS", statistic="adjusted p") == then
    assert first.select(analysis="OS", statistic="adjusted p").is_empty()
    assert last.value(analysis="OS", statistic="adjusted p") == max(then, now)


@cache
def at_pfs_final():
    data = derive(cut_at(virtual_sdtm(), look="PFS final"))
    return data, list(decisions(data))


def test_a_hypothesis_with_several_looks_enters_with_its_sequential_p():
    data, decided = at_pfs_final()
    tests = [
        Row("PFS", "stratified log-rank", "ITT", "p", 1e-6, comparison="lutate v octreotide"),
        Row("OS", "log-rank", "ITT", "p", 1e-6, comparison="lutate v octreotide"),
    ]
    found = list(adjusted(data, frame([*tests, *decided])))
    sequential = value(decided, "sequential p, one-sided", analysis="OS")
    assert value(found, "adjusted p", analysis="PFS") == 1e-6
    # at a quarter of the deaths the bound is far: the plain P value would claim too much
    assert value(found, "adjusted p", analysis="OS") == max(1e-6, min(1, 2 * sequential))
    assert sequential > 1e-4
    kept = [row for row in decided if not row.statistic.startswith("sequential")]
    none = [r for r in adjusted(data, frame([*tests, *kept])) if r.analysis == "OS"]
    assert none[0].note == "not estimable: no boundary for its looks"


def test_decisions_and_adjusted_p_agree():
    data, decided = at_pfs_final()
    results = analyze(data)
    for key in ("PFS", "OS"):
        (said,) = [r.note for r in decided if r.analysis == key and r.statistic == "decision"]
        rejected = results.value(analysis=key, statistic="rejected")
        assert rejected == float(said.startswith("stop for efficacy"))
    assert results.rows.filter(pl.col("method") == "multiplicity").height == 4
