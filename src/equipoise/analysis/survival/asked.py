"""What was asked of one time-to-event endpoint of a table, and the columns that answer it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from equipoise.analysis.complete import all_read
from equipoise.analysis.survival.parametric import Distribution
from equipoise.analysis.survival.terms import ModelTerms, design
from equipoise.analysis.survival.tests.weighted import WeightName
from equipoise.analysis.survival.types import LimitScale, Ties
from equipoise.arrays import Bools, SmallInts
from equipoise.errors import InputError
from equipoise.frames import Frame, Labels, crossed, flags, is_value, labels, numbers, times


@dataclass(frozen=True)
class SurvivalOptions:
    """What was asked for besides the columns."""

    conf: LimitScale
    ties: Ties
    level: float
    strata: tuple[str, ...]
    covariates: tuple[str, ...]
    at: tuple[float, ...]
    extend: bool
    tau: float | None
    weighted: tuple[WeightName, ...] = ()
    distribution: Distribution | None = None


class Data(NamedTuple):
    """The checked columns."""

    time: Any
    event: Bools
    groups: Labels
    stratum: SmallInts | None
    model: ModelTerms | None
    start: Any = None
    weight: Any = None

    @property
    def extra(self) -> dict[str, Any]:
        """Starts and weights, where there are any."""
        return {"start": self.start, "weight": self.weight}

    @property
    def robust(self) -> bool:
        """Whether weights are no numbers of rows."""
        return self.weight is not None and bool((self.weight != np.floor(self.weight)).any())


def read_columns(
    table: Frame,
    o: SurvivalOptions,
    time: str,
    event: str,
    arm: str | None,
    control: object,
    entry: str | None,
    weights: str | None,
) -> Data:
    """The columns that the arguments name.

    Raises   InputError naming the column and row that cannot be used.
    """
    followed, seen, groups, stratum, start, weight = all_read(
        lambda: times(table, time),
        lambda: events_of(table, event),
        lambda: _groups(table, arm, control),
        lambda: crossed(table, o.strata).codes if o.strata else None,
        lambda: None if entry is None else times(table, entry),
        lambda: None if weights is None else numbers(table, weights).astype(np.float64),
    )
    model = None
    if len(groups.levels) > 1:
        model = arm_terms(table, str(arm), groups, o.covariates)
    elif o.covariates:
        model = design(table, o.covariates)
    return Data(followed, seen, groups, stratum, model, start, weight)


def _groups(table: Frame, arm: str | None, control: object) -> Labels:
    if arm is None:
        return Labels(np.zeros(table.shape[0], np.int32), ("all",))
    return control_first(labels(table, arm), arm, control)


def events_of(table: Frame, event: str) -> Bools:
    """The event column, or whether a column has the value named in "column==value"."""
    name, _, value = event.partition("==")
    return is_value(table, name.strip(), value.strip()) if value else flags(table, event)


def control_first(groups: Labels, name: str, control: Any) -> Labels:
    """The arms with control moved to the front, the others in their own order.

    Raises   InputError if there is no such level.
    """
    if control is None:
        return groups
    texts = [str(level) for level in groups.levels]
    if str(control) not in texts:
        raise InputError(f"control: {control} found; column {name} has {', '.join(texts)}")
    first = texts.index(str(control))
    order = [first, *(j for j in range(len(texts)) if j != first)]
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order))
    return Labels(place[groups.codes], tuple(groups.levels[j] for j in order))


def arm_terms(table: Frame, name: str, groups: Labels, covariates: Sequence[str]) -> ModelTerms:
    """The model's columns: each experimental arm against control, then the covariates."""
    others = range(1, len(groups.levels))
    arms = np.column_stack([(groups.codes == j).astype(np.float64) for j in others])
    names = tuple(f"{name}{groups.levels[j]}" for j in others)
    terms = {name: tuple(range(len(names)))}
    if not covariates:
        return ModelTerms(arms, names, terms)
    more = design(table, covariates)
    shifted = {t: tuple(c + len(names) for c in columns) for t, columns in more.terms.items()}
    return ModelTerms(np.column_stack((arms, more.x)), names + more.names, {**terms, **shifted})
