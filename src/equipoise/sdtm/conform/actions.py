"""Whether what was done about an adverse event agrees with the doses that were given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from equipoise.errors import Finding
from equipoise.sdtm.dates import earliest, latest
from equipoise.sdtm.places import Words, listed
from equipoise.sdtm.study import ExaminedStudy

_EVENT: Final = "_row"
_SAID: Final = {
    "DRUG WITHDRAWN": "every drug was given again after the event had ended",
    "DOSE REDUCED": "no dose that followed was lower",
    "DOSE INCREASED": "no dose that followed was higher",
}
_NOTHING: Final = "nothing had been given before the event"
_ACTIONS: Final = (*_SAID, "DRUG INTERRUPTED")


def actions_and_doses(study: ExaminedStudy) -> Iterator[Finding]:
    """S59: AEACN says otherwise than EX.

    An action without any dose up to the event; a drug withdrawn, where every drug that was given
    before is given after the event has ended; a dose reduced or increased, where doses followed and
    none of any drug is lower, or higher, than the last before. Where no dose followed, as in a
    trial that goes on, nothing is said.
    Source   SDTMIG 3.4, section 6.2.1 (AE): AEACN is what was done with the study treatment.
    """
    ex = next((s.table for s in study.having("USUBJID", "EXTRT", "EXSTDTC", domain="EX")), None)
    if ex is None:
        return
    for sheet in study.having("USUBJID", "AEACN", "AESTDTC", domain="AE"):
        ae = sheet.table.select("USUBJID", "AEACN").with_row_index(_EVENT).with_columns(
            began=latest(sheet.table["AESTDTC"]),
            ended=latest(sheet.table["AEENDTC"]) if "AEENDTC" in sheet.table.columns else None,
        ).filter(pl.col("AEACN").is_in(_ACTIONS) & pl.col("began").is_not_null())  # fmt: skip
        doses = _given(ex)
        wrong = {_NOTHING: _untreated(ae, doses), **_against(ae, doses)}
        for text, rows in wrong.items():
            bad = pl.int_range(sheet.table.height, eager=True).is_in(rows.implode())
            words = Words("S59", "warning", f"{{found}}, and {text}", "the action that EX shows")
            yield from listed(sheet, bad, "AEACN", words)


def _given(ex: pl.DataFrame) -> pl.DataFrame:
    """Doses in time: USUBJID, drug, amount, first and last possible day."""
    amount = pl.col("EXDOSE") if "EXDOSE" in ex.columns else pl.lit(None, pl.Float64)
    unit = pl.col("EXDOSU") if "EXDOSU" in ex.columns else pl.lit("")
    doses = ex.select(
        "USUBJID", drug=pl.col("EXTRT").str.to_uppercase(), amount=amount, unit=unit
    ).with_columns(first=earliest(ex["EXSTDTC"]), last=latest(ex["EXSTDTC"]))  # fmt: skip
    return doses.filter(pl.col("first").is_not_null()).sort("USUBJID", "drug", "first")


def _untreated(ae: pl.DataFrame, doses: pl.DataFrame) -> pl.Series:
    """The events before which nothing was given."""
    both = ae.join(doses, on="USUBJID", how="inner").filter(pl.col("first") <= pl.col("began"))
    return ae.join(both, on=_EVENT, how="anti")[_EVENT]


def _against(ae: pl.DataFrame, doses: pl.DataFrame) -> dict[str, pl.Series]:
    """What is said of an action -> the events of which every drug given before disagrees with it.

    A drug that was not given again agrees with all of them.
    """
    rows = _around(ae, doses)
    compared = (pl.col("units") == 1) & pl.col("now").eq_missing(pl.col("unit"))
    differs = {
        "DRUG WITHDRAWN": pl.col("again"),
        "DOSE REDUCED": compared & (pl.col("least") >= pl.col("amount")),
        "DOSE INCREASED": compared & (pl.col("most") <= pl.col("amount")),
    }
    return {
        _SAID[action]: rows.filter(pl.col("AEACN") == action)
        .group_by(_EVENT, maintain_order=True)
        .agg(all=expr.fill_null(False).all())
        .filter("all")[_EVENT]
        for action, expr in differs.items()
    }


def _around(ae: pl.DataFrame, doses: pl.DataFrame) -> pl.DataFrame:
    """A row for each event and drug given before it: the last amount, and what followed."""
    both = ae.join(doses, on="USUBJID", how="inner")
    key = [_EVENT, "drug"]
    # A dose on the day of the event is what was done about it.
    last = both.filter(pl.col("first") < pl.col("began"))
    last = last.group_by(key, maintain_order=True).agg(pl.col("AEACN", "amount", "unit").last())
    then = both.filter(pl.col("last") >= pl.col("began")).group_by(key).agg(
        least=pl.col("amount").min(), most=pl.col("amount").max(),
        units=pl.col("unit").n_unique(), now=pl.col("unit").first(),
        again=(pl.col("first") > pl.col("ended")).any(),
    )  # fmt: skip
    return last.join(then, on=key, how="left", maintain_order="left")


ACTION_RULES = (actions_and_doses,)
