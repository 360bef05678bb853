"""Rank tests of values at visits, as rows; the term of a row is its visit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from equipoise.analysis.continuous.ranks import (
    RankTest,
    hodges_lehmann,
    van_elteren,
    wilcoxon,
)
from equipoise.analysis.methods.continuous import measures, response_word, visits_in_turn
from equipoise.analysis.methods.rows import Found, in_words, limited, tried
from equipoise.analysis.results import Row
from equipoise.analysis.samples.sample import Sample
from equipoise.meaning.model_options import RankOptions
from equipoise.meaning.options import MeasureOptions

_SHIFT = "Hodges-Lehmann difference"


def rank_sum(sample: Sample, *, name: str, stratified: bool) -> Iterator[Row]:
    """Wilcoxon's test, or van Elteren's over the strata, of each arm against control by visit."""
    change = sample.read(MeasureOptions).response == "change"
    for visit in visits_in_turn(sample):
        seen = measures(sample).filter(pl.col("VISIT") == visit)
        value = pl.col("VALUE") - pl.col("BASE") if change else pl.col("VALUE")
        found = dict(seen.select("USUBJID", Y=value).drop_nulls().iter_rows())
        for comparison, two, arm in sample.pairs():
            y = np.array([found.get(who, np.nan) for who in two.frame["USUBJID"]], float)

            def compute(two: Sample = two, arm: np.ndarray = arm, y: np.ndarray = y) -> Found:
                kept = np.isfinite(y)
                if stratified:
                    return _over_strata(two, arm[kept], y[kept], two.stratum[kept])
                return _of_two(two, arm[kept], y[kept])

            place = {"comparison": comparison, "term": visit}
            yield from tried(sample, name, "p", compute, **place)


def _of_two(two: Sample, arm: np.ndarray, y: np.ndarray) -> Found:
    exact = two.read(RankOptions).exact
    test, shift = wilcoxon(y, arm, exact=exact), hodges_lehmann(y, arm)
    note = in_words(response_word(two), _read_from(test))
    return Found([*limited(_SHIFT, shift), *_values(test), ("pairs won", test.statistic)], note)


def _over_strata(two: Sample, arm: np.ndarray, y: np.ndarray, stratum: np.ndarray) -> Found:
    test = van_elteren(y, arm, stratum, exact=bool(two.read(RankOptions).exact))
    note = in_words(response_word(two), _read_from(test), "strata weighted by 1 / (subjects + 1)")
    return Found(_values(test), note)


def _values(test: RankTest) -> list[tuple[str, float | None]]:
    return [("z", test.z), ("p", test.p)]


def _read_from(test: RankTest) -> str:
    return "exact P" if test.exact else "P by the normal distribution"
