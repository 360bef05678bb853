"""Vector figures read back: every step, as matplotlib, R and the product's reports draw them."""

from __future__ import annotations

import csv
from pathlib import Path

import matplotlib
import numpy as np
import polars as pl
import pytest

from equipoise.errors import InputError
from equipoise.evidence.figures.drawing import hex_color, then
from equipoise.evidence.figures.read import read_figure
from equipoise.evidence.figures.svg import path_points, transform
from equipoise.evidence.reconstruct import reconstruct
from equipoise.reporting.figures.alone import write_figure
from equipoise.reporting.figures.still import COLUMN, PAGE
from support import printed_trials
from support.evidence import MONTH, ORACLE, survival_at
from support.street import pilot_results

matplotlib.use("Agg")
import matplotlib.pyplot as plt

BY_R = ORACLE / "evidence" / "lung_by_r.pdf"
"""survival 3.5-3, R 4.2.2:
pdf("lung_by_r.pdf", width = 7, height = 5)
plot(survfit(Surv(time / 30.4375, status == 2) ~ sex, lung), col = c("blue", "red"),
     mark.time = TRUE, xlab = "Months", ylab = "Survival", lwd = 1.5)
legend("topright", c("male", "female"), col = c("blue", "red"), lty = 1)
"""
BY_CAIRO = ORACLE / "evidence" / "lung_by_cairo.pdf"
"""The same by cairo_pdf("lung_by_cairo.pdf", width = 7, height = 5), cairo 1.16.0: the page upside
down, fonts embedded with tables of their text, the numbers of an axis in one string."""
R_PRINTS = 0.01  # points, of a page of 504 by 360
LUNG_RATIO = 0.5880  # coxph(Surv(time, status == 2) ~ sex, lung)


def lung():
    rows = list(csv.DictReader((ORACLE / "survival" / "data" / "lung.csv").open()))
    time = np.array([float(r["time"]) for r in rows]) / 30.4375
    return time, np.array([r["status"] == "2" for r in rows]), np.array([r["sex"] for r in rows])


def drawn(arms, path: Path, **more):
    """Two arms as matplotlib draws them, with a legend and numbers at risk."""
    with matplotlib.rc_context(more):
        figure, axes = plt.subplots()
        for row, (name, arm) in enumerate(zip(printed_trials.ARMS, arms, strict=True)):
            at = np.unique(np.append(arm.time[arm.event], arm.time.max()))
            s = np.append(1.0, survival_at(arm.time, arm.event, at))
            axes.step(np.append(0.0, at), s, where="post", label=name)
            low = -0.25 - 0.08 * row
            for t in axes.get_xticks():
                if 0 <= t <= axes.get_xlim()[1]:
                    axes.text(t, low, str((arm.time >= t).sum()), ha="center")
        axes.set_xlim(0, None)
        axes.set_ylim(0, 1.05)
        axes.legend()
        figure.subplots_adjust(bottom=0.3)
        figure.savefig(path)
        plt.close(figure)


@pytest.mark.parametrize("kind", ["pdf", "svg"])
@pytest.mark.parametrize("text", ["none", "path"])
def test_matplotlib(tmp_path, kind, text):
    arms = printed_trials.trial(5)
    path = tmp_path / f"figure.{kind}"
    drawn(arms, path, **{"svg.fonttype": text, "path.simplify": False})
    curve = read_figure(path).curve
    for name, arm in zip(printed_trials.ARMS, arms, strict=True):
        mine = np.array(curve["arm"]) == name
        time, s = np.array(curve["time"])[mine], np.array(curve["survival"])[mine]
        steps = np.unique(arm.time[arm.event])
        feet = time[1:] if arm.event[np.argmax(arm.time)] else time[1:-1]
        assert feet == pytest.approx(steps, abs=1e-5)
        assert s[1 : len(steps) + 1] == pytest.approx(
            survival_at(arm.time, arm.event, steps), abs=1e-6
        )


