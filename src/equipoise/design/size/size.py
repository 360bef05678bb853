"""Trials with even accrual and constant hazards, without a protocol."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import NamedTuple

from equipoise.design.size.logrank import LogrankDesign, power_logrank, size_logrank
from equipoise.design.size.model import Size
from equipoise.design.size.survival import size_survival
from equipoise.errors import InputError
from equipoise.meaning.expected import Course, Steps, StratumCourse
from equipoise.protocol.language.families import Family


class TrialRates(NamedTuple):
    """Rates of a trial, in one unit of time.

    median : of the control arm; accrual : how long it lasts; dropout : share lost in `per` units
    """

    median: float
    accrual: float
    dropout: float
    per: float


def size_trial(
    rates: TrialRates,
    *,
    hazard_ratio: float | None,
    subjects: float | None,
    power: float | None,
    duration: float | None,
    alpha: float = 0.025,
    sides: int = 1,
    ratio: float = 1.0,
    method: str = "lachin-foulkes",
) -> Size:
    """Subjects, power, hazard ratio or duration of a trial with even accrual and constant hazards.

    Raises   InputError unless exactly one of the four is None.
    """
    return size_survival(
        _course(rates, Steps.constant(1.0), ratio),
        hazard_ratio=hazard_ratio,
        subjects=subjects,
        duration=duration,
        power=power,
        alpha=alpha,
        sides=sides,
        method=method,
    )


def size_looks(
    rates: TrialRates,
    *,
    hazard_ratio: float,
    after: float,
    looks: Sequence[float],
    subjects: float | None,
    power: float | None,
    alpha: float = 0.025,
    ratio: float = 1.0,
    efficacy: Family = "lan-demets-obf",
) -> LogrankDesign:
    """Power or subjects of a log-rank test at calendar looks; the one that is None is solved for.

    hazard_ratio : from `after` entry on, 1 before
    alpha : one-sided
    Raises   InputError unless exactly one of subjects and power is None.
    """
    if not after >= 0.0 or not hazard_ratio > 0.0:
        raise InputError("expected a hazard ratio above 0, after a time of 0 or more")
    delayed = Steps((0.0, after), (1.0, hazard_ratio)) if after else Steps.constant(hazard_ratio)
    course = _course(rates, delayed, ratio)
    if subjects is not None and power is None:
        return power_logrank(course.faster(subjects), times=looks, alpha=alpha, efficacy=efficacy)
    if power is not None and subjects is None:
        return size_logrank(course, times=looks, alpha=alpha, power=power, efficacy=efficacy)
    raise InputError("leave out exactly one of power and subjects; it is solved for")


def _course(rates: TrialRates, hazard_ratio: Steps, ratio: float) -> Course:
    """The course of one subject, who enters while accrual lasts."""
    if not rates.median > 0.0 or not rates.accrual > 0.0:
        raise InputError("the control median and the time of accrual must be above 0")
    if not 0.0 <= rates.dropout < 1.0:
        raise InputError(f"dropout is {rates.dropout:g}; expected a share from 0 to below 1")
    dropout = Steps.constant(-log(1.0 - rates.dropout) / rates.per)
    control = Steps.constant(log(2.0) / rates.median)
    stratum = StratumCourse(control, hazard_ratio, dropout, dropout)
    return Course(Steps.lasting([rates.accrual], [1.0 / rates.accrual]), (stratum,), ratio)
