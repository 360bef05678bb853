"""A whole virtual trial again by independent libraries: strata, subgroups, proportions."""

from __future__ import annotations

from functools import cache
from itertools import product

import polars as pl
import pytest

from equipoise.adam.derive import derive
from equipoise.adam.study import cut_at
from equipoise.analysis.analyze import analyze
from equipoise.analysis.response.difference import miettinen_nurminen
from equipoise.analysis.results import Results
from equipoise.reporting.recompute.proportions import proportions
from equipoise.reporting.verification import verify
from support.street import protocol
from support.virtual import virtual_sdtm


@cache
def results() -> Results:
    return analyze(derive(cut_at(virtual_sdtm())))


def test_every_number_agrees() -> None:
    found = results()
    checks = verify(found.rows, found.data.tables, found.data.protocol)
    assert [c for c in checks if not c.agrees] == []
    alone = {c.method for c in checks if not c.by}
    assert alone <= {"interaction test", "group-sequential boundary", "multiplicity"}
    compared = {(c.analysis, c.method) for c in checks if c.difference is not None}
    assert {
        ("PFS", "stratified log-rank"),
        ("PFS", "stratified Cox"),
        ("PFS", "Kaplan-Meier"),
        ("PFS", "median"),
        ("OS", "log-rank"),
        ("OS", "Cox"),
        ("ORR", "Fisher exact"),
        ("ORR", "Clopper-Pearson"),
        ("ORR", "Miettinen-Nurminen"),
    } <= compared
    assert any("grade" in c.where and c.difference is not None for c in checks)


@pytest.mark.parametrize("method", ["stratified log-rank", "stratified Cox", "Miettinen-Nurminen"])
def test_a_wrong_number_is_seen(method: str) -> None:
    found = results()
    this = (pl.col("method") == method) & (pl.col("statistic") != "df")
    wrong = pl.when(this).then(pl.col("value") * (1 + 1e-7)).otherwise("value")
    rows = found.rows.with_columns(value=wrong)
    bad = [c for c in verify(rows, found.data.tables, found.data.protocol) if not c.agrees]
    assert {c.method for c in bad} == {method}


def _limits(x1: int, n1: int, x2: int, n2: int) -> tuple[float, float]:
    people = pl.DataFrame(
        {
            "ARM_": ["new"] * n1 + ["old"] * n2,
            "RESPONDER": [i < x1 for i in range(n1)] + [i < x2 for i in range(n2)],
        }
    )
    plan, name = protocol(), "Miettinen-Nurminen"
    found = proportions(people, plan, plan.estimands["PFS"], {name})
    key = "difference in proportions{} limit", "new v old"
    low, high = (found[name, key[0].format(side), key[1], None][0] for side in (" lower", " upper"))
    assert low is not None
    assert high is not None
    return low, high


def test_limits_of_no_responders_at_all() -> None:
    assert _limits(0, 10, 0, 20) == pytest.approx((-0.1658, 0.2844), abs=5e-5)  # four digits known


@pytest.mark.parametrize(("n1", "n2"), [(5, 8), (7, 7), (1, 1), (12, 3)])
def test_the_score_equation_and_its_closed_form_agree(n1: int, n2: int) -> None:
    for x1, x2 in product(range(n1 + 1), range(n2 + 1)):
        ours = miettinen_nurminen(x1, n1, x2, n2)
        assert _limits(x1, n1, x2, n2) == pytest.approx(ours[1:3], abs=1e-10), (x1, x2)
