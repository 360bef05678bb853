"""Missing values are told all at once, or dropped and counted; one arm has its curve."""

import json

import numpy as np
import polars as pl
import pytest

import equipoise as eq
from equipoise.analysis.continuous.ranks import hodges_lehmann, van_elteren, wilcoxon
from equipoise.analysis.survival import kaplan_meier, logrank
from equipoise.cli import main
from equipoise.errors import InputError
from support.r_survival import HERE
from support.r_tables import lung, value, worst

LUNG = str(HERE / "data" / "lung.csv")
COLUMNS = {"time": "time", "event": "status==2", "arm": "sex"}


def test_every_column_with_a_gap_is_told():
    with pytest.raises(InputError) as told:
        eq.survival(LUNG, **COLUMNS, strata=["ph.ecog"], covariates=["log(meal.cal)*age"])
    first, second = str(told.value).splitlines()
    assert first == (
        "column ph.ecog, row 14: missing; expected a value (`missing` drop leaves such rows out)"
    )
    assert second.startswith("column meal.cal, row 3: missing, as are 46 more")


def test_every_unknown_column_is_told():
    with pytest.raises(InputError) as told:
        eq.response(LUNG, responder="statu==2", arm="sexx")
    assert [line.split(":")[0] for line in str(told.value).splitlines()] == [
        "column statu", "column sexx",
    ]  # fmt: skip


def test_rows_are_dropped_and_counted():
    found = eq.survival(LUNG, **COLUMNS, covariates=["ph.ecog", "wt.loss"], missing="drop")
    kept = pl.read_csv(LUNG, null_values=["", "NA"]).drop_nulls(["ph.ecog", "wt.loss"])
    assert sum(a.curve.n for a in found.arms) == kept.height
    assert found.dropped == 228 - kept.height == 15
    assert found.notes[0] == ("15 of 228 rows left out for missing values: ph.ecog 1, wt.loss 14")
    told = found.to_dict()
    assert (told["dropped"], told["control"]) == (15, 1)


def test_rows_are_those_of_the_file_though_some_were_left_out():
    table = {"t": [1.0, None, 3.0, -9.0], "e": [1, 0, 2, 1], "a": ["x", "y", "x", "y"]}
    with pytest.raises(InputError) as told:
        eq.survival(table, time="t", event="e", arm="a", control="z", missing="drop")
    first, second, third = str(told.value).splitlines()
    assert first == "column t, row 4: -9.0; expected a time of 0 or more"
    assert second.startswith("column e, row 3: 2; expected 0 (censored) or 1 (event)")
    assert third == "control: z found; column a has x, y"


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["1", "Inf", "x"], 'column t, row 2: "Inf" found; expected a number'),
        (["1", "2", "3"], 'column t: "1" found; expected a number'),
    ],
)
def test_a_text_that_is_a_number_is_not_the_one_at_fault(texts, told):
    with pytest.raises(InputError, match=f"^{told}$"):
        eq.survival({"t": texts, "e": [1, 0, 1]}, time="t", event="e")


def test_nothing_is_dropped_that_is_not_asked_about():
    assert eq.survival(LUNG, **COLUMNS, missing="drop").dropped == 0


def test_no_row_left():
    table = {"y": [1.0, None], "a": [None, "x"]}
    with pytest.raises(InputError, match="no row has a value in each of y, a"):
        eq.ranks(table, value="y", arm="a", missing="drop")
    with pytest.raises(InputError, match="expected refuse or drop"):
        eq.ranks(table, value="y", arm="a", missing="keep")


def test_nan_is_missing():
    table = {"y": [1.0, float("nan"), 3.0, 4.0], "a": ["c", "c", "c", "t"]}
    assert eq.ranks(table, value="y", arm="a", missing="drop").dropped == 1


def test_one_curve_without_an_arm():
    found = eq.survival(LUNG, time="time", event="status==2", at=[180])
    (only,) = found.arms
    assert (only.arm, only.curve.n) == ("all", 228)
    assert (found.logrank, found.cox, found.zph) == (None, None, None)
    assert found.notes == ()
    assert found.to_dict()["control"] is None


def test_entry_and_weights_of_a_table():
    d = lung()
    table = {"t": d.time, "e": d.event, "s": d.sex, "w": d.weight, "f": d.fraction, "b": d.entry}
    names = {"time": "t", "event": "e", "arm": "s"}
    found = eq.survival(table, **names, entry="b", weights="w")
    test = logrank(d.time, d.event, d.sex - 1, start=d.entry, weight=d.weight)
    assert found.logrank.z == test.z
    men = d.sex == 1
    curve = kaplan_meier(d.time[men], d.event[men], start=d.entry[men], weight=d.weight[men])
    assert found.arms[0].curve.survival.tolist() == curve.survival.tolist()
    assert not found.cox.robust
    part = eq.survival(table, **names, weights="f")
    assert part.cox.robust
    assert part.logrank is None
    assert "logrank not estimable: weight[0]" in part.notes[0]


