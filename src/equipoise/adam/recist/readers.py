"""Several readers of one scan: the investigator's series, or the central one after adjudication."""

from __future__ import annotations

import polars as pl

from equipoise.adam.recist.lesions import READING, require
from equipoise.adam.recist.series import preference
from equipoise.protocol.model import RecistOptions

EVAL_CENTRAL = "CENTRAL"
EVAL_INVESTIGATOR = "INVESTIGATOR"
_SCAN = ("USUBJID", "VISITNUM")


def accepted_in_rs(overall: pl.DataFrame, recorded: pl.DataFrame) -> pl.DataFrame:
    """Readings from lesions with what RS alone says of them: which was accepted, who else judged.

    overall : from `overall_response`; recorded : from `overall_from_rs`
    An adjudicator often measures nothing: he accepts a reader's response (RSACPTFL), or writes his
    own, and both stand in RS only.
    Returns  overall with ACPTFL completed, and the responses of independent assessors who
        identified no lesion in any subject.
    """
    said = recorded.filter(pl.col("ACPTFL") == "Y").select(READING).unique()
    rows = overall.join(said.with_columns(_yes=pl.lit("Y")), on=READING, how="left")
    rows = rows.with_columns(ACPTFL=pl.coalesce("ACPTFL", "_yes")).drop("_yes")
    others = recorded.filter(pl.col("EVAL") != EVAL_INVESTIGATOR)
    others = others.join(overall.select("READER").unique(), on="READER", how="anti")
    shared = others.select(c for c in others.columns if c in overall.columns)
    return pl.concat([rows, shared], how="diagonal_relaxed")


def central_reading(overall: pl.DataFrame, *, options: RecistOptions | None = None) -> pl.DataFrame:
    """One reading a scan out of those of the independent assessors, as READER "CENTRAL".

    overall : readings with EVAL, READER, ACPTFL
    The accepted reading (ACPTFL "Y") counts; without one, the adjudicator's; without one, that of a
    lone reader or of readers who agree. Readers who differ leave what `undecided` says, with
    SETTLED "N" to ask about.
    Returns  rows as in `overall` with READER "CENTRAL", READ (whose it is) and SETTLED; the records
        of the scan (TRSEQS and so on) are those of every assessor.
    Raises   InputError if a column is missing.
    Checked  tests/unit/adam/test_readers.py.
    """
    options = options or RecistOptions()
    require(overall, "responses", ("USUBJID", "VISITNUM", "READER", "EVAL", "ACPTFL", "OVRLRESP"))
    rows = overall.filter(pl.col("EVAL") != EVAL_INVESTIGATOR)
    accepted = (pl.col("ACPTFL") == "Y").fill_null(False)
    judge = pl.col("READER").str.to_uppercase()
    judge = judge.str.contains(options.adjudicator.upper(), literal=True)
    rank = pl.when(accepted).then(0).when(judge).then(1).otherwise(2)
    agree = pl.col("OVRLRESP").n_unique().over(_SCAN) == 1
    is_open = options.undecided == "not evaluable"
    liked = pl.lit(0) if options.undecided == "not evaluable" else -preference(options.undecided)
    rows = rows.with_columns(RANK=rank, AGREE=agree, LIKED=liked)
    rows = rows.sort(*_SCAN, "RANK", "LIKED", "READER")
    chosen = _with_all_records(rows, rows.unique(_SCAN, keep="first", maintain_order=True))
    settled = (pl.col("RANK") < 2) | pl.col("AGREE")
    apart = "readers differ and nobody decided"
    kept = pl.lit(apart) if is_open else pl.format(f"{apart}: {{}}", "REASON")
    return chosen.with_columns(
        READ=pl.col("READER"),
        READER=pl.lit(EVAL_CENTRAL),
        SETTLED=pl.when(settled).then(pl.lit("Y")).otherwise(pl.lit("N")),
        OVRLRESP=pl.when(settled | pl.lit(not is_open)).then("OVRLRESP").otherwise(pl.lit("NE")),
        REASON=pl.when(settled).then("REASON").otherwise(kept),
    ).drop("RANK", "AGREE", "LIKED")


def _with_all_records(rows: pl.DataFrame, chosen: pl.DataFrame) -> pl.DataFrame:
    """The chosen readings with what each assessor wrote at the scan."""
    written = [c for c in ("TRSEQS", "TUSEQS", "RSSEQS") if c in rows.columns]
    if not written:
        return chosen
    both = rows.group_by(_SCAN).agg(
        pl.col(c).list.explode().drop_nulls().unique().sort() for c in written
    )
    return chosen.drop(written).join(both, on=_SCAN, how="left", maintain_order="left")
