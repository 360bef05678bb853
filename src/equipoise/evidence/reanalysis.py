"""What a publication did not report, from its rebuilt patients, beside what it did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from equipoise.analysis.survival import compare_rmst, max_combo, milestone_difference
from equipoise.errors import InputError
from equipoise.evidence.checks import PublishedBeside
from equipoise.evidence.contrast import ArmComparison, joined
from equipoise.evidence.rebuilt import ArmData


class Figure(NamedTuple):
    """One figure: rebuilt with its limits, and published; None, and why, where there is none."""

    name: str
    value: float | None
    lower: float | None
    upper: float | None
    published: float | None
    why: str


def reanalyzed(
    control: ArmData,
    other: ArmData,
    contrast: ArmComparison,
    beside: PublishedBeside,
    *,
    at: float | None = None,
) -> list[Figure]:
    """Hazard ratio, P, medians, RMST, survival `at` a time, and the max-combo test of two arms.

    at : time of the survival difference and end of the RMST; the shorter arm's last time if None
    """
    both = joined(control.patients, other.patients)
    last = min(float(arm.patients.time.max()) for arm in (control, other))
    tau = last if at is None else at
    return [
        *_ratio(contrast, beside),
        *_medians(control, other, beside),
        _figure(f"RMST difference to {tau:.4g}", lambda: compare_rmst(*both, tau=tau).difference),
        _figure(f"survival difference at {tau:.4g}", lambda: milestone_difference(*both, at=tau)),
        _test("max-combo P", lambda: max_combo(*both).p),
    ]


def _ratio(contrast: ArmComparison, beside: PublishedBeside) -> Iterator[Figure]:
    body = contrast.to_dict()
    told = beside.hazard_ratio.get(contrast.arm)
    limits = body["lower"], body["upper"]
    yield Figure("hazard ratio", body["hazard_ratio"], *limits, told, "not estimable")
    told = beside.p.get(contrast.arm)
    yield Figure("log-rank P", body["logrank_p"], None, None, told, "not estimable")


def _medians(control: ArmData, other: ArmData, beside: PublishedBeside) -> Iterator[Figure]:
    for arm in (control, other):
        told = beside.median.get(arm.arm)
        yield Figure(f"median {arm.arm}", arm.median, None, None, told, "not reached")


def _figure(name: str, compute: Any) -> Figure:
    try:
        found = compute()
    except InputError as problem:
        return Figure(name, None, None, None, None, str(problem))
    return Figure(name, found.estimate, found.lower, found.upper, None, "")


def _test(name: str, compute: Any) -> Figure:
    try:
        return Figure(name, float(compute()), None, None, None, "")
    except InputError as problem:
        return Figure(name, None, None, None, None, str(problem))
