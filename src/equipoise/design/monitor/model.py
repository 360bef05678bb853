"""What was seen at looks, and what it means, as frozen data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

from equipoise.design.bounds.model import Bounds
from equipoise.meaning.expected import WhenExpected
from equipoise.meaning.multiplicity import GraphResult

Decision = Literal["continue", "stop for efficacy", "stop for futility", "stop for harm"]


class Seen(NamedTuple):
    """A look that was taken.

    look : its name; one that the plan does not have is an added look
    amount : events or subjects; z : large in favor of the experimental arm
    day : since the first patient, for a forecast; control, experimental : events by arm
    """

    look: str
    amount: float
    z: float
    day: float | None = None
    control: int | None = None
    experimental: int | None = None


@dataclass(frozen=True, slots=True)
class Monitored:
    """One hypothesis at its latest look.

    level : one-sided level it is tested at; effects are on the hypothesis' own scale
    conditional_power : under the trend, the assumption and the null; None at the last look
    waits_for : hypotheses that must be rejected before this one is tested at all
    adjusted : stage-wise P value, estimate and limits, once the hypothesis has stopped
    """

    name: str
    look: str
    last: bool
    amount: float
    information: float
    level: float
    z: float
    p: float
    bound: float | None
    bound_p: float | None
    futility_bound: float | None
    decision: Decision
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

    def to_dict(self) -> dict[str, Any]:
        out = {k: v for k, v in asdict(self).items() if k not in ("bounds", "forecast")}
        out["bounds"] = self.bounds.to_dict()
        out["forecast"] = None if self.forecast is None else self.forecast._asdict()
        return out


@dataclass(frozen=True, slots=True)
class Monitoring:
    """What the looks taken so far mean for every hypothesis, and what alpha each now holds."""

    trial: str
    hypotheses: tuple[Monitored, ...]
    graph: GraphResult | None

    def __getitem__(self, name: str) -> Monitored:
        return next(h for h in self.hypotheses if h.name == name)

    def in_words(self) -> str:
        from equipoise.design.monitor.sentences import in_words

        return in_words(self)

    def to_dict(self) -> dict[str, Any]:
        return {
            "trial": self.trial,
            "hypotheses": [h.to_dict() for h in self.hypotheses],
            "graph": None if self.graph is None else self.graph._asdict(),
        }
