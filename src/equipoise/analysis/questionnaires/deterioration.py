"""Time to deterioration: the first assessment worse than baseline by a stated number of points."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipoise.errors import InputError
from equipoise.questionnaires.forms import FormScale


class Deterioration(NamedTuple):
    """By subject: (n,) time in days, (n,) whether it deteriorated."""

    time: npt.NDArray[np.float64]
    event: npt.NDArray[np.bool_]


def time_to_deterioration(
    scale: FormScale,
    *,
    subject: npt.ArrayLike,
    day: npt.ArrayLike,
    score: npt.ArrayLike,
    baseline: npt.ArrayLike,
    death: npt.ArrayLike | None = None,
    points: float = 10.0,
    definitive: bool = False,
) -> Deterioration:
    """First worsening of at least `points` from baseline.

    subject, day, score : (k,) assessments after baseline: code 0..n-1, day, score (NaN: missing)
    baseline : (n,) scores; a subject without one is censored at day 0
    death : (n,) day of a death that counts as deterioration, NaN without; None if none counts
    definitive : the worsening must hold at every later assessment too
    A subject without deterioration is censored at its last scored assessment, else at day 0.
    Raises   InputError if a subject code has no baseline or a day is negative.
    Source   Osoba et al. 1998, J Clin Oncol 16:139 (10 points); Bonnetain et al. 2010 (definitive).
    Checked  tests/byhand/test_questionnaires.py.
    """
    who, when = np.asarray(subject, dtype=np.int64), np.asarray(day, dtype=float)
    found, base = np.asarray(score, dtype=float), np.asarray(baseline, dtype=float)
    if not len(who) == len(when) == len(found):
        raise InputError("subject, day and score: expected the same number of rows")
    if len(who) and (who.min() < 0 or who.max() >= len(base) or not (when >= 0).all()):
        raise InputError("assessments: expected codes with a baseline and days from 0 up")
    time, event = np.zeros(len(base)), np.zeros(len(base), dtype=bool)
    kept = np.isfinite(found) & np.isfinite(base[who]) if len(who) else np.zeros(0, dtype=bool)
    order = np.lexsort((when, who))
    order = order[kept[order]]
    change = found[order] - base[who[order]]
    worse = (-change if scale.high_is_good else change) >= points
    for k in np.unique(who[order]):
        rows = order[who[order] == k]
        at = _first(worse[who[order] == k], definitive=definitive)
        event[k] = at >= 0
        time[k] = when[rows[at]]
    if death is None:
        return Deterioration(time, event)
    died = np.asarray(death, dtype=float)
    counts = np.isfinite(died) & np.isfinite(base) & ~event
    return Deterioration(np.where(counts, died, time), event | counts)


def _first(worse: npt.NDArray[np.bool_], *, definitive: bool) -> int:
    """Place of the worsening that counts, or -1 (the last place) without one."""
    if definitive:
        worse = np.logical_and.accumulate(worse[::-1])[::-1]
    return int(np.argmax(worse)) if worse.any() else -1
