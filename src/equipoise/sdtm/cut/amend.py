"""What a kept record could not yet say at a cut-off: ends, deaths and reference dates."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from equipoise.sdtm.conform.requirements import prefix_of
from equipoise.sdtm.cut.last_day import LastDay
from equipoise.sdtm.cut.ledger import Ledger
from equipoise.sdtm.dates import certainly_after, earliest
from equipoise.sdtm.entry import starts
from equipoise.sdtm.study import start_columns

END_UNKNOWN = "ends after the cut-off: the end is made unknown"
END_AT_CUT = "ends after the cut-off: the end is set to the cut-off"
DEATH_UNKNOWN = "death after the cut-off: made unknown"
FATAL_UNKNOWN = "fatal after the cut-off: the outcome is made unknown"
REFERENCE_UNKNOWN = "{column} after the cut-off: made unknown"
LAST_EXPOSURE = "RFXENDTC after the cut-off: set to the last exposure before it"

OPEN_OUTCOME = "NOT RECOVERED/NOT RESOLVED"
CUT_FLAG = "EXCUTFL"

_AFTER_END = ("ENDY", "DUR", "ENRF", "ENRTPT", "ENTPT")
_REFERENCES = ("RFSTDTC", "RFENDTC", "RFXSTDTC", "RFCSTDTC", "RFCENDTC", "RFPENDTC")


def amended(
    tables: Mapping[str, pl.DataFrame], *, last: LastDay, dead_later: pl.Series, ledger: Ledger
) -> dict[str, pl.DataFrame]:
    """The tables with everything unknown that was unknown at the end of the `last` day.

    dead_later : USUBJID of the subjects whose death is certainly after it
    """
    result = {name: _ends(table, name, last, ledger) for name, table in tables.items()}
    dm = _demographics(tables["DM"], last, dead_later, ledger)
    for domain in filter(_is_exposure, tables):
        result[domain] = _exposure(tables[domain], domain, last, _origins(dm), ledger)
    result["DM"] = _last_exposure(dm, result.get("EX"), last, ledger)
    if "AE" in result:
        result["AE"] = _fatal(result["AE"], dead_later, ledger)
    return result


def _is_exposure(domain: str) -> bool:
    return domain in ("EX", "EC")


def _ends(table: pl.DataFrame, domain: str, last: LastDay, ledger: Ledger) -> pl.DataFrame:
    prefix = prefix_of(domain)
    name = f"{prefix}ENDTC"
    if _is_exposure(domain) or not {name, "USUBJID"} <= set(table.columns):
        return table
    late = certainly_after(table[name].cast(pl.String), last.of(table["USUBJID"]))
    values: dict[str, pl.Expr | str | None] = {f"{prefix}{suffix}": None for suffix in _AFTER_END}
    values[name] = None
    if domain == "AE":
        values["AEOUT"] = OPEN_OUTCOME
    return ledger.change(table, late, values, domain=domain, reason=END_UNKNOWN)


def _exposure(
    table: pl.DataFrame, domain: str, last: LastDay, origins: pl.DataFrame, ledger: Ledger
) -> pl.DataFrame:
    prefix = prefix_of(domain)
    name, flag = f"{prefix}ENDTC", f"{prefix}{CUT_FLAG[2:]}"
    if name not in table.columns:
        return table
    if flag not in table.columns:
        table = table.with_columns(pl.lit(None, dtype=pl.String).alias(flag))
    day = last.of(table["USUBJID"])
    late = certainly_after(table[name].cast(pl.String), day)
    origin = table.select("USUBJID").join(origins, on="USUBJID", how="left", maintain_order="left")[
        "origin"
    ]
    gap = (day - origin).dt.total_days()
    values: dict[str, pl.Expr | str | None] = {
        name: pl.lit(_iso(day)),
        flag: "Y",
        f"{prefix}ENDY": pl.lit((gap + (gap >= 0).cast(pl.Int64)).cast(pl.Float64)),
        **{f"{prefix}{suffix}": None for suffix in _AFTER_END[1:]},
    }
    return ledger.change(table, late, values, domain=domain, reason=END_AT_CUT)


def _iso(day: pl.Series) -> pl.Series:
    return day.dt.strftime("%Y-%m-%d")


def _origins(dm: pl.DataFrame) -> pl.DataFrame:
    if "RFSTDTC" not in dm.columns:
        return pl.DataFrame(schema={"USUBJID": pl.String, "origin": pl.Date})
    whole = dm["RFSTDTC"].str.len_chars() >= len("2014-01-31")
    days = pl.DataFrame({"USUBJID": dm["USUBJID"], "origin": earliest(dm["RFSTDTC"])})
    return days.filter(whole).unique("USUBJID")


def _demographics(
    dm: pl.DataFrame, last: LastDay, dead_later: pl.Series, ledger: Ledger
) -> pl.DataFrame:
    dies_later = dm["USUBJID"].is_in(dead_later.implode())
    unknown: dict[str, pl.Expr | str | None] = {"DTHDTC": None, "DTHFL": None, "DTHDY": None}
    dm = ledger.change(dm, dies_later, unknown, domain="DM", reason=DEATH_UNKNOWN)
    for name in _REFERENCES:
        if name in dm.columns:
            late = certainly_after(dm[name].cast(pl.String), last.of(dm["USUBJID"]))
            reason = REFERENCE_UNKNOWN.format(column=name)
            dm = ledger.change(dm, late, {name: None}, domain="DM", reason=reason)
    return dm


def _last_exposure(
    dm: pl.DataFrame, ex: pl.DataFrame | None, last: LastDay, ledger: Ledger
) -> pl.DataFrame:
    """RFXENDTC follows what EX now says; without EX, it is the cut-off for whoever was treated."""
    if "RFXENDTC" not in dm.columns:
        return dm
    late = certainly_after(dm["RFXENDTC"].cast(pl.String), last.of(dm["USUBJID"]))
    known = _last_known(dm, ex, last)
    values: dict[str, pl.Expr | str | None] = {"RFXENDTC": pl.lit(known)}
    return ledger.change(dm, late, values, domain="DM", reason=LAST_EXPOSURE)


def _last_known(dm: pl.DataFrame, ex: pl.DataFrame | None, last: LastDay) -> pl.Series:
    if ex is None or not {"USUBJID", "EXSTDTC"} <= set(ex.columns):
        return _iso(last.of(dm["USUBJID"]))
    # A start may be whole where the end is not: the later of the two is the last day known.
    dates = [starts(ex, start_columns("EX")), starts(ex, ("EXENDTC",))]
    dated = pl.concat(ex.select("USUBJID", last=date) for date in dates if date is not None)
    days = dated.with_columns(day=earliest(dated["last"])).filter(pl.col("day").is_not_null())
    latest = days.sort("day", "last").unique("USUBJID", keep="last", maintain_order=True)
    return dm.select("USUBJID").join(latest, on="USUBJID", how="left", maintain_order="left")[
        "last"
    ]


def _fatal(ae: pl.DataFrame, dead_later: pl.Series, ledger: Ledger) -> pl.DataFrame:
    """Nobody knew yet that an event would be fatal: neither its outcome nor its grade 5."""
    is_later = ae["USUBJID"].is_in(dead_later.implode())
    changes: list[tuple[str, str, str | None]] = [
        ("AEOUT", "FATAL", OPEN_OUTCOME),
        ("AESDTH", "Y", None),
        ("AETOXGR", "5", None),
    ]
    for name, value, known in changes:
        if name in ae.columns:
            where = is_later & (ae[name].cast(pl.String) == value).fill_null(False)
            reason = f"{FATAL_UNKNOWN} ({name})"
            ae = ledger.change(ae, where, {name: known}, domain="AE", reason=reason)
    return ae