def test_more_tests_and_a_parametric_model_of_a_table():
    table = HERE / "data" / "veteran.csv"
    found = eq.survival(
        table, time="time", event="status", arm="trt", covariates=["karno"],
        weighted=["gehan", "sas-peto"], distribution="weibull",
    )  # fmt: skip
    for name, r in (("gehan", "gehan"), ("sas-peto", "peto")):
        assert worst(found.weighted[name].z, value(f"wlr {r} veteran")["z"]) < 1e-12
    assert worst(found.times.coef, value("survreg weibull veteran")["coef"]) > 0  # trt is a factor
    assert worst(found.times.loglik, value("survreg weibull veteran")["loglik"]) < 1e-12
    with pytest.raises(InputError, match="expected one of gehan"):
        eq.survival(table, time="time", event="status", arm="trt", weighted=["gehn"])


def test_ranks_of_a_table():
    rng = np.random.default_rng(3)
    y, arm, site = rng.normal(size=30), np.arange(30) % 3, np.arange(30) % 2
    table = {"y": y, "arm": np.array(["placebo", "low", "high"])[arm], "site": site}
    found = eq.ranks(table, value="y", arm="arm", control="placebo", strata=["site"])
    for one, code in zip(found.comparisons, (2, 1), strict=True):
        two = np.isin(arm, (0, code))
        given = (y[two], (arm[two] == code).astype(int))
        assert one.test == wilcoxon(*given)
        assert one.difference == hodges_lehmann(*given)
        assert one.stratified.z == pytest.approx(van_elteren(*given, site[two]).z)
    assert repr(found).startswith("Ranks  placebo median")


def test_adjusted_response_of_a_table():
    arthritis = HERE.parent / "response" / "data" / "arthritis.csv"
    found = eq.response(
        arthritis, responder="Improved==Some|Marked", arm="Treatment", control="Placebo",
        strata=["Sex"], covariates=["Sex", "Age"],
    )  # fmt: skip
    (one,) = found.comparisons
    assert np.log(one.adjusted.odds_ratio.estimate) == pytest.approx(value("glm")["coef"][1])
    assert np.log(one.adjusted.profile[1:]) == pytest.approx(value("glm profile")[:2])
    theirs = value("glm standardized")
    assert one.adjusted.difference.estimate == pytest.approx(theirs["difference"])
    assert one.stratified.cmh_corrected.statistic == pytest.approx(value("cmh corrected")[0])
    assert one.stratified.newcombe == pytest.approx(value("stratified newcombe arthritis"))
    assert one.chisq_corrected.statistic == pytest.approx(value("chisq corrected")[0])


def test_separation_is_told_and_the_rest_stands():
    table = {"y": [1, 1, 1, 0, 1, 0, 0, 0], "a": list("ttttcccc"), "x": [1, 1, 1, 0, 1, 0, 0, 0]}
    found = eq.response(table, responder="y", arm="a", covariates=["x"]).to_dict()
    one = found["comparisons"][0]["adjusted"]
    assert one["difference"]["estimate"] is None
    assert any("complete separation" in note for note in one["notes"])
    assert found["comparisons"][0]["fisher"]["p"] is not None


def printed(words, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["equipoise", *words])
    with pytest.raises(SystemExit):
        main()
    return capsys.readouterr().out


def test_commands(monkeypatch, capsys):
    words = ["survival", LUNG, "--time", "time", "--event", "status==2", "--arm", "sex"]
    more = ["--weighted", "gehan,tarone-ware", "--distribution", "weibull", "--missing", "drop"]
    text = printed([*words, *more, "--covariates", "ph.ecog"], monkeypatch, capsys)
    for part in (
        "Kaplan-Meier, against 1", "tarone-ware", "Weibull times", "one-sided P",
        "1 of 228 rows left out for missing values: ph.ecog 1",
    ):  # fmt: skip
        assert part in text
    found = json.loads(printed([*words, "--json", *more], monkeypatch, capsys))
    assert list(found["weighted"]) == ["gehan", "tarone-ware"]
    assert found["times"]["distribution"] == "weibull"
    arthritis = str(HERE.parent / "response" / "data" / "arthritis.csv")
    asked = ["response", arthritis, "--responder", "Improved==Some|Marked"]
    text = printed(
        [*asked, "--arm", "Treatment", "--control", "Placebo", "--covariates", "Age",
         "--limits", "corrected-wilson", "--difference", "corrected-newcombe"],
        monkeypatch, capsys,
    )  # fmt: skip
    assert "Treated v Placebo, adjusted: odds ratio, profile" in text
    assert "0.357 (95% CI 0.127 to 0.542)" in text  # R: `newcombe corrected`
