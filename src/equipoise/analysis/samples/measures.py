"""Values at visits: the sample of a continuous endpoint or a questionnaire."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from equipoise.adam.model import ADaM
from equipoise.adam.time.origins import ORIGINS
from equipoise.analysis.questionnaires.deterioration import time_to_deterioration
from equipoise.analysis.samples.sample import Sample
from equipoise.errors import InputError, did_you_mean
from equipoise.meaning.options import MeasureOptions
from equipoise.protocol.model import Endpoint
from equipoise.questionnaires.forms import FormScale, ScaleKind, questionnaire

DATASETS = {"questionnaire": "ADQS"}
_NEEDED = ("USUBJID", "PARAMCD", "AVISIT", "AVISITN", "AVAL")


def with_measures(sample: Sample, data: ADaM, endpoint: Endpoint) -> Sample:
    """The sample with its values after baseline, visit by visit.

    Where the endpoint says `worse by`, with the time to its first deterioration too.
    Raises   InputError if the dataset lacks a column, the parameter, or a visit asked for.
    """
    rows = _rows(sample, data, endpoint)
    base = _baseline(rows)
    after = rows.filter(_is_after(rows))
    if "ANL01FL" in rows.columns:
        after = after.filter(pl.col("ANL01FL") == "Y")
    after = after.drop("BASE", strict=False).join(base, on="USUBJID", how="left")
    visits = _visits(sample, after)
    kept = (
        after.filter(pl.col("AVISIT").is_in(visits) & pl.col("BASE").is_not_null())
        .sort("USUBJID", "AVISITN", "DAY", nulls_last=False, maintain_order=True)
        .unique(["USUBJID", "AVISIT"], keep="last", maintain_order=True)
        .select("USUBJID", VISIT="AVISIT", DAY="DAY", VALUE="AVAL", BASE="BASE")
    )
    people = sample.frame.join(base, on="USUBJID", how="left", maintain_order="left")
    found = replace(sample, frame=people, measures=kept, visits=visits)
    if endpoint.worse_by is None:
        return found
    return _with_deterioration(found, after, endpoint, endpoint.worse_by)


def _rows(sample: Sample, data: ADaM, endpoint: Endpoint) -> pl.DataFrame:
    """The parameter's records with a value, of the sample's subjects, with DAY."""
    dataset = endpoint.data or DATASETS.get(endpoint.type)
    if dataset is None:
        raise InputError(f'endpoint "{sample.estimand.endpoint}": say the `data` it is found in')
    table = data.table(dataset)
    for name in _NEEDED:
        if name not in table.columns:
            hint = did_you_mean(name, table.columns)
            raise InputError(f"{dataset}: expected column {name}{hint}")
    if endpoint.parameter not in table["PARAMCD"].unique():
        known = sorted(table["PARAMCD"].drop_nulls().unique())
        hint = did_you_mean(endpoint.parameter or "", known)
        raise InputError(f'{dataset} has no parameter "{endpoint.parameter}"{hint}')
    value = pl.col("AVAL").is_not_null() & pl.col("AVAL").is_not_nan()
    table = table.with_columns(pl.col("AVAL").cast(pl.Float64))
    table = table.filter((pl.col("PARAMCD") == endpoint.parameter) & value)
    table = table.join(sample.frame.select("USUBJID"), on="USUBJID", how="semi")
    return _with_day(table, sample, endpoint)


def _with_day(rows: pl.DataFrame, sample: Sample, endpoint: Endpoint) -> pl.DataFrame:
    """DAY: days from the endpoint's origin, which is day 1; without dates the study day, ADY."""
    origin = ORIGINS.get(endpoint.from_, endpoint.from_)
    if "ADT" not in rows.columns or origin not in sample.frame.columns:
        day = pl.col("ADY") if "ADY" in rows.columns else pl.lit(None)
        return rows.with_columns(DAY=day.cast(pl.Float64))
    start = sample.frame.select("USUBJID", _start=pl.col(origin))
    gap = (pl.col("ADT") - pl.col("_start")).dt.total_days()
    rows = rows.join(start, on="USUBJID", how="left", maintain_order="left")
    return rows.with_columns(DAY=(gap + (gap >= 0).cast(pl.Int64)).cast(pl.Float64)).drop("_start")


