"""One endpoint in one call, and its command."""

import json
import math

import pandas as pd
import polars as pl
import pytest
from typer import Typer
from typer.testing import CliRunner

from equipoise.analysis.survival import survival
from equipoise.cli.survival import command
from equipoise.errors import EquipoiseError, InputError
from support.r_survival import HERE, of_topic

VETERAN = HERE / "data" / "veteran.csv"
COLUMNS = {"time": "time", "event": "status", "arm": "trt"}


def r_value(topic, start):
    (entry,) = [e for e in of_topic(topic) if e.r.startswith(start)]
    return entry.value


def test_veteran_has_the_published_shape_and_values():
    found = survival(VETERAN, **COLUMNS, at=[30], rmst=180).to_dict()
    assert [a["median"] for a in found["arms"]] == [103, 52.5]
    assert [a["n"] for a in found["arms"]] == [69, 68]
    assert list(found["arms"][0]) == [
        "arm", "n", "events", "median", "median_lower", "median_upper", "at", "rmst",
    ]  # fmt: skip
    assert list(found["arms"][0]["at"][0]) == ["time", "at_risk", "survival", "lower", "upper"]
    assert list(found["arms"][0]["rmst"]) == ["estimate", "se", "lower", "upper"]
    assert list(found["logrank"]) == ["z", "chisq", "df", "p", "p_better"]
    model = r_value("cox_efron", "cox(Surv(time, status) ~ trt, veteran")
    assert found["cox"]["coef"] == pytest.approx(model["coef"]["trt"], rel=1e-8)
    assert found["cox"]["lr"] == pytest.approx(model["lr_chisq"], rel=1e-6)
    assert found["cox"]["score"] == pytest.approx(model["score_chisq"], rel=1e-6)
    assert found["zph"]["p"] > 0


def test_control_turns_the_comparison_round():
    one, two = (survival(VETERAN, **COLUMNS, control=c).to_dict() for c in (1, "2"))
    assert [a["arm"] for a in two["arms"]] == [2, 1]
    assert two["logrank"]["z"] == pytest.approx(-one["logrank"]["z"])
    assert two["cox"]["hr"] == pytest.approx(1 / one["cox"]["hr"])


@pytest.mark.parametrize("kind", [pl.read_csv, pd.read_csv, lambda p: pl.read_csv(p).to_arrow()])
def test_any_frame(kind):
    found = survival(kind(VETERAN), **COLUMNS).to_dict()
    assert found["arms"][1]["median"] == 52.5


def test_the_event_may_be_named_by_its_value():
    lung = survival(HERE / "data" / "lung.csv", time="time", event="status==2", arm="sex")
    assert [int(a.curve.events.sum()) for a in lung.arms] == [112, 53]


def test_strata_covariates_and_factors():
    found = survival(
        VETERAN, **COLUMNS, strata=["prior"], covariates=["celltype", "age*karno"]
    ).to_dict()
    names = [t["term"] for t in found["cox"]["terms"]]
    assert names == [
        "trt2", "celltypelarge", "celltypesmallcell", "celltypesquamous", "age", "karno",
        "age:karno",
    ]  # fmt: skip
    assert found["cox"]["hr"] == found["cox"]["terms"][0]["hr"]
    assert found["strata"] == ["prior"]


def test_no_events_in_an_arm_is_stated_and_never_nan():
    frame = {"t": [1, 2, 3, 4, 5, 6], "e": [1, 1, 1, 0, 0, 0], "a": list("cccttt")}
    found = survival(frame, time="t", event="e", arm="a", at=[6]).to_dict()
    assert found["cox"]["hr"] is None
    assert any("not estimable" in note for note in found["notes"])
    assert found["logrank"]["p"] is not None
    assert not math.isnan(found["arms"][1]["at"][0]["survival"])
    json.dumps(found, allow_nan=False)


