"""What a fit leaves as it is."""

from __future__ import annotations

from itertools import pairwise

from equipoise.patients.world import setting
from equipoise.protocol import Protocol
from equipoise.protocol.language.lines import Path
from equipoise.simulation.fit.write_truth import PROCESSES, fitted_paths, sources_of
from equipoise.simulation.object.without_records import cut_day, scanned_patients

Held = frozenset[Path]
LOOKED_AT = 5  # trials that tell how long the first patient is followed up to a look


def read_in_sources(protocol: Protocol, truth: str) -> Held:
    """Paths inside the truth of what was read in a source, neither recalled nor calculated."""
    known = {k for k, s in protocol.sources.items() if not (s.recalled or s.calculated)}
    own = protocol.truth[truth]
    return frozenset(
        path
        for path in fitted_paths(own)
        if known & set(sources_of(protocol, ("truth", truth, *path)))
    )


def out_of_reach(protocol: Protocol, truth: str, *, look: str, seed: int) -> Held:
    """Points of curves that only say what comes after the look: no figure can speak of them.

    The hazard up to a point begins at the point before it.
    """
    reach = _longest_follow_up(protocol, truth, look, seed)
    own = protocol.truth[truth]
    return frozenset(
        (process, "arms", arm, "curve", k + 1, "survival")
        for process in PROCESSES
        if (time := getattr(own, process)) is not None
        for arm, hazard in time.arms.items()
        for k, (before, _) in enumerate(pairwise(hazard.curve))
        if before.at.days >= reach
    )


def _longest_follow_up(protocol: Protocol, truth: str, look: str, seed: int) -> int:
    where = setting(protocol, truth=truth)
    found = 0
    for trial in range(1, LOOKED_AT + 1):
        it = scanned_patients(protocol, where, seed=seed, trial=trial)
        found = max(found, cut_day(protocol, where, it, look) - int(it.entry.min()) + 1)
    return found
