"""What a query rule looks at, and how it says what it saw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from equipoise.adam.recist.from_rs import overall_from_rs
from equipoise.adam.recist.overall import overall_response
from equipoise.adam.recist.readers import EVAL_INVESTIGATOR
from equipoise.adam.subjects.adsl import adsl
from equipoise.adam.tumor.readings import readers_of
from equipoise.protocol import Protocol
from equipoise.protocol.model import RecistOptions
from equipoise.sdtm.conform.requirements import is_numeric
from equipoise.sdtm.cut.cut import cut
from equipoise.sdtm.model import SDTM, Snapshot

FOUND = {
    "DOMAIN": pl.String, "_row": pl.UInt32, "USUBJID": pl.String, "FOUND": pl.String,
    "ASK": pl.String,
}  # fmt: skip
NOTHING = pl.DataFrame(schema=FOUND)


@dataclass(frozen=True)
class Material:
    """The collected data and the protocol, with what several rules need of them."""

    data: SDTM
    protocol: Protocol

    @cached_property
    def snapshot(self) -> Snapshot:
        return cut(self.data, date=None, look="", protocol_digest=self.protocol.digest)

    @cached_property
    def subjects(self) -> pl.DataFrame:
        """ADSL, with the row of DM that a subject stands in."""
        dm = self.rows("DM", "USUBJID")
        return adsl(self.snapshot, self.protocol).table.join(
            dm.select("USUBJID", "_row"), on="USUBJID", how="left", maintain_order="left"
        )

    @cached_property
    def by_rule(self) -> pl.DataFrame:
        """Every reading's response by RECIST 1.1, from the lesions; empty without them.

        Each reader's scans are judged as the protocol says of that reader.
        """
        if not self.has("TU", "TR"):
            return pl.DataFrame()
        plans = readers_of(self.protocol)
        usual = next(iter(plans.values()))
        tables = self.data.tables["TU"], self.data.tables["TR"]
        rows = overall_response(*tables, options=usual)
        for word, plan in plans.items():
            mine = _read_by(word, plans)
            if plan != usual:
                other = overall_response(*tables, options=plan).filter(mine)
                rows = pl.concat([rows.filter(~mine), other])
        return rows

    @cached_property
    def recorded(self) -> pl.DataFrame:
        """Every overall response as a reader recorded it, with its row in RS."""
        if not self.has("RS"):
            return pl.DataFrame()
        rows = overall_from_rs(self.data.tables["RS"])
        places = self.rows("RS", "USUBJID", "RSSEQ")
        key = pl.col("RSSEQ").cast(pl.Int64).alias("SRCSEQ")
        return rows.join(
            places.select("USUBJID", key, "_row"),
            on=["USUBJID", "SRCSEQ"],
            how="left",
            maintain_order="left",
        )

    def has(self, *domains: str) -> bool:
        return set(domains) <= set(self.data.tables)

    def rows(self, domain: str, *columns: str) -> pl.DataFrame:
        """A domain's rows with their number `_row`; none if it or one of `columns` is absent."""
        table = self.data.tables.get(domain)
        if table is None or not set(columns) <= set(table.columns):
            kinds = (pl.Float64() if is_numeric(domain, name) else pl.String() for name in columns)
            return pl.DataFrame(
                schema={**dict(zip(columns, kinds, strict=True)), "_row": pl.UInt32()}
            )
        return table.with_row_index("_row")


@dataclass(frozen=True, slots=True)
class QueryRule:
    """One question: its id, what it is about, and how to find where it must be asked."""

    id: str
    title: str
    find: Callable[[Material], pl.DataFrame]


def _read_by(word: str, plans: Mapping[str, RecistOptions]) -> pl.Expr:
    """The readings of a reader of the protocol; "central" is every independent one not named."""
    if word == "investigator":
        return pl.col("EVAL") == EVAL_INVESTIGATOR
    if word == "central":
        return (pl.col("EVAL") != EVAL_INVESTIGATOR) & ~pl.col("READER").is_in(list(plans))
    return pl.col("READER") == word


def ask(domain: str, rows: pl.DataFrame, *, found: pl.Expr, ask: pl.Expr | str) -> pl.DataFrame:
    """One query for each of `rows` (USUBJID, _row): what stands there, and what to ask."""
    if rows.is_empty():
        return NOTHING
    return rows.select(
        pl.lit(domain).alias("DOMAIN"),
        pl.col("_row").cast(pl.UInt32),
        "USUBJID",
        found.alias("FOUND"),
        (pl.lit(ask) if isinstance(ask, str) else ask).alias("ASK"),
    )


def shown(column: str) -> pl.Expr:
    """A value as text, or "nothing"."""
    return pl.col(column).cast(pl.String).fill_null("nothing")
