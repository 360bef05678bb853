"""iRECIST: progression has to be confirmed, and may be taken back by a later response."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.adam.recist.lesions import SERIES, UNITS_PER_MM, require
from equipoise.adam.recist.target import PROGRESSION_MM

_WORDS = ("iCR", "iPR", "iSD", "NON-iCR/NON-iUPD", "iUPD", "iCPD", "NE", "NED")
_PLAIN = {"CR": 0, "PR": 1, "SD": 2, "NON-CR/NON-PD": 3, "PD": 4, "NE": 6, "NED": 7}
_UNCONFIRMED, _CONFIRMED, _UNKNOWN = 4, 5, 6
_RULE = "iRECIST 2017"


class Scans(NamedTuple):
    """All series side by side, (series, scans): the k-th scan of each in column k."""

    response: NDArray[np.int64]  # place in `_PLAIN`; -1 beyond the last scan
    total: NDArray[np.float64]  # sum of target diameters, mm; NaN if incomplete
    target: NDArray[np.bool_]  # PD of the target lesions
    other: NDArray[np.bool_]  # PD of the non-target lesions
    named: NDArray[np.int64]  # new lesions named at this scan
    size: NDArray[np.float64]  # sum of the new lesions measured, mm


def _grew(scans: Scans, at: int, first: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Has disease grown further since the scan of unconfirmed progression?

    5 mm or more in targets that were PD or in new lesions, target PD that was not there, PD of
    the non-target lesions as the reader marked it, or further new lesions.
    """
    rows = np.arange(len(first))
    before = np.where(first >= 0, first, 0)
    then, now = scans.total[rows, before], scans.total[:, at]
    # Whole units, so that 5 mm is exactly 5 mm.
    more = np.round((now - then) * UNITS_PER_MM) >= PROGRESSION_MM * UNITS_PER_MM
    more &= scans.target[rows, before]
    spread = np.round((scans.size[:, at] - scans.size[rows, before]) * UNITS_PER_MM)
    more |= (scans.size[rows, before] > 0) & (spread >= PROGRESSION_MM * UNITS_PER_MM)
    another = scans.target[:, at] & ~scans.target[rows, before]
    another |= scans.other[:, at]
    return more | another | (scans.named[:, at] > 0)


def immune_responses(scans: Scans) -> NDArray[np.int64]:
    """Each scan's iRECIST response, as a place in `_WORDS`; -1 beyond the last scan.

    PD is unconfirmed (iUPD) until the next assessed scan shows growth since then (iCPD). A scan of
    iSD, iPR or iCR in between starts over: the next PD is unconfirmed again.
    Source   Seymour et al. 2017, Lancet Oncol 18:e143, Table 2.
    """
    count, length = scans.response.shape
    found = np.full((count, length), -1, dtype=np.int64)
    waiting = np.full(count, -1, dtype=np.int64)  # the scan of unconfirmed progression
    done = np.zeros(count, dtype=np.bool_)
    for at in range(length):
        here = scans.response[:, at]
        is_pd = here == _PLAIN["PD"]
        confirmed = done | (is_pd & (waiting >= 0) & _grew(scans, at, waiting))
        found[:, at] = np.where(is_pd, np.where(confirmed, _CONFIRMED, _UNCONFIRMED), here)
        done |= confirmed & is_pd
        better = (here >= 0) & ~is_pd & (here != _UNKNOWN)
        waiting = np.where(better, -1, np.where(is_pd & (waiting < 0), at, waiting))
    return found


def _grid(rows: pl.DataFrame, place: str, column: str, empty: float) -> NDArray[np.float64]:
    table = np.full((rows["_S"].n_unique(), int(rows[place].max() or 0) + 1), empty)  # type: ignore[arg-type]
    table[rows["_S"].to_numpy(), rows[place].to_numpy()] = (
        rows[column].cast(pl.Float64).fill_null(empty).to_numpy()
    )
    return table


def _scans(rows: pl.DataFrame) -> Scans:
    return Scans(
        response=_grid(rows, "_P", "_R", -1).astype(np.int64),
        total=_grid(rows, "_P", "_M", np.nan),
        target=_grid(rows, "_P", "_T", 0).astype(np.bool_),
        other=_grid(rows, "_P", "_O", 0).astype(np.bool_),
        named=_grid(rows, "_P", "NEWNAMED", 0).astype(np.int64),
        size=_grid(rows, "_P", "NEWSUM", 0),
    )


def irecist(overall: pl.DataFrame) -> pl.DataFrame:
    """Overall responses by iRECIST.

    overall : from `overall_response`, sums in mm
    Returns  overall with IRESP (iCR, iPR, iSD, NON-iCR/NON-iUPD, iUPD, iCPD, NE, NED; null at
        baseline) and IRULE.
    Raises   InputError if a column is missing.
    Source   Seymour et al. 2017, Lancet Oncol 18:e143.
    Checked  tests/cases/recist/immune.yaml; tests/mutants/test_recist_mutants.py.
    """
    needed = (
        "SUM",
        "EXPECTED",
        "MEASURED",
        "TRGRESP",
        "NTRGRESP",
        "NEWNAMED",
        "NEWSUM",
        "OVRLRESP",
    )
    require(overall, "responses", (*SERIES, *needed))
    rows = overall.with_row_index("_ROW").filter(pl.col("OVRLRESP").is_not_null())
    if rows.is_empty():
        none = pl.lit(None, dtype=pl.String)
        return overall.with_columns(IRESP=none, IRULE=none)
    rows = rows.sort(*SERIES, "FIRSTDT", "VISITNUM").with_columns(
        _S=pl.struct(SERIES).rle_id().cast(pl.Int64),
        _P=pl.int_range(pl.len()).over(SERIES),
        _R=pl.col("OVRLRESP").replace_strict(_PLAIN, return_dtype=pl.Int64),
        _T=(pl.col("TRGRESP") == "PD").fill_null(False),
        _O=(pl.col("NTRGRESP") == "PD").fill_null(False),
        _M=pl.when(pl.col("MEASURED") == pl.col("EXPECTED")).then("SUM"),
    )
    found = immune_responses(_scans(rows))[rows["_S"].to_numpy(), rows["_P"].to_numpy()]
    words = rows.select("_ROW", IRESP=pl.Series([_WORDS[i] for i in found], dtype=pl.String))
    table = overall.with_row_index("_ROW").join(words, on="_ROW", how="left", maintain_order="left")
    return table.drop("_ROW").with_columns(
        IRULE=pl.when(pl.col("IRESP").is_not_null()).then(pl.lit(_RULE))
    )
