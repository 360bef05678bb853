"""The options of methods, read into types: one parse, one default each.

An estimand's `options` serve its test, its estimators and the gathering of its data; each reads the
keys that it knows. A value that is not of its type is a fault of the file.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field

from equipoise.protocol.model.base import Node, Number, OneOrMore, Positive, PositiveSpan, YesNo
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
    if rho < 0.0 or gamma < 0.0:
        raise ValueError(f'"{value}" has an exponent below 0; expected rho and gamma of 0 or more')
    return rho, gamma


def _exponent(value: float) -> float:
    if value < 0.0:
        raise ValueError(f'"{value:g}" is below 0; expected an exponent of 0 or more')
    return value


def _one_to_four(value: tuple[Any, ...]) -> tuple[Any, ...]:
    if not 1 <= len(value) <= 4:
        raise ValueError(f"{len(value)} weights are combined; expected one to four")
    return value


_Days = Annotated[float, BeforeValidator(_days)]
"""A duration as days; a bare number is days."""
_Weight = Annotated[tuple[float, float], BeforeValidator(_weight)]
"""Fleming and Harrington's rho and gamma."""
_Exponent = Annotated[Number, AfterValidator(_exponent)]
"""One of them: S(t-) falls to 0, where a power below 0 has no value."""


class MethodOptions(Node):
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


class TimeOptions(MethodOptions):
    """Of times to event."""

    competing: Names = Field(
        default=(),
        description="event sources of the endpoint that compete with its event; they end follow-up",
    )


class MeasureOptions(MethodOptions):
    """Of values at visits, and of the deterioration of a score."""

    visit: str | None = Field(
        default=None, description="the visit that the answer is about; by default the last"
    )
    visits: Names = Field(
        default=(), description="the visits that are analyzed; by default all after baseline"
    )
    response: Literal["change", "value"] = Field(
        default="change", description="change (the default) or value"
    )
    definitive: YesNo = Field(
        default=False, description="yes: a deterioration must hold at every later assessment"
    )
    death: YesNo = Field(default=False, description="yes: a death counts as a deterioration")


class CountOptions(MethodOptions):
    """Of counts of events."""

    where: str | None = Field(
        default=None, description="a condition over `data`: which of its records are counted"
    )
    exposure: str | None = Field(
        default=None, description="the variable of ADSL with the days at risk"
    )
    per: Annotated[PositiveSpan, BeforeValidator(_time)] = Field(
        default=parse_duration("1 year"),
        description="the time at risk that a rate is for, such as 100 years; by default 1 year",
    )


class ClusterOptions(MethodOptions):
    """Of a robust variance."""

    cluster: str | None = Field(
        default=None,
        description="a variable of ADSL whose value the subjects of one cluster share",
    )


class ProportionalityOptions(MethodOptions):
    """Of the test of proportional hazards."""

    transform: Literal["km", "rank", "identity", "log"] = Field(
        default="km", description="km (the default), rank, identity or log"
    )


class WindowOptions(MethodOptions):
    """Of hazard ratios by window of follow-up."""

    cuts: Annotated[tuple[_Days, ...], OneOrMore] = Field(
        default=(),
        description="times at which windows of follow-up end, such as [6 months, 12 months]",
    )


class WeightedOptions(MethodOptions):
    """Of a weighted log-rank test."""

    strata_are: Literal["summed", "combined", "pooled"] = Field(
        default="summed",
        description="summed (the default), combined or pooled: what a weighted test does with "
        "strata",
    )


class FlemingHarringtonOptions(WeightedOptions):
    """Weight S(t-)^rho (1 - S(t-))^gamma; as it stands, late differences count."""

    rho: _Exponent = Field(
        default=0.0,
        description="Fleming and Harrington's weight on early differences; by default 0",
    )
    gamma: _Exponent = Field(
        default=1.0,
        description="Fleming and Harrington's weight on late differences; by default 1",
    )


class ModestlyWeightedOptions(WeightedOptions):
    """Of Magirr and Burman's test: one of the two."""

    t_star: _Days | None = Field(
        default=None, description="the time from which a modest weight stops growing"
    )
    floor: Number | None = Field(
        default=None, description="the survival at which a modest weight stops growing"
    )


class PetoOptions(MethodOptions):
    """Of Peto and Peto's test."""

    peto: Literal["R", "SAS", "modified"] = Field(
        default="R",
        description="R (the default), SAS or modified: weights S(t-), the product of 1 - d / (n + "
        "1), or that times n / (n + 1)",
    )


class CombinationOptions(MethodOptions):
    """Of the most extreme of several weighted tests."""

    weights: Annotated[tuple[_Weight, ...], AfterValidator(_one_to_four), OneOrMore] = Field(
        default=((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)),
        description='rho and gamma of each test of a combination, such as ["0 0", "0 1"]; by '
        "default all four of 0 and 1",
    )


class RestrictedMeanOptions(MethodOptions):
    """Of restricted mean survival times."""

    tau: _Days | None = Field(
        default=None,
        gt=0.0,
        description="the time up to which the mean is restricted; by default the shorter follow-up",
    )


class IncidenceOptions(MethodOptions):
    """Of cumulative incidence."""

    variance: Literal["delta", "aalen"] = Field(
        default="delta", description="delta (the default) or aalen"
    )


SEED_MEANS = "a whole number from which random draws are made"


class RedrawOptions(MethodOptions):
    """Of a re-randomization test."""

    seed: Positive | None = Field(default=None, description=SEED_MEANS)
    draws: Positive = Field(default=1999, description="how many re-randomizations")


DATA: dict[str, type[MethodOptions]] = {
    "time to event": TimeOptions,
    "questionnaire": MeasureOptions,
    "continuous": MeasureOptions,
    "proportion": MethodOptions,
    "count": CountOptions,
}
"""What is read while the subjects are gathered, whatever the method."""
