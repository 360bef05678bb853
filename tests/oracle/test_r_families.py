"""The calls of every method, run in R on the datasets as they are written; R's values recorded.

`support/r_calls.py` has the cases and asks R anew. ADTTE, ADSL and the others were read by
foreign::read.xport; what was run is `r_value` of the row, as the programs of a package have it.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from equipoise.analysis.results import Results
from equipoise.meaning.methods import METHODS
from equipoise.reporting.calls.call import DRAWN_METHODS, call_of, r_value
from equipoise.reporting.calls.functions import every_function, functions_of
from support.r_calls import CASES, PLACE, RECORDED, digest, first_rows, results
from support.street import pilot_results

CLOSE = 5e-9  # of the same arithmetic in another order, with solvers on both sides
ITERATED = 2e-8  # R's coxph and glm.nb stop their steps there
ADDED_UP = 2e-6  # R adds a chance of several normals up by quadrature
FAR = {"window Cox": ITERATED, "negative binomial": ITERATED, "max-combo": ADDED_UP}


def recorded() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(RECORDED.read_text("utf-8"))
    return found


def row_of(name: str, about: dict[str, Any]) -> dict[str, Any]:
    where = {k: about.get(k, None if k == "at" else "") for k in PLACE}
    found = results(name).select(**where)
    assert found["value"].n_unique() == 1, found  # one arm's term and the global test are one
    return found.row(0, named=True)


@pytest.mark.parametrize("name", CASES)
def test_r_has_the_same_number(name: str) -> None:
    told = recorded()[name]
    assert len(told["values"]) == len(list(first_rows(name)))
    for one in told["values"]:
        row = row_of(name, one)
        close = FAR.get(row["method"].removeprefix("stratified "), CLOSE)
        assert row["value"] == pytest.approx(one["r"], rel=close, abs=1e-12), one


@pytest.mark.parametrize("name", CASES)
def test_what_is_printed_is_what_was_run(name: str) -> None:
    told = recorded()[name]
    for one in told["values"]:
        asked, row = told["asked"][one["asked"]], row_of(name, one)
        assert call_of(results(name), row) == asked
        assert digest(f"{asked} {one['taken']}") == one["digest"], f"{one}: ask R anew"
        assert r_value(results(name), row).endswith(f"; {one['taken']}")


def test_every_method_was_run_that_does_not_draw() -> None:
    run = {one["method"] for name in CASES for one in recorded()[name]["values"]}
    assert set(METHODS) - run == DRAWN_METHODS


def test_a_call_of_shares_has_the_counts() -> None:
    row = row_of("shares", {"method": "Fisher exact", "statistic": "p",
                            "comparison": "lutate v octreotide"})  # fmt: skip
    assert call_of(results("shares"), row) == ("fisher.test(matrix(c(12, 109 - 12, 2, 94 - 2), 2))")


def test_a_call_is_ascii_and_closes_what_it_opens() -> None:
    for name in CASES:
        for row in results(name).rows.iter_rows(named=True):
            said = r_value(results(name), row)
            assert said.isascii()
            for left, right in ("()", "{}", "[]"):
                assert said.count(left) == said.count(right), said
            assert not re.search(r"\{(at|group|x\d?|n\d?)\}", said)


def test_a_statistic_of_harms_has_its_own_counts() -> None:
    found = pilot_results().select(
        analysis="safety", statistic="serious p", comparison="high v placebo", term=""
    )
    call = call_of(pilot_results(), found.row(0, named=True))
    assert call == "fisher.test(matrix(c(2, 84 - 2, 0, 86 - 0), 2))"


def test_functions_bring_those_that_they_call_and_no_others() -> None:
    told = functions_of("miettinen_nurminen(1, 2, 3, 4)")
    names = [text.split(" <- function")[0].split("\n")[-1] for text in told]
    assert names == ["restricted_rates", "restricted_variance", "miettinen_nurminen"]
    assert functions_of("coxph(Surv(AVAL, CNSR == 0) ~ TRT01P)") == []
    assert all(text.isascii() for text in every_function().values())


def value_of(found: Results, statistic: str, **where: str) -> float:
    value = found.value(statistic=statistic, **where)
    assert value is not None
    return value


def test_an_arm_has_one_restricted_mean_in_all_comparisons() -> None:
    means = results("times").select(method="RMST", statistic="restricted mean")
    assert means["group"].is_unique().all()
    own = dict(means.select("group", "value").iter_rows())
    gap = value_of(results("times"), "difference in restricted mean", comparison="high v placebo")
    assert gap == pytest.approx(own["high"] - own["placebo"], rel=1e-12)
    assert results("times").select(method="RMST")["note"].n_unique() == 1
