"""Known data sets rebuilt from their curves as printed, against R's figures of the originals."""

from __future__ import annotations

import pytest

from equipoise.evidence.reconstruct import reconstruct
from support.evidence import POINTS, REFERENCE, digitized, known

RATIO_OFF = 0.03  # relative; what the method promises on a well printed figure
MEDIAN_OFF = 0.1  # months; three days, or half the gap between points where that is wider
PLOTS = [(0.005, "even"), (0.01, "even"), (0.001, "steps"), (0.005, "steps"), (0.005, "both ends")]
# medians on a level stretch longer than a month: one event more or less moves them by that stretch,
# and rounding to 0.005 does not show which side of one half the stretch lies on
LEVEL = {("gbsg", 0), ("gbsg", 1), ("colon2_os", 0)}


def by_name(name):
    return next(entry for entry in REFERENCE if entry["data"] == name)


def rebuilt(entry, precision, at, method="likely"):
    curve, at_risk = digitized(known(entry), precision=precision, at=at)
    return reconstruct(curve, at_risk=at_risk, method=method)


def check(entry, precision, at, method="likely"):
    found = rebuilt(entry, precision, at, method)
    assert all(row.published == row.found for arm in found.arms for row in arm.at_risk)
    ratio = float(found.contrasts[0].cox.hr[0])
    assert ratio == pytest.approx(entry["hazard_ratio"], rel=RATIO_OFF)
    for code, (arm, median) in enumerate(zip(found.arms, entry["medians"], strict=True)):
        if median is None:
            assert arm.median is None
        elif (entry["data"], code) not in LEVEL:
            assert arm.median == pytest.approx(median, abs=max(MEDIAN_OFF, half_gap(entry, at)))


def half_gap(entry, at):
    return known(entry).time.max() / (POINTS - 1) / 2 if at == "even" else 0.0


def check_all(method):
    for entry in REFERENCE:
        for precision, at in PLOTS:
            check(entry, precision, at, method)


@pytest.mark.parametrize("method", ["likely", "guyot"])
@pytest.mark.parametrize(("precision", "at"), PLOTS)
@pytest.mark.parametrize("name", [entry["data"] for entry in REFERENCE])
def test_hazard_ratio_medians_and_numbers_at_risk(name, precision, at, method):
    check(by_name(name), precision, at, method)


def test_median_on_even_points_of_a_long_trial():
    found = rebuilt(by_name("colon2_os"), 0.005, "even")
    assert found.arms[0].median == pytest.approx(68.43531828, abs=MEDIAN_OFF)


@pytest.mark.parametrize("name", ["veteran", "colon2_os", "gbsg"])
def test_the_rebuilt_curve_is_within_the_plot(name):
    found = rebuilt(by_name(name), 0.005, "even")
    assert all(arm.rmse < 0.004 for arm in found.arms)  # half a printed line
