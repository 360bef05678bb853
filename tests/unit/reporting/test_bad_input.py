"""Reports of trials that went badly: a report that says so, never a traceback or a half file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from equipoise.protocol.model import altered
from equipoise.reporting.html import render
from equipoise.reporting.writers.files import write_tables
from support.badly import ADSL, LABELS, results
from support.golden import text_of
from support.street import pilot_results

QL = {"label": "Quality of life", "type": "questionnaire", "data": "ADQS", "parameter": "QL"}
COUNT = {"label": "Falls", "type": "count", "data": "EVENTS"}


def test_nobody_had_an_event() -> None:
    none = pl.lit(None, pl.Date)
    said = text_of(render(results(ADSL.with_columns(RELDT=none, DTHDT=none))))
    assert "Events | 0 | 0 |" in said
    assert "Hazard ratio, Cox |  |  | NE" in said
    assert "NE: cannot be estimated" in said


def test_an_arm_is_empty() -> None:
    new = pl.lit("new")
    said = text_of(render(results(ADSL.with_columns(TRT01P=new, TRT01A=new))))
    assert "60 patients were randomized: 60 to New and 0 to Old." in said
    assert "Hazard ratio" not in said


@pytest.mark.parametrize(
    ("endpoint", "asked", "says"),
    [
        (QL, {"test": "MMRM", "options": {"visit": "Week 24"}}, "difference in means"),
        (COUNT, {"estimator": "rate ratio"}, "rate ratio"),
    ],
)
def test_a_primary_of_another_kind_is_in_the_brief(
    endpoint: Any, asked: dict[str, Any], says: str
) -> None:
    said = text_of(render(results(endpoint=endpoint, role="primary", **asked)))
    assert says in said.split("## Design")[0]


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label[:8])
def test_a_label_of_any_signs(label: str, tmp_path: Path) -> None:
    whole = pilot_results()
    arms = {k: a.model_copy(update={"label": label}) for k, a in whole.data.protocol.arms.items()}
    rules = altered(whole.data.protocol, arms=arms)
    named = replace(whole, data=replace(whole.data, protocol=rules))
    page = render(named)
    assert "<script>alert" not in page
    made, _ = write_tables(named, tmp_path, to="rtf", only="14.1*")
    text = made[0].read_text("ascii")
    assert "{\\rtf1" not in text[6:]
