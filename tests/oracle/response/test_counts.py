"""Rates, differences, odds and Fisher's test against R on two by two counts."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from equipoise.analysis.estimates import Interval
from equipoise.analysis.response import difference, odds, rates, tables

HERE = Path(__file__).parent
ENTRIES = json.loads((HERE / "reference.json").read_text())["entries"]
EXACT = 1e-8  # relative: closed forms, and roots found to 1e-14 on both sides
LOOSE_R = 1e-3  # relative: fisher.test stops its own root finder at about 1e-4 of the odds ratio


def close(found: float, expected: float | str | None, tolerance: float = EXACT) -> None:
    if expected is None:
        assert math.isnan(found)
    elif expected == "Inf":
        assert found == math.inf
    else:
        assert found == pytest.approx(expected, rel=tolerance, abs=1e-14)


def of(topic: str) -> list[pytest.param]:
    return [pytest.param(e, id=e["id"]) for e in ENTRIES if e["topic"] == topic]


def numbers(call: str) -> list[float]:
    """The numbers of an R call's first argument list, in order."""
    inside = re.search(r"\((?:matrix\(c\()?([-0-9., ]+)", call)
    assert inside
    return [float(v) for v in inside[1].strip(", ").split(",")]


@pytest.mark.parametrize("entry", of("clopper_pearson"))
def test_clopper_pearson(entry):
    x, n = map(int, re.findall(r"test\((\d+), (\d+)", entry["r"])[0])
    level = 0.9 if "conf.level = .9" in entry["r"] else 0.95
    found = rates.clopper_pearson(x, n, level=level)
    close(found.lower, entry["value"]["lower"])
    close(found.upper, entry["value"]["upper"])
    close(found.estimate, entry["value"].get("est", x / n))


@pytest.mark.parametrize("entry", of("wilson"))
def test_wilson(entry):
    found = rates.wilson(*map(int, numbers(entry["r"])))
    close(found.lower, entry["value"]["lower"])
    close(found.upper, entry["value"]["upper"])


INTERVALS: dict[str, Callable[..., Interval]] = {
    "miettinen_nurminen": difference.miettinen_nurminen,
    "mee_score": difference.mee,
    "newcombe": difference.newcombe,
}


@pytest.mark.parametrize("entry", [e for topic in INTERVALS for e in of(topic)])
def test_difference(entry):
    found = INTERVALS[entry["topic"]](*map(int, numbers(entry["r"])))
    close(found.estimate, entry["value"]["diff"])
    close(found.lower, entry["value"]["lower"])
    close(found.upper, entry["value"]["upper"])


@pytest.mark.parametrize("entry", of("wald_diff"))
def test_wald_difference(entry):
    x1, x2, n1, n2 = map(int, re.findall(r"\d+", entry["r"])[:4])
    found = difference.wald_difference(x1, n1, x2, n2)
    close(found.estimate, entry["value"]["diff"])
    close(found.lower, entry["value"]["lower"])
    close(found.upper, entry["value"]["upper"])
    close(found.z**2, entry["value"]["chisq"])
    close(found.p, entry["value"]["p"])


@pytest.mark.parametrize("entry", of("farrington_manning_test"))
def test_farrington_manning(entry):
    z, p = difference.farrington_manning(56, 70, 48, 80, margin=-0.10)
    close(z, entry["value"]["z"])
    close(p, entry["value"]["p_noninferiority"])


def two_by_two(entry) -> list[list[int]]:
    a, b, c, d = map(int, numbers(entry["r"])[:4])
    return [[a, b], [c, d]]


@pytest.mark.parametrize("entry", of("or_exact_tight"))
def test_exact_odds_ratio(entry):
    (a, b), (c, d) = two_by_two(entry)
    found = odds.exact_odds_ratio(a, a + b, c, c + d)
    close(found.estimate, entry["value"]["or_cmle"])
    close(found.lower, entry["value"]["lower"])
    close(found.upper, entry["value"]["upper"])


@pytest.mark.parametrize("entry", [e for e in of("fisher") if "matrix" in e.values[0]["r"]])
def test_fisher(entry):
    found = tables.fisher(two_by_two(entry))
    close(found.p, entry["value"]["p"])
    close(found.p_less, entry["value"]["p_less"])
    close(found.p_greater, entry["value"]["p_greater"])
    close(found.odds_ratio, entry["value"]["or_cmle"], LOOSE_R)
    close(found.lower, entry["value"]["lower"], LOOSE_R)
    close(found.upper, entry["value"]["upper"], LOOSE_R)
