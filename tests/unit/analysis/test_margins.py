"""Non-inferiority by hand: the test against the margin, its sign, and what it concludes."""

from math import log

import polars as pl
import pytest
from scipy.stats import norm, t

from equipoise.analysis.margins import margin_rows
from support.answers import TIME, protocol

PAIR = "new v old"
COLUMNS = ("analysis", "method", "statistic", "value", "comparison", "subgroup")
MEANS = {"label": "M", "type": "continuous", "data": "ADQS", "parameter": "QL"}
RATES = {"label": "R", "type": "proportion", "responder": 'AVALC = "CR"'}


def asked(endpoint, test, margin, **design):
    return protocol(
        endpoint,
        {"test": test},
        trial={"id": "T-1", "title": "A trial", "framework": "non-inferiority"},
        design={
            "alpha": 0.05,
            "E": {"margin": margin, "looks": {"final": "end of study"}},
            **design,
        },
    )


def answered(rules, method, **values):
    rows = [
        ("E", method, name.replace("_", " "), value, PAIR, "") for name, value in values.items()
    ]
    found = margin_rows(rules, pl.DataFrame(rows, schema=COLUMNS, orient="row"))
    return {row.statistic: row.note if row.value is None else row.value for row in found}


def test_a_hazard_ratio_against_its_margin():
    # log 1.3 = 0.2624; log 1.0 with standard error 0.1: Z 2.624, one-sided P 0.0043
    rules = asked(TIME, "Cox", 1.3)
    error = {"log_hazard_ratio_standard_error": 0.1}
    found = answered(rules, "Cox", log_hazard_ratio=0.0, **error)
    assert found["z, margin"] == pytest.approx(log(1.3) / 0.1)
    assert found["p, margin, one-sided"] == pytest.approx(norm.sf(2.6236), abs=1e-5)
    assert found["conclusion"] == "non-inferior at one-sided 2.5%"
    worse = answered(rules, "Cox", log_hazard_ratio=0.1, **error)
    assert worse["z, margin"] == pytest.approx(1.6236, abs=1e-4)
    assert worse["conclusion"] == "non-inferiority not shown at one-sided 2.5%"


@pytest.mark.parametrize("margin", [1.3, 1 / 1.3])
def test_where_a_shorter_time_is_better_the_margin_lies_below_one(margin):
    rules = asked({**TIME, "better": "shorter"}, "Cox", margin)
    error = {"log_hazard_ratio_standard_error": 0.1}
    found = answered(rules, "Cox", log_hazard_ratio=0.0, **error)
    assert found["margin"] == pytest.approx(1 / 1.3)
    assert found["z, margin"] == pytest.approx(log(1.3) / 0.1)
    faster = answered(rules, "Cox", log_hazard_ratio=0.1, **error)
    assert faster["z, margin"] == pytest.approx(3.6236, abs=1e-4)


@pytest.mark.parametrize("margin", [2, -2])
def test_a_mean_against_its_margin_whichever_sign_the_file_has(margin):
    # 1 worse, a loss of 2 accepted, standard error 0.5: t = (-1 + 2) / 0.5 = 2 on 50 df
    values = {
        "difference_in_means": -1.0,
        "difference_in_means_standard_error": 0.5,
        "difference_in_means_df": 50.0,
    }
    found = answered(asked(MEANS, "ANCOVA", margin), "ANCOVA", **values)
    assert found["margin"] == -2
    assert found["p, margin, one-sided"] == pytest.approx(t.sf(2, 50))
    assert found["z, margin"] == pytest.approx(norm.isf(t.sf(2, 50)))
    lower = answered(asked({**MEANS, "better": "lower"}, "ANCOVA", margin), "ANCOVA", **values)
    assert lower["p, margin, one-sided"] == pytest.approx(t.sf(6, 50))  # 1 lower is better by 1
    assert lower["margin"] == 2


def test_proportions_have_the_score_test_itself():
    found = answered(asked(RATES, "Farrington-Manning", "10%"), "Farrington-Manning",
                     **{"z": 1.5, "p, one-sided": norm.sf(1.5)})  # fmt: skip
    assert found["margin"] == -0.1
    assert found["z, margin"] == 1.5
    assert found["p, margin, one-sided"] == norm.sf(1.5)


def test_what_cannot_be_had_is_said():
    found = answered(asked(TIME, "Cox", 1.3), "Cox", log_hazard_ratio=0.0)
    assert found["p, margin, one-sided"].startswith("not estimable: there is no log hazard ratio")
    assert "conclusion" not in found
