"""A truth is found again from figures that it gave."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from equipoise.cli import application
from equipoise.errors import InputError
from equipoise.meaning.check import read, read_text
from equipoise.patients.world import setting
from equipoise.simulation.fit.fit import _spread, fit_truth, free_parts, moved_truth
from equipoise.simulation.fit.not_fitted import out_of_reach, read_in_sources
from equipoise.simulation.fit.write_truth import snippet
from equipoise.simulation.object.without_records import figures
from support.roads import TRUTH, plan_of, variant
from support.spec import NETTER_FILE

LOOK = "PFS final"
WRONG = {
    "progression": {
        "arms": {
            "old": {"curve": {"3 months": "80%", "9 months": "45%"}},
            "new": {"curve": {"3 months": "70%", "9 months": "40%"}},
        }
    }
}
RIGHT = {
    "progression": {
        "arms": {
            "old": {"curve": {"3 months": "60%", "9 months": "20%"}},
            "new": {"curve": {"3 months": "85%", "9 months": "60%"}},
        }
    }
}


def asked(values):
    rows = []
    for k, value in enumerate(values):
        statistic, group = ASKED[k]
        at = {"at": "6 months"} if statistic == "survival" else {}
        row = {"says": f"{statistic} {group}", "value": f"{value:.6g}", "estimand": "PFS"}
        rows.append(row | {"statistic": statistic, "group": group} | at)
    return rows


ASKED = [("survival", "old"), ("survival", "new"), ("median months", "old")]


def with_figures(truth, values, more=()):
    whole = plan_of(4 * 8)  # OS at 18 months; here PFS is looked at then
    whole["design"] = {"PFS": {"power": "80%", "looks": {"final": "18 months"}}}
    whole["truth"] = {TRUTH: {**whole["truth"][TRUTH], **truth}}
    whole["report"] = {"look": LOOK, "published": [*asked(values), *more]}
    return whole


@pytest.fixture(scope="module")
def published():
    """What the right truth gives on average."""
    plan = read_text(json.dumps(with_figures(RIGHT, [0.5, 0.5, 5.0])))
    where = setting(plan, truth=TRUTH)
    wanted = plan.report.published
    rows = [figures(plan, where, wanted, look=LOOK, seed=77, trial=k) for k in range(150)]
    return np.nanmean(np.minimum(rows, 60.0), axis=0)


@pytest.fixture(scope="module")
def plan(published):
    lab = {"says": "a grade", "value": "0.1", "estimand": "safety", "statistic": "grade 3-4"}
    return with_figures(WRONG, published, [lab])


@pytest.fixture(scope="module")
def fit(plan):
    return fit_truth(read_text(json.dumps(plan)), truth=TRUTH, seed=3, look=LOOK, check=150)


def test_the_figures_are_met(fit, published):
    known = [m for m in fit.misfits if m.mean is not None]
    assert len(known) == 3
    for misfit, value in zip(known, published):
        assert misfit.published == pytest.approx(value, rel=1e-5)
        assert misfit.inside
        assert abs(misfit.errors) < 0.5
        assert misfit.lower <= misfit.mean <= misfit.upper


def test_the_start_did_not_meet_them(plan, published):
    wrong = read_text(json.dumps(plan))
    where = setting(wrong, truth=TRUTH)
    wanted = wrong.report.published[:3]
    rows = [figures(wrong, where, wanted, look=LOOK, seed=5, trial=k) for k in range(60)]
    gap = (np.nanmean(np.minimum(rows, 60.0), axis=0) - published) / np.nanstd(rows, axis=0)
    assert np.abs(gap).max() > 0.8


def test_a_figure_that_needs_records_is_listed_without_a_misfit(fit):
    assert fit.misfits[-1].says == "a grade"
    assert fit.misfits[-1].inside is None


def test_the_yaml_is_the_fitted_truth(fit, plan):
    from ruamel.yaml import YAML

    whole = _texts(YAML(typ="safe", pure=True).load(fit.yaml))
    truth = {TRUTH: {**plan["truth"][TRUTH], **whole["truth"][TRUTH]}}
    again = read_text(json.dumps({**plan, "sources": whole["sources"], "truth": truth}))
    read = again.truth[TRUTH]
    assert read.progression == fit.truth.progression
    assert read.death == fit.truth.death
    point = f"/truth/{TRUTH}/progression/arms/old/curve/0/survival"
    assert again.provenance[point]["sources"] == ("fitted",)
    assert f'fit-truth --truth "{TRUTH}" --seed 3' in again.sources["fitted"].text
    assert again.sources["fitted"].calculated


def test_the_same_seed_gives_the_same_fit(plan):
    few = {"truth": TRUTH, "seed": 3, "look": LOOK, "trials": 4, "check": 4}
    protocol = read_text(json.dumps(plan))
    assert fit_truth(protocol, **few).yaml == fit_truth(protocol, **few).yaml


def test_what_was_read_in_a_source_stays(plan):
    curve = {"3 months": "80%", "9 months": "45% [paper]"}
    whole = json.loads(json.dumps(plan))
    whole["sources"] = {"paper": "A paper", "guess": {"text": "Recalled", "recalled": "yes"}}
    whole["truth"][TRUTH]["progression"]["arms"] = {
        "old": {"curve": curve},
        "new": {"curve": {"3 months": "70% [guess]", "9 months": "40%"}},
    }
    protocol = read_text(json.dumps(whole))
    held = read_in_sources(protocol, TRUTH)
    assert held == {("progression", "arms", "old", "curve", 1, "survival")}
    start = protocol.truth[TRUTH]
    parts = free_parts(protocol, start, protocol.report.published[:3], held)
    assert ("shape", "progression", "old") not in parts
    moved = moved_truth(start, parts, np.full(len(parts), 1.5), held).progression.arms
    assert moved["old"].curve[1].survival == 0.45
    assert moved["old"].curve[0].survival == pytest.approx(0.451)  # not below what stays
    assert moved["new"].curve[1].survival < 0.4


def test_what_no_patient_is_followed_to_stays(plan):
    whole = json.loads(json.dumps(plan))  # a look 18 months after the first patient
    curve = {"3 months": "80%", "20 months": "45%", "30 months": "30%"}
    whole["truth"][TRUTH]["progression"]["arms"]["old"] = {"curve": curve}
    held = out_of_reach(read_text(json.dumps(whole)), TRUTH, look=LOOK, seed=1)
    assert {path for path in held if path[0] == "progression"} == {
        ("progression", "arms", "old", "curve", 2, "survival")
    }


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"value": "1.5"}, r"survival old: found 1.5, which no trial gives; expected 0 to 1"),
        ({"value": "-0.1"}, "expected 0 to 1"),
    ],
)
def test_a_figure_that_cannot_be_is_refused(plan, change, says):
    whole = json.loads(json.dumps(plan))
    whole["report"]["published"][0].update(change)
    with pytest.raises(InputError, match=says):
        fit_truth(read_text(json.dumps(whole)), truth=TRUTH, seed=1, look=LOOK)


def test_a_look_that_is_not_there_is_named(plan):
    with pytest.raises(InputError, match=r'no look "PFS finl".*did you mean PFS final'):
        fit_truth(read_text(json.dumps(plan)), truth=TRUTH, seed=1, look="PFS finl")


def _texts(value):
    if isinstance(value, dict):
        return {str(k): _texts(v) for k, v in value.items()}
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_what_the_figures_speak_of_is_free(plan):
    protocol = read_text(json.dumps(plan))
    parts = free_parts(protocol, protocol.truth[TRUTH], protocol.report.published[:3])
    assert {(p.kind, p.process, p.arm) for p in parts} == {
        (kind, "progression", arm) for kind in ("scale", "shape") for arm in ("old", "new")
    }


def test_nothing_moved_is_nothing_changed(plan):
    protocol = read_text(json.dumps(plan))
    truth = protocol.truth[TRUTH]
    parts = free_parts(protocol, truth, protocol.report.published[:3])
    assert moved_truth(truth, parts, np.zeros(len(parts))) == truth


def test_a_larger_scale_is_a_larger_hazard(plan):
    protocol = read_text(json.dumps(plan))
    truth = protocol.truth[TRUTH]
    parts = free_parts(protocol, truth, protocol.report.published[:3])
    moved = moved_truth(truth, parts, np.array([p.kind == "scale" for p in parts], dtype=float))
    for arm in ("old", "new"):
        pairs = zip(moved.progression.arms[arm].curve, truth.progression.arms[arm].curve)
        assert all(a.survival < b.survival for a, b in pairs)


def test_a_snippet_says_ratios_and_medians():
    text = snippet(TRUTH, variant(8).truth[TRUTH])
    assert "new: hazard ratio 0.45" in text
    assert "curve: {4 months: 70%, 12 months: 30%}" in text


def test_without_figures_there_is_nothing_to_fit():
    with pytest.raises(InputError, match="no figure speaks of"):
        fit_truth(variant(0), truth=TRUTH, seed=1, look=LOOK)


def test_the_command(tmp_path, plan):
    path, out = tmp_path / "protocol.yaml", tmp_path / "truth.yaml"
    path.write_text(json.dumps(plan), encoding="utf-8")
    base = ["fit-truth", str(path), "--truth", TRUTH, "--seed", "1", "--trials", "4"]
    done = CliRunner().invoke(application(), [*base, "--check", "5", "-o", str(out)])
    assert done.exit_code == 0, done.output
    assert "virtual patients" in done.stdout
    assert "a grade" in done.stdout
    assert "not fitted" in done.stdout
    assert "\ntruth:\n" in out.read_text(encoding="utf-8")
    done = CliRunner().invoke(application(), [*base, "--check", "5", "--json"])
    assert [f["says"] for f in json.loads(done.stdout)["figures"]][-1] == "a grade"


def test_what_hardly_a_trial_gives_is_named() -> None:
    (figure, *_) = read(NETTER_FILE).report.published
    values = np.array([[1.0], [np.nan], [np.nan]])
    with pytest.raises(InputError, match=r"do not give .+; expected more of them"):
        _spread(values, (figure,))
    known = np.array([[1.0], [np.nan], [3.0]])
    assert _spread(known, (figure,)).tolist() == [2.0**0.5]
