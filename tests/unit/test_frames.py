"""The door for tables."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from equipoise.errors import InputError
from equipoise.frames import crossed, flags, frame_of, labels, numbers, read_table, times


def test_levels_keep_the_order_of_a_category_and_sort_text():
    own = pd.Categorical(["b", "a", "b"], categories=["b", "a", "c"])
    frame = frame_of(pd.DataFrame({"g": own, "s": ["y", "x", "y"]}))
    assert labels(frame, "g").levels == ("b", "a")
    assert labels(frame, "g").codes.tolist() == [0, 1, 0]
    assert labels(frame, "s").levels == ("x", "y")
    enum = frame_of({"g": pl.Series(["b", "a"], dtype=pl.Enum(["b", "a"]))})
    assert labels(enum, "g").levels == ("b", "a")


def test_crossed_levels_are_those_that_occur():
    frame = frame_of({"a": [1, 1, 2], "b": ["x", "y", "y"]})
    found = crossed(frame, ["a", "b"])
    assert found.levels == ((1, "x"), (1, "y"), (2, "y"))
    assert found.codes.tolist() == [0, 1, 2]


def test_a_lazy_frame_is_read():
    assert times(frame_of(pl.LazyFrame({"t": [1, 2]})), "t").tolist() == [1, 2]


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".parquet", ".arrow"])
def test_files(tmp_path, suffix):
    path = tmp_path / f"data{suffix}"
    table = pl.DataFrame({"t": [1, 2], "a": ["x", "y"]})
    {
        ".csv": table.write_csv,
        ".tsv": lambda p: table.write_csv(p, separator="\t"),
        ".parquet": table.write_parquet,
        ".arrow": table.write_ipc,
    }[suffix](path)
    assert read_table(path).equals(table)


@pytest.mark.parametrize(
    ("read", "words"),
    [
        (lambda: frame_of(3), "data: int found"),
        (lambda: frame_of({"a": []}), "no rows"),
        (lambda: frame_of({"a": [1], "b": [1, 2]}), "do not make a table"),
        (lambda: frame_of("nowhere.csv"), "no such file"),
        (lambda: numbers(frame_of({"a": [1, None]}), "a"), "column a, row 2: missing"),
        (lambda: numbers(frame_of({"a": [1.0, np.inf]}), "a"), "column a, row 2: inf"),
        (lambda: numbers(frame_of({"a": ["1", "x"]}), "a"), 'column a, row 2: "x" found'),
        (lambda: times(frame_of({"a": [1, -2]}), "a"), "column a, row 2: -2"),
        (lambda: flags(frame_of({"a": [1, 2]}), "a"), "column a, row 2: 2; expected 0"),
        (
            lambda: labels(frame_of({"a": ["x"]}), "a", levels=["y"]),
            "column a, row 1: x; expected y",
        ),
    ],
)
def test_messages_name_column_and_row(read, words):
    with pytest.raises(InputError, match=words):
        read()


def test_an_unknown_or_broken_file_is_refused(tmp_path):
    odd = tmp_path / "data.docx"
    odd.write_text("x")
    with pytest.raises(InputError, match=r"expected one of \.csv"):
        read_table(odd)
    broken = tmp_path / "data.parquet"
    broken.write_text("x")
    with pytest.raises(InputError, match="cannot be read"):
        read_table(broken)


@pytest.mark.parametrize("values", [[[1], [2]], [{"q": 1}, {"q": 2}]])
def test_a_column_of_several_values_a_row_is_refused(values):
    table = frame_of(pl.DataFrame({"odd": values}))
    for read in (numbers, labels, flags):
        with pytest.raises(InputError, match="column odd: each row holds several values"):
            read(table, "odd")
