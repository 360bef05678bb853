"""Stratified statistics and r x c tables on arthritis, veteran, colon and BCG against R."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from equipoise.analysis.response import difference, odds, strata

HERE = Path(__file__).parent
ENTRIES = {e["id"]: e for e in json.loads((HERE / "reference.json").read_text())["entries"]}
EXACT = 1e-8  # relative: closed forms, and roots found to 1e-14 on both sides
LOOSE_R = 1e-3  # relative: mantelhaen.test(exact = TRUE) stops its root finder at about 1e-4


def value(entry: str) -> dict[str, float]:
    return ENTRIES[entry]["value"]


def read(name: str) -> list[dict[str, str]]:
    with (HERE / "data" / f"{name}.csv").open() as file:
        return list(csv.DictReader(file))


def count(rows: Sequence[dict[str, str]], *columns: tuple[str, list[str]]) -> np.ndarray:
    """Cross-tabulation, one axis per (column, levels)."""
    out = np.zeros([len(levels) for _, levels in columns], dtype=int)
    for row in rows:
        out[tuple(levels.index(row[name]) for name, levels in columns)] += 1
    return out


IMPROVED = ("Improved", ["None", "Some", "Marked"])
ARTHRITIS = count(
    read("arthritis"), ("Sex", ["Female", "Male"]), ("Treatment", ["Placebo", "Treated"]), IMPROVED
)


def responders(arm: int) -> tuple[np.ndarray, np.ndarray]:
    return ARTHRITIS[:, arm, 1:].sum(axis=1), ARTHRITIS[:, arm].sum(axis=1)


def colon() -> np.ndarray:
    rows = [r | {"late": str(float(r["time"]) > 1826)} for r in read("colon2_os")]
    both = [("node4", ["0", "1"]), ("obstruct", ["0", "1"])]
    cells = count(rows, *both, ("rx", ["Obs", "Lev+5FU"]), ("late", ["False", "True"]))
    return cells.reshape(4, 2, 2)


def test_cmh_general_association_of_three_levels():
    found = strata.cochran_mantel_haenszel(ARTHRITIS).general
    assert found.statistic == pytest.approx(value("cmh-0423")["stat"], rel=EXACT)
    assert found.p == pytest.approx(value("cmh-0423")["p"], rel=EXACT)
    assert found.df == value("cmh-0423")["df"]


def test_cmh_row_means_and_correlation_with_table_scores():
    found = strata.cochran_mantel_haenszel(ARTHRITIS)
    for statistic in (found.correlation, found.row_means):
        assert statistic.statistic == pytest.approx(value("cmh-0424")["chisq"], rel=EXACT)
        assert statistic.p == pytest.approx(value("cmh-0424")["p"], rel=EXACT)
        assert statistic.df == 1


def test_cmh_two_by_two_in_four_strata():
    expected, cells = value("cmh-0428"), colon()
    found = strata.cochran_mantel_haenszel(cells).general
    assert found.statistic == pytest.approx(expected["stat"], rel=EXACT)
    assert found.p == pytest.approx(expected["p"], rel=EXACT)
    n = cells.sum(axis=2)
    common = odds.mantel_haenszel_odds_ratio(cells[:, 1, 1], n[:, 1], cells[:, 0, 1], n[:, 0])
    assert common.estimate == pytest.approx(expected["or_mh"], rel=EXACT)
    assert common.lower == pytest.approx(expected["lower"], rel=EXACT)
    assert common.upper == pytest.approx(expected["upper"], rel=EXACT)


def test_exact_conditional_test_over_strata():
    expected = value("cmh-0422")
    found = odds.exact_odds_ratio(*responders(1), *responders(0))
    assert found.p == pytest.approx(expected["p"], rel=EXACT)
    assert found.estimate == pytest.approx(expected["or_mh"], rel=LOOSE_R)
    assert found.lower == pytest.approx(expected["lower"], rel=LOOSE_R)
    assert found.upper == pytest.approx(expected["upper"], rel=LOOSE_R)


def test_exact_conditional_total_is_the_statistic_of_r():
    seen, _, _ = odds.hypergeometric_sum(*responders(0), *responders(1))
    assert ARTHRITIS[:, 0, 0].sum() == value("cmh-0422")["stat"]
    assert seen == ARTHRITIS[:, 0].sum() - value("cmh-0422")["stat"]


def test_conditional_logistic():
    expected = value("conditional_logistic-0437")
    found = odds.exact_odds_ratio(*responders(1), *responders(0))
    assert np.log(found.estimate) == pytest.approx(expected["coef"], rel=EXACT)
    assert found.standard_error == pytest.approx(expected["se"], rel=EXACT)


def test_stratified_miettinen_nurminen_of_arthritis():
    check_stratified(value("stratified_miettinen_nurminen-0430"), *responders(1), *responders(0))


def test_stratified_miettinen_nurminen_of_three_strata():
    counts = [20, 25, 12], [60, 50, 40], [12, 15, 10], [58, 52, 38]
    check_stratified(value("stratified_miettinen_nurminen-0432"), *counts)


def check_stratified(expected: dict[str, float], *counts: Sequence[int]) -> None:
    found = difference.stratified_miettinen_nurminen(*counts)
    assert found.estimate == pytest.approx(expected["diff"], rel=EXACT)
    assert found.lower == pytest.approx(expected["lower"], rel=EXACT)
    assert found.upper == pytest.approx(expected["upper"], rel=EXACT)
    assert found.z == pytest.approx(expected["z0"], rel=EXACT)
    assert found.p == pytest.approx(expected["p"], rel=EXACT)


def test_breslow_day_and_tarone():
    expected, rows = value("breslow_day-0433"), read("bcg")
    a, b, c, d = (np.array([int(r[k]) for r in rows]) for k in ("tpos", "tneg", "cpos", "cneg"))
    found = strata.breslow_day(a, a + b, c, c + d)
    assert found.breslow_day.statistic == pytest.approx(expected["BD"], rel=EXACT)
    assert found.breslow_day.p == pytest.approx(expected["BDp"], rel=EXACT)
    assert found.tarone.statistic == pytest.approx(expected["TA"], rel=EXACT)
    assert found.tarone.p == pytest.approx(expected["TAp"], rel=EXACT)
    cells = np.stack([np.stack([a, b], axis=1), np.stack([c, d], axis=1)], axis=1)
    cmh = strata.cochran_mantel_haenszel(cells).general
    assert cmh.statistic == pytest.approx(expected["CMH"], rel=EXACT)
    assert cmh.p == pytest.approx(expected["CMHp"], rel=EXACT)


def test_unstratified_odds_ratio_and_relative_risk():
    expected = value("or_rr_unstratified-0435")
    counts = [int(v.sum()) for v in (*responders(1), *responders(0))]
    ratio, risk = odds.odds_ratio(*counts), odds.relative_risk(*counts)
    assert ratio == pytest.approx([expected[k] for k in ("or", "or_lower", "or_upper")], rel=EXACT)
    assert risk == pytest.approx([expected[k] for k in ("rr", "rr_lower", "rr_upper")], rel=EXACT)
