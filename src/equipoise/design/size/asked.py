"""`size`: one question for survival, proportions and means; what is left out is solved for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, overload

from equipoise.design.size.events import size_events
from equipoise.design.size.logrank import LogrankDesign
from equipoise.design.size.means import size_mean
from equipoise.design.size.model import DEFAULT_POWER, Compares, Size
from equipoise.design.size.proportions import size_proportion
from equipoise.design.size.size import TrialRates, size_looks, size_trial
from equipoise.errors import InputError, did_you_mean
from equipoise.protocol.language.families import Family


class _Test(NamedTuple):
    """The errors and the sides of a test, arms' ratio, and its method if one was named."""

    power: float | None
    alpha: float
    sides: int
    ratio: float
    method: str | None

    def wanted(self, *, solved: bool) -> float | None:
        """Power is 0.9 unless it is given or is itself what is left out."""
        return DEFAULT_POWER if self.power is None and not solved else self.power

    def method_or(self, usual: str) -> str:
        return usual if self.method is None else self.method


class _Survival(NamedTuple):
    """What is asked of a comparison of survival."""

    hazard_ratio: float | None
    events: float | None
    subjects: float | None
    duration: float | None
    rates: TrialRates | None


@overload
def size(
    kind: Literal["survival"],
    *,
    looks: Sequence[float],
    hazard_ratio: float | None = ...,
    subjects: float | None = ...,
    median: float | None = ...,
    accrual: float | None = ...,
    dropout: float = ...,
    year: float = ...,
    after: float = ...,
    spending: Family = ...,
    power: float | None = ...,
    alpha: float = ...,
    sides: int = ...,
    ratio: float = ...,
) -> LogrankDesign: ...
@overload
def size(
    kind: Literal["survival"],
    *,
    hazard_ratio: float | None = ...,
    events: float | None = ...,
    subjects: float | None = ...,
    median: float | None = ...,
    accrual: float | None = ...,
    duration: float | None = ...,
    dropout: float = ...,
    year: float = ...,
    power: float | None = ...,
    alpha: float = ...,
    sides: int = ...,
    ratio: float = ...,
    method: str | None = ...,
) -> Size: ...
@overload
def size(
    kind: Literal["proportion"],
    *,
    control: float | None,
    experimental: float | None = ...,
    margin: float = ...,
    subjects: float | None = ...,
    power: float | None = ...,
    alpha: float = ...,
    sides: int = ...,
    ratio: float = ...,
    method: str | None = ...,
) -> Size: ...
@overload
def size(
    kind: Literal["mean"],
    *,
    sd: float | None,
    difference: float | None = ...,
    subjects: float | None = ...,
    power: float | None = ...,
    alpha: float = ...,
    sides: int = ...,
    ratio: float = ...,
    method: str | None = ...,
) -> Size: ...
def size(
    kind: Compares,
    *,
    hazard_ratio: float | None = None,
    events: float | None = None,
    median: float | None = None,
    accrual: float | None = None,
    duration: float | None = None,
    dropout: float = 0.0,
    year: float = 12.0,
    looks: Sequence[float] | None = None,
    after: float = 0.0,
    spending: Family = "lan-demets-obf",
    control: float | None = None,
    experimental: float | None = None,
    margin: float = 0.0,
    difference: float | None = None,
    sd: float | None = None,
    subjects: float | None = None,
    power: float | None = None,
    alpha: float = 0.025,
    sides: int = 1,
    ratio: float = 1.0,
    method: str | None = None,
) -> Size | LogrankDesign:
    """Size, power, detectable effect or duration of a trial: what is left out is solved for.

    kind : survival, proportion or mean; power is 0.9 where the size is solved for
    hazard_ratio, events : of survival; with a median on control and a time of accrual also
        subjects and duration, in one unit of which `year` are a year; dropout is a share a year
    looks : times of log-rank looks, at error spent as `spending`; the hazard ratio is 1 up to
        `after`
    control, experimental, margin : of proportions; a margin is given with or without its sign
    difference, sd : of means
    alpha : over both sides if `sides` is 2; ratio : experimental subjects per control
    Raises   InputError unless exactly one thing is left to be solved for.
    Checked  tests/unit/design/test_size_asked.py.
    """
    test = _Test(power, alpha, sides, ratio, method)
    if kind == "survival":
        rates = _rates(median, accrual, dropout, year)
        asked = _Survival(hazard_ratio, events, subjects, duration, rates)
        if looks is None:
            return _survival(asked, test)
        return _at_looks(asked, test, looks, after, spending)
    if kind == "proportion":
        return _proportion(control, experimental, margin, subjects, test)
    if kind == "mean":
        return _mean(difference, sd, subjects, test)
    known = ("survival", "proportion", "mean")
    hint = did_you_mean(str(kind), known)
    raise InputError(f'size of "{kind}": expected one of {", ".join(known)}{hint}')


