"""Reading the recorded R calls, so that our own functions can be run on the same model."""

from __future__ import annotations

import json
import math
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from equipoise.analysis.survival.terms import design
from equipoise.frames import frame_of

HERE = Path(__file__).parents[1] / "oracle" / "survival"

LEVELS = {
    "celltype": ["squamous", "smallcell", "adeno", "large"],
    "type": ["juvenile", "adult"],
    "disease": ["Other", "GN", "AN", "PKD"],
    "rx": ["Obs", "Lev", "Lev+5FU"],
}
"""Factor orders of the R packages, which a csv file does not keep."""

EVENT_IS = {"lung": ("status", 2)}
"""Columns coded 1/2 in the file, and the event's value."""


class Entry(NamedTuple):
    id: str
    topic: str
    dataset: str
    r: str
    value: Any


@cache
def reference() -> tuple[Entry, ...]:
    entries = json.loads((HERE / "reference.json").read_text())["entries"]
    return tuple(Entry(e["id"], e["topic"], e["dataset"], e["r"], e["value"]) for e in entries)


def of_topic(*topics: str) -> list[Entry]:
    return [e for e in reference() if e.topic in topics]


def only(topic: str) -> Entry:
    (entry,) = of_topic(topic)
    return entry


@cache
def data(name: str) -> pl.DataFrame:
    frame = pl.read_csv(
        HERE / "data" / f"{name}.csv", infer_schema_length=None, null_values=["NA", ""]
    )
    if name in EVENT_IS:
        column, value = EVENT_IS[name]
        frame = frame.with_columns((pl.col(column) == value).cast(pl.Int64))
    for column, order in LEVELS.items():
        if column in frame.columns and frame[column].dtype == pl.String:
            present = set(frame[column])
            frame = frame.with_columns(
                pl.col(column).cast(pl.Enum([v for v in order if v in present]))
            )
    return frame


class Model(NamedTuple):
    """An R formula and its data, rows with missing values left out as R does."""

    time: np.ndarray
    event: np.ndarray
    terms: tuple[str, ...]
    strata: tuple[str, ...]
    cluster: str | None
    frame: pl.DataFrame

    def groups(self) -> tuple[np.ndarray, list[str]]:
        """Codes and R's labels of the single term."""
        (term,) = self.terms
        if term == "1":
            return np.zeros(self.time.size, np.int64), ["all"]
        found = self.frame[term]
        levels = (
            list(found.dtype.categories)
            if found.dtype == pl.Enum
            else sorted(found.unique().to_list())
        )
        codes = np.array([levels.index(v) for v in found])
        return codes, [f"{term}={level}" for level in levels]

    def stratum(self) -> np.ndarray | None:
        if not self.strata:
            return None
        rows = list(self.frame.select(self.strata).iter_rows())
        order = {row: i for i, row in enumerate(sorted(set(rows), key=str))}
        return np.array([order[row] for row in rows])

    def design(self):
        return design(frame_of(self.frame), self.terms)


FORMULA = re.compile(
    r"Surv\((?P<time>\w+), ?(?P<event>[\w =]+)\) ~ "
    r"(?P<right>(?:[^,()]|\([^)]*\))+), (?P<data>\w+)"
)


def model(call: str, frame: pl.DataFrame | None = None) -> Model:
    found = FORMULA.search(call)
    table = data(found["data"]) if frame is None else frame
    column, _, value = found["event"].partition(" == ")
    right = found["right"]
    strata = re.search(r"strata\(([^)]*)\)", right)
    cluster = re.search(r"cluster\((\w+)\)", right)
    right = re.sub(r"\s*\+ (strata|cluster)\([^)]*\)", "", right)
    terms = tuple(t.strip() for t in right.split("+"))
    by = tuple(s.strip() for s in strata[1].split(",")) if strata else ()
    used = {found["time"], column, *by, *re.findall(r"[A-Za-z][\w.]*", right)} & set(table.columns)
    table = table.drop_nulls(sorted(used))
    event = table[column].to_numpy()
    event = event == int(value) if value else event == 1
    group = cluster[1] if cluster else None
    return Model(table[found["time"]].to_numpy(), event, terms, by, group, table)


def text_option(call: str, name: str, default: str) -> str:
    found = re.search(rf'{name} = "([\w-]+)"', call)
    return found[1] if found else default


def number_option(call: str, name: str, default: float) -> float:
    found = re.search(rf"{name} = ([\d.]+)", call)
    return float(found[1]) if found else default


def numbers_in(value: Any) -> list[float]:
    """Every number of a recorded value, None as NaN."""
    if isinstance(value, dict):
        return [n for v in value.values() for n in numbers_in(v)]
    if isinstance(value, list):
        return [n for v in value for n in numbers_in(v)]
    if value is None or value == "NA":
        return [math.nan]
    return [float(value)] if isinstance(value, int | float) else []


def disagreement(ours: Any, theirs: Any) -> float:
    """The largest relative difference, NaN agreeing with NaN only."""
    a, b = np.asarray(ours, float).ravel(), np.asarray(numbers_in(theirs), float)
    assert a.shape == b.shape, (a, b)
    assert (np.isnan(a) == np.isnan(b)).all(), (a, b)
    same = (a == b) | np.isnan(a)
    scale = np.maximum(np.abs(b), 1e-300)
    return float(np.max(np.where(same, 0.0, np.abs(a - b) / scale), initial=0.0))
