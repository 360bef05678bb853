"""What a method works on: one estimand's subjects as arrays."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from equipoise.adam.adtte import time_to_event
from equipoise.adam.model import ADaM
from equipoise.adam.populations import members
from equipoise.adam.select import holds
from equipoise.adam.sources import Context
from equipoise.analysis.results import Row
from equipoise.errors import InputError
from equipoise.protocol import Protocol
from equipoise.protocol.model import Estimand


class NobodyError(InputError):
    """An estimand has no subjects at this look."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Subjects of one estimand (or of one subgroup of it).

    arm : (n,) int64 position in `groups`, control first
    time : (n,) int64 days; event : (n,) bool; responder : (n,) bool; whichever the endpoint has
    stratum : (n,) int64, position among the strata that occur, as randomized
    """

    key: str
    estimand: Estimand
    protocol: Protocol
    groups: tuple[str, ...]
    frame: pl.DataFrame
    arm: npt.NDArray[np.int64]
    stratum: npt.NDArray[np.int64]
    strata: tuple[str, ...]
    time: npt.NDArray[np.int64] | None = None
    event: npt.NDArray[np.bool_] | None = None
    responder: npt.NDArray[np.bool_] | None = None
    subgroup: str = ""

    @property
    def comparisons(self) -> tuple[tuple[str, str], ...]:
        """(experimental, control) pairs that the estimand compares."""
        if self.protocol.control not in self.groups:
            return ()
        wanted = [g for g in self.groups if g != self.protocol.control]
        if self.estimand.compare:
            wanted = [g for g in wanted if g in self.estimand.compare]
        return tuple((g, self.protocol.control) for g in wanted)

    def pick(self, mask: npt.NDArray[np.bool_], *, subgroup: str | None = None) -> Sample:
        """The subjects where `mask` is true."""

        return replace(
            self,
            frame=self.frame.filter(pl.Series(mask)),
            arm=self.arm[mask],
            stratum=self.stratum[mask],
            time=None if self.time is None else self.time[mask],
            event=None if self.event is None else self.event[mask],
            responder=None if self.responder is None else self.responder[mask],
            subgroup=self.subgroup if subgroup is None else subgroup,
        )

    def pair(self, experimental: str, control: str) -> tuple[Sample, npt.NDArray[np.int64]]:
        """The subjects of two arms, and their codes: 0 control, 1 experimental."""
        codes = [self.groups.index(control), self.groups.index(experimental)]
        two = self.pick(np.isin(self.arm, codes))
        return two, (two.arm == codes[1]).astype(np.int64)

    def row(self, method: str, statistic: str, value: float | None, **more: object) -> Row:
        """A row of Results about this sample; NaN becomes no value."""
        number = None if value is None or not np.isfinite(value) else float(value)
        return Row(
            analysis=self.key,
            method=method,
            population=self.estimand.population,
            statistic=statistic,
            value=number,
            subgroup=self.subgroup,
            **more,  # type: ignore[arg-type]
        )


def samples(data: ADaM, key: str) -> Iterator[Sample]:
    """The sample of an estimand, then one per level of each of the protocol's subgroups.

    Subgroups are formed for the primary estimand only.
    Raises   NobodyError if the estimand has no subjects yet.
    """
    whole = _whole(data, key)
    yield whole
    if whole.estimand.role != "primary":
        return
    for name, subgroup in data.protocol.subgroups.items():
        if subgroup.variable not in whole.frame.columns:
            raise InputError(
                f'subgroup "{name}" reads {subgroup.variable}, which ADSL does not have'
            )
        for level, mask in _levels(whole.frame[subgroup.variable], subgroup.cut):
            yield whole.pick(mask, subgroup=f"{name}: {level}")


def _whole(data: ADaM, key: str) -> Sample:
    protocol = data.protocol
    estimand = protocol.estimands[key]
    endpoint = protocol.endpoints[estimand.endpoint]
    if endpoint.type == "time to event":
        context = Context(data.snapshot, protocol, dict(data.tables))
        frame = time_to_event(context, key)
        base = _sample(protocol, key, frame)
        event = (frame["CNSR"] == 0).to_numpy()
        return replace(base, time=frame["AVAL"].to_numpy().astype(np.int64), event=event)
    if endpoint.type == "proportion":
        frame = _with_responder(data, key)
        return replace(_sample(protocol, key, frame), responder=frame["RESPONDER"].to_numpy())
    raise InputError(f'estimand "{key}": endpoints of type {endpoint.type} are not analyzed yet')


def _with_responder(data: ADaM, key: str) -> pl.DataFrame:
    """Subjects of the population, with RESPONDER; a subject without a record has not responded."""
    protocol = data.protocol
    estimand = protocol.estimands[key]
    endpoint = protocol.endpoints[estimand.endpoint]
    who = members(data.table("ADSL"), estimand.population, protocol)
    table = data.table(endpoint.data or "ADRS")
    if endpoint.parameter is not None:
        table = table.filter(pl.col("PARAMCD") == endpoint.parameter)
    if endpoint.responder is None:
        raise InputError(f'endpoint "{estimand.endpoint}": say who is a `responder`')
    seen = table.filter(holds(endpoint.responder, table.schema, dataset=endpoint.data or "ADRS"))
    return who.with_columns(RESPONDER=pl.col("USUBJID").is_in(seen["USUBJID"].implode()))


def _sample(protocol: Protocol, key: str, frame: pl.DataFrame) -> Sample:
    if frame.is_empty():
        population = protocol.estimands[key].population
        raise NobodyError(f'estimand "{key}": nobody with data is in the population {population}')
    order = (protocol.control, *protocol.experimental)
    present = set(frame["ARMKEY"].unique())
    groups = tuple(k for k in order if k in present)
    arm = frame["ARMKEY"].replace_strict({k: i for i, k in enumerate(groups)}).to_numpy()
    factors = protocol.estimands[key].strata
    names = list(protocol.allocation.strata) if factors is None else list(factors)
    columns = [_column(protocol, name, frame) for name in names]
    label = (
        frame.select(pl.concat_str([pl.col(c).cast(pl.String) for c in columns], separator=", "))
        .to_series()
        .fill_null("missing")
        if columns
        else pl.Series([""] * frame.height)
    )
    strata = _in_plan_order(protocol, names, label)
    code = label.replace_strict({s: i for i, s in enumerate(strata)}, return_dtype=pl.Int64)
    return Sample(
        key, protocol.estimands[key], protocol, groups, frame,
        arm.astype(np.int64), code.to_numpy().astype(np.int64), strata,
    )  # fmt: skip


def _in_plan_order(protocol: Protocol, names: list[str], label: pl.Series) -> tuple[str, ...]:
    """The strata that occur, as the plan's levels come, any others after them by name."""
    plan = protocol.allocation.strata
    levels = [plan[n].levels for n in names if n in plan]
    place = {", ".join(these): k for k, these in enumerate(itertools.product(*levels))}
    return tuple(sorted(label.unique(), key=lambda s: (place.get(s, len(place)), s)))


def _column(protocol: Protocol, factor: str, frame: pl.DataFrame) -> str:
    plan = protocol.allocation.strata.get(factor)
    name = (plan.variable if plan else None) or factor
    if name not in frame.columns:
        raise InputError(f'stratum "{factor}" reads {name}, which ADSL does not have')
    return name


def _levels(
    column: pl.Series, cut: tuple[float, ...]
) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    if not cut:
        for level in sorted(column.drop_nulls().unique()):
            yield str(level), (column == level).fill_null(False).to_numpy()
        return
    edges = (-np.inf, *cut, np.inf)
    values = column.cast(pl.Float64).to_numpy()
    for low, high in pairwise(edges):
        name = f"under {high:g}" if low == -np.inf else f"{low:g} or over"
        if np.isfinite(low) and np.isfinite(high):
            name = f"{low:g} to under {high:g}"
        yield name, (values >= low) & (values < high)