def test_no_events_at_all_is_stated():
    frame = {"t": [1, 2, 3, 4], "e": [0, 0, 0, 0], "a": list("ccdd")}
    found = survival(frame, time="t", event="e", arm="a").to_dict()
    assert found["logrank"]["p"] is None
    assert found["arms"][0]["median"] is None
    assert any("no events" in note for note in found["notes"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"time": "tim"}, "column tim: not in the data; did you mean time"),
        ({"event": "trt"}, "column trt, row 70: 2; expected 0"),
        ({"time": "celltype"}, 'column celltype, row 1: "squamous" found'),
        ({"control": "9"}, "control: 9 found; column trt has 1, 2"),
        ({"conf": "loglog"}, "conf: 'loglog'"),
        ({"event": "status==7"}, "no row has 7"),
        ({"covariates": ["exp(age)"]}, "exp is not known"),
        ({"at": [-1]}, "expected times of 0 or more"),
    ],
)
def test_bad_input_names_the_column(change, words):
    with pytest.raises(InputError, match=words.replace("(", r"\(").replace(")", r"\)")):
        survival(VETERAN, **{**COLUMNS, **change})


def run(*options):
    app = Typer()
    app.command()(command)
    columns = ["--time", "time", "--event", "status", "--arm", "trt"]
    return CliRunner().invoke(app, [str(VETERAN), *columns, *options])


def test_command_prints_json_only():
    found = json.loads(run("--control", "1", "--at", "30,90", "--json").stdout)
    assert [a["median"] for a in found["arms"]] == [103, 52.5]
    assert [p["time"] for p in found["arms"][0]["at"]] == [30, 90]


def test_command_prints_a_table_or_a_page():
    assert "52.5" in run().stdout
    page = run("--html", "--at", "30", "--rmst", "180").stdout
    assert page.startswith("<!doctype html>")
    assert "<td>52.5</td>" in page


@pytest.mark.parametrize("options", [("--json", "--html"), ("--at", "soon"), ("--strata", "x")])
def test_command_refuses(options):
    assert isinstance(run(*options).exception, EquipoiseError)


def test_survival_past_an_arms_last_time():
    # the last of the arm "b" is censored at 3, all of "a" have had the event by 4
    frame = {"time": [1, 2, 4, 1, 2, 3], "event": [1, 1, 1, 1, 0, 0], "arm": [*"aaabbb"]}
    columns = {"time": "time", "event": "event", "arm": "arm"}
    words = "the last time, 3, where somebody was censored"
    plain = survival(frame, **columns, at=[3, 5]).to_dict()
    one, other = ([p["survival"] for p in arm["at"]] for arm in plain["arms"])
    assert one == [pytest.approx(1 / 3), 0]
    assert other == [pytest.approx(2 / 3), None]
    assert plain["extend"] is False
    assert plain["notes"] == [f"survival of arm b at 5 not estimable: past {words}"]
    carried = survival(frame, **columns, at=[3, 5], extend=True).to_dict()
    assert [p["survival"] for p in carried["arms"][1]["at"]] == [pytest.approx(2 / 3)] * 2
    assert carried["extend"] is True
    assert carried["notes"] == [f"survival of arm b at 5 carried on from {words}"]


CRASHED = {
    "tied events of both arms, one left": (
        {"time": [1, 2, 1, 1], "event": [1, 1, 1, 1], "arm": [0, 1, 1, 1]}, {},
        "zph not estimable: time: no term is compared at two event times",
    ),
    "separated by arm and covariate": (
        {
            "time": [2, 1, 3, 4, 2], "event": [1, 1, 0, 1, 0], "arm": [1, 0, 1, 1, 1],
            "x": [0.68, 1.07, 0.65, -2.52, 0.68],
        },
        {"covariates": ["x"]},
        "x: not estimable: the likelihood is monotone",
    ),
}  # fmt: skip


@pytest.mark.parametrize("ties", ["efron", "breslow", "exact"])
@pytest.mark.parametrize("name", CRASHED)
def test_what_is_not_estimable_leaves_a_note_and_the_rest_stands(name, ties):
    frame, more, note = CRASHED[name]
    found = survival(frame, time="time", event="event", arm="arm", ties=ties, **more).to_dict()
    assert found["logrank"]["p"] is not None
    told = "the likelihood is monotone" if ties == "exact" else note
    assert any(told in line for line in found["notes"])
    json.dumps(found, allow_nan=False)


def test_an_arm_column_of_very_many_levels():
    found = survival(VETERAN, time="time", event="status", arm="age").to_dict()
    hr = {t["term"]: t["hr"] for t in found["cox"]["terms"]}
    told = [note.partition(":")[0] for note in found["notes"] if "monotone" in note]
    assert len(hr) > 38
    assert told == [term for term, value in hr.items() if value is None]
    assert told  # one veteran of that age, with the first event of all
