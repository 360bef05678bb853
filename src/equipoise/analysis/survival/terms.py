"""Model terms: columns of a frame, factors and interactions as columns of numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from equipoise.arrays import Floats
from equipoise.errors import InputError
from equipoise.frames import Frame, column, labels, numbers

FUNCTIONS: dict[str, Callable[[Floats], npt.NDArray[Any]]] = {
    "log": np.log,
    "log2": np.log2,
    "sqrt": np.sqrt,
}

ATOM = re.compile(r"^(?:(?P<call>\w+)\((?P<inside>[^()]+)\)|(?P<name>[^()]+))$")


@dataclass(frozen=True)
class ModelTerms:
    """Covariates as numbers.

    x : (n, p); names : (p,) as R would name them; terms : the columns of each term
    """

    x: Floats
    names: tuple[str, ...]
    terms: dict[str, tuple[int, ...]]


def design(
    frame: Frame, terms: Sequence[str], *, levels: Mapping[str, Sequence[Any]] | None = None
) -> ModelTerms:
    """The columns that the terms stand for.

    terms : each a column ("age"), a function of one ("log(bili)"), a factor ("factor(stage)"; text
            and categories are factors by themselves), an interaction ("arm:sex"), or both with
            their interaction ("arm*sex")
    levels : the order of a factor's levels, the first being the reference; else the column's own
             order, else sorted
    Raises   InputError if a column is unknown, has missing or unusable values, or no second level.
    Checked  tests/unit/analysis/test_terms.py; tests/oracle/survival (R model.matrix by coxph).
    """
    columns: list[Floats] = []
    names: list[str] = []
    where: dict[str, tuple[int, ...]] = {}
    for term in expanded(terms):
        parts = product([atom(frame, a, levels or {}) for a in term])
        where[":".join(term)] = tuple(range(len(names), len(names) + len(parts)))
        names += [name for name, _ in parts]
        columns += [values for _, values in parts]
    if not columns:
        raise InputError("terms: none given; expected at least one")
    return ModelTerms(np.column_stack(columns), tuple(names), where)


def expanded(terms: Sequence[str]) -> list[tuple[str, ...]]:
    """Each term as its factors, a*b written out, main effects before interactions."""
    found: list[tuple[str, ...]] = []
    for term in terms:
        parts = [part.strip() for part in term.split("*")]
        sets: list[tuple[str, ...]] = []
        for part in parts:
            own = tuple(a.strip() for a in part.split(":"))
            sets = [*sets, own, *((*s, *own) for s in sets)]
        found += [s for s in sorted(sets, key=len) if s not in found]
    return sorted(found, key=len)


def product(factors: Sequence[list[tuple[str, Floats]]]) -> list[tuple[str, Floats]]:
    """All products of one column from each factor, the first factor running fastest."""
    out = factors[0]
    for factor in factors[1:]:
        out = [(f"{a}:{b}", x * y) for b, y in factor for a, x in out]
    return out


def atom(frame: Frame, text: str, levels: Mapping[str, Sequence[Any]]) -> list[tuple[str, Floats]]:
    """The columns of one factor of a term, each with its name."""
    found = ATOM.match(text)
    if not found:
        raise InputError(f'term "{text}": expected a column, such as age, log(bili), factor(stage)')
    call, name = found["call"], (found["inside"] or found["name"]).strip()
    if call is None and name not in levels and is_number(frame, name):
        return [(text, numbers(frame, name).astype(np.float64))]
    if call is None or call == "factor":
        return indicators(frame, name, text, levels.get(name))
    if call not in FUNCTIONS:
        known = ", ".join([*FUNCTIONS, "factor"])
        raise InputError(f'term "{text}": {call} is not known; expected one of {known}')
    with np.errstate(divide="ignore", invalid="ignore"):
        values = FUNCTIONS[call](numbers(frame, name).astype(np.float64))
    if not np.isfinite(values).all():
        row = int(np.argmax(~np.isfinite(values))) + 1
        raise InputError(f"column {name}, row {row}: {call} of it is not finite")
    return [(text, values.astype(np.float64))]


def is_number(frame: Frame, name: str) -> bool:
    """Whether a column holds numbers or truth values."""
    kind = column(frame, name).dtype
    return kind.is_numeric() or kind.is_boolean()


def indicators(
    frame: Frame, name: str, text: str, levels: Sequence[Any] | None
) -> list[tuple[str, Floats]]:
    """A column of 0 and 1 for each level but the first.

    Raises   InputError if there is one level only.
    """
    groups = labels(frame, name, levels=levels)
    if len(groups.levels) < 2:
        raise InputError(f"column {name}: one level only ({groups.levels[0]}); it has no effect")
    return [
        (f"{text}{level}", (groups.codes == j).astype(np.float64))
        for j, level in enumerate(groups.levels)
        if j
    ]
