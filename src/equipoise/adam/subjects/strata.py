"""Strata of ADSL: as used to randomize, and as found by the site."""

from __future__ import annotations

import polars as pl

from equipoise.protocol import Protocol
from equipoise.protocol.model import Estimand


def stratum_column(protocol: Protocol, estimand: Estimand, factor: str) -> str:
    """The variable of ADSL by which an estimand is stratified: a factor's STRATnR or STRATnV.

    A factor that the allocation does not have is itself a variable.
    """
    factors = list(protocol.allocation.strata)
    if factor not in factors:
        return factor
    end = "V" if estimand.stratified == "as corrected" else "R"
    return f"STRAT{factors.index(factor) + 1}{end}"


def stratified(frame: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """ADSL with its strata.

    Returns  frame with, for each factor n of the allocation, STRATnD (its label), STRATnV (as found
        by the site) and STRATnR (as used to randomize, by the factor's `randomized`, else STRATnV),
        and STRATAR and STRATAV, all of them.
    Source   variables of stratified randomization, ADaMIG 1.2, 3.2.3.
    Checked  tests/unit/adam/test_strata.py; tests/unit/adam/test_more_datasets.py.
    """
    made: list[str] = []
    for n, (key, factor) in enumerate(protocol.allocation.strata.items(), start=1):
        used, found = f"STRAT{n}R", f"STRAT{n}V"
        names = (factor.randomized or used, factor.variable or key)
        have = [name for name in names if name in frame.columns]
        if not have:
            continue
        text = [level_text(c, frame.schema) for c in have]
        frame = frame.with_columns(
            pl.lit(factor.label or key).alias(f"STRAT{n}D"),
            pl.coalesce(text).alias(used),
            pl.coalesce(text[::-1]).alias(found),
        )
        made.append(used)
    if not made:
        return frame
    verified = [f"{name[:-1]}V" for name in made]
    return frame.with_columns(
        STRATAR=pl.concat_str(made, separator=", "), STRATAV=pl.concat_str(verified, separator=", ")
    )


def level_text(name: str, schema: pl.Schema) -> pl.Expr:
    """A factor's level as it was collected: whole numbers, such as of ECOG, without a point."""
    column = pl.col(name)
    if not schema[name].is_float():
        return column.cast(pl.String)
    whole = column == column.round()
    return (
        pl.when(whole).then(column.cast(pl.Int64).cast(pl.String)).otherwise(column.cast(pl.String))
    )
