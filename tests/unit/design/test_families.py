"""Spending functions and boundaries: one list, from the file to the virtual trial."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from equipoise.design.bounds.boundaries import bounds
from equipoise.design.bounds.classical import SHAPES
from equipoise.design.bounds.spending import CURVES, spending
from equipoise.design.monitor.model import Seen
from equipoise.design.monitor.monitor import monitor
from equipoise.design.plan.plan import plan
from equipoise.errors import InputError
from equipoise.meaning.check import examine_text, read_text
from equipoise.protocol.language.families import (
    BOUNDARIES,
    FAMILIES,
    SPENDING,
    as_family,
    checked_family,
    family_in_words,
    parse_family,
)
from equipoise.simulation.simulate import simulate
from support.command import command

LANGUAGE = (Path(__file__).parents[3] / "docs" / "language.md").read_text("utf-8")
FUNCTIONS = ("lan-demets-obf", "lan-demets-pocock", "hsd:-4", "kim-demets:3", "exponential:0.5",
             "linear:0.3,0.7,0.1,0.5", "logistic:.1,.4,.01,.1",
             "t-dist:.1,.4,.01,.1,4")  # fmt: skip
SHAPED = ("obf", "pocock", "wang-tsiatis:0.25", "haybittle-peto", "none")
LATE = """
equipoise: "1"
trial: {id: T1, title: Trial}
population: {randomize: 400}
arms:
  new: {label: New, role: experimental, give: [new drug 100 mg oral every 1 day until week 52]}
  old: {label: Standard, role: control, give: [standard 50 mg oral every 1 day until week 52]}
endpoints:
  OS: {label: Overall survival, type: time to event, event: [death], censor: [last known alive]}
populations: {ITT: {label: All randomized patients, who: randomized, flag: ITTFL}}
estimands:
  OS: {endpoint: OS, role: primary, population: ITT, summary: hazard ratio, test: log-rank}
design:
  OS:
    spending: "%s"
    looks: {interim: 100 events, final: 200 events}
    power: 80%%
assume:
  accrual: {lasts: 12 months}
  follow up: 36 months
  OS: {old: median 12 months, new: hazard ratio 0.7}
truth:
  late:
    accrual: {lasts: 12 months}
    follow up: 48 months
    death: {arms: {old: median 12 months, new: hazard ratio 0.5 after 6 months}}
"""


def test_every_name_has_its_curve_and_every_curve_its_name() -> None:
    assert set(CURVES) == set(SPENDING)
    assert set(SHAPES) == set(BOUNDARIES)
    assert {parse_family(text)[0] for text in (*FUNCTIONS, *SHAPED)} == set(FAMILIES)


def test_the_language_lists_every_family_as_the_code_has_it() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \| (.+) \|$", LANGUAGE, re.MULTILINE)
    told = [row for row in rows if row[0] in {w.form for w in FAMILIES.values()}]
    assert told == [(w.form, w.says, w.takes) for w in FAMILIES.values()]


def test_bounds_lists_every_family() -> None:
    listed = command("bounds", "--families").out
    assert all(f"  {w.form} " in listed and w.takes in listed for w in FAMILIES.values())


@pytest.mark.parametrize("family", [*FUNCTIONS, *SHAPED, "0.01, 0.05", "1%, 5%", ".01,.05"])
def test_what_check_passes_is_planned_monitored_and_simulated(family: str) -> None:
    protocol = read_text(LATE % family, file="late.yaml")
    design = plan(protocol)
    assert sum(design["OS"].bounds.exits(drift=0.0).upper) == pytest.approx(0.025, abs=1e-9)
    assert family_in_words(design["OS"].bounds.efficacy) in design.in_words()
    seen = [Seen("interim", 100, 1.0), Seen("final", 200, 2.2)]
    bound = monitor(design, {"OS": seen})["OS"].bound
    assert bound == pytest.approx(design["OS"].bounds.upper[1], abs=1e-6)
    found = simulate(protocol, truth="late", trials=8, seed=1, workers=1)
    assert found.value("power", hypothesis="OS").value is not None


@pytest.mark.parametrize(
    ("family", "fault"),
    [
        ("hsd:99", "hsd takes one parameter, gamma, between -40 and 40"),
        ("logistic:0.5", "logistic takes two times, then two shares of the error"),
        ("logistic:0.4,0.1,0.1,0.2", "each rising between 0 and 1"),
        ("t-dist:.1,.4,.01,.1,0", "degrees of freedom from 0.5 to 1000"),
        ("exponential:0", "one parameter, nu, from 0.01 to 10"),
        ("kim-demets:-1", "one parameter, rho, from 0.01 to 50"),
        ("wang-tsiatis:3", "one parameter, delta, from -0.5 to 1"),
        ("lan-demets-obf:2", "lan-demets-obf takes no parameter"),
        ("none:1", "none takes no parameter"),
        ("hsd:nan", "is not a number"),
        ("hsd:1e999", "hsd takes one parameter"),
        ("hds:1", "did you mean hsd"),
        ("0.01", "1 value of cumulative error for 2 looks"),
        ("0.02, 0.01", "must not fall"),
        ("0.01, 0.06", "nor pass the total of 0.05"),
    ],
)
def test_parameters_are_checked_when_the_file_is_read(family: str, fault: str) -> None:
    text = LATE % family
    _, (found,) = examine_text(text, file="late.yaml")
    line = 1 + text[: text.index("spending")].count("\n")
    assert found.place.startswith(f"late.yaml:{line}:15")
    assert found.rule == "P18"
    assert fault in f"{found.message} {found.expected}"


def test_the_ends_of_every_range_make_a_design() -> None:
    ends = ("hsd:-40", "hsd:40", "hsd:0", "kim-demets:0.01", "kim-demets:50", "exponential:0.01",
            "exponential:10", "linear:0.001,0.999", "logistic:0.001,0.999,1e-9,0.9999",
            "t-dist:.1,.4,.01,.1,0.5", "t-dist:.1,.4,.01,.1,1000", "wang-tsiatis:-0.5",
            "wang-tsiatis:1", "haybittle-peto:8")  # fmt: skip
    for family in ends:
        for t in ([1.0], [0.01, 1.0], [0.05, 0.2, 0.5, 0.9, 1.0], [0.3, 0.6, 1.1]):
            found = bounds(t, efficacy=family)
            assert found.alpha_spent[-1] == pytest.approx(0.025, abs=1e-9), family


def test_a_boundary_spends_no_type_two_error() -> None:
    for family in SHAPED:
        with pytest.raises(InputError, match="is no spending family"):
            checked_family(family, SPENDING)
        with pytest.raises(InputError, match="is no spending family"):
            spending(family)


def test_families_in_a_sentence() -> None:
    assert family_in_words("hsd:-4") == "Hwang-Shih-DeCani spending with gamma -4"
    assert family_in_words("haybittle-peto") == "the Haybittle-Peto boundary with Z 3"
    assert family_in_words("0.01,0.05") == "cumulative error 0.01, 0.05"
    assert family_in_words("t-dist:.1,.4,.01,.1,4") == (
        "spending by the t distribution through 0.01 of the error at time 0.1, "
        "0.1 of the error at time 0.4, with 4 degrees of freedom"
    )


def test_a_number_may_start_with_its_point() -> None:
    assert as_family(" .01, .05 ") == (0.01, 0.05)
    assert parse_family("wang-tsiatis:-.5") == ("wang-tsiatis", (-0.5,))
