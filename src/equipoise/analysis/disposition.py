"""The flow of patients, for the CONSORT diagram: counts taken from the data."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from equipoise.adam.model import ADaM
from equipoise.adam.subjects.populations import members
from equipoise.analysis.results import Row


def disposition(data: ADaM) -> Iterator[Row]:
    """Assessed, not randomized, randomized, treated, discontinued by reason, analyzed.

    Source   CONSORT 2025 flow diagram.
    """
    adsl = data.table("ADSL")
    screened = data.snapshot.table("DM").height
    yield _row("assessed for eligibility", screened, group="all")
    yield _row("not randomized", screened - adsl.height, group="all")
    yield _row("randomized", adsl.height, group="all")
    for key in data.protocol.arms:
        arm = adsl.filter(pl.col("TRT01P") == key)
        yield _row("randomized", arm.height, group=key)
        treated = arm["TRTSDT"].is_not_null()
        yield _row("treated", int(treated.sum()), group=key)
        yield _row("not treated", int((~treated).sum()), group=key)
        yield from _reasons(arm, key)
    yield from _analyzed(data, adsl)


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


def _analyzed(data: ADaM, adsl: pl.DataFrame) -> Iterator[Row]:
    for name in data.protocol.populations:
        inside = members(adsl, name, data.protocol)
        for key in data.protocol.arms:
            count = int((inside["ARMKEY"] == key).sum())
            yield Row("flow", "count", name, "analyzed", count, group=key, term=name)


def _row(statistic: str, value: float, *, group: str, term: str = "") -> Row:
    return Row("flow", "count", "assessed", statistic, value, group=group, term=term)
