"""The efficacy table shows what each kind of endpoint was asked."""

import polars as pl
import pytest

from equipoise.analysis.analyze import analyze
from equipoise.reporting.model import plain
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.tables.efficacy import efficacy_table
from support.answers import TIME, adam, people, protocol, scores, times
from support.dual import dual_interim

ADSL = people(60).with_columns(EOSSTT=pl.lit("COMPLETED"), DCSREAS=pl.lit(None, pl.String))
ADAE = ADSL.head(20).select("USUBJID", ASTDT="RANDDT")
TABLES = {"ADTTE": times(ADSL), "ADQS": scores(ADSL), "EVENTS": ADAE}
QL = {"label": "Quality of life", "type": "questionnaire", "data": "ADQS", "parameter": "QL"}
COUNT = {"label": "Events", "type": "count", "data": "EVENTS"}


def lines(endpoint, **estimand):
    results = analyze(adam(protocol(endpoint, estimand), ADSL=ADSL, **TABLES))
    table = efficacy_table(results, Numbers(results))
    return results, {line.label: [plain(cell) for cell in line.cells] for line in table.lines}


def test_means_at_the_visit_asked_for():
    results, shown = lines(QL, test="MMRM", options={"visit": "Week 24"})
    value = results.value(statistic="difference in means", term="Week 24")
    gap = shown["Difference in means, Week 24, MMRM"]
    assert gap[-1].startswith(f"{value:.2f} (")
    assert "Least-squares mean at Week 24" in shown
    assert "P, MMRM test" in shown
    assert not any("Week 36" in label for label in shown)


def test_restricted_means_milestones_and_two_methods_of_one_ratio():
    results, shown = lines(
        TIME, estimator=["RMST", "milestone", "Cox", "robust Cox", "follow-up"], at="6 months"
    )
    months = results.value(statistic="difference in restricted mean months")
    gap = shown["Difference in restricted mean, months, RMST"]
    assert gap[-1].startswith(f"{months:.2f} (")
    assert "Restricted mean, months" in shown
    assert "Median follow-up, months" in shown
    assert "Difference in survival, percentage points, month 6.0, milestone" in shown
    assert "Hazard ratio, Cox" in shown
    assert "Hazard ratio, robust Cox" in shown


def test_incidence_with_competing_events():
    _, shown = lines(
        TIME, estimator=["Aalen-Johansen", "Fine-Gray"], at="6 months",
        options={"competing": "death"},
    )  # fmt: skip
    assert "Cumulative incidence at 6 months, %" in shown
    assert "Free of the event at 6 months, %" not in shown
    assert "Subdistribution hazard ratio, Fine-Gray" in shown


@pytest.mark.parametrize("name", ["Poisson rate", "rate ratio", "rate difference"])
def test_counts(name):
    _, shown = lines(COUNT, estimator=name)
    assert shown["Events"][:2] == ["10", "10"]
    assert ("Rate per 1 year at risk" in shown) == (name == "Poisson rate")


def test_a_proportion_has_the_ratio_of_risks_beside_their_difference():
    results = dual_interim()
    table = efficacy_table(results, Numbers(results))
    labels = [line.label for line in table.lines]
    assert "Relative risk" in labels
    assert any(label.startswith("Difference in proportions, ") for label in labels)
    of = {"analysis": "ORR", "method": "relative risk", "statistic": "relative risk"}
    (pair,) = results.select(**of)["comparison"]
    share = []
    for arm in pair.split(" v "):
        count = {"analysis": "ORR", "method": "count", "group": arm}
        share.append(
            results.value(statistic="responders", **count) / results.value(statistic="n", **count)
        )
    assert results.value(**of) == pytest.approx(share[0] / share[1], rel=1e-14)