@pytest.mark.parametrize("path", [BY_R, BY_CAIRO])
def test_r(path):
    time, event, sex = lung()
    curve = read_figure(path).curve
    end_of_axis, height = 30.0 / 343.09, 1.0 / 210.66  # months and survival in a point
    for name, code in (("male", "1"), ("female", "2")):
        mine = np.array(curve["arm"]) == name
        steps = np.unique(time[event & (sex == code)])
        s = survival_at(time[sex == code], event[sex == code], steps)
        assert np.array(curve["time"])[mine][1:-1] == pytest.approx(
            steps, abs=R_PRINTS * end_of_axis
        )
        assert np.array(curve["survival"])[mine][1:-1] == pytest.approx(s, abs=R_PRINTS * height)


@pytest.mark.parametrize("path", [BY_R, BY_CAIRO])
def test_the_marks_of_rs_figure(path):
    # with the marks the numbers after the first are not needed: events 112 and 53, and all days of
    # censoring as R has them; on which of two days between two steps two were censored is not seen
    time, event, sex = lung()
    tables = read_figure(path)
    first = {"time": [0, 0], "at_risk": [138, 90], "arm": ["male", "female"]}
    found = reconstruct(tables.curve, at_risk=first, censored=tables.censored)
    for arm, code in zip(found.arms, "12", strict=True):
        own = np.sort(time[~event & (sex == code)])
        read = arm.patients.time[~arm.patients.event]
        assert np.unique(read) == pytest.approx(np.unique(own), abs=0.001)
        assert len(read) == len(own)
    assert [arm.events for arm in found.arms] == [112, 53]
    assert float(found.contrasts[0].cox.hr[0]) == pytest.approx(LUNG_RATIO, abs=0.001)


def test_the_patients_of_rs_figure():
    at_risk = {"time": [0, 0], "at_risk": [138, 90], "arm": ["male", "female"]}
    found = reconstruct(read_figure(BY_R).curve, at_risk=at_risk)
    assert [arm.events for arm in found.arms] == [112, 53]
    assert float(found.contrasts[0].cox.hr[0]) == pytest.approx(LUNG_RATIO, rel=0.005)


OWN_TIME, OWN_SURVIVAL = 2e-5, 3e-6
"""Months and survival: half of the last digit that the product's figure prints."""


@pytest.mark.parametrize("gray", [False, True])
@pytest.mark.parametrize("width", [COLUMN, PAGE])
def test_the_products_own_figure(tmp_path, width, gray):
    results = pilot_results()
    write_figure(results, "km-ttde", tmp_path, width=width, gray=gray)
    check_own(read_figure(tmp_path / "km-ttde.svg"), results)


def test_the_products_own_figure_as_pdf(tmp_path):
    pytest.importorskip("typst")
    results = pilot_results()
    write_figure(results, "km-ttde", tmp_path, to="pdf")
    check_own(read_figure(tmp_path / "km-ttde.pdf"), results)


def check_own(found, results):
    """Every step, every mark and every number at risk of the pilot's figure."""
    rows = results.select(method="Kaplan-Meier", subgroup="", analysis="TTDE").sort("at")
    for key, arm in results.data.protocol.arms.items():
        mine = rows.filter(pl.col("group") == key)
        steps = mine.filter(pl.col("statistic") == "curve")
        steps = steps.filter(pl.col("value").diff().fill_null(-1.0) < 0.0)
        own = [r for r in zip(*found.curve.values(), strict=True) if r[2] == arm.label]
        feet = np.array([r[:2] for r in own])[1 : len(steps) + 1]
        assert len(own) - 1 - len(steps) in (0, 1)
        assert feet[:, 0] == pytest.approx(steps["at"].to_numpy() / MONTH, abs=OWN_TIME)
        assert feet[:, 1] == pytest.approx(steps["value"].to_numpy(), abs=OWN_SURVIVAL)
        marks = mine.filter(pl.col("statistic") == "censored")["at"].unique().sort()
        read = [t for t, name in zip(*found.censored.values(), strict=True) if name == arm.label]
        assert read == pytest.approx((marks / MONTH).to_list(), abs=OWN_TIME)
        risk = mine.filter(pl.col("statistic") == "at risk")
        told = {round(t / MONTH, 2): n for t, n in risk.select("at", "value").iter_rows()}
        rows_read = [r for r in zip(*found.at_risk.values(), strict=True) if r[2] == arm.label]
        assert len(rows_read) > 3
        assert all(told[t] == n for t, n, _ in rows_read)


