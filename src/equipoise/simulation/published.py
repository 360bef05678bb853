"""Published figures among virtual trials: where each should fall if the truth is right."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple

import numpy as np
import polars as pl

from equipoise.adam.derive import derive
from equipoise.adam.looks import cut_at
from equipoise.adam.model import ADaM
from equipoise.analysis.analyze import estimand_rows
from equipoise.analysis.incidence import incidence
from equipoise.analysis.laboratory import laboratory
from equipoise.analysis.results import Row, frame
from equipoise.patients.world import setting
from equipoise.protocol import Protocol
from equipoise.protocol.model import Published
from equipoise.sdtm.tabulate import tabulate
from equipoise.simulation.figures import figures, supported
from equipoise.simulation.one import run

CENTRAL = (0.025, 0.975)
RECORDS = 100  # a second's work for every three or so


class Job(NamedTuple):
    """Some trials of one truth, and the figures wanted from each."""

    protocol: Protocol
    truth: str
    seed: int
    look: str
    wanted: tuple[Published, ...]
    numbers: list[int]
    with_records: bool


def published_intervals(
    protocol: Protocol,
    *,
    truth: str,
    seed: int,
    trials: int,
    look: str,
    workers: int = 2,
    records: int = RECORDS,
) -> pl.DataFrame:
    """The central 95% of each published figure over virtual trials 1 to `trials`, as rows.

    records : trials that are carried through SDTM and the derivations, at most, for those figures
        that need it (laboratory grades, tests of survival); the others come from `figures`

    Trial 0 of the seed is the one that a report shows; it is not among them.
    A figure that was not reached (a median) counts as larger than any.
    Returns  rows of analysis "published": simulated lower, median and upper by figure
    """
    every = protocol.report.published
    groups = (
        (tuple(f for f in every if supported(protocol, f)), trials, False),
        (tuple(f for f in every if not supported(protocol, f)), min(trials, records), True),
    )
    jobs = [
        Job(protocol, truth, seed, look, wanted, numbers, with_records)
        for wanted, count, with_records in groups
        if wanted
        for numbers in _chunks(count, workers)
    ]
    done = _done(jobs, workers)
    values = {
        f.says: np.concatenate(
            [v[:, j.wanted.index(f)] for j, v in zip(jobs, done) if f in j.wanted]
        )
        for f in every
    }
    return frame(_rows(protocol, values))


def _done(jobs: list[Job], workers: int) -> list[np.ndarray]:
    if workers == 1:
        return [_several(job) for job in jobs]
    # Forking would copy the locks of polars' threads; a spawned worker starts clean.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(_several, jobs))


def _chunks(trials: int, workers: int) -> list[list[int]]:
    numbers = np.arange(1, trials + 1)
    return [part.tolist() for part in np.array_split(numbers, max(1, workers * 4)) if part.size]


def _several(job: Job) -> np.ndarray:
    if job.with_records:
        return np.array([_figures(job, number) for number in job.numbers])
    where = setting(job.protocol, truth=job.truth)
    return np.array(
        [
            figures(job.protocol, where, job.wanted, look=job.look, seed=job.seed, trial=number)
            for number in job.numbers
        ]
    )


def _figures(job: Job, number: int) -> list[float]:
    record = run(job.protocol, truth=job.truth, seed=job.seed, trial=number)
    data = derive(cut_at(tabulate(record), look=job.look))
    known: dict[tuple[object, ...], float | None] = {}
    for row in _needed(data, job.wanted):
        # as in the report: of a test's P and the model's, that of the test, which comes first
        known.setdefault(_key(row), row.value)
    values = [known.get(_asked(figure)) for figure in job.wanted]
    return [math.inf if value is None else value for value in values]


def _needed(data: ADaM, figures: Sequence[Published]) -> Iterator[Row]:
    for key in dict.fromkeys(f.estimand for f in figures):
        if key in data.protocol.estimands:
            yield from estimand_rows(data, key, subgroups=False)
        else:
            yield from incidence(data)
            yield from laboratory(data)


def _key(row: Row) -> tuple[object, ...]:
    return row.analysis, row.statistic, row.group, row.term, row.at


def _asked(figure: Published) -> tuple[object, ...]:
    at = figure.at.days if figure.at else None
    return figure.estimand, figure.statistic, figure.group or "", figure.term or "", at


def _rows(protocol: Protocol, values: Mapping[str, np.ndarray]) -> Iterator[Row]:
    for figure in protocol.report.published:
        ordered = np.sort(values[figure.says])
        how = "patients and scans" if supported(protocol, figure) else "object road"
        for name, q in (("lower", CENTRAL[0]), ("median", 0.5), ("upper", CENTRAL[1])):
            value = float(np.quantile(ordered, q, method="inverted_cdf"))
            yield Row(
                "published", how, f"{len(ordered)} virtual trials", f"simulated {name}",
                value if math.isfinite(value) else None, term=figure.says,
            )  # fmt: skip
