"""What `write_adam` wrote, turned back: the inverse of `portable` and of `in_pieces`."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from equipoise.adam.submit.define import SAS_ORIGIN
from equipoise.adam.submit.long_text import piece_name


def restored(table: pl.DataFrame, like: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """A portable dataset with its own types again, long texts whole.

    As in SAS, blanks at the end of a text do not count, and an empty text is missing.
    like : the schema that the dataset had
    """
    table, parts = whole(table, list(like)), []
    for name, kind in like.items():
        column = pl.col(name)
        if kind == pl.Date:
            if table.schema[name] == pl.String:
                parts.append(column.str.to_date("%Y-%m-%d"))
            elif table.schema[name] == pl.Date:
                parts.append(column)
            else:
                parts.append(pl.lit(SAS_ORIGIN) + pl.duration(days=column.cast(pl.Int64)))
        elif kind == pl.List:
            numbers = pl.element().str.strip_chars().cast(pl.Int64)
            listed = pl.when(column.str.strip_chars() != "").then(column)
            parts.append(listed.str.split(",").list.eval(numbers))
        elif kind == pl.String:
            text = column.str.strip_chars_end()
            parts.append(pl.when(text != "").then(text))
        else:
            parts.append(column.cast(kind))
        parts[-1] = parts[-1].alias(name)
    return table.select(parts)


def whole(table: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """The texts of `names` joined again from their pieces."""
    parts = []
    for name in names:
        found, number = [name], 1
        while (further := piece_name(name, number)) in table.columns and further not in names:
            found.append(further)
            number += 1
        joined = pl.concat_str(pl.col(found).str.strip_chars_end(" "), ignore_nulls=True)
        parts.append(joined.alias(name) if len(found) > 1 else pl.col(name))
    return table.select(parts)
