"""A run that can be killed: what is done, in a Parquet file that is always whole.

The table library is imported where a file is written or read: most runs keep none.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.errors import InputError
from equipoise.simulation.kernel import tally as tallies
from equipoise.simulation.kernel.decisions import OPEN
from equipoise.simulation.kernel.scenario import Scenario
from equipoise.simulation.kernel.tally import Tally
from equipoise.simulation.operating.task import CHUNK, Batch, Task

if TYPE_CHECKING:
    import polars as pl

SECONDS_BETWEEN = 2.0
META = "equipoise"
KEPT = {
    "events control": "events_0",
    "events experimental": "events_1",
    "subjects control": "subjects_0",
    "subjects experimental": "subjects_1",
    "z": "z",
    "information": "information",
    "estimate": "estimate",
    "standard error": "error",
}
"""Columns of the rows of trials, each with the field of `Readouts` that it holds."""

DECISION_WORDS = ("open", "benefit", "harm", "futility", "not shown")


@dataclass(slots=True)
class RunProgress:
    """The tally so far and the chunks it holds."""

    task: Task
    tally: Tally
    done: set[int] = field(default_factory=set)
    path: Path | None = None
    written: float = 0.0

    @classmethod
    def begin(cls, task: Task, path: Path | None, *, resume: bool) -> RunProgress:
        """From nothing, or from what `path` holds if `resume`."""
        if path is not None and resume and path.exists():
            return _read(path, task)
        return cls(task, tallies.empty(task.scenario), set(), path)

    def left(self) -> list[int]:
        return [chunk for chunk in range(self.task.chunks) if chunk not in self.done]

    @property
    def trials(self) -> int:
        return int(self.tally.trials[0])

    def add(self, chunk: int, found: Tally) -> None:
        self.tally = tallies.add(self.tally, found)
        self.done.add(chunk)
        if self.path is not None and time.monotonic() - self.written > SECONDS_BETWEEN:
            self._write()

    def finish(self) -> None:
        if self.path is not None:
            self._write()

    def _write(self) -> None:
        assert self.path is not None
        _write(self.path, self.task, self.tally, self.done)
        self.written = time.monotonic()


def _identity(task: Task) -> dict[str, object]:
    return {"scenario": task.scenario.digest, "seed": task.seed, "trials": task.trials}


def _continued(task: Task, found: dict[str, Any], done: set[int]) -> Task:
    """A run that goes on where a shorter one ended; `done` loses the chunk that was not whole."""
    begun, ended = tuple(found.get("begun", ())), int(found["trials"])
    last = ended // CHUNK
    if ended < task.trials and ended % CHUNK and last in done:
        done.remove(last)
        begun = (*begun, ended)
    return replace(task, begun=begun)


def _write(path: Path, task: Task, tally: Tally, done: set[int]) -> None:
    """The non-zero numbers of a tally, one row each."""
    import polars as pl

    frames = []
    for name, values in zip(tally._fields, tally, strict=True):
        flat = values.ravel()
        at = np.flatnonzero(flat)
        frames.append(
            pl.DataFrame({"name": [name] * len(at), "at": at.astype(np.int64), "value": flat[at]})
        )
    chunks = sorted(done)
    at = np.arange(len(chunks), dtype=np.int64)
    frames.append(
        pl.DataFrame(
            {"name": ["chunk"] * len(chunks), "at": at, "value": np.array(chunks, dtype=np.int64)}
        )
    )
    metadata = {META: json.dumps({**_identity(task), "begun": task.begun})}
    save(pl.concat(frames), path, metadata)


def save(frame: pl.DataFrame, path: Path, metadata: dict[str, str]) -> None:
    """Write a Parquet file that appears whole: a temporary file, then a rename."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(part, metadata=metadata)
    os.replace(part, path)


def _read(path: Path, task: Task) -> RunProgress:
    import polars as pl

    try:
        found = json.loads(pl.read_parquet_metadata(path).get(META, "null"))
        rows = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError, ValueError) as problem:
        raise InputError(f"{path}: not a checkpoint ({problem})") from None
    asked = _identity(task)
    known = {k: found.get(k) for k in asked} if isinstance(found, dict) else found
    if not known or known | {"trials": 0} != asked | {"trials": 0}:
        raise InputError(
            f"{path}: this checkpoint belongs to another run\n"
            f"    found {known}, expected {asked}; "
            "name another file, or leave out --resume"
        )
    if int(found["trials"]) > task.trials:
        raise InputError(
            f"{path}: this checkpoint is of {found['trials']:,} trials; expected as many or more"
        )
    tally = tallies.empty(task.scenario)
    for name, values in zip(tally._fields, tally, strict=True):
        own = rows.filter(pl.col("name") == name)
        values.reshape(-1)[own["at"].to_numpy()] = own["value"].to_numpy()
    done = set(rows.filter(pl.col("name") == "chunk")["value"].to_list())
    return RunProgress(_continued(task, found, done), tally, done, path)


def write_rows(scenario: Scenario, done: Batch, path: Path) -> None:
    """One row per trial and reading of a batch, with the decision where the hypothesis ended."""
    import polars as pl

    frames = []
    trial = np.arange(done.start, done.start + len(done.held.day), dtype=np.int64)
    owner = {r: (h, k) for h, x in enumerate(scenario.hypotheses) for k, r in enumerate(x.readings)}
    for r, look in enumerate(scenario.readings.look):
        h, k = owner[r]
        here = done.decisions.stop[:, h] == k
        outcome = np.where(here, done.decisions.outcome[:, h], OPEN)
        columns: dict[str, object] = {
            "trial": trial,
            "hypothesis": [scenario.hypotheses[h].name] * len(trial),
            "look": [scenario.look_names[look]] * len(trial),
            "day": done.held.day[:, look],
            "entered": done.held.entered[:, look],
        }
        columns |= {name: getattr(done.found, field)[:, r] for name, field in KEPT.items()}
        columns["decision"] = [DECISION_WORDS[int(x)] for x in outcome]
        frames.append(pl.DataFrame(columns).with_columns(pl.col(list(KEPT)).fill_nan(None)))
    save(pl.concat(frames).sort("trial", maintain_order=True), path, {})