def _baseline(rows: pl.DataFrame) -> pl.DataFrame:
    """(USUBJID, BASE): the record flagged as baseline, or the BASE that every record repeats."""
    if "ABLFL" in rows.columns:
        flagged = rows.filter(pl.col("ABLFL") == "Y").select("USUBJID", BASE="AVAL")
        return flagged.unique("USUBJID", keep="last", maintain_order=True)
    if "BASE" not in rows.columns:
        raise InputError("values at visits: expected column ABLFL or BASE")
    found = rows.filter(pl.col("BASE").is_not_null())
    return found.group_by("USUBJID", maintain_order=True).agg(pl.col("BASE").first())


def _is_after(rows: pl.DataFrame) -> pl.Expr:
    """Records after baseline: those with a change from it, or at a visit after any baseline."""
    flagged = pl.col("ABLFL") == "Y" if "ABLFL" in rows.columns else pl.lit(False)
    if "CHG" in rows.columns:
        return pl.col("CHG").is_not_null() & ~flagged.fill_null(False)
    last = rows.filter(flagged.fill_null(False))["AVISITN"].cast(pl.Float64).max()
    return pl.col("AVISITN") > (0.0 if last is None else last)


def _visits(sample: Sample, after: pl.DataFrame) -> tuple[str, ...]:
    """The visits analyzed, in order; unscheduled ones only by name.

    An unscheduled visit has a number between those of the planned ones, which are whole numbers, or
    is called so where no visit has a whole number.
    """
    number = pl.col("AVISITN").cast(pl.Float64)
    order = after.filter(pl.col("AVISIT").is_not_null()).group_by("AVISIT").agg(number.min())
    order = order.sort("AVISITN", "AVISIT")
    known = order["AVISIT"].to_list()
    options = sample.read(MeasureOptions)
    asked, one = options.visits, options.visit
    for name in (*asked, *([one] if one else [])):
        if name not in known:
            hint = did_you_mean(name, known)
            raise InputError(f'estimand "{sample.key}": nobody was seen at a visit "{name}"{hint}')
    if asked:
        return tuple(v for v in known if v in asked)
    planned = order.filter(number.is_not_null() & (number == number.round()))
    if planned.is_empty():
        called = pl.col("AVISIT").str.to_uppercase().str.contains("UNSCHED", literal=True)
        planned = order.filter(~called)
    if planned.is_empty():
        raise InputError(f'estimand "{sample.key}": there is no value after baseline')
    return tuple(planned["AVISIT"])


def _with_deterioration(
    sample: Sample, after: pl.DataFrame, endpoint: Endpoint, points: float
) -> Sample:
    """Day 1 is the origin; a subject without baseline or later score is censored there."""
    if after["DAY"].null_count():
        raise InputError(f'estimand "{sample.key}": expected ADY, the day of every assessment')
    place = {who: i for i, who in enumerate(sample.frame["USUBJID"])}
    code = after["USUBJID"].replace_strict(place, return_dtype=pl.Int64).to_numpy()
    options = sample.read(MeasureOptions)
    found = time_to_deterioration(
        _scale(sample, endpoint),
        subject=code,
        day=after["DAY"].to_numpy(),
        score=after["AVAL"].to_numpy(),
        baseline=sample.frame["BASE"].fill_null(np.nan).to_numpy(),
        death=_deaths(sample, endpoint) if options.death else None,
        points=points,
        definitive=options.definitive,
    )
    time = np.maximum(np.rint(found.time), 1).astype(np.int64)
    return replace(sample, time=time, event=found.event)


def _scale(sample: Sample, endpoint: Endpoint) -> FormScale:
    """Which way is worse: as the questionnaire's manual says, or as the endpoint does."""
    code = endpoint.parameter or ""
    plan = sample.protocol.questionnaires.get(endpoint.scale or "")
    if plan is not None and plan.scored_by is not None:
        return questionnaire(plan.scored_by).scale(code)
    if endpoint.better not in ("higher", "lower"):
        name = sample.estimand.endpoint
        raise InputError(f'endpoint "{name}": say `better: higher` or `better: lower`')
    kind: ScaleKind = "function" if endpoint.better == "higher" else "symptom"
    return FormScale(code, endpoint.label, (), 1, kind)


def _deaths(sample: Sample, endpoint: Endpoint) -> npt.NDArray[np.float64]:
    """Day of each subject's death, NaN for those not known to have died."""
    origin = ORIGINS.get(endpoint.from_, endpoint.from_)
    for name in (origin, "DTHDT"):
        if name not in sample.frame.columns:
            raise InputError(f'estimand "{sample.key}": ADSL has no column {name}')
    gap = (pl.col("DTHDT") - pl.col(origin)).dt.total_days() + 1
    days: npt.NDArray[np.float64] = (
        sample.frame.select(gap.cast(pl.Float64).fill_null(np.nan)).to_series().to_numpy()
    )
    return days
