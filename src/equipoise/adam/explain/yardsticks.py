"""The earlier sums that a tumor response is measured by: the baseline, or the nadir."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from equipoise.adam.model import ADaM

SUM = "SDIAM"


class Yardstick(NamedTuple):
    """An earlier sum of diameters, and the TR records that it is made of."""

    says: str
    records: tuple[int, ...]


def yardstick(data: ADaM, usubjid: str, response: dict[str, object]) -> Yardstick | None:
    """What the sum of this reading is compared with.

    response : a row of ADRS that dates a reading
    Returns  the nadir where the sum grew to progression, the baseline for CR, PR and SD; None for
             a response that no sum decides.
    Source   RECIST 1.1, section 4.3.1.
    Checked  tests/unit/adam/test_yardsticks.py.
    """
    if "ADTR" not in data.tables:
        return None
    mine = (pl.col("USUBJID") == usubjid) & (pl.col("READER") == response["READER"])
    sums = data.table("ADTR").filter(mine & (pl.col("PARAMCD") == SUM)).sort("ADT")
    now = sums.filter(pl.col("ADT") == response["ADT"])
    if now.is_empty():
        return None
    if response["OVRLRESP"] == "PD":
        is_it = (pl.col("ADT") < now["ADT"][0]) & (pl.col("AVAL") == now["NADIR"][0])
        grew = 5 * pl.lit(now["AVAL"][0]) >= 6 * pl.col("AVAL")
        return _first("nadir", sums.filter(is_it & grew))
    if response["OVRLRESP"] in ("CR", "PR", "SD"):
        return _first("baseline sum", sums.filter(pl.col("ABLFL") == "Y"))
    return None


def _first(what: str, rows: pl.DataFrame) -> Yardstick | None:
    if rows.is_empty() or rows["AVAL"][0] is None:
        return None
    says = f"{what} {rows['AVAL'][0]:.1f} mm on {rows['ADT'][0]}"
    return Yardstick(says, tuple(int(seq) for seq in rows["SRCSEQS"][0]))
