"""One virtual trial by the object road."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from equipoise.adam.model import ADaM
from equipoise.adam.study import Study
from equipoise.adam.together import derive_each
from equipoise.conduct.record import Record
from equipoise.errors import expect
from equipoise.patients.virtual_trial import live
from equipoise.patients.world import setting
from equipoise.protocol import Protocol
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.simulation.object.sweep import sweeps, swept


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
    studies = [Study(tabulate(record), protocol) for record in records]
    for whole in derive_each([study.cut_on(None) for study in studies], protocol=protocol):
        Study.holding(whole)
    dates = [study.date(look) for study in studies]
    if sweeps(protocol):
        pairs = zip(records, studies, strict=True)
        studies = [Study(tabulate(swept(*pair)), protocol) for pair in pairs]
    cuts = [study.cut_on(date) for study, date in zip(studies, dates, strict=True)]
    return derive_each([replace(one, look=look) for one in cuts], protocol=protocol)
