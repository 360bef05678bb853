"""The statistics of a synopsis: estimands, who is analyzed, hypotheses, size and looks."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.design.plan.sizes import sizes
from equipoise.meaning.hypotheses import Hypothesis
from equipoise.meaning.hypotheses import hypotheses as asked
from equipoise.protocol.model import Estimand, GraphPlan, Protocol
from equipoise.reporting.documents.outline import Section, SynopsisTable


def estimands(protocol: Protocol) -> Section:
    """Each question with its population, its summary, its test and its intercurrent events."""
    sentences = []
    for key, estimand in protocol.estimands.items():
        sentences.append(f"{key} ({estimand.role}): {_question(protocol, estimand)}")
    return Section("Estimands and analyses", ("27a", "27c"), tuple(sentences))


def _question(protocol: Protocol, estimand: Estimand) -> str:
    population = protocol.populations[estimand.population].label
    summary = " and ".join(estimand.summary) or "no summary measure"
    test = f", tested by {estimand.test}" if estimand.test else ""
    text = f"{estimand.label}; {population}; {summary}{test}."
    if estimand.intercurrent_events:
        handled = ", ".join(f"{e.name} by {e.strategy}" for e in estimand.intercurrent_events)
        text += f" Intercurrent events: {handled}."
    return text


def populations(protocol: Protocol) -> Section:
    """Who is analyzed, and in which subgroups."""
    rows = tuple((k, p.label, p.who, p.arm) for k, p in protocol.populations.items())
    groups = [s.label for s in protocol.subgroups.values()]
    sentences = (f"Subgroups: {', '.join(groups)}.",) if groups else ()
    items = ("27b", "27d") if groups else ("27b",)
    head = ("Population", "Label", "Who", "Arm")
    return Section("Analysis populations", items, sentences, SynopsisTable(head, rows))


def size(protocol: Protocol) -> Section:
    """The error, how it is shared, and what the plan's sizes come to."""
    plan = protocol.design
    if not plan.hypotheses:
        return Section("Sample size", ("19",), ())
    sides = "two-sided" if plan.sides == 2 else "one-sided"
    sentences = [f"Type I error {100 * plan.alpha:.6g}%, {sides}."]
    if plan.multiplicity == "fixed sequence":
        sentences.append(f"Hypotheses are tested in the order {', '.join(plan.order)}.")
    elif plan.multiplicity != "none":
        sentences.append(f"Multiplicity: {plan.multiplicity}.")
    own = [(h.name, h.plan.alpha) for h in asked(protocol) if h.plan.alpha is not None]
    sentences += [f"{name} has {100 * alpha:.6g}% of its own." for name, alpha in own]
    if plan.graph is not None:
        sentences += _graph(plan.graph)
    return Section("Sample size", ("19",), (*sentences, *(sizes(protocol) or _wanted(protocol))))


def _graph(graph: GraphPlan) -> list[str]:
    """Weights and arrows, one sentence for each hypothesis that passes its error on."""
    shares = ", ".join(f"{name} {100 * weight:.4g}%" for name, weight in graph.weights.items())
    passed = [
        f"Once {name} is rejected, it passes "
        + " and ".join(f"{100 * share:.4g}% to {to}" for to, share in row.items())
        + "."
        for name, row in graph.transitions.items()
        if row
    ]
    return [f"The error starts as {shares}.", *passed]


def _wanted(protocol: Protocol) -> list[str]:
    """The powers that are asked for, where no plan says what they come to."""
    powers = [(h.name, h.plan.power) for h in asked(protocol) if h.plan.power is not None]
    return [f"Power asked for {name}: {100 * power:.6g}%." for name, power in powers]


def hypotheses(protocol: Protocol) -> Section:
    """What each hypothesis asks about, which arms it compares, how, and at which level."""
    labels = {key: arm.label for key, arm in protocol.arms.items()}
    rows = tuple(
        (
            h.name,
            h.key or "",
            f"{labels[h.experimental]} v {labels[h.control]}",
            h.method.name if h.method else "",
            _level(h),
        )
        for h in asked(protocol)
    )
    head = ("Hypothesis", "Estimand", "Compares", "Test", "One-sided level")
    return Section("Hypotheses", ("27a",), (), SynopsisTable(head, rows))


def _level(h: Hypothesis) -> str:
    return f"{100 * h.level:.6g}%" + (", once it is passed on" if h.waits else "")


def looks(protocol: Protocol) -> Section:
    """When each look is, and how error is spent."""
    rows = tuple(row for h in asked(protocol) for row in _look_rows(h))
    head = ("Hypothesis", "Look", "When", "Spending", "Futility")
    return Section("Looks", ("28b",), (), SynopsisTable(head, rows))


def _look_rows(h: Hypothesis) -> Iterator[tuple[str, ...]]:
    for look in h.looks:
        cutoff = f" (cut-off {look.held_on})" if look.held_on and not look.is_dated else ""
        spending, futility = h.plan.spending or "", h.plan.futility or ""
        yield (h.name, look.name, f"{look.says}{cutoff}", spending, futility)
