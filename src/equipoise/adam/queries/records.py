"""Questions about what a record leaves out, and about strata and deaths."""

from __future__ import annotations

import polars as pl

from equipoise.adam.queries.model import NOTHING, Material, QueryRule, ask, shown
from equipoise.adam.subjects.strata import level_text

# What tells two results of one test and time apart.
_ONE_RESULT = ("VISITNUM", "LBCAT", "LBSPEC", "LBMETHOD", "LBFAST", "LBTPT", "LBTPTNUM")
_FATAL = (("AE", "AEOUT", "FATAL"), ("DS", "DSDECOD", "DEATH"), ("AE", "AETOXGR", "5"))


def ungraded(material: Material) -> pl.DataFrame:
    """An adverse event without a grade or severity."""
    rows = material.rows("AE", "USUBJID", "AEDECOD")
    have = [c for c in ("AETOXGR", "AESEV") if c in rows.columns]
    if have:
        rows = rows.filter(pl.all_horizontal(pl.col(c).is_null() for c in have))
    said = pl.format("{} without a grade", shown("AEDECOD"))
    return ask("AE", rows, found=said, ask="Which grade was it at its worst?")


def undated(material: Material) -> pl.DataFrame:
    """An adverse event without a date of onset."""
    rows = material.rows("AE", "USUBJID", "AEDECOD", "AESTDTC").filter(pl.col("AESTDTC").is_null())
    said = pl.format("{} without a start", shown("AEDECOD"))
    return ask("AE", rows, found=said, ask="When did it begin? At least month and year, please.")


def death_elsewhere(material: Material) -> pl.DataFrame:
    """A record speaks of a death of which DM has no date."""
    dm = material.rows("DM", "USUBJID", "DTHDTC")
    dead = dm.filter(pl.col("DTHDTC").is_not_null()).select("USUBJID")
    parts = []
    for domain, column, word in _FATAL:
        rows = material.rows(domain, "USUBJID", column)
        rows = rows.filter(pl.col(column).cast(pl.String) == word)
        if column == "AETOXGR" and "AEOUT" in rows.columns:  # asked once
            rows = rows.filter(pl.col("AEOUT").ne_missing("FATAL"))
        rows = rows.join(dead, on="USUBJID", how="anti")
        said = pl.format("{} {}, no date of death", pl.lit(column), column)
        parts.append(ask(domain, rows, found=said, ask="Did the subject die? If so, when?"))
    return pl.concat(parts)


def wrong_stratum(material: Material) -> pl.DataFrame:
    """A stratum that does not exist, or one other than the subject was randomized in."""
    parts = [NOTHING]
    subjects = material.subjects
    for n, (key, factor) in enumerate(material.protocol.allocation.strata.items(), start=1):
        name, used = factor.variable or key, factor.randomized or f"STRAT{n}R"
        if name not in subjects.columns:
            continue
        text = subjects.with_columns(_is=level_text(name, subjects.schema))
        strange = text.filter(~pl.col("_is").is_in(factor.levels).fill_null(False))
        said = pl.format("{} is {}", pl.lit(name), shown("_is"))
        levels = f"Which is it: {', '.join(factor.levels)}?"
        parts.append(ask("DM", strange, found=said, ask=levels))
        if used in subjects.columns:
            text = text.with_columns(_was=level_text(used, subjects.schema))
            apart = text.filter(pl.col("_was") != pl.col("_is"))
            both = pl.format("{}: randomized as {}, found to be {}", pl.lit(name), "_was", "_is")
            why = "Which is right? The allocation stays; the correction is recorded beside it."
            parts.append(ask("DM", apart, found=both, ask=why))
    return pl.concat(parts)


def result_twice(material: Material) -> pl.DataFrame:
    """A laboratory result entered twice: one test, specimen, visit and time."""
    rows = material.rows("LB", "USUBJID", "LBTESTCD", "LBDTC")
    rows = rows.filter(pl.col("LBDTC").is_not_null())
    key = ["USUBJID", "LBTESTCD", "LBDTC"]
    key += [c for c in _ONE_RESULT if c in rows.columns]
    rows = rows.filter(pl.int_range(pl.len()).over(key) > 0)
    value = shown("LBORRES" if "LBORRES" in rows.columns else "LBSTRESC")
    if rows.is_empty():
        return NOTHING
    said = pl.format("{} again on {}: {}", "LBTESTCD", "LBDTC", value)
    return ask("LB", rows, found=said, ask="Was it measured twice, or entered twice?")


RECORD_RULES = (
    QueryRule("Q21", "adverse event without a grade", ungraded),
    QueryRule("Q22", "adverse event without a start", undated),
    QueryRule("Q23", "death known elsewhere only", death_elsewhere),
    QueryRule("Q24", "wrong stratum", wrong_stratum),
    QueryRule("Q33", "laboratory result twice", result_twice),
)
