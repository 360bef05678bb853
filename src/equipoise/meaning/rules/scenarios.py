"""A scenario can be made from the truth that it names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from equipoise.errors import InputError
from equipoise.meaning.planned_truth.truth import with_planned_truth
from equipoise.meaning.variation.scenario import TRUTH, varied
from equipoise.protocol.language.lines import Path
from equipoise.protocol.model import Protocol, ScenarioGrid
from equipoise.protocol.rules.base import Problem, Rule, unknown


def scenarios(protocol: Protocol) -> Iterator[Problem]:
    protocol = with_planned_truth(protocol) if protocol.scenarios else protocol
    for key, grid in protocol.scenarios.items():
        path: Path = ("scenarios", key)
        faults = [*_truths(protocol, path, grid), *_listed(path, grid)]
        yield from faults
        if not faults:
            for name, values in grid.vary.items():
                if name != TRUTH:
                    yield from _values(protocol, path, grid, name, values)


def _truths(protocol: Protocol, path: Path, grid: ScenarioGrid) -> Iterator[Problem]:
    if grid.truth is not None and TRUTH in grid.vary:
        message = "one truth is named, and truths are varied"
        yield Problem((*path, "truth"), message, "expected one of them")
    elif grid.truth is None and TRUTH not in grid.vary:
        message = "from which truth is not said"
        yield Problem(path, message, "expected `truth`, or several under `vary`")
    if grid.truth is not None and grid.truth not in protocol.truth:
        yield unknown((*path, "truth"), "truth", grid.truth, protocol.truth)
    for at, name in enumerate(grid.vary.get(TRUTH, ())):
        if name not in protocol.truth:
            yield unknown((*path, "vary", TRUTH, at), "truth", name, protocol.truth)


def _listed(path: Path, grid: ScenarioGrid) -> Iterator[Problem]:
    for name, values in grid.vary.items():
        if not values:
            yield Problem((*path, "vary", name), f"no value of {name}", "expected one or more")
        for at, value in enumerate(values):
            if value in values[:at]:
                where: Path = (*path, "vary", name, at)
                yield Problem(where, f"{name} {value} stands twice", "leave one out")


def _values(
    protocol: Protocol, path: Path, grid: ScenarioGrid, name: str, values: Sequence[str]
) -> Iterator[Problem]:
    """A fault of the name is told once, at the name; a fault of a value at the value."""
    truths = grid.vary.get(TRUTH, (grid.truth or "",))
    found: dict[str, Path] = {}
    for truth, (at, value) in product(truths, enumerate(values)):
        try:
            varied(protocol, truth=truth, name=name, value=value)
        except InputError as error:
            own = (at,) if f'"{value}"' in str(error) else ()
            found.setdefault(str(error), (*path, "vary", name, *own))
    for text, where in found.items():
        head, _, tail = text.partition("; expected ")
        yield Problem(where, head, f"expected {tail}" if tail else "")


RULES = (Rule("P53", "A scenario that cannot be made", scenarios),)
