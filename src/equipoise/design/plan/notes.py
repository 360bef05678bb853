"""What a reader of a plan should know: where the protocol's parts do not fit each other."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from equipoise.calendar import months
from equipoise.design.model import HypothesisPlan
from equipoise.meaning.expected import expected_events
from equipoise.meaning.methods import METHODS
from equipoise.meaning.rates import end_of_study
from equipoise.protocol import Protocol


def notes(protocol: Protocol, found: tuple[HypothesisPlan, ...]) -> tuple[str, ...]:
    """A sentence for everything that a plan's numbers do not say by themselves."""
    return tuple(f"{h.name}: {note}" for h in found for of in _NOTES for note in of(protocol, h))


def _pair(protocol: Protocol, h: HypothesisPlan) -> Iterator[str]:
    if len(protocol.arms) == 2:
        return
    labels = [protocol.arms[key].label for key in (h.experimental, h.control)]
    text = f"it compares {labels[0]} with {labels[1]}, {h.share:.4g} of all patients"
    if h.unit == "subjects":
        of = protocol.population.randomize
        text += f"; {h.maximum:g} of the {of} randomized over all arms"
    yield f"{text}."


def _test(protocol: Protocol, h: HypothesisPlan) -> Iterator[str]:
    method = METHODS.get(h.test or "")
    if method is not None and method.planned_as is not None and h.power is not None:
        yield (
            f"size and power are those of the {method.planned_as} test; the test that decides, "
            f"{method.name}, has another."
        )


def _too_few(protocol: Protocol, h: HypothesisPlan) -> Iterator[str]:
    if h.needed is not None and h.planned_power is not None and h.maximum < h.needed - 1e-6:
        yield (
            f"{ceil(h.needed - 1e-9)} {h.unit} are needed for {h.planned_power:.0%} "
            f"power, and {h.maximum:g} are planned."
        )


def _never(protocol: Protocol, h: HypothesisPlan) -> Iterator[str]:
    end = end_of_study(protocol)
    if h.course is None or end is None:
        return
    reached = expected_events(h.course, end).total
    if reached < h.maximum - 0.5:
        yield (
            f"{h.maximum:g} {h.unit} are asked for, but under these assumptions "
            f"{reached:.0f} are expected by month {months(end):.0f}, when follow-up ends."
        )


_NOTES = (_pair, _test, _too_few, _never)
