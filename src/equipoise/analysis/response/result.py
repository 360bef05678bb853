"""What a comparison of response rates found, and how it is written as JSON."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

from equipoise.analysis.estimates import ChiSquare, Interval
from equipoise.analysis.response.difference import DifferenceTest
from equipoise.analysis.response.strata import Homogeneity
from equipoise.analysis.response.tables import FisherTest


class ArmResponse(NamedTuple):
    """Responders of one arm."""

    arm: Any
    n: int
    responders: int
    rate: Interval


class Margin(NamedTuple):
    """Farrington-Manning test that the difference is no more than the margin."""

    margin: float
    z: float
    p: float


class Stratified(NamedTuple):
    """One arm against the control within strata that hold both."""

    strata: int
    left_out: tuple[str, ...]
    difference: DifferenceTest
    odds_ratio: Interval
    relative_risk: Interval
    cmh: ChiSquare | None
    homogeneity: Homogeneity | None
    newcombe: Interval
    cmh_corrected: ChiSquare | None


class AdjustedResponse(NamedTuple):
    """One arm against the control by a logistic regression of all arms and the covariates.

    odds_ratio : with Wald limits; profile : the same with limits of the profile likelihood
    p, lr_p : of Wald's and of the likelihood-ratio test
    difference, difference_p : of rates, standardized over the covariates
    notes : what was not estimable; a value that is not is NaN
    """

    odds_ratio: Interval
    profile: Interval
    p: float
    lr_p: float
    difference: Interval
    difference_p: float
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One arm against the control."""

    arm: Any
    control: Any
    difference: Interval
    odds_ratio: Interval
    relative_risk: Interval
    chisq: ChiSquare | None
    fisher: FisherTest
    margin: Margin | None
    stratified: Stratified | None
    chisq_corrected: ChiSquare | None
    adjusted: AdjustedResponse | None = None

    def __repr__(self) -> str:
        d = self.difference
        return (
            f"{self.arm} v {self.control}: difference {d.estimate:.3f} "
            f"({d.lower:.3f} to {d.upper:.3f}), Fisher P={self.fisher.p:.3g}"
        )


@dataclass(frozen=True, slots=True)
class Response:
    """Rates by arm, control first, and every comparison with the control."""

    arms: tuple[ArmResponse, ...]
    comparisons: tuple[Comparison, ...]
    level: float
    rate_method: str
    difference_method: str
    strata: tuple[str, ...]
    covariates: tuple[str, ...] = ()
    dropped: int = 0
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        arms = ", ".join(f"{a.arm} {a.responders}/{a.n}" for a in self.arms)
        return "; ".join([f"Response  {arms}", *map(repr, self.comparisons)])

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON holds it: None where a number is not estimable or not finite."""
        return {
            "level": self.level,
            "rate_method": self.rate_method,
            "difference_method": self.difference_method,
            "strata": list(self.strata),
            "covariates": list(self.covariates),
            "control": self.arms[0].arm if self.comparisons else None,
            "dropped": self.dropped,
            "notes": list(self.notes),
            "arms": [
                {
                    "arm": a.arm,
                    "n": a.n,
                    "responders": a.responders,
                    "rate": a.rate.estimate,
                    "lower": a.rate.lower,
                    "upper": a.rate.upper,
                }
                for a in self.arms
            ],
            "comparisons": [_comparison_dict(c) for c in self.comparisons],
        }


def _finite(values: dict[str, Any]) -> dict[str, Any]:
    return {
        k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in values.items()
    }


def _named(value: Any) -> dict[str, Any] | None:
    return None if value is None else _finite(value._asdict())


def _comparison_dict(c: Comparison) -> dict[str, Any]:
    return {
        "arm": c.arm,
        "control": c.control,
        "difference": _named(c.difference),
        "odds_ratio": _named(c.odds_ratio),
        "relative_risk": _named(c.relative_risk),
        "chisq": _named(c.chisq),
        "chisq_corrected": _named(c.chisq_corrected),
        "fisher": _named(c.fisher),
        "margin": _named(c.margin),
        "adjusted": None if c.adjusted is None else _adjusted_dict(c.adjusted),
        "stratified": None if c.stratified is None else _stratified_dict(c.stratified),
    }


def _adjusted_dict(a: AdjustedResponse) -> dict[str, Any]:
    numbers = _finite({"p": a.p, "lr_p": a.lr_p, "difference_p": a.difference_p})
    limits = {k: _named(getattr(a, k)) for k in ("odds_ratio", "profile", "difference")}
    return {**limits, **numbers, "notes": list(a.notes)}


def _stratified_dict(s: Stratified) -> dict[str, Any]:
    same = s.homogeneity
    return {
        "strata": s.strata,
        "left_out": list(s.left_out),
        "difference": _named(s.difference),
        "odds_ratio": _named(s.odds_ratio),
        "relative_risk": _named(s.relative_risk),
        "cmh": _named(s.cmh),
        "cmh_corrected": _named(s.cmh_corrected),
        "newcombe": _named(s.newcombe),
        "breslow_day": _named(same.breslow_day if same else None),
        "tarone": _named(same.tarone if same else None),
    }
