"""A study: the collected data of a trial, and what follows from them, once a date.

When a look was is read off the data; what is derived for one cut-off serves every look, decision
and figure that asks for it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl

from equipoise.adam.derive import derive, governing
from equipoise.adam.model import ADaM
from equipoise.adam.subjects.adsl import adsl
from equipoise.adam.time.adtte import derived_times, parameter_codes
from equipoise.design.plan.amounts import look_count
from equipoise.errors import InputError, expect
from equipoise.meaning.hypotheses import Hypothesis, hypotheses
from equipoise.meaning.looks import Look, default_look, held_day, known_look, look_labels
from equipoise.protocol import Protocol
from equipoise.sdtm.cut.cut import cut
from equipoise.sdtm.model import SDTM, Snapshot


class Study:
    """Collected data under a protocol; snapshots and analysis datasets are remembered by date.

    protocol : the one it was collected under, if `data` does not carry it
    Checked  tests/unit/adam/test_study.py (each date is derived once).
    """

    def __init__(self, data: SDTM, protocol: Protocol | None = None) -> None:
        self.protocol = governing(data, protocol)
        self.data = replace(data, protocol=self.protocol)
        self.data.studies[id(self.protocol)] = self
        data.studies[id(self.protocol)] = self
        self._snapshots: dict[dt.date | None, Snapshot] = {}
        self._adam: dict[dt.date | None, ADaM] = {}
        self._dates: dict[str, dt.date | None] = {}
        self._entered: pl.Series | None = None
        self._looks = {look.label: (h, look) for h in hypotheses(self.protocol) for look in h.looks}

    @classmethod
    def of(cls, data: SDTM, protocol: Protocol | None = None) -> Study:
        """The study of these data, the same one each time it is asked for."""
        known = data.studies.get(id(governing(data, protocol)))
        return known if isinstance(known, Study) else cls(data, protocol)

    @classmethod
    def holding(cls, data: ADaM) -> Study | None:
        """The study that analysis datasets come from, with them; None where it is not known."""
        collected = data.snapshot.collected
        if collected is None:
            return None
        found = cls.of(collected, data.protocol)
        found._adam.setdefault(data.date, data)
        return found

    def date(self, look: str) -> dt.date | None:
        """The cut-off date of a look; None is the end of the study.

        Raises   InputError if there is no such look, or too few events for it yet.
        """
        if look not in self._dates:
            h, planned = self._looks[known_look(self.protocol, look)]
            self._dates[look] = held_day(planned, _Dates(self, h, planned))
        return self._dates[look]

    def held(self) -> dict[str, dt.date | None]:
        """The cut-off date of each look that the data have come to; None is the study's end."""
        found = {}
        for look in look_labels(self.protocol):
            try:
                found[look] = self.date(look)
            except InputError:
                continue  # too few events: this look is not held
        return found

    def dates(self) -> list[dt.date]:
        """The cut-off dates of the looks that the data have come to, each once, ascending."""
        return sorted({date for date in self.held().values() if date is not None})

    def snapshot(self, look: str) -> Snapshot:
        """The data as known at a look."""
        return replace(self.cut_on(self.date(look)), look=look)

    def adam(self, look: str) -> ADaM:
        """The analysis datasets at a look."""
        found = self.on(self.date(look))
        return found if found.look == look else replace(found, snapshot=self.snapshot(look))

    def on(self, date: dt.date | None) -> ADaM:
        """The analysis datasets at a cut-off date; None is without one."""
        if date not in self._adam:
            self._adam[date] = derive(self.cut_on(date), protocol=self.protocol)
        return self._adam[date]

    def entered(self) -> pl.Series:
        """The days on which subjects were randomized, or else first treated: of ADSL alone."""
        if self._entered is None:
            whole = self._adam.get(None)
            people = (
                whole.table("ADSL")
                if whole is not None
                else adsl(self.cut_on(None), self.protocol).table
            )
            self._entered = people["RANDDT"].fill_null(people["TRTSDT"]).drop_nulls()
        return self._entered

    def cut_on(self, date: dt.date | None) -> Snapshot:
        """The data as known on a date; None is without one."""
        if date not in self._snapshots:
            self._snapshots[date] = cut(
                self.data, date=date, look="", protocol_digest=self.protocol.digest
            )
        return self._snapshots[date]


def cut_at(data: SDTM, *, look: str | None = None, protocol: Protocol | None = None) -> Snapshot:
    """The data as known at a look of the protocol; by default at the look that the report names.

    protocol : the one it was collected under, if `data` does not carry it

    A look is cut on the day on which it is held (`meaning.looks.held_day`).
    Raises   InputError if there is no such look, or too few events for it yet.
    """
    expect(data, SDTM)
    study = Study.of(data, protocol)
    return study.snapshot(default_look(study.protocol) if look is None else look)


class _Dates:
    """Reads triggers off the data; None is the end of the study."""

    def __init__(self, study: Study, h: Hypothesis, look: Look) -> None:
        self._study, self._h, self._look = study, h, look

    def events(self, count: int) -> dt.date | None:
        """The day of the event, as the estimand handles it, in the arms that are compared."""
        code = parameter_codes(self._study.protocol).get(self._h.key or "")
        if code is None:
            raise InputError(f'look of "{self._h.name}": no estimand with a time to event names it')
        rows = derived_times(self._study.on(None), self._h.name).filter(
            (pl.col("PARAMCD") == code)
            & (pl.col("CNSR") == 0)
            & pl.col("TRT01P").is_in(self._h.arms)
        )
        return self._nth(rows["ADT"], count, "events are asked for, {} were seen so far")

    def subjects(self, count: int, followed: int) -> dt.date | None:
        last = self._nth(
            self._study.entered(), count, "subjects are asked for, {} were randomized so far"
        )
        return last + dt.timedelta(days=followed)

    def _nth(self, dates: pl.Series, count: int, message: str) -> dt.date:
        if len(dates) < count:
            raise InputError(f"{self._h.name}: {count} {message.format(len(dates))}")
        found: dt.date = dates.sort()[count - 1]
        return found

    def share(self, share: float) -> dt.date | None:
        count = look_count(self._study.protocol, self._h, self._look)
        if self._h.unit == "subjects":
            return self.subjects(count, self._h.followed)
        return self.events(count)

    def after_first(self, days: int) -> dt.date | None:
        starts = self._study.entered()
        if starts.is_empty():
            raise InputError("nobody has a date of randomization or of a first dose yet")
        first: dt.date = starts.min()  # type: ignore[assignment]
        return first + dt.timedelta(days=days)

    def date(self, date: dt.date) -> dt.date | None:
        return date

    def look(self, label: str) -> dt.date | None:
        return self._study.date(label)

    def end_of_study(self) -> dt.date | None:
        return None

    def later(self, days: list[dt.date | None]) -> dt.date | None:
        known = [day for day in days if day is not None]
        return max(known) if len(known) == len(days) else None