def _rates(
    median: float | None, accrual: float | None, dropout: float, year: float
) -> TrialRates | None:
    if median is None and accrual is None:
        return None
    if median is None or accrual is None:
        raise InputError("subjects and dates need both median and accrual")
    return TrialRates(median, accrual, dropout, year)


def _known(rates: TrialRates | None) -> TrialRates:
    if rates is None:
        raise InputError("subjects and dates need both median and accrual")
    return rates


def _survival(a: _Survival, test: _Test) -> Size:
    if a.rates is None and a.duration is None:
        return size_events(
            hazard_ratio=a.hazard_ratio,
            events=a.events,
            power=test.wanted(solved=None not in (a.hazard_ratio, a.events)),
            alpha=test.alpha,
            sides=test.sides,
            ratio=test.ratio,
            method=test.method_or("schoenfeld"),
        )
    if a.events is not None:
        raise InputError("events cannot be set beside median; give subjects or leave it out")
    return size_trial(
        _known(a.rates),
        hazard_ratio=a.hazard_ratio,
        subjects=a.subjects,
        power=test.wanted(solved=None not in (a.hazard_ratio, a.subjects, a.duration)),
        duration=a.duration,
        alpha=test.alpha,
        sides=test.sides,
        ratio=test.ratio,
        method=test.method_or("lachin-foulkes"),
    )


def _at_looks(
    a: _Survival, test: _Test, looks: Sequence[float], after: float, spending: Family
) -> LogrankDesign:
    if a.hazard_ratio is None:
        raise InputError("looks need the hazard ratio")
    if a.events is not None or a.duration is not None or test.method is not None:
        raise InputError("at looks there is no place for events, duration or method")
    return size_looks(
        _known(a.rates),
        hazard_ratio=a.hazard_ratio,
        after=after,
        looks=looks,
        subjects=a.subjects,
        power=test.wanted(solved=a.subjects is not None),
        alpha=test.alpha / test.sides,
        ratio=test.ratio,
        efficacy=spending,
    )


def _proportion(
    control: float | None,
    experimental: float | None,
    margin: float,
    subjects: float | None,
    test: _Test,
) -> Size:
    if control is None:
        raise InputError("a comparison of proportions needs control")
    return size_proportion(
        control=control,
        experimental=experimental,
        margin=-abs(margin),
        subjects=subjects,
        power=test.wanted(solved=experimental is not None and subjects is not None),
        alpha=test.alpha,
        sides=test.sides,
        ratio=test.ratio,
        method=test.method_or("farrington-manning" if margin else "pooled"),
    )


def _mean(difference: float | None, sd: float | None, subjects: float | None, test: _Test) -> Size:
    if sd is None:
        raise InputError("a comparison of means needs sd")
    return size_mean(
        difference=difference,
        sd=sd,
        subjects=subjects,
        power=test.wanted(solved=difference is not None and subjects is not None),
        alpha=test.alpha,
        sides=test.sides,
        ratio=test.ratio,
        method=test.method_or("t"),
    )
