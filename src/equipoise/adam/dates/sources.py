"""Date sources of the protocol, looked up in the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from equipoise.adam.adsrc import with_sequence
from equipoise.adam.conditions import holds
from equipoise.adam.dates.dtc import flag_of
from equipoise.adam.dates.partial import completed, with_bounds
from equipoise.errors import InputError, did_you_mean
from equipoise.protocol import Protocol
from equipoise.protocol.model import DateSource
from equipoise.sdtm.model import Snapshot

SCHEMA = {
    "USUBJID": pl.String, "DATE": pl.Date, "FLAG": pl.String, "SAYS": pl.String,
    "DATESAYS": pl.String, "CITE": pl.String, "DOM": pl.String, "VAR": pl.String,
    "SEQ": pl.Int64,
}  # fmt: skip


@dataclass(slots=True)
class Context:
    """What a derivation reads: the snapshot, and the datasets derived so far."""

    snapshot: Snapshot
    protocol: Protocol
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)

    def table(self, name: str) -> pl.DataFrame:
        """A derived dataset, or else a collected domain. Raises InputError if neither exists."""
        if name in self.tables:
            return self.tables[name]
        if name in self.snapshot.tables:
            return self.snapshot.tables[name]
        known = [*self.tables, *self.snapshot.tables]
        raise InputError(f'there is no dataset "{name}"{did_you_mean(name, known)}')

    def has(self, name: str) -> bool:
        return name in self.tables or name in self.snapshot.tables


def dated(
    context: Context, source: DateSource, start: pl.DataFrame, *, reader: str | None = None
) -> pl.DataFrame:
    """Every dated row of a source, on or after the subject's origin, in SCHEMA's columns plus PICK.

    reader : whose tumor readings count, where the source has readers

    A source in a domain that was not collected has no rows.
    Raises   InputError if a column is missing from a domain that was, or holds no dates.
    """
    if not context.has(source.from_):
        return pl.DataFrame(schema=SCHEMA | {"PICK": pl.String})
    table = context.table(source.from_)
    if source.date not in table.columns:
        raise InputError(
            f'source "{source.name}" reads {source.date}, which {source.from_} does not have'
            + did_you_mean(source.date, table.columns)
        )
    _dates(table[source.date], source)
    if reader is not None and "READER" in table.columns:
        table = table.filter(pl.col("READER") == reader)
    table = with_sequence(table, source.from_)
    table = table.join(start, on="USUBJID", how="inner", maintain_order="left")
    if source.where:
        table = table.filter(holds(source.where, table.schema, dataset=source.from_))
    says = source.says or source.name
    return (
        _with_date(context, table, source)
        .select(
            "USUBJID",
            "DATE",
            "FLAG",
            pl.lit(says).alias("SAYS"),
            pl.lit(source.date_says or says).alias("DATESAYS"),
            pl.lit(source.cite).alias("CITE"),
            pl.lit(source.from_).alias("DOM"),
            pl.lit(source.date).alias("VAR"),
            "SEQ",
            pl.lit(source.pick).alias("PICK"),
            pl.col("STARTDT").alias("_start"),
        )
        .filter(pl.col("DATE") >= pl.col("_start"))
        .drop("_start")
    )


def _dates(column: pl.Series, source: DateSource) -> None:
    """Raises   InputError if a column holds something else than dates."""
    what = f'source "{source.name}" reads {source.date} of {source.from_}, which holds no dates'
    if column.dtype == pl.String:
        said = column.filter(column.str.len_chars() > 0)
        if len(said) and not said.str.contains(r"^\d{4}").any():
            raise InputError(f'{what}, but "{said[0]}"')
    elif column.dtype not in (pl.Date, pl.Null):
        raise InputError(f"{what}, but numbers" if column.dtype.is_numeric() else what)


def _with_date(context: Context, table: pl.DataFrame, source: DateSource) -> pl.DataFrame:
    """Rows with DATE, and FLAG: what of it was imputed, here or in the dataset it is taken from."""
    if table.schema[source.date] == pl.String:
        if source.impute.bounds:
            people, cutoff = context.table("ADSL"), context.snapshot.date
            table = with_bounds(table, people, cutoff, source.impute)
        return table.with_columns(
            DATE=completed(source.date, source.impute), FLAG=flag_of(source.date)
        )
    flag = f"{source.date}F"
    told = pl.col(flag) if flag in table.columns else pl.lit(None, pl.String)
    return table.with_columns(DATE=pl.col(source.date), FLAG=told)


def picked(rows: pl.DataFrame, pick: str) -> pl.DataFrame:
    """One row per subject: the first or the last by date, by sequence within a day."""
    ordered = rows.sort("USUBJID", "DATE", "SEQ", descending=[False, pick == "last", False])
    return ordered.group_by("USUBJID", maintain_order=True).first()


def earliest(sources: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The earliest event of each subject; on one day the source that stands first decides."""
    found = []
    for rank, rows in enumerate(sources):
        if rows.height:
            chosen = picked(rows, rows["PICK"][0])
            found.append(chosen.with_columns(_rank=pl.lit(rank)))
    if not found:
        return pl.DataFrame(schema=SCHEMA)
    ordered = pl.concat(found).sort("USUBJID", "DATE", "_rank")
    return ordered.group_by("USUBJID", maintain_order=True).first().select(list(SCHEMA))


def first_available(sources: Sequence[pl.DataFrame], cut: pl.DataFrame) -> pl.DataFrame:
    """The censoring date: the first source that has a row on or before the subject's limit.

    A date of ADSL, such as the last day known alive, says that the subject was followed up to then,
    so to any earlier day too: it counts at the limit. A record, such as a scan, is seen on its own
    day only.
    """
    found = []
    for rank, rows in enumerate(sources):
        if not rows.height:
            continue
        known = rows.join(cut.select("USUBJID", "LIMIT"), on="USUBJID", how="left")
        if rows["DOM"][0] == "ADSL":
            earlier = (pl.col("LIMIT") < pl.col("DATE")).fill_null(False)
            known = known.with_columns(
                DATE=pl.min_horizontal("DATE", "LIMIT"),
                FLAG=pl.when(~earlier).then("FLAG"),
            )
        known = known.filter(pl.col("LIMIT").is_null() | (pl.col("DATE") <= pl.col("LIMIT")))
        chosen = picked(known, rows["PICK"][0])
        found.append(chosen.with_columns(_rank=pl.lit(rank)))
    if not found:
        return pl.DataFrame(schema=SCHEMA)
    ordered = pl.concat(found).sort("USUBJID", "_rank")
    return ordered.group_by("USUBJID", maintain_order=True).first().select(list(SCHEMA))
