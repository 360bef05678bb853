"""Scores with the arms shuffled within strata, by keyed draws."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from equipoise import streams
from equipoise.arrays import Floats, Ints
from equipoise.kernels.compiled import njit
from equipoise.kernels.draws import subject_key, trial_key, word

SHUFFLE = streams.purpose_id("permutation")


@njit(cache=True, nogil=True)
def permuted_sums(
    score: Floats, row: Ints, first: Ints, treated: Ints, seed: int, draws: int, purpose: int
) -> Any:
    """(draws,) the sum of the scores of those who would be treated, arms shuffled within strata.

    score, row : (n,) by stratum, each row's score and its place in the data, which keys its draws
    first : (g + 1,) int64, where each stratum begins, and n; treated : (g,) how many are treated
    """
    out = np.zeros(draws)
    words = np.empty(row.size, np.uint64)
    for b in range(draws):
        trial = trial_key(np.uint64(seed), b)
        for i in range(row.size):
            words[i] = word(subject_key(trial, row[i]), np.uint64(purpose), 0)
        for g in range(first.size - 1):
            own = words[first[g] : first[g + 1]]
            if 0 < treated[g] < own.size:
                chosen = np.argsort(own, kind="mergesort")[: treated[g]]
                out[b] += score[first[g] : first[g + 1]][chosen].sum()
            elif treated[g] > 0:
                out[b] += score[first[g] : first[g + 1]].sum()
    return out


def permuted_sums_plain(
    score: Floats, row: Ints, first: Ints, treated: Ints, seed: int, draws: int, purpose: int
) -> Floats:
    """Twin of `permuted_sums`."""
    out = np.zeros(draws)
    for b in range(draws):
        trial = streams.trial_key(seed, b)
        for (lo, hi), m in zip(pairwise(first), treated):
            keys = [
                streams.word(streams.subject_key(trial, int(row[i])), purpose, 0)
                for i in range(lo, hi)
            ]
            chosen = sorted(range(hi - lo), key=keys.__getitem__)[:m]
            out[b] += sum(float(score[lo + i]) for i in chosen)
    return out
