"""The flow of patients, for the CONSORT diagram: counts taken from the data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from equipoise.adam.model import ADaM
from equipoise.adam.subjects.populations import members
from equipoise.analysis.results import Row


def disposition(data: ADaM) -> Iterator[Row]:
    """Assessed, not randomized by reason, randomized, treated, left by reason, analyzed.

    Who was assessed is known only where the data hold somebody who was not randomized.
    Source   CONSORT 2025 flow diagram.
    """
    rows = list(_by_arm(data))
    yield from rows
    yield from _totals(rows)


def _by_arm(data: ADaM) -> Iterator[Row]:
    adsl = data.table("ADSL")
    yield from _screened(data, adsl)
    yield _row("randomized", adsl.height, group="all")
    for key in data.protocol.arms:
        arm = adsl.filter(pl.col("TRT01P") == key)
        yield _row("randomized", arm.height, group=key)
        treated = arm["TRTSDT"].is_not_null()
        yield _row("treated", int(treated.sum()), group=key)
        yield _row("not treated", int((~treated).sum()), group=key)
        yield from _reasons(arm, key)
    yield from _analyzed(data, adsl)


def _totals(rows: Sequence[Row]) -> Iterator[Row]:
    """Of what is counted by arm, the sum over the arms."""
    known = {(row.statistic, row.term) for row in rows if row.group == "all"}
    sums: dict[tuple[str, str, str], float] = {}
    for row in rows:
        if (row.statistic, row.term) not in known:
            place = (row.population, row.statistic, row.term)
            sums[place] = sums.get(place, 0.0) + (row.value or 0.0)
    for (population, statistic, term), count in sums.items():
        yield Row("flow", "count", population, statistic, count, group="all", term=term)


def _screened(data: ADaM, adsl: pl.DataFrame) -> Iterator[Row]:
    out = data.snapshot.table("DM").join(adsl, on="USUBJID", how="anti").select("USUBJID")
    if out.is_empty():
        return
    yield _row("assessed for eligibility", out.height + adsl.height, group="all")
    yield _row("not randomized", out.height, group="all")
    for reason, count in _why_not(data, out):
        yield _row("not randomized", count, group="all", term=reason)


def _why_not(data: ADaM, out: pl.DataFrame) -> Iterator[tuple[str, int]]:
    """Reason and patients, as DS has it of each who was not randomized."""
    told = out.with_columns(pl.lit(None, pl.String).alias("REASON"))
    if "DS" in data.snapshot.tables:
        ds = data.snapshot.table("DS")
        own = ds.filter(pl.col("DSCAT") == "DISPOSITION EVENT") if "DSCAT" in ds.columns else ds
        term = pl.col("DSTERM") if "DSTERM" in ds.columns else pl.lit(None, pl.String)
        last = own.select("USUBJID", pl.coalesce(term, "DSDECOD").alias("REASON"))
        one = last.unique("USUBJID", keep="last", maintain_order=True)
        told = out.join(one, on="USUBJID", how="left")
    named = told.with_columns(pl.col("REASON").fill_null("no reason given"))
    counts = named.group_by("REASON").len()
    yield from counts.sort("len", "REASON", descending=[True, False]).iter_rows()


def _reasons(arm: pl.DataFrame, key: str) -> Iterator[Row]:
    status = arm["EOSSTT"]
    yield _row("completed the study", int((status == "COMPLETED").sum()), group=key)
    left = arm.filter(pl.col("EOSSTT") == "DISCONTINUED")
    yield _row("left the study", left.height, group=key)
    yield _row(
        "in the study at the cut-off",
        int((status.fill_null("ONGOING") == "ONGOING").sum()),
        group=key,
    )
    reasons = left.group_by("DCSREAS").len().sort("len", "DCSREAS", descending=[True, False])
    for reason, count in reasons.iter_rows():
        yield _row("left the study", count, group=key, term=str(reason or "no reason given"))
    yield from _stopped(arm, key)


def _stopped(arm: pl.DataFrame, key: str) -> Iterator[Row]:
    """Who stopped the intervention before its end, by reason; who is lost is told by itself."""
    lost = arm.filter(pl.col("DCSREAS") == "LOST TO FOLLOW-UP").height
    yield _row("lost to follow-up", lost, group=key)
    told = "EOTSTT" in arm.columns and arm["EOTSTT"].null_count() < arm.height
    if not told:  # which is not to say that nobody stopped
        return
    stopped = arm.filter(pl.col("EOTSTT") == "DISCONTINUED")
    yield _row("discontinued the intervention", stopped.height, group=key)
    reasons = stopped.group_by("DCTREAS").len().sort("len", "DCTREAS", descending=[True, False])
    for reason, count in reasons.iter_rows():
        term = str(reason or "no reason given")
        yield _row("discontinued the intervention", count, group=key, term=term)


def _analyzed(data: ADaM, adsl: pl.DataFrame) -> Iterator[Row]:
    for name in data.protocol.populations:
        inside = members(adsl, name, data.protocol)
        for key in data.protocol.arms:
            count = int((inside["ARMKEY"] == key).sum())
            yield Row("flow", "count", name, "analyzed", count, group=key, term=name)
            own = adsl.filter(pl.col("TRT01P") == key)
            left = own.join(inside, on="USUBJID", how="anti").height
            yield Row("flow", "count", name, "not analyzed", left, group=key, term=name)


def _row(statistic: str, value: float, *, group: str, term: str = "") -> Row:
    return Row("flow", "count", "assessed", statistic, value, group=group, term=term)
