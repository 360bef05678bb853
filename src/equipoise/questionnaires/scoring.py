"""Questionnaires scored by their manuals: raw score, missing items, linear transformation.

A scale's raw score is the mean of its answered items, had at least half of them been answered;
it is then carried to 0..100. A high score is a high level of functioning, or of symptoms.

Source   Fayers et al. 2001, EORTC QLQ-C30 Scoring Manual, 3rd edition.
Checked  tests/byhand/test_questionnaires.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipoise.arrays import Floats
from equipoise.errors import InputError
from equipoise.questionnaires.forms import FormScale, Questionnaire, questionnaire


class Score(NamedTuple):
    """A scale's (n,) scores, NaN where fewer than half of the items were answered."""

    scale: FormScale
    values: Floats


def score(form: Questionnaire, answers: Mapping[int, npt.ArrayLike]) -> dict[str, Score]:
    """Every scale's scores.

    answers : (n,) numbers by item, NaN where missing or not applicable; an item left out is missing
    Raises   InputError naming item and row of an answer the item does not offer.
    """
    lengths = {len(np.atleast_1d(np.asarray(v))) for v in answers.values()}
    if len(lengths) != 1:
        raise InputError("answers: expected the same number of rows for every item")
    known = {item: scale for scale in form.scales for item in scale.items}
    columns: dict[int, Floats] = {}
    for item, values in answers.items():
        if item not in known:
            raise InputError(f"item {item}: {form.name} has items {min(known)} to {max(known)}")
        columns[item] = _checked(item, values, known[item].range + 1)
    blank = np.full(lengths.pop(), np.nan)
    return {
        s.code: Score(s, score_scale(s, np.stack([columns.get(i, blank) for i in s.items])))
        for s in form.scales
    }


def _checked(item: int, values: npt.ArrayLike, largest: int) -> Floats:
    column = np.atleast_1d(np.asarray(values, dtype=float))
    bad = np.isfinite(column) & ~np.isin(column, np.arange(1, largest + 1))
    if bad.any() or np.isinf(column).any():
        row = int(np.argmax(bad | np.isinf(column)))
        raise InputError(f"item {item}, row {row + 1}: {column[row]:g}; expected 1 to {largest}")
    return column


def score_scale(scale: FormScale, answers: Floats) -> Floats:
    """Scores of one scale from its items' answers, (items, n) with NaN where missing.

    Source   Scoring Manual, section "General principles of scoring" and "Missing items".
    """
    answered = np.isfinite(answers)
    count = answered.sum(axis=0)
    enough = 2 * count >= len(scale.items)
    total = np.where(answered, answers, 0.0).sum(axis=0)
    raw = np.divide(total, count, out=np.full(len(count), np.nan), where=enough & (count > 0))
    share = (raw - 1) / scale.range
    return np.asarray(100 * (1 - share if scale.kind == "function" else share))


def c30_summary(scores: Mapping[str, Score]) -> Floats:
    """Summary score of the QLQ-C30: mean of its 13 scales other than global health and finances.

    Symptoms are turned so that high is good; NaN where any of the 13 is missing.
    Raises   InputError if a scale of the QLQ-C30 is not among the scores.
    Source   Giesinger et al. 2016, J Clin Epidemiol 69:79.
    """
    wanted = [s.code for s in questionnaire("QLQ-C30").scales if s.code not in ("QL2", "FI")]
    absent = [code for code in wanted if code not in scores]
    if absent:
        raise InputError(f"scores: {absent[0]} is missing; expected every scale of the QLQ-C30")
    turned = [
        s.values if s.scale.high_is_good else 100 - s.values for s in (scores[c] for c in wanted)
    ]
    return np.asarray(np.mean(turned, axis=0))
