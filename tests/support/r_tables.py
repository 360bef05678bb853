"""What R says of plain tables: recorded calls, and the tables that they were made of."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from support.r_survival import data

HERE = Path(__file__).parents[1] / "oracle" / "tables"
AT = (60, 180, 365, 700)


@cache
def entries() -> dict[str, dict[str, Any]]:
    found = json.loads((HERE / "reference.json").read_text("utf-8"))["entries"]
    return {entry["id"]: entry for entry in found}


def value(name: str) -> Any:
    return entries()[name]["value"]


class Lung(NamedTuple):
    """R: status == 2; w <- 1 + i %% 3; f <- 0.5 + (i %% 5) / 4; entry <- pmax(pmin(floor(age * 2) -
    78, time - 1), 0)
    """

    time: np.ndarray
    event: np.ndarray
    sex: np.ndarray
    age: np.ndarray
    ecog: np.ndarray
    weight: np.ndarray
    fraction: np.ndarray
    entry: np.ndarray

    def where(self, rows: np.ndarray) -> Lung:
        return Lung(*(column[rows] for column in self))


@cache
def lung() -> Lung:
    table = data("lung")
    i = np.arange(1, table.height + 1)
    time, age = table["time"].to_numpy(), table["age"].to_numpy()
    entry = np.maximum(np.minimum(age * 2 - 78, time - 1), 0)
    ecog = table["ph.ecog"].fill_null(-1).to_numpy()
    event = table["status"].to_numpy() == 1
    columns = (time, event, table["sex"].to_numpy(), age, ecog)
    return Lung(*columns, 1 + i % 3, 0.5 + (i % 5) / 4, entry)


class Veteran(NamedTuple):
    time: np.ndarray
    event: np.ndarray
    arm: np.ndarray
    cell: np.ndarray
    karno: np.ndarray


@cache
def veteran() -> Veteran:
    table = data("veteran")
    names = table["celltype"].cast(str).to_numpy()
    cell = np.unique(names, return_inverse=True)[1]
    status = table["status"].to_numpy() == 1
    return Veteran(
        table["time"].to_numpy(), status, table["trt"].to_numpy() - 1, cell,
        table["karno"].to_numpy(),
    )  # fmt: skip


def worst(ours: Any, theirs: Any) -> float:
    """The largest relative difference."""
    a, b = np.asarray(ours, float).ravel(), np.asarray(theirs, float).ravel()
    assert a.shape == b.shape
    return float(np.max(np.abs(a - b) / np.maximum(np.abs(b), 1e-300)))
