"""A file as it came, and the word for one that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl


class RawTable(NamedTuple):
    """A file as it came: table, column labels, and what a reader of the report should know of it.

    encoding : the one that was assumed where the text is not UTF-8; "" where it is
    doubts : sentences about the file that do not stop it from being read
    """

    table: pl.DataFrame
    labels: Mapping[str, str]
    encoding: str = ""
    doubts: Sequence[str] = ()


class UnreadableError(Exception):
    """A file cannot be read; each of its `args` is a reason, in words."""

    def __str__(self) -> str:
        return "; ".join(map(str, self.args))


def repeated(names: Sequence[str]) -> list[str]:
    """Names that stand more than once, each once."""
    return list(dict.fromkeys(name for name in names if names.count(name) > 1))
