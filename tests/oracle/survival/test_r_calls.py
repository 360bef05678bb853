"""The calls that the report prints were run in R 4.2.2, survival 3.5-3, on the pilot's datasets.

ADTTE and ADSL were written as CSV; of what stands after the last semicolon was read exp(coef(.)),
.$chisq, summary(., times = at)$surv and .$quantile.
"""

from __future__ import annotations

from typing import Any

import pytest

from equipoise.protocol.model import altered
from equipoise.reporting.calls.call import planned_call
from support.street import pilot_results
from support.virtual import netter

WHO = (
    'd <- merge(subset(ADTTE, PARAMCD == "TTDE"), '
    'ADSL[ADSL$SAFFL == "Y", c("USUBJID"), drop = FALSE]); '
)
LOW = (
    'd <- subset(d, TRT01P %in% c("low", "placebo")); '
    'd$TRT01P <- relevel(factor(d$TRT01P), "placebo"); '
)
TIME = "Surv(AVAL, CNSR == 0) ~ TRT01P, data = d"
CASES = [
    ("log-rank", "chi-square", {"comparison": "all arms"}, f"{WHO}survdiff({TIME})",
     60.269556739028083),
    ("log-rank", "chi-square", {"comparison": "low v placebo"}, f"{WHO}{LOW}survdiff({TIME})",
     42.141114449010928),
    ("Cox", "hazard ratio", {"comparison": "low v placebo"},
     f'{WHO}{LOW}coxph({TIME}, ties = "efron")', 4.0770274247565208),
    ("Kaplan-Meier", "survival", {"group": "high", "at": 91.3125},
     f'{WHO}survfit({TIME}, conf.type = "log-log")', 0.13788096065961),
    ("median", "median", {"group": "low"},
     f'{WHO}quantile(survfit({TIME}, conf.type = "log-log"), 0.5)', 33.0),
]  # fmt: skip


@pytest.mark.parametrize(("method", "statistic", "where", "call", "value"), CASES)
def test_r_has_the_same_number(
    method: str, statistic: str, where: dict[str, Any], call: str, value: float
) -> None:
    found = pilot_results().select(analysis="TTDE", method=method, statistic=statistic, **where)
    (row,) = found.iter_rows(named=True)
    protocol = pilot_results().data.protocol
    assert planned_call(protocol, row) == call
    assert row["value"] == pytest.approx(value, rel=1e-12)


def test_no_call_where_r_is_not_asked() -> None:
    protocol = pilot_results().data.protocol
    row = {"analysis": "TTDE", "method": "Cox", "subgroup": "sex: F", "comparison": "low v placebo"}
    assert planned_call(protocol, row) == ""
    drawn = {**row, "subgroup": "", "method": "re-randomization log-rank"}
    assert planned_call(protocol, drawn) == ""


def test_competing_events_are_censored_and_told_by_their_words() -> None:
    protocol = netter()
    estimand = protocol.estimands["PFS"].model_copy(update={"options": {"competing": "death"}})
    other = altered(protocol, estimands={**protocol.estimands, "PFS": estimand})
    row = {"analysis": "PFS", "method": "Gray", "subgroup": "", "comparison": "all arms"}
    said = planned_call(other, row)
    assert 'ifelse(d$EVNTDESC %in% c("Death"), 2, 1)' in said
    assert said.endswith("gray_test(d$AVAL, d$CAUSE, d$TRT01P, 1)")
