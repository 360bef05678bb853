"""ADQS: answers and scores as collected, and the scales that a questionnaire's manual makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import polars as pl

from equipoise.adam.dates.dtc import date_of
from equipoise.adam.events.findings import findings, numbered, with_baseline
from equipoise.errors import Finding
from equipoise.protocol.model import QuestionnairePlan
from equipoise.questionnaires.forms import FormScale, Questionnaire, questionnaire
from equipoise.questionnaires.scoring import score_scale

_NEEDED = ("USUBJID", "QSCAT", "QSTESTCD", "QSSTRESN", "QSDTC", "QSSEQ")
_VISIT = {"VISIT": pl.String(), "VISITNUM": pl.Float64()}
_FORM = ["USUBJID", "_AT"]
_ANSWER = ("USUBJID", "_AT", "VISIT", "VISITNUM", "ADT", "QSSEQ", "ITEM", "ANSWER")


class Adqs(NamedTuple):
    """ADQS, and the answers that could not be used."""

    table: pl.DataFrame
    found: tuple[Finding, ...]


def adqs(qs: pl.DataFrame, adsl: pl.DataFrame, *, plans: Mapping[str, QuestionnairePlan]) -> Adqs:
    """Every record of QS as an analysis value, and the scored scales of the named questionnaires.

    qs : SDTM QS; the last two digits of an item's QSTESTCD are its number in the questionnaire
    adsl : USUBJID, TRTSDT, TRTEDT and, if known, RANDDT
    plans : questionnaires of the protocol by key; QSCAT names theirs
    Returns  Adqs: the columns of `findings`, and SRCSEQS, the answers that made a scale. A scale
        of which an item was asked has one row per completed form; AVAL is null where fewer than
        half of its items were answered. What is no answer to its item counts as not answered, and
        is a finding.
    Raises   InputError if a column is missing without which there are no analysis values.
    Source   Fayers et al. 2001, EORTC QLQ-C30 Scoring Manual, 3rd edition.
    Checked  tests/unit/adam/test_adqs.py; tests/byhand/test_questionnaires.py.
    """
    collected = findings(qs, adsl, domain="QS")
    parts, found = [], []
    mine = qs.join(adsl.select("USUBJID"), on="USUBJID", how="semi", maintain_order="left")
    for key, plan in plans.items():
        if plan.scored_by is not None:
            scales, problems = _scored(mine, plan, plan.category or key)
            parts += scales
            found += problems
    if not parts:
        return Adqs(collected, tuple(found))
    scores = with_baseline(pl.concat(parts), adsl)
    table = pl.concat([collected, scores], how="diagonal_relaxed").sort(
        "USUBJID", "PARAMCD", "ADT", "SRCSEQ", nulls_last=True, maintain_order=True
    )
    return Adqs(numbered(table.drop("BASESEQ")), tuple(found))


def _scored(
    qs: pl.DataFrame, plan: QuestionnairePlan, category: str
) -> tuple[list[pl.DataFrame], list[Finding]]:
    """The scales of one questionnaire of which an item was asked, and what is no answer."""
    missing = [c for c in _NEEDED if c not in qs.columns]
    if missing:
        text = f"no scores of {category}: expected column {', '.join(missing)}"
        return [], [Finding("qs", text, "", "", "warning")]
    absent = [pl.lit(None, kind).alias(c) for c, kind in _VISIT.items() if c not in qs.columns]
    assert plan.scored_by is not None
    form = questionnaire(plan.scored_by)
    rows = qs.with_columns(absent).filter(pl.col("QSCAT") == category)
    rows = rows.filter(~pl.col("QSTESTCD").is_in([s.code for s in form.scales]))
    answers, problems = _answers(rows, form, plan)
    asked = set(answers["ITEM"])
    scales = [s for s in form.scales if asked & set(s.items)]
    return [_scale(answers, form, scale, category) for scale in scales], problems


def _answers(
    rows: pl.DataFrame, form: Questionnaire, plan: QuestionnairePlan
) -> tuple[pl.DataFrame, list[Finding]]:
    """One row per form and item: of several answers the one that counts; and what is no answer."""
    # Without a visit number the day says which form an answer belongs to.
    at = pl.coalesce(pl.col("VISITNUM").cast(pl.String), pl.col("QSDTC").str.slice(0, 10))
    rows = rows.with_columns(
        ITEM=pl.col("QSTESTCD").str.extract(r"(\d{1,2})$").cast(pl.Int64),
        ANSWER=pl.col("QSSTRESN").cast(pl.Float64, strict=False).fill_nan(None),
        ADT=date_of("QSDTC"),
        _AT=at.fill_null("no visit"),
    ).with_columns(pl.col("VISITNUM").cast(pl.Float64), pl.col("QSSEQ").cast(pl.Int64))
    largest = pl.col("ITEM").replace_strict(form.largest, default=None, return_dtype=pl.Int64)
    rows = rows.with_columns(_LARGEST=largest)
    whole = pl.col("ANSWER") == pl.col("ANSWER").round()
    valid = (pl.col("ANSWER") >= 1) & (pl.col("ANSWER") <= pl.col("_LARGEST")) & whole
    given = pl.col("ANSWER").is_not_null()
    bad = rows.filter(pl.col("_LARGEST").is_null() | (given & ~valid))
    order = rows.sort(*_FORM, "ITEM", "QSDTC", "QSSEQ", nulls_last=True).filter(given & valid)
    kept = order.unique([*_FORM, "ITEM"], keep=plan.answered_twice, maintain_order=True)
    # A form of which nothing was answered is a form too.
    forms = rows.filter(pl.col("_LARGEST").is_not_null())
    blank = forms.join(kept, on=_FORM, how="anti").unique(_FORM, keep="first", maintain_order=True)
    both = pl.concat([kept, blank.with_columns(ANSWER=pl.lit(None, pl.Float64))])
    return both.select(_ANSWER), list(_told(bad, form))


def _told(bad: pl.DataFrame, form: Questionnaire) -> Iterator[Finding]:
    for row in bad.iter_rows(named=True):
        place = f"qs USUBJID {row['USUBJID']} QSSEQ {row['QSSEQ']}"
        if row["_LARGEST"] is None:
            first, last = min(form.largest), max(form.largest)
            text = f"{row['QSTESTCD']} is no item of the {form.name}: not scored"
            expected = f"expected a code that ends in an item's number, {first:02d} to {last}"
        else:
            text = f"item {row['ITEM']} is {row['ANSWER']:g}: counted as not answered"
            expected = f"expected 1 to {row['_LARGEST']}"
        yield Finding(place, text, expected, "", "warning")


def _scale(
    answers: pl.DataFrame, form: Questionnaire, scale: FormScale, category: str
) -> pl.DataFrame:
    """One scale of every form: the score, the answers it rests on, and the rule."""
    forms = _forms(answers, scale)
    items = [forms[f"_{i}"].fill_null(np.nan).to_numpy() for i in scale.items]
    scores = pl.Series(score_scale(scale, np.stack(items))).fill_nan(None)
    of = f" of {len(scale.items)} answered, at least half needed"
    named = ", ".join(str(i) for i in scale.items)
    rule = pl.format(f"{form.name}, mean of items {named}: {{}}{of}", pl.col("SRCSEQS").list.len())
    return forms.select(
        *("USUBJID", "ADT", "SRCSEQS"),
        AVAL=scores,
        PARAMCD=pl.lit(scale.code),
        PARAM=pl.lit(scale.name),
        PARCAT1=pl.lit(category),
        AVALC=pl.lit(None, pl.String),
        AVALU=pl.lit(None, pl.String),
        AVISIT="VISIT",
        AVISITN="VISITNUM",
        RULE=rule,
        SRCDOM=pl.lit("QS"),
        SRCVAR=pl.lit("QSSTRESN"),
        SRCSEQ=pl.col("SRCSEQS").list.min(),
    )


def _forms(answers: pl.DataFrame, scale: FormScale) -> pl.DataFrame:
    """One row per form: when, the sequence numbers of a scale's answers, and the answers."""
    own = pl.col("ITEM").is_in(scale.items) & pl.col("ANSWER").is_not_null()
    return answers.group_by(_FORM, maintain_order=True).agg(
        pl.col("VISIT").first(),
        pl.col("VISITNUM").first(),
        ADT=pl.coalesce(pl.col("ADT").filter(own).min(), pl.col("ADT").min()),
        SRCSEQS=pl.col("QSSEQ").filter(own).sort(),
        **{
            f"_{i}": pl.col("ANSWER").filter(own & (pl.col("ITEM") == i)).first()
            for i in scale.items
        },
    )
