"""One virtual trial by the object road."""

from __future__ import annotations

from equipoise.conduct.record import Record
from equipoise.errors import expect
from equipoise.patients.virtual_trial import live
from equipoise.patients.world import setting
from equipoise.protocol import Protocol
from equipoise.simulation.object.sweep import swept


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