def test_numbers_at_risk_are_read(tmp_path):
    arms = printed_trials.trial(5)
    drawn(arms, tmp_path / "figure.pdf")
    table = read_figure(tmp_path / "figure.pdf").at_risk
    for t, n, name in zip(table["time"], table["at_risk"], table["arm"], strict=True):
        arm = arms[printed_trials.ARMS.index(name)]
        assert n == (arm.time >= t).sum()


def test_axes_can_be_stated(tmp_path):
    figure, axes = plt.subplots()
    axes.step([0, 1, 2, 3, 4, 5], [1, 0.9, 0.7, 0.6, 0.5, 0.5], where="post")
    axes.set_xlim(0, 6)
    axes.set_ylim(0, 1)
    axes.set_xticks([0, 2, 4, 6], labels=["a", "b", "c", "d"])
    figure.savefig(tmp_path / "figure.svg")
    with pytest.raises(InputError, match="axis x: the numbers at its marks cannot be read"):
        read_figure(tmp_path / "figure.svg")
    curve = read_figure(tmp_path / "figure.svg", x_axis=(0, 6), arms=["A"]).curve
    assert curve["time"] == pytest.approx([0, 1, 2, 3, 4, 5], abs=1e-6)
    assert curve["survival"] == pytest.approx([1, 0.9, 0.7, 0.6, 0.5, 0.5], abs=1e-6)
    assert set(curve["arm"]) == {"A"}


def test_a_figure_without_curves(tmp_path):
    figure, axes = plt.subplots()
    axes.plot([0, 1, 2], [0, 0.5, 2.0])
    figure.savefig(tmp_path / "figure.pdf")
    with pytest.raises(InputError, match="no step curve"):
        read_figure(tmp_path / "figure.pdf")


@pytest.mark.parametrize(
    ("name", "body", "told"),
    [
        ("a.pdf", b"hello", "expected a PDF file"),
        ("a.pdf", b"%PDF-1.4 nothing", "no lines found"),
        ("a.svg", b"<svg", "no SVG"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no lines found"),
    ],
)
def test_files_that_are_no_figures(tmp_path, name, body, told):
    (tmp_path / name).write_bytes(body)
    with pytest.raises(InputError, match=told):
        read_figure(tmp_path / name)


def test_transformations_by_hand():
    # scaled by 2, then moved by (3, 4): (1, 1) comes to (5, 6)
    assert then((2, 0, 0, 2, 0, 0), (1, 0, 0, 1, 3, 4)) == (2, 0, 0, 2, 3, 4)
    assert transform("translate(3 4) scale(2)") == (2, 0, 0, 2, 3, 4)
    assert transform("rotate(90)") == pytest.approx((0, 1, -1, 0, 0, 0))


def test_paths_by_hand():
    assert path_points("M1 2h3v4l1,1H0Z") == [[(1, 2), (4, 2), (4, 6), (5, 7), (0, 7), (1, 2)]]
    assert path_points("m1 1 2 0 0 2") == [[(1, 1), (3, 1), (3, 3)]]


def test_colors_by_hand():
    assert hex_color((0.0, 1.0, 0.0, 0.0)) == "#ff00ff"
    assert hex_color((0.5,)) == "#808080"
