"""One virtual trial by the object road."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from equipoise.adam.model import ADaM
from equipoise.adam.study import Study
from equipoise.adam.together import derive_each
from equipoise.conduct.record import Record
from equipoise.errors import expect
from equipoise.patients.virtual_trial import live
from equipoise.patients.world import setting
from equipoise.protocol import Protocol
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.simulation.object.supported import looks_supported
from equipoise.simulation.object.sweep import sweeps, swept
from equipoise.simulation.object.without_records import look_dates


def run(protocol: Protocol, *, truth: str, seed: int, trial: int = 0) -> Record:
    """One virtual trial, patient by patient.

    truth : name of one of the protocol's truths
    seed, trial : the same pair gives the same record, to the byte
    Returns  Record with `virtual` set.
    Raises   InputError if there is no such truth.
    Checked  tests/unit/simulation/test_one.py; tests/laws/test_virtual_recist.py.
    """
    expect(protocol, Protocol)
    return swept(live(protocol, setting(protocol, truth=truth), seed=seed, trial=trial))


def trials_at(
    protocol: Protocol, *, truth: str, seed: int, trials: Sequence[int], look: str
) -> list[ADaM]:
    """The analysis datasets of several virtual trials at a look, derived together.

    truth, seed, trials : as of `run`; look : by its full name
    Returns  as `Study.of(tabulate(run(...))).adam(look)` of each, without findings
    Raises   InputError if there is no such truth, or a trial does not come to the look.
    Checked  tests/twins/test_together.py
    """
    where = setting(protocol, truth=truth)
    records = [live(protocol, where, seed=seed, trial=trial) for trial in trials]
    if looks_supported(protocol):
        known = [look_dates(protocol, where, seed=seed, trial=trial) for trial in trials]
        if all(look in days for days in known):
            pairs = zip(records, known, strict=True)
            done = [swept(record, days.values()) for record, days in pairs]
            return _on([_study(one) for one in done], [days[look] for days in known], look)
    return _as_data_tell(records, look)


def _study(record: Record) -> Study:
    return Study(tabulate(record), record.protocol)


def _as_data_tell(records: Sequence[Record], look: str) -> list[ADaM]:
    """The datasets of each record at a look, whose date follows from what is derived."""
    studies = [_study(record) for record in records]
    whole = [study.cut_on(None) for study in studies]
    for data in derive_each(whole, protocol=records[0].protocol) if records else []:
        Study.holding(data)
    dates = [study.date(look) for study in studies]
    if records and sweeps(records[0].protocol):
        pairs = zip(records, studies, strict=True)
        studies = [_study(swept(record, study.dates())) for record, study in pairs]
    return _on(studies, dates, look)


def _on(studies: Sequence[Study], dates: Sequence[date | None], look: str) -> list[ADaM]:
    """The datasets of each study on its date."""
    cuts = [study.cut_on(day) for study, day in zip(studies, dates, strict=True)]
    named = [replace(one, look=look) for one in cuts]
    return derive_each(named, protocol=studies[0].protocol) if studies else []
