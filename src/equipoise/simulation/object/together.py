"""Several virtual trials derived as one, and taken apart again.

What is drawn and derived of a subject rests on that subject alone, so that trials can lie one under
the other; both cost by the table more than by the row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import polars as pl

from equipoise.adam.derive import derive
from equipoise.adam.model import ADaM
from equipoise.adam.study import Study
from equipoise.conduct.record import Record
from equipoise.patients.virtual_trial import MARK_LENGTH, live_together, marked
from equipoise.patients.world import Setting, setting
from equipoise.protocol import Protocol
from equipoise.sdtm.cut.cut import cut_each
from equipoise.sdtm.model import SDTM, Snapshot
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.simulation.object.needed import ANY_CONTACT, EVERYTHING, Needed
from equipoise.simulation.object.supported import looks_supported
from equipoise.simulation.object.sweep import swept_each
from equipoise.simulation.object.without_records import look_dates


class _Held(NamedTuple):
    """One trial: the date of the look, None being the end, and those of all it comes to."""

    date: dt.date | None
    dates: Sequence[dt.date]


def trials_at(
    protocol: Protocol, *, truth: str, seed: int, trials: Sequence[int], look: str,
    needed: Needed = EVERYTHING,
) -> list[ADaM]:  # fmt: skip
    """The analysis datasets of several virtual trials at a look, derived together.

    truth, seed, trials : as of `run`; look : by its full name
    needed : what of it is asked for; ADSL is then without `ANY_CONTACT`
    Returns  as `Study.of(tabulate(run(...))).adam(look)` of each, as far as it is needed, without
             findings, and without the counts of what the cut took away
    Raises   InputError if there is no such truth, or a trial does not come to the look.
    Checked  tests/twins/test_together.py
    """
    if not trials:
        return []
    where = setting(protocol, truth=truth)
    held = _known(protocol, where, seed=seed, trials=trials, look=look)
    asked = needed if held is not None else EVERYTHING
    record = live_together(protocol, where, seed=seed, trials=trials, tables=asked.tables)
    if held is None:
        held = _as_data_tell(record, len(trials), look)
    if "visits" in asked.tables:
        record = swept_each(record, {marked(k): one.dates for k, one in enumerate(held)})
    data = tabulate(record)
    return _derived(data, asked, protocol, [one.date for one in held], look)


def _known(
    protocol: Protocol, where: Setting, *, seed: int, trials: Sequence[int], look: str
) -> list[_Held] | None:
    """When the looks of each trial are, where that can be had without records."""
    if not looks_supported(protocol):
        return None
    days = [look_dates(protocol, where, seed=seed, trial=trial) for trial in trials]
    if not all(look in one for one in days):
        return None
    return [_Held(one[look], sorted(set(one.values()))) for one in days]


def _as_data_tell(record: Record, count: int, look: str) -> list[_Held]:
    """When the looks of each trial are, by what was collected of it to the end."""
    found = []
    protocol, data = record.protocol, tabulate(record)
    for whole in _derived(data, EVERYTHING, protocol, [None] * count, look):
        own = replace(data, tables=whole.snapshot.tables)
        study = Study.holding(replace(whole, snapshot=replace(whole.snapshot, collected=own)))
        assert study is not None
        found.append(_Held(study.date(look), study.dates()))
    return found


def _derived(
    data: SDTM, asked: Needed, protocol: Protocol, dates: Sequence[dt.date | None], look: str
) -> list[ADaM]:
    """The datasets of each trial on its date."""
    only, tables = asked.of(protocol), _cut(data, protocol, dates)
    whole = Snapshot(
        look, None, tables, protocol.digest, "", data.virtual, data.seed, (), pl.DataFrame(),
        protocol=only,
    )  # fmt: skip
    found = dict(derive(whole, protocol=only).tables)
    if not asked.is_all:
        found["ADSL"] = found["ADSL"].drop(ANY_CONTACT)
    known = {name: _apart(table, protocol, len(dates)) for name, table in tables.items()}
    there = {name: _trials_of(data.tables[name], protocol) for name in tables}
    made = {name: _apart(table, protocol, len(dates)) for name, table in found.items()}
    each = []
    for k, date in enumerate(dates):
        own = {name: some[k] for name, some in known.items() if k in there[name]}
        snapshot = replace(whole, date=date, tables=own)
        each.append(ADaM({name: some[k] for name, some in made.items()}, snapshot, only))
    return each


def _cut(
    data: SDTM, protocol: Protocol, dates: Sequence[dt.date | None]
) -> Mapping[str, pl.DataFrame]:
    """The tables as known on the date of each trial; None is everything."""
    if all(date is None for date in dates):
        return data.tables
    days = pl.Series([date or dt.date.max for date in dates], dtype=pl.Date)
    subjects = data.table("DM").select("USUBJID", trial=_trial(protocol))
    return cut_each(data.tables, subjects.select("USUBJID", LAST=days.gather(subjects["trial"])))


def _apart(table: pl.DataFrame, protocol: Protocol, count: int) -> list[pl.DataFrame]:
    """The rows of each trial, their subjects under their own names again."""
    if not _is_by_subject(table):
        return [table] * count
    mark = pl.col("USUBJID").str.slice(0, len(protocol.trial.id) + 1)
    own = pl.col("USUBJID").str.slice(len(protocol.trial.id) + 1 + MARK_LENGTH)
    named = table.with_columns(mark + own, _trial(protocol).alias(" trial"))
    if "SUBJID" in table.columns:
        named = named.with_columns(pl.col("SUBJID").str.slice(MARK_LENGTH))
    parts = named.partition_by(" trial", include_key=False, as_dict=True)
    return [parts.get((k,), table.clear()) for k in range(count)]


def _trials_of(table: pl.DataFrame, protocol: Protocol) -> Container[int]:
    """The trials that have rows of a domain; what is of no subject, every trial has."""
    if not _is_by_subject(table):
        return range(10**MARK_LENGTH)
    return set(table.select(_trial(protocol).unique()).to_series())


def _is_by_subject(table: pl.DataFrame) -> bool:
    return "USUBJID" in table.columns and table["USUBJID"].null_count() < table.height


def _trial(protocol: Protocol) -> pl.Expr:
    """Which of the trials a subject is of."""
    at = len(protocol.trial.id) + 1
    return pl.col("USUBJID").str.slice(at, MARK_LENGTH - 1).cast(pl.Int64)
