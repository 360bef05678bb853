"""Values at visits: a questionnaire endpoint from ADQS to rows."""

import numpy as np
import polars as pl
import pytest

from equipoise.analysis.analyze import analyze
from equipoise.analysis.continuous.ancova import ancova
from equipoise.analysis.continuous.mmrm.model import repeated_measures
from equipoise.analysis.missing.reference import reference_based
from equipoise.analysis.questionnaires.deterioration import time_to_deterioration
from equipoise.analysis.survival import logrank
from equipoise.errors import InputError
from equipoise.frames import Labels
from equipoise.questionnaires.forms import FormScale
from support.answers import adam, answer, one, people, protocol, scores, value

ADSL = people(40).with_columns(EOSSTT=pl.lit("COMPLETED"), DCSREAS=pl.lit(None, pl.String))
ADQS = scores(ADSL)
QL = {"label": "Quality of life", "type": "questionnaire", "data": "ADQS", "parameter": "QL",
      "better": "higher"}  # fmt: skip
PAIR = {"comparison": "new v old"}
VISITS = ("Week 12", "Week 24", "Week 36")

AFTER = ADQS.filter(pl.col("ABLFL").is_null()).join(
    ADSL.select("USUBJID", "TRT01P", "AGE", "SEX"), on="USUBJID", maintain_order="left"
)
CHANGE = (AFTER["AVAL"] - AFTER["BASE"]).to_numpy()
BASE = AFTER["BASE"].to_numpy()
ARMS = Labels((AFTER["TRT01P"].to_numpy() == "new").astype(np.int32), ("old", "new"))
SEX = Labels((AFTER["SEX"].to_numpy() == "M").astype(np.int32), ("F", "M"))
VISIT = Labels((AFTER["AVISITN"].to_numpy() - 1).astype(np.int32), VISITS)


def rows(adqs=ADQS, endpoint=QL, **estimand):
    return answer(adam(protocol(endpoint, estimand), ADSL=ADSL, ADQS=adqs))


def model(**more):
    return repeated_measures(
        CHANGE, subject=AFTER["USUBJID"].to_numpy(), visit=VISIT, arm=ARMS, **more
    )


def test_mixed_model_by_visit():
    found = rows(test="MMRM", estimator=["MMRM", "means"])
    expected = model(covariates={"BASE": BASE}, by_visit=["BASE"])
    for gap in expected.differences:
        place = {"term": gap.visit, "method": "MMRM", **PAIR}
        assert value(found, "difference in means", **place) == gap.value.estimate
        assert value(found, "difference in means lower limit", **place) == gap.value.lower
        assert value(found, "p", **place) == gap.value.p
    for mean in expected.means:
        place = {"term": mean.visit, "group": mean.arm}
        assert value(found, "LS mean", **place) == mean.value.estimate
    assert value(found, "p over all visits") == expected.overall.p
    note = one(found, "difference in means", term="Week 36", method="MMRM", **PAIR).note
    assert "unstructured covariance; kenward-roger-linear degrees of freedom" in note
    assert "BASE by visit" in note


def test_the_last_visit_or_the_one_asked_for_comes_first():
    for options, first in (({}, "Week 36"), ({"visit": "Week 24"}, "Week 24")):
        found = rows(test="MMRM", options=options)
        gaps = [r.term for r in found if r.statistic == "difference in means"]
        assert gaps[0] == first
        assert sorted(gaps) == list(VISITS)


def test_options_of_the_mixed_model():
    found = rows(
        test="MMRM",
        covariates=["SEX", "AGE"],
        options={"covariance": "ar1h", "df": "satterthwaite", "by visit": ["BASE", "AGE"]},
    )
    given = {"BASE": BASE, "SEX": SEX, "AGE": AFTER["AGE"].to_numpy().astype(float)}
    expected = model(covariates=given, by_visit=["BASE", "AGE"], covariance="ar1h",
                     adjustment="satterthwaite")  # fmt: skip
    last = value(found, "difference in means", term="Week 36", **PAIR)
    assert last == pytest.approx(expected.differences[-1].value.estimate, rel=1e-9)
    error = value(found, "difference in means standard error", term="Week 36", **PAIR)
    assert error == pytest.approx(expected.differences[-1].value.standard_error, rel=1e-9)


def test_visits_without_whole_numbers_are_planned_unless_they_say_otherwise():
    number = pl.col("AVISITN") + 0.02
    odd = ADQS.with_columns(AVISITN=number)
    wild = odd.filter(pl.col("AVISIT") == "Week 24").with_columns(
        AVISIT=pl.lit("Unscheduled 1"), AVISITN=pl.lit(2.5)
    )
    found = rows(adqs=pl.concat([odd, wild]), estimator=["means"])
    assert {r.term for r in found if r.statistic == "mean change"} == set(VISITS)


def test_analysis_of_covariance_of_values_at_a_visit():
    found = rows(test="ANCOVA", options={"response": "value", "visits": ["Week 12", "Week 24"]})
    here = VISIT.codes == 1
    expected = ancova(
        AFTER["AVAL"].to_numpy()[here],
        arm=Labels(ARMS.codes[here], ARMS.levels),
        covariates={"BASE": BASE[here]},
    )
    place = {"term": "Week 24", **PAIR}
    assert value(found, "difference in means", **place) == expected.differences[0].value.estimate
    assert {r.term for r in found if r.statistic == "LS mean"} == {"Week 12", "Week 24"}


