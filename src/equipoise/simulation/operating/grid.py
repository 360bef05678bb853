"""Scenarios side by side: one truth varied, with common random numbers.

Every scenario uses the same seed, so that subject i of trial j draws the same uniforms in each of
them and a difference between scenarios is not blurred by chance.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from equipoise.errors import InputError, did_you_mean
from equipoise.meaning.variation.scenario import TRUTH, varied
from equipoise.patients.world import truth_named
from equipoise.protocol import Protocol
from equipoise.simulation.kernel.compile import scenario_from
from equipoise.simulation.kernel.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing that is varied.

    >>> parse_axis("PFS.hazard ratio=0.5,1")
    Axis(name='PFS.hazard ratio', values=('0.5', '1'))
    """

    name: str
    values: tuple[str, ...]


class Point(NamedTuple):
    """One scenario of a grid.

    grid : its name under `scenarios` of the protocol, or "" where it has none
    set : what was varied, with its value
    """

    grid: str
    set: dict[str, str]
    scenario: Scenario

    @property
    def words(self) -> str:
        """`how large an effect: PFS.hazard ratio 0.5, subjects 200`"""
        said = ", ".join(f"{name} {value}" for name, value in self.set.items())
        return ": ".join(part for part in (self.grid, said) if part)


def parse_axis(text: str) -> Axis:
    """`PFS.hazard ratio=0.3,0.5`, `subjects=200,300`, `PFS.looks=50%/100%,100%` or `truth=A,B`.

    Where a value holds a comma, values are parted by semicolons:
    `PFS.effect=hazard ratio 0.5;hazard ratio 0.5 until 12 months, then 1`.
    """
    name, mark, values = text.partition("=")
    between = ";" if ";" in values else ","
    found = tuple(v.strip() for v in values.split(between) if v.strip())
    if not mark or not found:
        raise InputError(f'--vary "{text}": expected NAME=VALUE,VALUE,...')
    return Axis(name.strip(), found)


def scenarios(
    protocol: Protocol, names: Sequence[str] = (), *, read_at_visits: bool = True
) -> list[Point]:
    """The scenarios that the protocol names, of all its grids or of those in `names`.

    Raises   InputError if there is no grid of a name, or none at all.
    Checked  tests/unit/simulation/test_grid.py.
    """
    known = protocol.scenarios
    if not known:
        raise InputError("the protocol names no `scenarios`")
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known)
            raise InputError(f'no scenarios "{name}"; expected one of: {", ".join(known)}{hint}')
    return [
        point
        for name in names or known
        for point in grid(
            protocol,
            truth=known[name].truth,
            axes=[Axis(k, v) for k, v in known[name].vary.items()],
            read_at_visits=read_at_visits,
            name=name,
        )
    ]


def grid(
    protocol: Protocol,
    *,
    truth: str | None,
    axes: Sequence[Axis],
    read_at_visits: bool = True,
    name: str = "",
) -> list[Point]:
    """Every combination of the axes' values.

    truth : where each starts from; may be None where truths are varied
    Raises   InputError for a thing that cannot be varied, or a value that it cannot have.
    """
    names = [axis.name for axis in axes]
    for k, one in enumerate(names):
        if one in names[:k]:
            raise InputError(f"{one} is varied twice; expected all its values in one place")
    sets = [
        dict(zip(names, values, strict=True))
        for values in itertools.product(*(axis.values for axis in axes))
    ]
    return [Point(name, point, _scenario(protocol, truth, point, read_at_visits)) for point in sets]


def _scenario(
    protocol: Protocol, truth: str | None, point: dict[str, str], read_at_visits: bool
) -> Scenario:
    start = point.get(TRUTH, truth)
    if start is None:
        raise InputError("say from which truth: --truth NAME, or --vary truth=NAME,NAME")
    truth_named(protocol, start)
    for name, value in _others(point):
        try:
            protocol = varied(protocol, truth=start, name=name, value=value)
        except InputError as error:
            raise InputError(f"{name}: {error}") from None
    return scenario_from(protocol, truth=start, read_at_visits=read_at_visits)


def _others(point: dict[str, str]) -> Iterator[tuple[str, str]]:
    return ((name, value) for name, value in point.items() if name != TRUTH)
