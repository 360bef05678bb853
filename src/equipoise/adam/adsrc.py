"""ADSRC: the records behind the values of ADSL and ADTTE, which rest on several each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

_TEXT, _NUMBER = pl.String(), pl.Int64()
_SOURCE: dict[str, pl.DataType] = {
    "USUBJID": _TEXT, "DATASET": _TEXT, "PARAMCD": _TEXT, "VARIABLE": _TEXT, "ADT": pl.Date(),
    "REASON": _TEXT, "RULE": _TEXT, "SRCDOM": _TEXT, "SRCVAR": _TEXT, "SRCSEQ": _NUMBER,
    "SRCSEQS": pl.List(_NUMBER),
}  # fmt: skip
NO_SOURCES = pl.DataFrame(schema=_SOURCE)


class Sourced(NamedTuple):
    """Values of subjects, and the rows of ADSRC that say where they come from."""

    table: pl.DataFrame
    sources: pl.DataFrame


def adsrc(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The dataset, ordered by subject, dataset, parameter and variable.

    parts : from `sources` and `sources_of_times`
    Returns  one row per subject, value, and variable of the domain it was taken from: SRCSEQS are
        the sequence numbers of the records, SRCSEQ the first; of a domain without such numbers
        (SV), their places among the subject's records. DM has one record, and no number. ADT,
        REASON and RULE say what a row did to a time to event.
    Checked  tests/unit/adam/test_chains.py.
    """
    keys = ["USUBJID", "DATASET", "PARAMCD", "VARIABLE"]
    return pl.concat([NO_SOURCES, *parts]).sort(keys, maintain_order=True)


def with_sequence(table: pl.DataFrame, name: str) -> pl.DataFrame:
    """A domain or a dataset with SEQ, the number that tells a subject's records apart.

    ASEQ, --SEQ, or the place among the subject's records where there is neither; null in DM and
    ADSL.
    """
    if name in ("DM", "ADSL"):
        return table.with_columns(SEQ=pl.lit(None, pl.Int64))
    for column in ("ASEQ", f"{name[-2:]}SEQ"):
        if column in table.columns:
            return table.with_columns(SEQ=pl.col(column).cast(pl.Int64, strict=False))
    return table.with_columns(SEQ=pl.int_range(1, pl.len() + 1).over("USUBJID"))


def sources(
    rows: pl.DataFrame,
    *variables: str,
    domain: str | pl.Expr,
    column: str | pl.Expr,
    reason: str = "",
) -> pl.DataFrame:
    """Rows of ADSRC for variables of ADSL.

    rows : USUBJID and SEQ of the records that gave them
    domain, column : what was read, by name or, if it depends on the row, as an expression
    """
    said = (pl.lit(one) if isinstance(one, str) else one for one in (domain, column))
    keys = [e.alias(name) for e, name in zip(said, ("SRCDOM", "SRCVAR"), strict=True)]
    found = rows.group_by("USUBJID", *keys, maintain_order=True).agg(
        SRCSEQS=pl.col("SEQ").sort(), SRCSEQ=pl.col("SEQ").min()
    )
    whole = found.with_columns(DATASET=pl.lit("ADSL"), REASON=pl.lit(reason or None, pl.String))
    return pl.concat([_shaped(whole.with_columns(VARIABLE=pl.lit(v))) for v in variables])


def sources_of_times(rows: pl.DataFrame, *, code: str, variable: str) -> pl.DataFrame:
    """Rows of ADSRC for a variable of a parameter of ADTTE.

    rows : USUBJID, ADT, REASON, RULE, SRCDOM, SRCVAR, SRCSEQ
    """
    return _shaped(
        rows.with_columns(DATASET=pl.lit("ADTTE"), PARAMCD=pl.lit(code), VARIABLE=pl.lit(variable))
    )


def _shaped(rows: pl.DataFrame) -> pl.DataFrame:
    rows = rows.select(
        (pl.col(c) if c in rows.columns else pl.lit(None)).cast(kind).alias(c)
        for c, kind in _SOURCE.items()
    )
    numbers = pl.col("SRCSEQS").list.drop_nulls()
    return rows.with_columns(SRCSEQS=pl.when(numbers.list.len() > 0).then(numbers))
