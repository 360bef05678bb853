"""What the looks taken so far mean for a trial, as frozen data that can say itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from equipoise.design.monitor.model import MonitoredHypothesis
from equipoise.design.monitor.sentences import in_words
from equipoise.meaning.multiplicity import GraphResult
from equipoise.notebook import card


@dataclass(frozen=True, slots=True)
class Monitoring:
    """What the looks taken so far mean for every hypothesis, and what alpha each now holds."""

    trial: str
    hypotheses: tuple[MonitoredHypothesis, ...]
    graph: GraphResult | None

    def __getitem__(self, name: str) -> MonitoredHypothesis:
        return next(h for h in self.hypotheses if h.name == name)

    def _repr_html_(self) -> str:
        rows = [(h.name, h.look, h.amount, h.z, h.bound, h.decision) for h in self.hypotheses]
        heads = ("hypothesis", "look", "amount", "Z", "bound Z", "decision")
        return card(f"Monitoring  {self.trial}", heads, rows)

    def in_words(self) -> str:
        """One paragraph per hypothesis."""
        return in_words(self.hypotheses, self.graph)

    def to_dict(self) -> dict[str, Any]:
        return {
            "trial": self.trial,
            "hypotheses": [h.to_dict() for h in self.hypotheses],
            "graph": None if self.graph is None else self.graph._asdict(),
        }