def test_reference_based_imputation():
    found = rows(
        test="MMRM", estimator="jump to reference", options={"seed": "7", "imputations": "5"}
    )
    y = np.full((ADSL.height, 3), np.nan)
    place = {who: i for i, who in enumerate(ADSL["USUBJID"])}
    y[[place[w] for w in AFTER["USUBJID"]], VISIT.codes] = CHANGE
    base = ADQS.filter(pl.col("ABLFL") == "Y")["AVAL"].to_numpy()
    arm = Labels((ADSL["TRT01P"].to_numpy() == "new").astype(np.int32), ("old", "new"))
    expected = reference_based(
        y, baseline=base, arm=arm, method="jump to reference", count=5, seed=7
    )[0]
    own = {"method": "jump to reference", "term": "Week 36", **PAIR}
    assert value(found, "difference in means", **own) == expected.estimate
    assert value(found, "p", **own) == expected.p
    assert one(found, "p", **own).note == (
        "change from baseline; 5 imputations, seed 7; Rubin's rules"
    )


@pytest.mark.parametrize("definitive", [False, True])
def test_time_to_deterioration_is_a_time_to_event(definitive):
    endpoint = {**QL, "worse by": "10"}
    options = {"definitive": "yes" if definitive else "no", "death": "yes"}
    found = rows(endpoint=endpoint, test="log-rank", estimator=["Cox", "MMRM"], options=options)
    place = {who: i for i, who in enumerate(ADSL["USUBJID"])}
    death = (ADSL["DTHDT"] - ADSL["RANDDT"]).dt.total_days() + 1
    expected = time_to_deterioration(
        FormScale("QL", "", (), 1, "function"),
        subject=[place[w] for w in AFTER["USUBJID"]],
        day=AFTER["ADY"].to_numpy(),
        score=AFTER["AVAL"].to_numpy(),
        baseline=ADQS.filter(pl.col("ABLFL") == "Y")["AVAL"].to_numpy(),
        death=death.cast(pl.Float64).fill_null(np.nan).to_numpy(),
        definitive=definitive,
    )
    arm = (ADSL["TRT01P"].to_numpy() == "new").astype(int)
    assert 5 < expected.event.sum() < 40
    total = sum(value(found, "events", group=group) for group in ("old", "new"))
    assert total == expected.event.sum()
    test = logrank(expected.time, expected.event, arm)
    assert value(found, "p", method="log-rank", **PAIR) == test.p


def test_baseline_without_its_flag_and_records_of_one_visit():
    bare = ADQS.filter(pl.col("ABLFL").is_null()).drop("ABLFL")
    twice = pl.concat([bare.with_columns(AVAL=pl.lit(0.0), ADY=pl.col("ADY") - 1), bare])
    gap = {"term": "Week 36", **PAIR}
    expected = value(rows(test="ANCOVA"), "difference in means", **gap)
    assert value(rows(twice, test="ANCOVA"), "difference in means", **gap) == expected


def test_a_model_that_cannot_be_fitted_says_why():
    few = ADQS.filter(pl.col("USUBJID").is_in(["S000", "S001", "S002", "S003"]))
    found = rows(few, test="MMRM")
    row = one(found, "difference in means", term="Week 36", **PAIR)
    assert row.value is None
    assert row.note.startswith("not estimable")


@pytest.mark.parametrize(
    ("adqs", "endpoint", "estimand", "said"),
    [
        (ADQS.drop("AVISITN"), QL, {"test": "MMRM"}, "AVISITN"),
        (ADQS, {**QL, "parameter": "QLX"}, {"test": "MMRM"}, "did you mean QL"),
        (ADQS, QL, {"test": "MMRM", "options": {"visit": "Week 21"}}, "did you mean Week"),
        (ADQS, QL, {"test": "MMRM", "options": {"covariance": "un"}}, "should be 'us'"),
        (ADQS, QL, {"test": "MMRM", "options": {"by visit": "AGE"}}, "not among the covariates"),
        (ADQS, QL, {"test": "copy reference"}, "seed"),
        (ADQS, QL, {"test": "log-rank"}, "time to event"),
        (ADQS, {**QL, "worse by": 10, "better": "longer"}, {"test": "log-rank"}, "better: higher"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(adqs, endpoint, estimand, said):
    with pytest.raises(InputError, match=said):
        rows(adqs, endpoint, **estimand)


def test_a_protocol_with_a_questionnaire_from_end_to_end():
    rules = protocol(
        QL,
        {"test": "MMRM", "estimator": ["MMRM", "means"], "role": "primary",
         "summary": "difference in means"},
        subgroups={"sex": {"variable": "SEX"}},
    )  # fmt: skip
    results = analyze(adam(rules, ADSL=ADSL, ADQS=ADQS))
    expected = model(covariates={"BASE": BASE}, by_visit=["BASE"]).differences[-1].value
    answered = results["primary"]
    assert answered.value == expected.estimate
    assert answered.p == expected.p
    assert (answered.lower, answered.upper) == (expected.lower, expected.upper)
    assert answered.n == 40
    assert results.value(method="interaction test", statistic="p", subgroup="sex") is not None
