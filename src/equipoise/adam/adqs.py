"""ADQS: scored scales of a questionnaire as analysis values."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.adam.dtc import date_of
from equipoise.errors import InputError

Answers = Mapping[int, NDArray[np.float64]]
Scorer = Callable[[Answers], Mapping[str, NDArray[np.float64]]]

_FORM = ("USUBJID", "VISITNUM")
_NEEDED = ("USUBJID", "QSCAT", "QSTESTCD", "QSSTRESN", "QSDTC", "QSSEQ", "VISITNUM", "VISIT")


def _wide(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[int]]:
    """One row per completed form, a column per item; of two answers the later record counts."""
    item = pl.col("QSTESTCD").str.extract(r"(\d+)$").cast(pl.Int64)
    rows = rows.with_columns(ITEM=item).filter(pl.col("ITEM").is_not_null())
    rows = rows.with_columns(ADT=date_of("QSDTC")).sort(*_FORM, "QSSEQ")
    items = sorted(rows["ITEM"].unique().to_list())
    forms = rows.group_by(_FORM, maintain_order=True).agg(
        pl.col("VISIT").first(),
        pl.col("ADT").min(),
        SRCSEQ=pl.col("QSSEQ").cast(pl.Int64).min(),
        SRCSEQS=pl.col("QSSEQ").cast(pl.Int64),
        **{
            f"_{i}": pl.col("QSSTRESN").cast(pl.Float64).filter(pl.col("ITEM") == i).last()
            for i in items
        },
    )
    return forms, items


def _scored(forms: pl.DataFrame, items: list[int], score: Scorer) -> pl.DataFrame:
    """A row per form and scale; a scale that cannot be scored is null."""
    answers = {i: forms[f"_{i}"].fill_null(np.nan).to_numpy() for i in items}
    scores = score(answers)
    base = forms.drop([f"_{i}" for i in items])
    return pl.concat(
        [
            base.with_columns(
                PARAMCD=pl.lit(code), AVAL=pl.Series(np.asarray(values, dtype=float)).fill_nan(None)
            )
            for code, values in scores.items()
        ]
    )


def adqs(
    qs: pl.DataFrame,
    adsl: pl.DataFrame,
    *,
    form: str,
    score: Scorer,
    names: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """The scales of one questionnaire with baseline and change.

    qs : SDTM QS; the number that ends QSTESTCD is the item's
    adsl : USUBJID, STARTDT (pl.Date; randomization or first dose)
    form : QSCAT of the questionnaire; names : PARAM by scale
    score : (n,) answers by item, NaN where missing -> (n,) scores by scale, NaN where not scored
    Returns  one row per form and scale: PARAMCD, PARAM, PARCAT1, ADT, ADY, AVISIT, AVISITN, AVAL,
        BASE (last score up to STARTDT), CHG (after it), ABLFL, RULE, SRCDOM, SRCVAR, SRCSEQ,
        SRCSEQS.
    Raises   InputError if a column is missing.
    Checked  tests/unit/adam/test_adqs.py.
    """
    missing = [c for c in _NEEDED if c not in qs.columns]
    if missing:
        raise InputError(f"QS: expected column {', '.join(missing)}")
    rows = qs.filter(pl.col("QSCAT") == form).join(
        adsl.select("USUBJID", "STARTDT"), on="USUBJID", how="semi"
    )
    forms, items = _wide(rows)
    table = _scored(forms, items, score).join(adsl.select("USUBJID", "STARTDT"), on="USUBJID")
    code = pl.col("PARAMCD")
    return _based(table).with_columns(
        PARAM=code.replace_strict(names or {}, default=code, return_dtype=pl.String),
        PARCAT1=pl.lit(form),
        AVISIT=pl.col("VISIT"),
        AVISITN=pl.col("VISITNUM"),
        SRCDOM=pl.lit("QS"),
        SRCVAR=pl.lit("QSSTRESN"),
        RULE=pl.lit(f"scored scales of {form}"),
    )


def _based(table: pl.DataFrame) -> pl.DataFrame:
    """ADY, ABLFL, BASE and CHG, from the last score up to STARTDT."""
    key = ["USUBJID", "PARAMCD"]
    table = table.sort(*key, "ADT", "VISITNUM").with_row_index("_N")
    could = pl.col("AVAL").is_not_null() & (pl.col("ADT") <= pl.col("STARTDT"))
    base = table.filter(could).unique(key, keep="last", maintain_order=True)
    table = table.join(base.select(*key, BASE="AVAL", _BASED="_N"), on=key, how="left").sort("_N")
    gap = (pl.col("ADT") - pl.col("STARTDT")).dt.total_days()
    return table.with_columns(
        ADY=gap + (gap >= 0).cast(pl.Int64),
        ABLFL=pl.when(pl.col("_N") == pl.col("_BASED")).then(pl.lit("Y")),
        CHG=pl.when(pl.col("_N") > pl.col("_BASED")).then(pl.col("AVAL") - pl.col("BASE")),
    ).drop("_N", "_BASED", "STARTDT")
