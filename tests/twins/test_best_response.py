"""The best overall response over columns equals the plain one, series by series."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from equipoise.adam.recist.best import best_response
from equipoise.protocol.model import RecistOptions
from support.best_plain import Series, best_plain

START = dt.date(2020, 1, 1)
WORDS = np.array(["CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE"])
CHANCE = (0.25, 0.3, 0.15, 0.05, 0.05, 0.2)
COUNT = 3000

MANY = 99  # more readings than a series has
RULES = [
    RecistOptions.model_validate({"confirm": "yes", **said})
    for said in (
        {},
        {"ne between": 0, "minimum sd": "56 days", "pr then sd needs minimum": "yes"},
        {"ne between": MANY, "sd between": 1, "confirm after": "20 days", "keep pr": "yes"},
        {"confirm within": "60 days", "ne between": 2, "sd between": MANY, "minimum sd": "0 days"},
        {"cr then pr": "PD", "confirm after": "40 days"},
        {"cr then pr": "PR", "sd between": 1},
        {"confirm": "no", "minimum sd": "80 days"},
    )
]
NAMES = ["default", "strict", "loose", "window", "CR, PR is PD", "CR, PR is PR", "unconfirmed"]


def random_series(rng: np.random.Generator) -> Series:
    length = int(rng.integers(0, 8))
    days = np.cumsum(rng.integers(7, 60, size=length))
    return [(int(d), str(w)) for d, w in zip(days, rng.choice(WORDS, length, p=CHANCE))]


def frame(table: list[Series]) -> pl.DataFrame:
    rows = [
        (f"S{n}", float(k), START + dt.timedelta(days=day), word)
        for n, series in enumerate(table)
        for k, (day, word) in enumerate(series)
    ]
    names = ["USUBJID", "VISITNUM", "ADT", "OVRLRESP"]
    found = pl.DataFrame(rows, schema=names, orient="row")
    return found.with_columns(READER=pl.lit("INVESTIGATOR"))


@pytest.mark.parametrize("options", RULES, ids=NAMES)
def test_equal_to_the_plain_twin(options: RecistOptions) -> None:
    table = [random_series(np.random.default_rng([7, n])) for n in range(COUNT)]
    start = pl.DataFrame({"USUBJID": [f"S{n}" for n in range(COUNT)]}).with_columns(
        STARTDT=pl.lit(START)
    )
    rows = best_response(frame(table), start, options=options)
    found = {u: (w, d) for u, w, d in rows.select("USUBJID", "AVALC", "ADT").iter_rows()}
    for n, series in enumerate(table):
        word, day = best_plain(series, options)
        date = None if day is None else START + dt.timedelta(days=day)
        assert found[f"S{n}"] == (word, date), series


def test_every_kind_of_result_occurs() -> None:
    table = [random_series(np.random.default_rng([7, n])) for n in range(COUNT)]
    words = {best_plain(series, RULES[0])[0] for series in table}
    assert words == {"CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE", "MISSING"}
