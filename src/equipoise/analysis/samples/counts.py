"""Events counted over time at risk: the sample of a count endpoint."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from equipoise.adam.conditions import select
from equipoise.adam.model import ADaM
from equipoise.adam.time.origins import ORIGINS
from equipoise.analysis.samples.sample import Sample
from equipoise.errors import InputError
from equipoise.meaning.options import CountOptions
from equipoise.protocol.model import Endpoint

_ENDS = ("EOSDT", "LSTALVDT")
ONSETS = ("ASTDT", "ADT")


def with_counts(sample: Sample, data: ADaM, endpoint: Endpoint) -> Sample:
    """The sample with each subject's events, days at risk and day of the first event.

    Days at risk are the option `exposure`, a variable of ADSL, or else run from the endpoint's
    origin to the end of the study, or the last day known alive, or the cut-off, and no longer than
    the time the estimand names (`at`). Subjects without any are left out. Records dated outside
    the time at risk are not counted.
    Raises   InputError if a dataset or a variable is missing.
    """
    if endpoint.data is None:
        raise InputError(f'endpoint "{sample.estimand.endpoint}": say the `data` that are counted')
    people = _at_risk(sample, data, endpoint)
    rows = data.table(endpoint.data)
    if endpoint.parameter is not None:
        rows = select(rows, f'PARAMCD = "{endpoint.parameter}"', dataset=endpoint.data)
    rows = select(rows, sample.read(CountOptions).where, dataset=endpoint.data)
    onset = next((c for c in ONSETS if c in rows.columns), None)
    day = pl.lit(None, pl.Int64)
    if onset is not None:
        day = (pl.col(onset) - pl.col("_START")).dt.total_days() + 1
    risk = people.select("USUBJID", "_START", "_DAYS")
    seen = rows.join(risk, on="USUBJID").with_columns(_DAY=day)
    if onset is not None:
        seen = seen.filter((pl.col("_DAY") >= 1) & (pl.col("_DAY") <= pl.col("_DAYS")))
    total = seen.group_by("USUBJID").agg(_N=pl.len(), _FIRST=pl.col("_DAY").min())
    people = people.join(total, on="USUBJID", how="left", maintain_order="left")
    counted = replace(
        sample,
        frame=people.select(sample.frame.columns),
        count=people["_N"].fill_null(0).cast(pl.Int64).to_numpy(),
        exposure=people["_DAYS"].fill_null(0).cast(pl.Float64).to_numpy(),
        first=people["_FIRST"].cast(pl.Float64).fill_null(np.nan).to_numpy(),
    )
    assert counted.exposure is not None
    return counted.pick(counted.exposure > 0)


def _at_risk(sample: Sample, data: ADaM, endpoint: Endpoint) -> pl.DataFrame:
    """Subjects with _START, their origin, and _DAYS at risk."""
    frame = sample.frame
    origin = ORIGINS.get(endpoint.from_, endpoint.from_)
    asked = sample.read(CountOptions).exposure
    for name in (origin, *([asked] if asked else [])):
        if name not in frame.columns:
            raise InputError(f'estimand "{sample.key}": ADSL has no column {name}')
    start = pl.col(origin)
    if asked:
        return frame.with_columns(_START=start, _DAYS=pl.col(asked).cast(pl.Float64))
    ends = [pl.col(c) for c in _ENDS if c in frame.columns]
    end = pl.coalesce(*ends, pl.lit(data.date, pl.Date))
    days = (end - start).dt.total_days() + 1
    asked_to = [span.whole_days for span in sample.estimand.at]
    if asked_to:
        days = pl.min_horizontal(days, pl.lit(max(asked_to)))
    return frame.with_columns(_START=start, _DAYS=days)
