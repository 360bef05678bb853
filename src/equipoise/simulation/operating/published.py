"""Published figures among virtual trials: where each should fall if the truth is right."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from equipoise.adam.model import ADaM
from equipoise.analysis.analyze import estimand_rows
from equipoise.analysis.incidence import incidence
from equipoise.analysis.laboratory import laboratory
from equipoise.analysis.results import Row, frame
from equipoise.errors import InputError, expect
from equipoise.meaning.figures import FigurePlace, places
from equipoise.meaning.looks import default_look
from equipoise.patients.world import setting, truth_named
from equipoise.protocol import Protocol
from equipoise.protocol.model import Published
from equipoise.simulation.object.needed import needed
from equipoise.simulation.object.supported import supported
from equipoise.simulation.object.together import TOGETHER, trials_at
from equipoise.simulation.object.without_records import figures, unseen
from equipoise.simulation.operating.cores import cores
from equipoise.simulation.operating.processes import chunks, in_processes
from equipoise.simulation.operating.task import Watch

CENTRAL_95 = (0.025, 0.975)
RECORDS = 100
OBJECT_ROAD, WITHOUT_RECORDS = "object road", "object road, without records"
INTERVAL_PARTS = ("lower", "median", "upper")


class Beside(NamedTuple):
    """A published figure beside the central 95% of virtual trials.

    sources : where it was read; lower, median, upper : None where it was not reached; trials : how
    many there were; how : by the object road, "without records" where a figure does not need them
    """

    says: str
    published: float | None
    sources: tuple[str, ...]
    lower: float | None
    median: float | None
    upper: float | None
    trials: int
    how: str

    @property
    def inside(self) -> bool | None:
        """Whether it lies in the central 95%; None where none is published."""
        if self.published is None:
            return None
        low, high = (math.inf if x is None else x for x in (self.lower, self.upper))
        return low <= self.published <= high


class Job(NamedTuple):
    """Some trials of one truth, and the figures wanted from each."""

    protocol: Protocol
    truth: str
    seed: int
    look: str
    wanted: tuple[Published, ...]
    numbers: list[int]
    with_records: bool


def published(
    protocol: Protocol,
    *,
    truth: str,
    seed: int,
    trials: int = 10_000,
    records: int = RECORDS,
    look: str | None = None,
    workers: int | None = None,
    watch: Watch | None = None,
) -> list[Beside]:
    """Each published figure of a protocol beside the central 95% of virtual trials of a truth.

    trials, records, look, workers, watch : as of `published_intervals`
    Raises   InputError if there is no such truth, or the protocol lists no figures.
    """
    expect(protocol, Protocol)
    truth_named(protocol, truth)
    if not protocol.report.published:
        raise InputError(f"{protocol.trial.id} lists no figures under `report.published`")
    rows = published_intervals(
        protocol,
        truth=truth,
        seed=seed,
        trials=trials,
        look=look,
        workers=workers,
        records=records,
        watch=watch,
    )
    return beside(protocol, rows)


def published_intervals(
    protocol: Protocol,
    *,
    truth: str,
    seed: int,
    trials: int,
    look: str | None = None,
    workers: int | None = None,
    records: int = RECORDS,
    watch: Watch | None = None,
) -> pl.DataFrame:
    """The central 95% of each published figure over virtual trials 1 to `trials`, as rows.

    look : that of the published figures; by default the one that the report names
    workers : processes; by default as many as there are cores, since the answer is the same
    watch : called with the number of trials done, of `planned_trials`
    records : trials that are carried through SDTM and the derivations, at most, for those figures
        that need it (laboratory grades, tests of survival); the others come from `figures`

    Trial 0 of the seed is the one that a report shows; it is not among them.
    A figure that was not reached (a median) counts as larger than any.
    Returns  rows of analysis "published": simulated lower, median and upper by figure
    """
    every = protocol.report.published
    many = cores() if workers is None else workers
    at = look or default_look(protocol)
    jobs = [
        Job(protocol, truth, seed, at, wanted, numbers, with_records)
        for wanted, count, with_records in _groups(protocol, trials, records)
        for numbers in (
            chunks(count, many, each=1, longest=TOGETHER) if with_records else chunks(count, many)
        )
    ]
    done = in_processes(_several, jobs, many, watch)
    values = {
        f.says: np.concatenate(
            [v[:, j.wanted.index(f)] for j, v in zip(jobs, done) if f in j.wanted]
        )
        for f in every
    }
    return frame(_rows(protocol, values))


def _groups(
    protocol: Protocol, trials: int, records: int
) -> Iterator[tuple[tuple[Published, ...], int, bool]]:
    """Figures with the number of trials behind them, and whether those need their records."""
    every = protocol.report.published
    for with_records, count in ((False, trials), (True, min(trials, records))):
        wanted = tuple(f for f in every if supported(protocol, f) is not with_records)
        if wanted and count:
            yield wanted, count, with_records


def planned_trials(protocol: Protocol, *, trials: int, records: int = RECORDS) -> int:
    """How many trials `published_intervals` goes through, some of them twice."""
    return sum(count for _, count, _ in _groups(protocol, trials, records))


def _several(job: Job) -> np.ndarray:
    if job.with_records:
        done = trials_at(
            job.protocol,
            truth=job.truth,
            seed=job.seed,
            trials=job.numbers,
            look=job.look,
            needed=needed(job.protocol, job.wanted),
        )
        return np.array([_figures(data, job.wanted) for data in done])
    where = setting(job.protocol, truth=job.truth)
    return np.array(
        [
            figures(job.protocol, where, job.wanted, look=job.look, seed=job.seed, trial=number)
            for number in job.numbers
        ]
    )


def _figures(data: ADaM, wanted: Sequence[Published]) -> list[float]:
    known: dict[FigurePlace, float | None] = {}
    for row in _needed(data, wanted):
        for method in (row.method, ""):  # any method: the first that has the number
            known.setdefault(_place(row, method), row.value)
    values = [_value(known, places(data.protocol, figure)) for figure in wanted]
    pairs = zip(wanted, values, strict=True)
    return [unseen(figure) if value is None else value for figure, value in pairs]


def _value(known: Mapping[FigurePlace, float | None], at: Sequence[FigurePlace]) -> float | None:
    return next((known[place] for place in at if place in known), None)


def _needed(data: ADaM, figures: Sequence[Published]) -> Iterator[Row]:
    for key in dict.fromkeys(f.estimand for f in figures):
        if key in data.protocol.estimands:
            yield from estimand_rows(data, key, subgroups=False)
        else:
            yield from incidence(data, terms={f.term or "" for f in figures})
            yield from laboratory(data)


def _place(row: Row, method: str) -> FigurePlace:
    return FigurePlace(
        row.analysis, row.statistic, method, row.comparison, row.group, row.term, row.at
    )


def _rows(protocol: Protocol, values: Mapping[str, np.ndarray]) -> Iterator[Row]:
    for figure in protocol.report.published:
        known = values[figure.says]
        ordered = np.sort(known[~np.isnan(known)])
        how = WITHOUT_RECORDS if supported(protocol, figure) else OBJECT_ROAD
        for name, q in zip(INTERVAL_PARTS, (CENTRAL_95[0], 0.5, CENTRAL_95[1]), strict=True):
            value = math.nan
            if len(ordered):
                value = float(np.quantile(ordered, q, method="inverted_cdf"))
            yield Row(
                "published", how, f"{len(ordered)} virtual trials", f"simulated {name}",
                value if math.isfinite(value) else None, term=figure.says,
            )  # fmt: skip


def beside(protocol: Protocol, rows: pl.DataFrame) -> list[Beside]:
    """Each published figure with what `published_intervals` found of it."""
    known = {(r["term"], r["statistic"]): r for r in rows.iter_rows(named=True)}
    return [
        _beside(
            protocol,
            k,
            figure,
            [known[figure.says, f"simulated {name}"] for name in INTERVAL_PARTS],
        )
        for k, figure in enumerate(protocol.report.published)
        if (figure.says, f"simulated {INTERVAL_PARTS[0]}") in known
    ]


def _beside(protocol: Protocol, k: int, figure: Published, rows: list[dict[str, Any]]) -> Beside:
    note = protocol.provenance.get(f"/report/published/{k}/value", {})
    value = None if figure.value is None else float(figure.value)
    low, middle, high = (row["value"] for row in rows)
    trials = int(rows[0]["population"].split()[0])
    sources = tuple(note.get("sources", ()))
    how = rows[0]["method"]
    return Beside(figure.says, value, sources, low, middle, high, trials, how)
