"""Assumed proportions, means and rates can be: what `check` passes, `plan` can read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from equipoise.errors import InputError
from equipoise.meaning.rates import dispersion, number
from equipoise.protocol.language.lines import Path
from equipoise.protocol.model import Protocol
from equipoise.protocol.rules.base import Problem, Rule


def values(protocol: Protocol) -> Iterator[Problem]:
    for key, per_arm in protocol.assume.endpoints.items():
        endpoint = protocol.endpoints.get(key)
        if endpoint is None or endpoint.type == "time to event" or endpoint.worse_by is not None:
            continue
        for arm in protocol.arms:
            if arm in per_arm:
                yield from _value(protocol, key, endpoint.type, arm)
        if endpoint.type == "count":
            yield from _told(("assume", key, "dispersion"), partial(dispersion, protocol, key))


def _value(protocol: Protocol, key: str, kind: str, arm: str) -> Iterator[Problem]:
    path: Path = ("assume", key, arm)
    if kind == "proportion":
        yield from _told(path, lambda: _within(number(protocol, key, arm), 0.0, 1.0))
    elif kind == "count":
        yield from _told(path, lambda: _above_0(number(protocol, key, arm), "a rate"))
    else:
        yield from _told((*path, "mean"), lambda: number(protocol, key, arm, "mean"))
        what = "a standard deviation"
        deviation = (*path, "sd")
        yield from _told(deviation, lambda: _above_0(number(protocol, key, arm, "sd"), what))


def _told(path: Path, read: Callable[[], object]) -> Iterator[Problem]:
    try:
        read()
    except InputError as problem:
        where = ".".join(str(part) for part in path)
        head, _, tail = str(problem).removeprefix(f"{where}: ").partition("; ")
        head, _, late = head.partition(", expected ")
        expected = f"expected {late}" if late else tail or "expected a number"
        yield Problem(path, head, expected)


def _within(value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise InputError(f"a proportion of {value:g}; expected {low:g} to {high:g}")


def _above_0(value: float, what: str) -> None:
    if not value > 0.0:
        raise InputError(f"{what} of {value:g}; expected more than 0")


RULES = (Rule("P74", "An assumed value that cannot be", values),)
