"""What was seen at looks, and what it means, as frozen data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

from equipoise.design.bounds.model import Bounds
from equipoise.meaning.expected import WhenExpected

LookDecision = Literal["continue", "stop for efficacy", "stop for futility", "stop for harm"]


class Seen(NamedTuple):
    """A look that was taken.

    look : its name in the plan, or of a look that was added to it
    amount : events or subjects; z : large in favor of the experimental arm
    day : since the first patient, for a forecast; control, experimental : events by arm
    added : True for a look that the plan does not have
    """

    look: str
    amount: float
    z: float
    day: float | None = None
    control: int | None = None
    experimental: int | None = None
    added: bool = False


_NOT_PLAIN = ("bounds", "forecast", "sequential_p")


@dataclass(frozen=True, slots=True)
class MonitoredHypothesis:
    """One hypothesis at its latest look.

    not_performed : looks planned before this one that were not held
    level : one-sided level it is tested at; effects are on the hypothesis' own scale
    conditional_power : under the trend, the assumption and the null; None at the last look
    waits_for : hypotheses that must be rejected before this one is tested at all
    adjusted : stage-wise P value, estimate and limits, once the hypothesis has stopped
    sequential_p : the least repeated P value of the looks so far; None where futility binds
    """

    name: str
    look: str
    not_performed: tuple[str, ...]
    last: bool
    amount: float
    information: float
    level: float
    z: float
    p: float
    bound: float | None
    bound_p: float | None
    futility_bound: float | None
    decision: LookDecision
    waits_for: tuple[str, ...]
    effect: float | None
    repeated_p: float | None
    repeated_interval: tuple[float | None, float | None]
    conditional_power: dict[str, float | None] | None
    predictive_power: float | None
    adjusted: dict[str, float | None] | None
    next_look: str | None
    forecast: WhenExpected | None
    bounds: Bounds
    sequential_p: float | None = None

    def to_dict(self) -> dict[str, Any]:
        out = {k: v for k, v in asdict(self).items() if k not in _NOT_PLAIN}
        out["bounds"] = self.bounds.to_dict()
        out["forecast"] = None if self.forecast is None else self.forecast._asdict()
        return out
