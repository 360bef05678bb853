"""From what a statistic returns to rows of Results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, Protocol

import numpy as np

from equipoise.analysis.results import Row
from equipoise.analysis.samples.sample import Sample, UnanswerableError
from equipoise.errors import InputError

NOT_ESTIMABLE = "not estimable"


class Limited(Protocol):
    """An estimate with limits."""

    @property
    def estimate(self) -> float: ...
    @property
    def lower(self) -> float: ...
    @property
    def upper(self) -> float: ...


Values = Iterable[tuple[str, float | None]]


class Found(NamedTuple):
    """Statistics by name, and what should be known of them."""

    values: Values
    note: str = ""


def limited(statistic: str, found: Limited, *, per: float = 1.0) -> list[tuple[str, float | None]]:
    """An estimate and its limits, each divided by `per`."""
    return [
        (statistic, found.estimate / per),
        (f"{statistic} lower limit", found.lower / per),
        (f"{statistic} upper limit", found.upper / per),
    ]


def in_words(*parts: str) -> str:
    """A note of several parts."""
    return "; ".join(part for part in parts if part)


def reason(problem: InputError) -> str:
    """Why there is no value; a fault of the protocol is raised again instead."""
    if isinstance(problem, UnanswerableError):
        raise problem
    return f"{NOT_ESTIMABLE}: {problem}"


def tried(
    sample: Sample, method: str, statistic: str, compute: Callable[[], Found], **place: Any
) -> Iterator[Row]:
    """The rows that `compute` finds; one without a value if it refuses, with its reason.

    statistic : the one that has no value then; place : comparison, group, term, at
    """
    try:
        values, note = compute()
        values = list(values)
    except InputError as problem:
        yield sample.row(method, statistic, None, note=reason(problem), **place)
        return
    for name, value in values:
        why = "" if note.startswith(NOT_ESTIMABLE) else _why(name, value)
        yield sample.row(method, name, value, note=in_words(note, why), **place)


def _why(statistic: str, value: float | None) -> str:
    if value is None or np.isnan(value):
        return NOT_ESTIMABLE
    if np.isinf(value):
        return "without a limit" if statistic.endswith("limit") else "infinite"
    return ""


def seeded(sample: Sample, seed: int | None) -> int:
    """The seed that a method cannot do without. Raises UnanswerableError if it is not given."""
    if seed is None:
        raise UnanswerableError(
            f'estimand "{sample.key}": the method needs `options: {{seed: ...}}`, '
            "expected a whole number"
        )
    return seed
