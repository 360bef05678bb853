"""The attributes of an estimand by ICH E9(R1), in a sentence and as a table."""

from __future__ import annotations

from equipoise.analysis.results import Results
from equipoise.protocol import Protocol
from equipoise.reporting.labels import lowered, population_label
from equipoise.reporting.model import Display, Line


def attributes(protocol: Protocol, key: str) -> str:
    """`Estimand: hazard ratio; treatment stopped: treatment policy`."""
    estimand = protocol.estimands[key]
    events = [f"{lowered(e.name)}: {e.strategy}" for e in estimand.intercurrent_events]
    return "Estimand: " + "; ".join([", ".join(estimand.summary) or "described", *events])


def estimand_table(results: Results) -> Display:
    """Treatments, population, variable, intercurrent events and summary of each estimand."""
    protocol = results.data.protocol
    arms = " v ".join(arm.label for arm in protocol.arms.values())
    lines = []
    for key, estimand in protocol.estimands.items():
        events = [f"{e.name}: {e.strategy}" for e in estimand.intercurrent_events]
        compared = [protocol.arms[a].label for a in estimand.compare]
        cells = (
            " v ".join(compared) or arms,
            population_label(protocol, estimand.population),
            protocol.endpoints[estimand.endpoint].label,
            "; ".join(events) or "none named",
            ", ".join(estimand.summary) or "described",
            ", ".join(filter(None, [estimand.test, *estimand.estimator])),
        )
        lines.append(Line(f"{estimand.label or key} ({estimand.role})", tuple((c,) for c in cells)))
    heads = ("Treatments", "Population", "Variable", "Intercurrent events", "Summary", "Methods")
    return Display(
        "estimands", "9.7.1", "Estimands", tuple((h,) for h in heads), tuple(lines), words=True
    )
