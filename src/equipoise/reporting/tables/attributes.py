"""The attributes of an estimand by ICH E9(R1), in a sentence and as a table."""

from __future__ import annotations

from collections.abc import Sequence

from equipoise.analysis.results import Results
from equipoise.protocol import Protocol
from equipoise.reporting.labels import lowered, population_label
from equipoise.reporting.model import Display, Line, balanced, plain


def attributes(protocol: Protocol, key: str) -> str:
    """`Estimand: hazard ratio; treatment stopped: treatment policy`."""
    estimand = protocol.estimands[key]
    events = [f"{lowered(e.name)}: {e.strategy}" for e in estimand.intercurrent_events]
    return "Estimand: " + "; ".join([", ".join(estimand.summary) or "described", *events])


def estimand_table(results: Results) -> Display:
    """Treatments, population, variable, intercurrent events and summary of each estimand."""
    return estimands_display(results.data.protocol)


def estimands_display(
    protocol: Protocol, roles: Sequence[str] = (), *, key: str = "estimands"
) -> Display:
    """The same of a protocol without data; of some roles only, where they are named."""
    arms = " v ".join(arm.label for arm in protocol.arms.values())
    lines = []
    for name, estimand in protocol.estimands.items():
        if roles and estimand.role not in roles:
            continue
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
        lines.append(
            Line(f"{estimand.label or name} ({estimand.role})", tuple((c,) for c in cells))
        )
    heads = ("Treatments", "Population", "Variable", "Intercurrent events", "Summary", "Methods")
    words = [("", *heads), *((line.label, *map(plain, line.cells)) for line in lines)]
    return Display(
        key, "9.7.1", "Estimands", tuple((h,) for h in heads), tuple(lines), words=True,
        shares=balanced(words),
    )  # fmt: skip
