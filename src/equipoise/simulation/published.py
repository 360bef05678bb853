"""Published figures among virtual trials: where each should fall if the truth is right."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import polars as pl

from equipoise.adam.derive import derive
from equipoise.adam.looks import cut_at
from equipoise.adam.model import ADaM
from equipoise.analysis.analyze import estimand_rows
from equipoise.analysis.incidence import incidence
from equipoise.analysis.laboratory import laboratory
from equipoise.analysis.results import Row, frame
from equipoise.protocol import Protocol
from equipoise.protocol.model import Published
from equipoise.sdtm.tabulate import tabulate
from equipoise.simulation.one import run

CENTRAL = (0.025, 0.975)


def published_intervals(
    protocol: Protocol, *, truth: str, seed: int, trials: int, look: str, workers: int = 2
) -> pl.DataFrame:
    """The central 95% of each published figure over virtual trials 1 to `trials`, as rows.

    Trial 0 of the seed is the one that a report shows; it is not among them.
    A figure that was not reached (a median) counts as larger than any.
    Returns  rows of analysis "published": simulated lower, median and upper by figure
    """
    jobs = [(protocol, truth, seed, chunk, look) for chunk in _chunks(trials, workers)]
    if workers > 1:
        # Forking would copy the locks of polars' threads; a spawned worker starts clean.
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            values = np.vstack(list(pool.map(_several, jobs)))
    else:
        values = np.vstack([_several(job) for job in jobs])
    return frame(_rows(protocol, values))


def _chunks(trials: int, workers: int) -> list[list[int]]:
    numbers = np.arange(1, trials + 1)
    return [part.tolist() for part in np.array_split(numbers, max(1, workers * 4)) if part.size]


def _several(job: tuple[Protocol, str, int, Sequence[int], str]) -> np.ndarray:
    protocol, truth, seed, numbers, look = job
    return np.array([_figures(protocol, truth, seed, number, look) for number in numbers])


def _figures(protocol: Protocol, truth: str, seed: int, number: int, look: str) -> list[float]:
    record = run(protocol, truth=truth, seed=seed, trial=number)
    data = derive(cut_at(tabulate(record), look=look))
    known = {_key(row): row.value for row in _needed(data, protocol.report.published)}
    values = [known.get(_asked(figure)) for figure in protocol.report.published]
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


def _rows(protocol: Protocol, values: np.ndarray) -> Iterator[Row]:
    for j, figure in enumerate(protocol.report.published):
        ordered = np.sort(values[:, j])
        for name, q in (("lower", CENTRAL[0]), ("median", 0.5), ("upper", CENTRAL[1])):
            value = float(np.quantile(ordered, q, method="inverted_cdf"))
            yield Row(
                "published", "object road", f"{len(ordered)} virtual trials", f"simulated {name}",
                value if math.isfinite(value) else None, term=figure.says,
            )  # fmt: skip
