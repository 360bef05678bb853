"""From the analysis datasets to the sample of an estimand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import numpy.typing as npt
import polars as pl

from equipoise.adam.conditions import holds
from equipoise.adam.dates.sources import Context
from equipoise.adam.model import ADaM
from equipoise.adam.subjects.populations import members
from equipoise.adam.subjects.strata import stratum_column
from equipoise.adam.time.adtte import time_to_event
from equipoise.adam.time.origins import worsening
from equipoise.analysis.samples.counts import with_counts
from equipoise.analysis.samples.measures import with_measures
from equipoise.analysis.samples.sample import NobodyError, Sample
from equipoise.analysis.survival.terms import FUNCTIONS
from equipoise.errors import InputError, did_you_mean
from equipoise.meaning.hypotheses import strata_of
from equipoise.meaning.options import TimeOptions
from equipoise.meaning.responders import Responder, responder_of
from equipoise.protocol import Protocol
from equipoise.protocol.model import Endpoint, Estimand, Subgroup


def samples(data: ADaM, key: str) -> Iterator[Sample]:
    """The sample of an estimand, then one per level of each of the protocol's subgroups.

    Subgroups are formed for primary estimands only.
    Raises   NobodyError if the estimand has no subjects yet.
    """
    whole = whole_sample(data, key)
    yield whole
    if whole.estimand.role != "primary":
        return
    for name, subgroup in data.protocol.subgroups.items():
        for level, mask in levels(whole, name, subgroup):
            yield whole.pick(mask, subgroup=f"{name}: {level}")


def levels(
    sample: Sample, name: str, subgroup: Subgroup
) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    """The levels of a subgroup's variable, and who is of each.

    Raises   InputError if ADSL lacks the variable.
    """
    if subgroup.variable not in sample.frame.columns:
        raise InputError(f'subgroup "{name}" reads {subgroup.variable}, which ADSL does not have')
    column = sample.frame[subgroup.variable]
    if not subgroup.cut:
        for level in sorted(column.drop_nulls().unique()):
            yield str(level), (column == level).fill_null(False).to_numpy()
        return
    values = column.cast(pl.Float64).to_numpy()
    for low, high in pairwise((-np.inf, *subgroup.cut, np.inf)):
        level = f"under {high:g}" if low == -np.inf else f"{low:g} or over"
        if np.isfinite(low) and np.isfinite(high):
            level = f"{low:g} to under {high:g}"
        yield level, (values >= low) & (values < high)


def whole_sample(data: ADaM, key: str) -> Sample:
    """Everybody whom an estimand is about.

    Raises   InputError if a dataset or a variable that the protocol names is missing.
    """
    endpoint = data.protocol.endpoints[data.protocol.estimands[key].endpoint]
    sample = _GATHER[endpoint.type](data, key, endpoint)
    for term in sample.estimand.covariates:
        for name in re.findall(r"\w+", term):
            if name not in (*sample.frame.columns, *FUNCTIONS, "factor", "BASE"):
                hint = did_you_mean(name, sample.frame.columns)
                raise InputError(f'covariate "{name}" of "{key}": ADSL does not have it{hint}')
    return sample


def _times(data: ADaM, key: str, endpoint: Endpoint) -> Sample:
    context = Context(data.snapshot, data.protocol, dict(data.tables))
    frame = time_to_event(context, key)
    base = _sample(data.protocol, key, frame)
    event = (frame["CNSR"] == 0).to_numpy()
    sample = replace(base, time=frame["AVAL"].to_numpy().astype(np.int64), event=event)
    competing = sample.read(TimeOptions).competing
    if not competing:
        return sample
    said = _descriptions(key, endpoint, list(competing))
    other = event & frame["EVNTDESC"].is_in(said).fill_null(False).to_numpy()
    cause = np.where(other, 2, event.astype(np.int32)).astype(np.int32)
    return replace(sample, event=event & ~other, cause=cause)


def _descriptions(key: str, endpoint: Endpoint, competing: list[str]) -> list[str]:
    """What EVNTDESC says where one of the competing sources decided."""
    sources = (*worsening(endpoint), *endpoint.event)
    said = {source.name: source.says or source.name for source in sources}
    for name in competing:
        if name not in said:
            hint = did_you_mean(name, said)
            raise InputError(f'estimand "{key}": "{name}" competes, but is no event source of its '
                             f"endpoint{hint}")  # fmt: skip
    own = {text for name, text in said.items() if name not in competing}
    if not own or own & {said[name] for name in competing}:
        raise InputError(f'estimand "{key}": competing events must differ in words from the event')
    return [said[name] for name in competing]


def _responders(data: ADaM, key: str, endpoint: Endpoint) -> Sample:
    """A subject of the population without a record has not responded."""
    protocol = data.protocol
    who = members(data.table("ADSL"), protocol.estimands[key].population, protocol)
    seen = _responses(data, responder_of(protocol, protocol.estimands[key].endpoint))
    frame = who.with_columns(RESPONDER=pl.col("USUBJID").is_in(seen["USUBJID"].implode()))
    return replace(_sample(protocol, key, frame), responder=frame["RESPONDER"].to_numpy())


def _responses(data: ADaM, asked: Responder) -> pl.DataFrame:
    """The rows of those who responded, by the reader who is asked."""
    table = data.table(asked.data)
    if asked.parameter is not None:
        table = table.filter(pl.col("PARAMCD") == asked.parameter)
    if asked.reader is not None and "READER" in table.columns:
        table = table.filter(pl.col("READER") == asked.reader)
    return table.filter(holds(asked.condition, table.schema, dataset=asked.data))


def _measured(data: ADaM, key: str, endpoint: Endpoint) -> Sample:
    return with_measures(_everybody(data, key), data, endpoint)


def _counted(data: ADaM, key: str, endpoint: Endpoint) -> Sample:
    return with_counts(_everybody(data, key), data, endpoint)


def _everybody(data: ADaM, key: str) -> Sample:
    population = data.protocol.estimands[key].population
    return _sample(data.protocol, key, members(data.table("ADSL"), population, data.protocol))


_GATHER: dict[str, Callable[[ADaM, str, Endpoint], Sample]] = {
    "time to event": _times,
    "proportion": _responders,
    "continuous": _measured,
    "questionnaire": _measured,
    "count": _counted,
}


def _in_plan_order(protocol: Protocol, names: list[str], label: pl.Series) -> tuple[str, ...]:
    """The strata that occur, as the plan's levels come, any others after them by name."""
    plan = protocol.allocation.strata
    levels = [plan[n].levels for n in names if n in plan]
    place = {", ".join(these): k for k, these in enumerate(product(*levels))}
    return tuple(sorted(label.unique(), key=lambda s: (place.get(s, len(place)), s)))


