"""ADRS: readings, and what follows from them, one parameter each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from equipoise.adam.recist.best import best_response, confirmed_responses
from equipoise.adam.recist.irecist import WORDS
from equipoise.adam.recist.lesions import SERIES, require, standard
from equipoise.adam.recist.readers import EVAL_CENTRAL, EVAL_INVESTIGATOR
from equipoise.adam.recist.series import AVAL, countable, response_series
from equipoise.protocol.model import RecistOptions

_PARAMETERS = {
    "OVR": "Overall Response",
    "IOVR": "Overall Response in iRECIST's Words",
    "PD": "Disease Progression",
    "RSP": "Response",
    "CB": "Clinical Benefit",
    "BOR": "Best Overall Response",
    "BCP": "Best Overall Response of CR/PR",
    "CRSP": "Confirmed Response",
    "CCB": "Confirmed Clinical Benefit",
    "CBOR": "Best Confirmed Overall Response",
    "CBCP": "Best Confirmed Overall Response of CR/PR",
    "LSTA": "Last Disease Assessment",
    "MDIS": "Measurable Disease at Baseline",
    "DEATH": "Death",
}
_UNCONFIRMED = {
    "RSP": " (confirmation not required)",
    "CB": " (confirmation for response not required)",
    "BOR": " (confirmation not required)",
    "BCP": " (confirmation not required)",
}
_CRITERIA = {"1.1": "RECIST 1.1", "iRECIST": "iRECIST"}
_BENEFIT = ("CR", "PR", "SD", "NON-CR/NON-PD")
_CARRIED = (
    "ADT", "ADTF", "VISITNUM", "VISIT", "OVRLRESP", "CONFDT", "REASON", "SRCDOM", "SRCVAR",
    "SRCSEQ",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AdrsOptions:
    """How ADRS is made.

    reader : whose readings, a value of READER (INVESTIGATOR, or the name of a central reader)
    by : how the parameter names end, for example "Investigator"
    recist : the judgement points of RECIST
    """

    reader: str = "INVESTIGATOR"
    by: str = "Investigator"
    recist: RecistOptions = field(default_factory=RecistOptions)


def _flagged(overall: pl.DataFrame, start: pl.DataFrame, options: RecistOptions) -> pl.DataFrame:
    """Every assessed reading; ANL01FL if it counts, ANL02FL up to the first progression.

    The first progression is the first PD that counts. A reading that does not count itself (one of
    several on a day, or before the start) is flagged by its day like any other, whatever treatment
    was given; only one without a date has no place before or after.
    """
    key = (*SERIES, "VISITNUM", "ADT", "SRCSEQ")
    counted = countable(overall, start, options=options)
    bad = counted.filter(pl.col("OVRLRESP") == "PD")
    rows = overall.filter(pl.col("OVRLRESP").is_not_null())
    rows = rows.join(
        counted.select(*key, ANL01FL=pl.lit("Y")), on=key, how="left", nulls_equal=True
    )
    rows = rows.join(bad.group_by(SERIES).agg(FIRSTPD=pl.col("ADT").min()), on=SERIES, how="left")
    upto = pl.col("ADT") <= pl.col("FIRSTPD").fill_null(pl.col("ADT"))
    return (
        rows.with_columns(ANL02FL=pl.when(upto).then(pl.lit("Y")))
        .drop("FIRSTPD")
        .sort(*SERIES, "ADT", "VISITNUM")
    )


def _yes_no(
    code: str, found: pl.DataFrame, subjects: pl.DataFrame, *, rule: str, last: bool = False
) -> pl.DataFrame:
    """Y with the first (or last) reading of `found`, N for every other subject."""
    chosen = found.sort("USUBJID", "ADT", "VISITNUM", maintain_order=True)
    chosen = chosen.unique("USUBJID", keep="last" if last else "first", maintain_order=True)
    carried = [c for c in (*_CARRIED, "ANL02FL") if c in chosen.columns]
    rows = subjects.join(
        chosen.select("USUBJID", *carried, AVALC=pl.lit("Y")), on="USUBJID", how="left"
    )
    yes = pl.col("AVALC").fill_null("N")
    return rows.with_columns(
        PARAMCD=pl.lit(code),
        AVALC=yes,
        AVAL=(yes == "Y").cast(pl.Int64),
        ANL01FL=pl.lit("Y"),
        RULE=pl.lit(rule),
    )


def _best(
    code: str, overall: pl.DataFrame, start: pl.DataFrame, flags: pl.DataFrame, options: AdrsOptions
) -> pl.DataFrame:
    rows = best_response(overall, start, options=options.recist, confirm=code.startswith("C"))
    marks = flags.select("USUBJID", "SRCSEQ", "VISITNUM", "ADTF", "ANL02FL")
    rows = rows.join(marks, on=["USUBJID", "SRCSEQ", "VISITNUM"], how="left")
    return rows.with_columns(PARAMCD=pl.lit(code), ANL01FL=pl.lit("Y"))


def _benefit(used: pl.DataFrame, responders: pl.DataFrame, days: int) -> pl.DataFrame:
    """The readings that prove clinical benefit: a response, or disease control long enough.

    A reading that is both comes first as the response, with what confirms it.
    """
    long = pl.col("ADT") >= pl.col("STARTDT") + pl.duration(days=days)
    held = used.filter(pl.col("OVRLRESP").is_in(_BENEFIT) & long)
    return pl.concat([responders, held], how="diagonal_relaxed")


def _readings(flags: pl.DataFrame, subjects: pl.DataFrame) -> list[pl.DataFrame]:
    """OVR, every reading, and LSTA, the last that counts."""
    order = pl.col("OVRLRESP").replace_strict(AVAL, return_dtype=pl.Int64)
    seen = flags.with_columns(PARAMCD=pl.lit("OVR"), AVALC="OVRLRESP", AVAL=order)
    counted = flags.filter(pl.col("ANL01FL") == "Y").sort("USUBJID", "ADT", "VISITNUM")
    final = subjects.join(
        counted.unique("USUBJID", keep="last", maintain_order=True), on="USUBJID", how="left"
    )
    last = final.drop(_OF_READING, strict=False).with_columns(
        PARAMCD=pl.lit("LSTA"), AVALC="OVRLRESP", AVAL=order, ANL01FL=pl.lit("Y")
    )
    if "IRESP" not in flags.columns:
        return [seen, last]
    place = pl.col("IRESP").replace_strict(WORDS, range(1, len(WORDS) + 1), return_dtype=pl.Int64)
    said = flags.with_columns(PARAMCD=pl.lit("IOVR"), AVALC="IRESP", AVAL=place, RULE="IRULE")
    return [seen, said.drop(_OF_READING, strict=False), last]


def _response_parameters(
    overall: pl.DataFrame, start: pl.DataFrame, *, options: AdrsOptions
) -> list[pl.DataFrame]:
    recist, subjects = options.recist, start.select("USUBJID")
    flags = _flagged(overall, start, recist)
    marks = flags.select("USUBJID", "VISITNUM", "SRCSEQ", "ANL02FL")
    used = response_series(overall, start, options=recist).join(
        marks, on=["USUBJID", "VISITNUM", "SRCSEQ"], how="left"
    )
    counted = flags.filter(pl.col("ANL01FL") == "Y")
    response = used.filter(pl.col("OVRLRESP").is_in(["CR", "PR"]))
    confirmed = confirmed_responses(used, options=recist).group_by(*SERIES, "N")
    proved = used.join(confirmed.agg(pl.col("CONFDT").min()), on=[*SERIES, "N"])
    days = recist.benefit_days
    bor = _best("BOR", overall, start, flags, options)
    cbor = _best("CBOR", overall, start, flags, options)
    good = pl.col("AVALC").is_in(["CR", "PR"])
    bad = counted.filter(pl.col("OVRLRESP") == "PD")
    return [
        *_readings(flags, subjects),
        _yes_no("PD", bad, subjects, rule="RECIST 1.1 4.3"),
        _yes_no("RSP", response, subjects, rule="RECIST 1.1 4.4.3"),
        _yes_no("CB", _benefit(used, response, days), subjects, rule="protocol: clinical benefit"),
        bor,
        _yes_no("BCP", bor.filter(good), subjects, rule="RECIST 1.1 4.4.3"),
        _yes_no("CRSP", proved, subjects, rule="RECIST 1.1 4.6.1"),
        _yes_no("CCB", _benefit(used, proved, days), subjects, rule="protocol: clinical benefit"),
        cbor,
        _yes_no("CBCP", cbor.filter(good), subjects, rule="RECIST 1.1 4.6.1"),
    ]


def _measurable(tu: pl.DataFrame, subjects: pl.DataFrame, evaluator: str) -> pl.DataFrame:
    """MDIS: had the reader named a target lesion at baseline?"""
    rows = standard(tu, "TU", ())
    if (
        evaluator == EVAL_CENTRAL
    ):  # after adjudication: what the accepted reader named, if it says so
        independent = rows.filter(pl.col("EVAL") != EVAL_INVESTIGATOR)
        accepted = independent.filter(pl.col("ACPTFL") == "Y")
        mine = independent if accepted.is_empty() else accepted
    else:
        mine = rows.filter(pl.col("READER") == evaluator)
    named = mine.filter(pl.col("TUSTRESC") == "TARGET")
    named = named.group_by("USUBJID").agg(SRCSEQS=pl.col("TUSEQ").cast(pl.Int64).sort())
    named = named.with_columns(SRCSEQ=pl.col("SRCSEQS").list.first())
    rows = subjects.join(named, on="USUBJID", how="left")
    has = pl.col("SRCSEQ").is_not_null()
    return rows.with_columns(
        PARAMCD=pl.lit("MDIS"),
        AVALC=pl.when(has).then(pl.lit("Y")).otherwise(pl.lit("N")),
        AVAL=has.cast(pl.Int64),
        ANL01FL=pl.lit("Y"),
        SRCDOM=pl.when(has).then(pl.lit("TU")),
        SRCVAR=pl.when(has).then(pl.lit("TUSTRESC")),
        RULE=pl.lit("RECIST 1.1 3.1"),
    )


def _death(adsl: pl.DataFrame) -> pl.DataFrame:
    dead = pl.col("DTHDT").is_not_null()
    return adsl.select(
        "USUBJID",
        PARAMCD=pl.lit("DEATH"),
        AVALC=pl.when(dead).then(pl.lit("Y")).otherwise(pl.lit("N")),
        AVAL=dead.cast(pl.Int64),
        ADT="DTHDT",
        ANL01FL=pl.lit("Y"),
        SRCDOM=pl.when(dead).then(pl.lit("ADSL")),
        SRCVAR=pl.when(dead).then(pl.lit("DTHDT")),
        RULE=pl.lit("death as recorded"),
    )


# What only the row of a reading carries: all that was written there, and what it is compared with.
_OF_READING: dict[str, pl.DataType] = {
    **dict.fromkeys(("SRCSEQS", "TRSEQS", "TUSEQS", "RSSEQS"), pl.List(pl.Int64())),
    **dict.fromkeys(("BASEVIS", "NADVIS"), pl.Float64()),
    **dict.fromkeys(("BYBASE", "BYNADIR"), pl.Boolean()),
}
_COLUMNS = (
    "USUBJID", "PARAMCD", "PARAM", "PARCAT1", "PARCAT2", "PARCAT3", "ASEQ", "AVAL", "AVALC",
    "ADT", "ADTF", "ADY", "AVISIT", "VISITNUM", "VISIT", "OVRLRESP", "ANL01FL", "ANL02FL",
    "CONFDT", "QUERY", "REASON", "RULE", "SRCDOM", "SRCVAR", "SRCSEQ", *_OF_READING,
)  # fmt: skip


def _labels(rows: pl.DataFrame, *, options: AdrsOptions) -> pl.DataFrame:
    code = pl.col("PARAMCD")
    by = {c: "" if c == "DEATH" else f" by {options.by}" for c in _PARAMETERS}
    named = {c: n + by[c] + _UNCONFIRMED.get(c, "") for c, n in _PARAMETERS.items()}
    by_reader = code != "DEATH"
    kind = (
        pl.when(code == "DEATH").then(pl.lit("Reference Event")).otherwise(pl.lit("Tumor Response"))
    )
    return rows.with_columns(
        PARAM=code.replace_strict(named, return_dtype=pl.String),
        PARCAT1=pl.when(code != "MDIS").then(kind),
        PARCAT2=pl.when(by_reader).then(pl.lit(options.by)),
        PARCAT3=pl.when(by_reader).then(pl.lit(_CRITERIA[options.recist.version])),
        AVAL=pl.col("AVAL").cast(pl.Float64),
        AVISIT=pl.col("VISIT") if "VISIT" in rows.columns else pl.lit(None, dtype=pl.String),
    )


def _numbered(parts: Iterable[pl.DataFrame], start: pl.DataFrame) -> pl.DataFrame:
    """All parameters with ADY and ASEQ."""
    kept = [p.select(c for c in _COLUMNS if c in p.columns) for p in parts]
    rows = pl.concat(kept, how="diagonal_relaxed").join(
        start.select("USUBJID", "STARTDT"), on="USUBJID", how="inner"
    )
    gap = (pl.col("ADT") - pl.col("STARTDT")).dt.total_days()
    rows = rows.sort("USUBJID", "PARAMCD", "ADT", "VISITNUM", "SRCSEQ").with_columns(
        ADY=gap + (gap >= 0).cast(pl.Int64),
        ASEQ=pl.int_range(1, pl.len() + 1).over("USUBJID"),
    )
    return rows.with_columns(
        pl.lit(None, _OF_READING.get(c, pl.String())).alias(c)
        for c in _COLUMNS
        if c not in rows.columns
    )


def adrs(
    overall: pl.DataFrame,
    tu: pl.DataFrame,
    adsl: pl.DataFrame,
    *,
    options: AdrsOptions | None = None,
) -> pl.DataFrame:
    """The response analysis dataset of one reader.

    overall : from `overall_response`, `overall_from_rs` or `central_reading`
    tu : SDTM TU; adsl : USUBJID, STARTDT (pl.Date), DTHDT (pl.Date) and, if known, NEWTRTDT
    Returns  one row per reading (OVR), and per subject of `adsl` and parameter (`_PARAMETERS`);
        AVAL of a response is its place in `recist.series.ORDER`, of Y and N 1 and 0. Readings come
        with the records written there, and with the visits of the sums that `links` needs.
    Raises   InputError if a column is missing.
    Source   Eisenhauer 2009, section 4.4; ADaMIG 1.3.
    Checked  tests/oracle/derivation/test_adrs.py.
    """
    options = options or AdrsOptions()
    require(adsl, "ADSL", ("USUBJID", "STARTDT", "DTHDT"))
    require(overall, "responses", (*SERIES, "VISIT", "ADTF", "SRCDOM", "SRCVAR", "SRCSEQ"))
    mine = overall.filter(pl.col("READER") == options.reader)
    subjects = adsl.select("USUBJID")
    parts = [
        *_response_parameters(mine, adsl, options=options),
        _measurable(tu, subjects, options.reader),
        _death(adsl),
    ]
    return _numbered([_labels(part, options=options) for part in parts], adsl).select(_COLUMNS)
