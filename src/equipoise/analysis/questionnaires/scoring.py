"""Questionnaires scored by their manuals: raw score, missing items, linear transformation.

A scale's raw score is the mean of its answered items, had at least half of them been answered;
it is then carried to 0..100. A high score is a high level of functioning, or of symptoms.

Source   Fayers et al. 2001, EORTC QLQ-C30 Scoring Manual, 3rd edition.
Checked  tests/byhand/test_questionnaires.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from equipoise.errors import InputError, did_you_mean

Floats = npt.NDArray[np.float64]
Kind = Literal["function", "symptom", "global"]
Name = Literal["qlq_c30", "qlq_ginet21"]


@dataclass(frozen=True, slots=True)
class Scale:
    """One scale: its items by number, the range of an item (largest minus smallest answer)."""

    code: str
    name: str
    items: tuple[int, ...]
    range: int
    kind: Kind

    @property
    def high_is_good(self) -> bool:
        return self.kind != "symptom"


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A questionnaire's scales; `read_in_source` is False where they are recalled."""

    name: str
    source: str
    read_in_source: bool
    scales: tuple[Scale, ...]

    def scale(self, code: str) -> Scale:
        """The scale of a code; raises InputError if there is none."""
        for found in self.scales:
            if found.code == code:
                return found
        codes = [s.code for s in self.scales]
        hint = did_you_mean(code, codes)
        raise InputError(f"{self.name} has no scale {code}{hint}; it has {', '.join(codes)}")


class Score(NamedTuple):
    """A scale's (n,) scores, NaN where fewer than half of the items were answered."""

    scale: Scale
    values: Floats


@cache
def questionnaire(name: Name) -> Questionnaire:
    """A questionnaire by its key; raises InputError if it is not known."""
    if name not in get_args(Name):
        raise InputError(f'questionnaire "{name}": expected one of {", ".join(get_args(Name))}')
    text = resources.files(__package__).joinpath(f"{name}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    scales = tuple(Scale(**{**s, "items": tuple(s["items"])}) for s in found.pop("scales"))
    return Questionnaire(scales=scales, **found)


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


def score_scale(scale: Scale, answers: Floats) -> Floats:
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
    wanted = [s.code for s in questionnaire("qlq_c30").scales if s.code not in ("QL2", "FI")]
    absent = [code for code in wanted if code not in scores]
    if absent:
        raise InputError(f"scores: {absent[0]} is missing; expected every scale of the QLQ-C30")
    turned = [
        s.values if s.scale.high_is_good else 100 - s.values for s in (scores[c] for c in wanted)
    ]
    return np.asarray(np.mean(turned, axis=0))
