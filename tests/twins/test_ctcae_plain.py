"""Grades over columns equal the plain ones, value by value, most of them near a threshold."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from equipoise.laboratory.ctcae.grade import grade
from equipoise.laboratory.ctcae.terms import CTCAE_FILES, GradedTerm, criteria
from support.ctcae_plain import grade_plain

EACH = 30  # values of each criterion and unit


def _one(rng: np.random.Generator, criterion: GradedTerm, unit: str) -> dict[str, object]:
    """A row whose value lies on, or a hair beside, a threshold, or anywhere."""
    texts = list((criterion.grades.get(unit) or criterion.grades["any"]).values())
    fixed = [float(w) for t in texts for w in t.split() if w[0].isdigit()]
    size = float(rng.choice(fixed)) if fixed else 10.0
    low, high = round(size * 0.9, 3), round(size * 1.3, 3)
    base = round(float(rng.choice([low / 2, low, size, high, 2 * high])), 3)
    times = float(rng.choice([0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 5, 10, 20]))
    value = float(rng.choice([size, low, high, times * high, times * base, times * low]))
    value = round(value + float(rng.choice([-0.001, 0, 0.001])), 6)
    return {
        "LBTESTCD": str(rng.choice(criterion.tests)),
        "AVAL": value if rng.random() > 0.03 else None,
        "UNIT": "mg/dL" if unit == "any" else unit,
        "ANRLO": low if rng.random() > 0.1 else None,
        "ANRHI": high if rng.random() > 0.1 else None,
        "BASE": base if rng.random() > 0.1 else None,
        "BNRIND": str(rng.choice(["LOW", "NORMAL", "HIGH"])),
        "LBSPEC": "BLOOD",
        "LBFAST": str(rng.choice(["Y", "N"])),
    }


@pytest.mark.parametrize("version", CTCAE_FILES)
def test_equal_to_the_plain_twin(version: str) -> None:
    rng = np.random.default_rng(11)
    rows = [
        _one(rng, criterion, unit)
        for criterion in criteria(version)
        for unit in criterion.grades
        for _ in range(EACH)
    ]
    found = grade(pl.DataFrame(rows, infer_schema_length=None), version=version)
    for row, low, high in zip(rows, found["ATOXGRL"], found["ATOXGRH"], strict=True):
        assert low == grade_plain(row, version=version, side="low"), row
        assert high == grade_plain(row, version=version, side="high"), row
    assert {0, 1, 2, 3, 4, None} <= set(found["ATOXGRL"]) | set(found["ATOXGRH"])
