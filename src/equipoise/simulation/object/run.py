"""One virtual trial by the object road."""

from __future__ import annotations

from equipoise.conduct.record import Record
from equipoise.errors import expect
from equipoise.kernels.cohort import cohort_plain
from equipoise.patients.virtual_trial import live
from equipoise.patients.world import setting
from equipoise.protocol import Protocol
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
    where = setting(protocol, truth=truth)
    # One trial is not worth a kernel that has to be compiled.
    drawn = cohort_plain(where.world, seed=seed, trial=trial)
    record = live(protocol, where, seed=seed, trial=trial, drawn=drawn)
    if not (sweeps(protocol) and looks_supported(protocol)):
        return swept(record)
    return swept(record, look_dates(protocol, where, seed=seed, trial=trial, drawn=drawn).values())
