"""Competing risks of a plain table, and its command."""

import json

import numpy as np
import polars as pl
import pytest

import equipoise as eq
from equipoise.cli import main
from equipoise.errors import InputError
from support.r_survival import data
from support.r_tables import value, worst


def mgus():
    """R: time <- ifelse(pstat == 1, ptime, futime); cause <- ifelse(pstat == 1, 1, 2 * death)"""
    table = data("mgus2")
    first = pl.col("pstat") == 1
    return table.select(
        "sex",
        "age",
        time=pl.when(first).then("ptime").otherwise("futime"),
        cause=pl.when(first).then(pl.lit("PCM"))
        .when(pl.col("death") == 1).then(pl.lit("death")).otherwise(pl.lit("none")),
    )  # fmt: skip


COLUMNS = {"time": "time", "cause": "cause", "censored": "none"}


def compared(**more):
    return eq.competing(mgus(), **COLUMNS, arm="sex", at=[60, 120, 240], **more)


def test_incidence_and_gray_as_cmprsk():
    found = compared(variance="aalen")
    theirs = value("cuminc trt")
    assert found.causes == ("PCM", "death")
    for gray, (chisq, p, df) in zip(found.gray, theirs["tests"], strict=True):
        assert worst([gray.chisq, gray.df, gray.p], [chisq, df, p]) < 1e-10
    by_cause = sorted(found.arms, key=lambda a: found.causes.index(a.cause))
    assert worst([a.at.estimate for a in by_cause], theirs["est"]) < 1e-12
    assert worst([a.at.std_err**2 for a in by_cause], theirs["var"]) < 1e-10


def test_hazard_ratios():
    found = compared().comparisons[0]
    log_ratio, error = value("crr sex")
    upper = log_ratio + 1.959963984540054 * error
    fine_gray, own = found.subdistribution, found.cause_specific
    assert worst(np.log([fine_gray.estimate, fine_gray.upper]), [log_ratio, upper]) < 1e-6
    log_ratio, error = value("cause-specific")
    assert worst(np.log(own.estimate), log_ratio) < 1e-7
    assert (found.arm, found.control, found.cause) == ("M", "F", "PCM")


def test_adjusted_and_stratified():
    adjusted = compared(covariates=["age"], strata=["sex"])
    assert adjusted.gray == (None, None)
    assert any("Gray's test of PCM not estimable" in note for note in adjusted.notes)
    assert adjusted.comparisons[0].cause_specific is None
    assert adjusted.comparisons[0].subdistribution is not None


def test_one_group():
    table = {"t": [1, 2, 3, 4], "k": [1, 2, 1, 0]}
    found = eq.competing(table, time="t", cause="k", at=[3, 9])
    assert [a.arm for a in found.arms] == ["all", "all"]
    assert (found.gray, found.comparisons) == ((None, None), ())
    assert found.notes[0].startswith("incidence of arm all at 9 not estimable: past the last")
    assert found.to_dict()["arms"][0]["at"][1]["estimate"] is None
    assert found.to_dict()["arms"][0]["at"][0]["estimate"] == pytest.approx(1 / 2)


def test_numbers_as_causes():
    table = {"t": [1, 2, 3, 4, 5, 6.0], "k": [1.0, 2, 0, 1, 0, 2], "a": list("ccctTt")}
    found = eq.competing({**table, "a": list("cccttt")}, time="t", cause="k", arm="a")
    assert found.causes == ("1", "2")
    assert [a.events for a in found.arms] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"censored": "non"}, "censored: non found; did you mean none"),
        ({"cause": "caus"}, "column caus: not in the data; did you mean cause"),
        ({"variance": "gray"}, "expected one of delta, aalen"),
        ({"at": [-1]}, "expected times of 0 or more"),
        ({"control": "X"}, "control: X found"),
    ],
)
def test_bad_input(change, words):
    with pytest.raises(InputError, match=words):
        eq.competing(mgus(), **{**COLUMNS, "arm": "sex", **change})


def test_nobody_with_a_cause():
    with pytest.raises(InputError, match="every row is 0, censored"):
        eq.competing({"t": [1, 2], "k": [0, 0]}, time="t", cause="k")


def printed(words, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["equipoise", *words])
    with pytest.raises(SystemExit):
        main()
    return capsys.readouterr().out


def test_command(tmp_path, monkeypatch, capsys):
    file = tmp_path / "mgus.csv"
    mgus().with_columns(cause=pl.when(pl.col("age") > 95).then(None).otherwise("cause")).write_csv(
        file
    )
    words = ["competing", str(file), "--time", "time", "--cause", "cause", "--censored", "none",
             "--arm", "sex", "--at", "60", "120", "--missing", "drop"]  # fmt: skip
    text = printed(words, monkeypatch, capsys)
    for part in (
        "Events, against F",
        "Gray's test",
        "Fine-Gray, subdistribution hazard ratio",
        "Cox, cause-specific hazard ratio",
        "rows left out for missing values: cause",
    ):
        assert part in text
    found = json.loads(printed([*words, "--json"], monkeypatch, capsys))
    assert found["causes"] == ["PCM", "death"]
    assert found["dropped"] > 0
    assert printed([*words, "--html"], monkeypatch, capsys).startswith("<!doctype html>")
