"""The calls of each family of methods, run in R 4.2.2 with survival 3.5-3, its values recorded.

TTDE is of the pilot, PFS and ORR of virtual patients of NETTER-1, seed 5, at PFS final. ADTTE and
ADSL were read by foreign::read.xport from the XPT files of `derive --to xpt`; what was run is
`r_value` of the row, as it stands in `programs/` of a package.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from equipoise.adam.model import ADaM
from equipoise.adam.study import Study
from equipoise.analysis.analyze import estimand_rows
from equipoise.analysis.results import Results, frame
from equipoise.protocol.model import altered
from equipoise.reporting.calls import call_of, r_value
from equipoise.reporting.package.forms import OF_SHARES, OF_TIMES
from support.street import pilot_adam
from support.virtual import netter, virtual_sdtm

CLOSE = 1e-10  # of the same arithmetic in another order
UNIROOT = 1e-3  # R's fisher.test finds the odds ratio and its limits to its own tolerance
ITERATED = 1e-7  # R's glm stops its iterations at 1e-8
ASKED = {
    "TTDE": ("log-rank", "Cox", "Kaplan-Meier", "median", "follow-up", "Nelson-Aalen", "milestone",
             "robust Cox", "Grambsch-Therneau", "Peto-Peto", "RMST"),
    "ORR": ("chi-square", "Fisher exact", "Clopper-Pearson", "Wilson", "Jeffreys", "Agresti-Coull",
            "Wald", "Newcombe", "Wald difference", "odds ratio", "relative risk"),
    "PFS": ("stratified log-rank", "stratified Cox", "Kaplan-Meier", "median"),
}  # fmt: skip
CASES: list[tuple[str, str, str, dict[str, Any], float]] = [
    ("TTDE", "log-rank", "chi-square", {"comparison": "all arms"}, 60.26955673902808),
    ("TTDE", "log-rank", "p", {"comparison": "all arms"}, 8.177716313863586e-14),
    ("TTDE", "Cox", "hazard ratio", {"comparison": "low v placebo"}, 4.077027424756521),
    (
        "TTDE",
        "Cox",
        "hazard ratio lower limit",
        {"comparison": "low v placebo"},
        2.5889206643102787,
    ),
    ("TTDE", "Kaplan-Meier", "survival", {"group": "placebo", "at": 30.4375}, 0.844421282129743),
    (
        "TTDE",
        "Kaplan-Meier",
        "survival lower limit",
        {"group": "placebo", "at": 30.4375},
        0.7470448823186068,
    ),
    ("TTDE", "median", "median", {"group": "low"}, 33.0),
    ("TTDE", "median", "median lower limit", {"group": "low"}, 27.0),
    ("TTDE", "follow-up", "median follow-up", {"group": "placebo"}, 183.0),
    ("TTDE", "follow-up", "median follow-up lower limit", {"group": "placebo"}, 181.0),
    (
        "TTDE",
        "Nelson-Aalen",
        "cumulative hazard",
        {"group": "placebo", "at": 30.4375},
        0.16767462393389962,
    ),
    (
        "TTDE",
        "milestone",
        "difference in survival",
        {"comparison": "low v placebo", "at": 30.4375},
        -0.3106716976090448,
    ),
    (
        "TTDE",
        "milestone",
        "difference in survival standard error",
        {"comparison": "low v placebo", "at": 30.4375},
        0.06893000726770458,
    ),
    ("TTDE", "robust Cox", "hazard ratio", {"comparison": "low v placebo"}, 4.077027424756521),
    (
        "TTDE",
        "robust Cox",
        "hazard ratio lower limit",
        {"comparison": "low v placebo"},
        2.586229162644718,
    ),
    (
        "TTDE",
        "Grambsch-Therneau",
        "chi-square",
        {"comparison": "low v placebo"},
        0.9757799477919102,
    ),
    ("TTDE", "Grambsch-Therneau", "p", {"comparison": "low v placebo"}, 0.32324289458794697),
    ("TTDE", "Peto-Peto", "z", {"comparison": "low v placebo"}, 5.911144174139742),
    ("TTDE", "Peto-Peto", "chi-square", {"comparison": "low v placebo"}, 34.941625447466215),
    (
        "TTDE",
        "RMST",
        "difference in restricted mean",
        {"comparison": "low v placebo"},
        -78.2502201235076,
    ),
    ("ORR", "chi-square", "chi-square", {"comparison": "lutate v octreotide"}, 6.200613066707151),
    ("ORR", "chi-square", "p", {"comparison": "lutate v octreotide"}, 0.012770607113528388),
    ("ORR", "Fisher exact", "p", {"comparison": "lutate v octreotide"}, 0.013127457526609916),
    ("ORR", "Fisher exact", "odds ratio", {"comparison": "lutate v octreotide"}, 5.650698057193008),
    (
        "ORR",
        "Fisher exact",
        "odds ratio lower limit",
        {"comparison": "lutate v octreotide"},
        1.208558626854869,
    ),
    (
        "ORR",
        "Fisher exact",
        "odds ratio upper limit",
        {"comparison": "lutate v octreotide"},
        53.32377800897387,
    ),
    ("ORR", "Clopper-Pearson", "rate", {"group": "octreotide"}, 0.02127659574468085),
    ("ORR", "Clopper-Pearson", "rate lower limit", {"group": "octreotide"}, 0.002587161113393487),
    ("ORR", "Wilson", "rate", {"group": "octreotide"}, 0.02127659574468085),
    ("ORR", "Wilson", "rate lower limit", {"group": "octreotide"}, 0.0058543362391727674),
    ("ORR", "Jeffreys", "rate", {"group": "octreotide"}, 0.02127659574468085),
    ("ORR", "Jeffreys", "rate lower limit", {"group": "octreotide"}, 0.004447106379533097),
    ("ORR", "Agresti-Coull", "rate", {"group": "octreotide"}, 0.02127659574468085),
    ("ORR", "Agresti-Coull", "rate lower limit", {"group": "octreotide"}, 0.0012100264511347436),
    ("ORR", "Wald", "rate", {"group": "octreotide"}, 0.02127659574468085),
    ("ORR", "Wald", "rate lower limit", {"group": "octreotide"}, 0.0),
    (
        "ORR",
        "Newcombe",
        "difference in proportions",
        {"comparison": "lutate v octreotide"},
        0.08881514737458521,
    ),
    (
        "ORR",
        "Newcombe",
        "difference in proportions lower limit",
        {"comparison": "lutate v octreotide"},
        0.018637203827329044,
    ),
    (
        "ORR",
        "Wald difference",
        "difference in proportions",
        {"comparison": "lutate v octreotide"},
        0.08881514737458521,
    ),
    (
        "ORR",
        "Wald difference",
        "difference in proportions lower limit",
        {"comparison": "lutate v octreotide"},
        0.02321188690781613,
    ),
    ("ORR", "odds ratio", "odds ratio", {"comparison": "lutate v octreotide"}, 5.690721649484537),
    (
        "ORR",
        "odds ratio",
        "odds ratio lower limit",
        {"comparison": "lutate v octreotide"},
        1.2398093434258475,
    ),
    (
        "ORR",
        "relative risk",
        "relative risk",
        {"comparison": "lutate v octreotide"},
        5.174311926605503,
    ),
    (
        "ORR",
        "relative risk",
        "relative risk lower limit",
        {"comparison": "lutate v octreotide"},
        1.1881533324323272,
    ),
    ("PFS", "stratified log-rank", "z", {"comparison": "lutate v octreotide"}, -7.010008714621069),
    (
        "PFS",
        "stratified log-rank",
        "chi-square",
        {"comparison": "lutate v octreotide"},
        49.140222179063336,
    ),
    (
        "PFS",
        "stratified Cox",
        "hazard ratio",
        {"comparison": "lutate v octreotide"},
        0.2138132569432566,
    ),
    (
        "PFS",
        "stratified Cox",
        "hazard ratio lower limit",
        {"comparison": "lutate v octreotide"},
        0.13350416528317094,
    ),
]


@cache
def results(key: str) -> Results:
    """An estimand by every method of its family."""
    data: ADaM = pilot_adam() if key == "TTDE" else _netter()
    protocol = data.protocol
    test, *more = ASKED[key]
    asked = {"test": test, "estimator": tuple(more), "options": {}}
    estimands = {**protocol.estimands, key: protocol.estimands[key].model_copy(update=asked)}
    changed = replace(data, protocol=altered(protocol, estimands=estimands))
    return Results(frame(estimand_rows(changed, key, subgroups=False)), changed)


@cache
def _netter() -> ADaM:
    return Study.of(virtual_sdtm(5), netter()).adam("PFS final")


def row_of(key: str, method: str, statistic: str, where: dict[str, Any]) -> dict[str, Any]:
    found = results(key).select(method=method, statistic=statistic, **where)
    assert found["value"].n_unique() == 1, found  # one arm's term and the global test are one
    return found.row(0, named=True)


@pytest.mark.parametrize(("key", "method", "statistic", "where", "value"), CASES)
def test_r_has_the_same_number(
    key: str, method: str, statistic: str, where: dict[str, Any], value: float
) -> None:
    row = row_of(key, method, statistic, where)
    close = CLOSE
    if method == "Fisher exact" and statistic != "p":
        close = UNIROOT
    if method in ("odds ratio", "relative risk"):
        close = ITERATED
    assert row["value"] == pytest.approx(value, rel=close)
    said = r_value(results(key), row)
    assert said
    assert call_of(results(key), row).rpartition("; ")[2] in said


def test_twenty_families_at_least_were_run() -> None:
    run = {method for _, method, *_ in CASES}
    assert len(run) >= 20
    plain = {method.removeprefix("stratified ") for method in run}
    assert plain == {*OF_TIMES, *OF_SHARES}, "every form that is printed was run"


def test_a_call_of_shares_has_the_counts() -> None:
    row = row_of("ORR", "Fisher exact", "p", {"comparison": "lutate v octreotide"})
    assert call_of(results("ORR"), row) == "fisher.test(matrix(c(12, 109 - 12, 2, 94 - 2), 2))"


def test_a_call_is_ascii_and_closes_what_it_opens() -> None:
    for key in ASKED:
        for row in results(key).rows.iter_rows(named=True):
            said = r_value(results(key), row)
            assert said.isascii()
            for left, right in ("()", "{}", "[]"):
                assert said.count(left) == said.count(right), said
            assert not re.search(r"\{(at|group|x\d?|n\d?)\}", said)


def test_a_statistic_of_harms_has_its_own_counts() -> None:
    from support.street import pilot_results

    found = pilot_results().select(
        analysis="safety", statistic="serious p", comparison="high v placebo", term=""
    )
    call = call_of(pilot_results(), found.row(0, named=True))
    assert call == "fisher.test(matrix(c(2, 84 - 2, 0, 86 - 0), 2))"
