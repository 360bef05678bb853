"""Kernels compiled before they are needed: in an image, or after an installation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from equipoise.errors import InputError
from equipoise.protocol import Protocol


class Warmed(NamedTuple):
    """What was run so that its kernels are compiled and kept, in order."""

    steps: tuple[str, ...]


def warm(
    protocol: str | Path | Protocol | None = None, *, say: Callable[[str], None] | None = None
) -> Warmed:
    """Compile the kernels that a trial needs, so that nobody waits for them later.

    protocol : a protocol or its file; by default a shipped one with curves, responses and looks
    say : called with each step as it begins
    What numba compiles is kept in its cache, as docs/pipelines.md says.
    Raises   ProtocolError, InputError.
    """
    from equipoise.meaning.check import read
    from equipoise.protocol.write.template import new

    if protocol is None:
        protocol = new(like="netter1")
    found = protocol if isinstance(protocol, Protocol) else read(protocol)
    done = []
    for step, run in _steps(found):
        if say is not None:
            say(step)
        run()
        done.append(step)
    return Warmed(tuple(done))


def _steps(protocol: Protocol) -> Iterator[tuple[str, Callable[[], object]]]:
    from equipoise.analysis.survival.summary import survival

    six = {"time": [1, 2, 3, 4, 5, 6], "event": [1, 1, 0, 1, 1, 0], "arm": list("xyxyyx")}
    yield (
        "survival of six rows",
        partial(survival, six, time="time", event="event", arm="arm", control="x"),
    )
    for truth in protocol.truth:
        yield f"one virtual trial as arrays, {truth}", partial(_arrays, protocol, truth)
    if protocol.truth:
        first = next(iter(protocol.truth))
        yield f"one virtual trial, analyzed, {first}", partial(_analyzed, protocol, first)


def _arrays(protocol: Protocol, truth: str) -> object:
    from equipoise.simulation.simulate import simulate

    return simulate(protocol, truth=truth, trials=1, seed=1, workers=1)


def _analyzed(protocol: Protocol, truth: str) -> object:
    from equipoise.adam.study import Study
    from equipoise.analysis.analyze import analyze
    from equipoise.meaning.looks import default_look
    from equipoise.sdtm.tabulate.tabulate import tabulate
    from equipoise.simulation.object.run import run

    study = Study.of(tabulate(run(protocol, truth=truth, seed=1)), protocol)
    try:
        return analyze(study.adam(default_look(protocol)))
    except InputError:  # this one trial does not come to that look
        return None
