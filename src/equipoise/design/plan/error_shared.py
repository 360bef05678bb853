"""How several hypotheses share the type I error, in a sentence."""

from __future__ import annotations

from equipoise.design.model import Design
from equipoise.design.plan.figures import percent


def error_shared(design: Design) -> str:
    """The rule of multiplicity with its numbers; "" for a single hypothesis."""
    names = list(design.graph.names)
    if len(names) < 2:
        return ""
    if design.multiplicity == "none":
        return _apart(design)
    if design.multiplicity == "fixed sequence":
        return (
            f"Hypotheses are tested in the fixed sequence {', '.join(names)}: each at the full "
            "level, once all before it are rejected."
        )
    if design.multiplicity in ("holm", "bonferroni"):
        method = design.multiplicity.capitalize()
        return f"{', '.join(names)} share the type I error by {method}'s method."
    return _graph(design)


def _apart(design: Design) -> str:
    """Each at a level of its own, or all at the full one."""
    whole = design.alpha / design.sides
    levels = {h.name: h.alpha for h in design.hypotheses}
    if all(abs(level - whole) < 1e-12 for level in levels.values()):
        return f"Each of {', '.join(levels)} is tested at the full level."
    told = ", ".join(f"{name} at one-sided {percent(level)}" for name, level in levels.items())
    return f"The type I error is split: {told}; nothing is passed on."


def _graph(design: Design) -> str:
    graph = design.graph
    weights = zip(graph.names, graph.weights, strict=True)
    shares = ", ".join(f"{name} {percent(weight)}" for name, weight in weights)
    arrows = [
        f"{name} passes {_passed(row, graph.names)}"
        for name, row in zip(graph.names, graph.transitions, strict=True)
        if any(row)
    ]
    text = f"The type I error is shared by a graph that starts with {shares} of it."
    passed = f" Once rejected, {'; '.join(arrows)}." if arrows else " Nothing is passed on."
    return text + passed


def _passed(row: tuple[float, ...], names: tuple[str, ...]) -> str:
    """`100% to OS`, `50% to OS and 50% to ORR`."""
    parts = [f"{percent(share)} to {name}" for name, share in zip(names, row, strict=True) if share]
    return " and ".join(parts)
