"""The options of methods, read into types: one parse, one default each.

An estimand's `options` serve its test, its estimators and the gathering of its data; each reads the
keys that it knows. A value that is not of its type is a fault of the file.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field

from equipoise.protocol.model.base import Interval, Node, Number, OneOrMore, Positive, YesNo
from equipoise.protocol.model.endpoints import Estimand
from equipoise.units import parse_duration

Names = Annotated[tuple[str, ...], OneOrMore]


def _days(value: Any) -> Any:
    return parse_duration(str(_time(value))).days


def _time(value: Any) -> Any:
    text = str(value)
    return f"{text} days" if text.replace(".", "", 1).isdigit() else value


def _weight(value: Any) -> Any:
    parts = value if isinstance(value, (list, tuple)) else str(value).replace(",", " ").split()
    try:
        rho, gamma = (float(part) for part in parts)
    except (TypeError, ValueError):
        raise ValueError(
            f'"{value}" is no weight; expected rho and gamma of a test, such as "0 1"'
        ) from None
    return rho, gamma


Days = Annotated[float, BeforeValidator(_days)]
"""A duration as days; a bare number is days."""
Weight = Annotated[tuple[float, float], BeforeValidator(_weight)]
"""Fleming and Harrington's rho and gamma."""


class Options(Node):
    """Options that a method reads; most read none."""

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The keys, as a protocol writes them."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())

    @classmethod
    def of(cls, estimand: Estimand) -> Self:
        """Those of an estimand's options that are read here, each with its default.

        Raises   pydantic's ValidationError for a value that is not of its type.
        """
        written = estimand.options
        return cls.model_validate({name: written[name] for name in cls.names() if name in written})


class TimeOptions(Options):
    """competing : event sources of the endpoint that compete with its event; they end follow-up."""

    competing: Names = ()


class MeasureOptions(Options):
    """Of values at visits, and of the deterioration of a score.

    visit : the visit that the answer is about; by default the last
    visits : the visits that are analyzed; by default all after baseline
    response : the change from baseline, or the value itself
    definitive : a deterioration must hold at every later assessment
    death : a death counts as a deterioration
    """

    visit: str | None = None
    visits: Names = ()
    response: Literal["change", "value"] = "change"
    definitive: YesNo = False
    death: YesNo = False


class CountOptions(Options):
    """where : a condition over `data`: which of its records are counted
    exposure : the variable of ADSL with the days at risk
    per : the time at risk that a rate is for
    """

    where: str | None = None
    exposure: str | None = None
    per: Annotated[Interval, BeforeValidator(_time)] = parse_duration("1 year")


class ClusterOptions(Options):
    """cluster : a variable of ADSL whose value the subjects of one cluster share."""

    cluster: str | None = None


class ProportionalityOptions(Options):
    """transform : of the time axis, against which the residuals are set."""

    transform: Literal["km", "rank", "identity", "log"] = "km"


class WindowOptions(Options):
    """cuts : times at which windows of follow-up end, such as [6 months, 12 months]."""

    cuts: Annotated[tuple[Days, ...], OneOrMore] = ()


class WeightedOptions(Options):
    """strata_are : what a weighted test does with strata."""

    strata_are: Literal["summed", "combined", "pooled"] = "summed"


class FlemingHarringtonOptions(WeightedOptions):
    """rho, gamma : weight S(t-)^rho (1 - S(t-))^gamma; without them late differences count."""

    rho: Number = 0.0
    gamma: Number = 1.0


class ModestlyWeightedOptions(WeightedOptions):
    """The weight stops growing at the time `t_star`, or at the survival `floor`."""

    t_star: Days | None = None
    floor: Number | None = None


class CombinationOptions(Options):
    """weights : rho and gamma of each test that is combined."""

    weights: Annotated[tuple[Weight, ...], Field(min_length=1, max_length=4), OneOrMore] = (
        (0.0, 0.0),
        (1.0, 0.0),
        (0.0, 1.0),
        (1.0, 1.0),
    )


class RestrictedMeanOptions(Options):
    """tau : the time up to which the mean is restricted; by default the shorter follow-up."""

    tau: Days | None = None


class IncidenceOptions(Options):
    """variance : of the cumulative incidence."""

    variance: Literal["delta", "aalen"] = "delta"


class RedrawOptions(Options):
    """seed : a whole number from which draws are made; draws : how many re-randomizations."""

    seed: Positive | None = None
    draws: Positive = 1999


class ImputationOptions(Options):
    """seed : a whole number from which draws are made; imputations : completed data sets."""

    seed: Positive | None = None
    imputations: Positive = 100


class MixedModelOptions(Options):
    """covariance, df : structure between visits, and degrees of freedom
    errors : from the model, or empirical
    by_visit : covariates whose effect may differ between visits
    """

    covariance: Literal["us", "toep", "toeph", "ar1", "ar1h", "cs", "csh", "ad", "adh"] = "us"
    df: Literal[
        "kenward-roger-linear", "kenward-roger", "satterthwaite", "between-within", "residual"
    ] = "kenward-roger-linear"
    errors: Literal["model", "empirical"] = "model"
    by_visit: Names = ("BASE",)


DATA: dict[str, type[Options]] = {
    "time to event": TimeOptions,
    "questionnaire": MeasureOptions,
    "continuous": MeasureOptions,
    "proportion": Options,
    "count": CountOptions,
}
"""What is read while the subjects are gathered, whatever the method."""
