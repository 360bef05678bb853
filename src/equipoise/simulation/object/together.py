"""Several virtual trials derived as one, and taken apart again.

What is drawn and derived of a subject rests on that subject alone, so that trials can lie one under
the other; both cost by the table more than by the row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

import polars as pl

from equipoise.adam.derive import derive
from equipoise.adam.model import ADaM
from equipoise.adam.study import Study
from equipoise.conduct.record import Record
from equipoise.errors import InputError
from equipoise.meaning.looks import known_look
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

_Dates = dict[str, dt.date | None]
"""The date of each look that a trial comes to; None is the end."""

TOGETHER = 25
"""Trials that are best derived as one: whole ones then take half a gigabyte."""

_NOBODY = dt.date.min
"""The date of a trial that does not come to a look: nobody has entered by then."""


class VirtualTrials:
    """Several virtual trials whose subjects lie one under the other, and when their looks are.

    truth, seed, trials : as of `run`
    needed : what of them is asked for; ADSL is then without `ANY_CONTACT`
    Raises   InputError if there is no such truth.
    Checked  tests/twins/test_together.py
    """

    def __init__(
        self, protocol: Protocol, *, truth: str, seed: int, trials: Sequence[int],
        needed: Needed = EVERYTHING,
    ) -> None:  # fmt: skip
        where = setting(protocol, truth=truth)
        known = _sooner(protocol, where, seed=seed, trials=trials)
        self._protocol = protocol
        self._asked = EVERYTHING if known is None else needed
        tables = self._asked.tables
        record = live_together(protocol, where, seed=seed, trials=trials, tables=tables)
        self._dates = _as_data_tell(record, len(trials)) if known is None else known
        if "visits" in tables:
            days = {marked(k): _days(dates) for k, dates in enumerate(self._dates)}
            record = swept_each(record, days)
        self._data = tabulate(record)
        self._found: dict[tuple[dt.date | None, ...], list[ADaM]] = {}

    def at(self, look: str) -> list[ADaM | None]:
        """The analysis datasets of each trial at a look; None where it does not come to it.

        look : by its full name
        """
        dates = tuple(each.get(look, _NOBODY) for each in self._dates)
        if all(date == _NOBODY for date in dates):
            return [None] * len(dates)
        if dates not in self._found:
            self._found[dates] = _derived(self._data, self._asked, self._protocol, dates)
        found = zip(dates, self._found[dates], strict=True)
        return [None if date == _NOBODY else _named(one, look) for date, one in found]


def trials_at(
    protocol: Protocol, *, truth: str, seed: int, trials: Sequence[int], look: str,
    needed: Needed = EVERYTHING,
) -> list[ADaM]:  # fmt: skip
    """The analysis datasets of several virtual trials at a look, derived together.

    truth, seed, trials, needed : as of `VirtualTrials`; look : by its full name
    Returns  as `Study.of(tabulate(run(...))).adam(look)` of each, as far as it is needed, without
             findings, and without the counts of what the cut took away
    Raises   InputError if there is no such truth or look, or a trial does not come to the look.
    Checked  tests/twins/test_together.py
    """
    known_look(protocol, look)
    if not trials:
        return []
    some = VirtualTrials(protocol, truth=truth, seed=seed, trials=trials, needed=needed)
    found = []
    for trial, data in zip(trials, some.at(look), strict=True):
        if data is None:
            raise InputError(f"trial {trial} does not come to the look {look}: too few events")
        found.append(data)
    return found


def _days(dates: _Dates) -> set[dt.date]:
    return {date for date in dates.values() if date is not None}


def _sooner(
    protocol: Protocol, where: Setting, *, seed: int, trials: Sequence[int]
) -> list[_Dates] | None:
    """When the looks of each trial are, where that can be had without records."""
    if not looks_supported(protocol):
        return None
    return [dict(look_dates(protocol, where, seed=seed, trial=trial)) for trial in trials]


def _as_data_tell(record: Record, count: int) -> list[_Dates]:
    """When the looks of each trial are, by what was collected of it to the end."""
    protocol, data = record.protocol, tabulate(record)
    found: list[_Dates] = []
    for whole in _derived(data, EVERYTHING, protocol, [None] * count):
        own = replace(data, tables=whole.snapshot.tables)
        study = Study.holding(replace(whole, snapshot=replace(whole.snapshot, collected=own)))
        assert study is not None
        found.append(study.held())
    return found


def _named(data: ADaM, look: str) -> ADaM:
    return replace(data, snapshot=replace(data.snapshot, look=look))


def _derived(
    data: SDTM, asked: Needed, protocol: Protocol, dates: Sequence[dt.date | None]
) -> list[ADaM]:
    """The datasets of each trial on its date."""
    only, tables = asked.of(protocol), _cut(data, protocol, dates)
    whole = Snapshot(
        "", None, tables, protocol.digest, "", data.virtual, data.seed, (), pl.DataFrame(),
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