def _sample(protocol: Protocol, key: str, frame: pl.DataFrame) -> Sample:
    if frame.is_empty():
        population = protocol.estimands[key].population
        raise NobodyError(f'estimand "{key}": nobody with data is in the population {population}')
    order = (protocol.control, *(k for k in protocol.arms if k != protocol.control))
    present = set(frame["ARMKEY"].unique())
    groups = tuple(k for k in order if k in present)
    position = {k: i for i, k in enumerate(groups)}
    arm = frame["ARMKEY"].replace_strict(position, return_dtype=pl.Int64).to_numpy()
    names = list(strata_of(protocol, protocol.estimands[key]))
    label = stratum_labels(protocol, protocol.estimands[key], names, frame)
    strata = _in_plan_order(protocol, names, label)
    place = {s: i for i, s in enumerate(strata)}
    code = label.replace_strict(place, return_dtype=pl.Int64).to_numpy()
    return Sample(
        key, protocol.estimands[key], protocol, groups, frame,
        arm.astype(np.int64), code.astype(np.int64), strata,
    )  # fmt: skip


def stratum_labels(
    protocol: Protocol, estimand: Estimand, factors: list[str], frame: pl.DataFrame
) -> pl.Series:
    """Each row's stratum in words, one word for each factor, as the estimand is `stratified`.

    Raises   InputError if the frame lacks a factor's variable.
    """
    if not factors:
        return pl.Series([""] * frame.height, dtype=pl.String)
    columns = [_column(protocol, estimand, name, frame) for name in factors]
    text = [pl.col(name).cast(pl.String) for name in columns]
    return frame.select(pl.concat_str(text, separator=", ")).to_series().fill_null("missing")


def _column(protocol: Protocol, estimand: Estimand, factor: str, frame: pl.DataFrame) -> str:
    plan = protocol.allocation.strata.get(factor)
    name = (plan.variable if plan else None) or factor
    for found in (stratum_column(protocol, estimand, factor), name):
        if found in frame.columns:
            return found
    raise InputError(f'stratum "{factor}" reads {name}, which ADSL does not have')
