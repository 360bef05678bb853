"""Target lesions: the sum, its nadir, and the response (RECIST 1.1, 4.3.1 and 4.3.2)."""

from __future__ import annotations

import polars as pl

from equipoise.adam.recist.lesions import (
    READING,
    SERIES,
    UNITS_PER_MM,
)
from equipoise.protocol.model import RecistOptions

RESPONSE_RATIO = (10, 7)  # PR: 10 x sum <= 7 x baseline
PROGRESSION_RATIO = (5, 6)  # PD: 5 x sum >= 6 x nadir, that is 20% above it
PROGRESSION_MM = 5  # and at least so many mm above it
NORMAL_NODE_MM = 10  # a node of a shorter short axis is no longer disease

_FRAGMENT = r"\.\d+(/|$)"  # T01.2 of T01
BY_SUM = "RECIST 1.1 4.3.1"
_MISSING = "RECIST 1.1 4.4.2"
_UPDATE = "RECIST 1.1 update 2016 (reappearing lesions)"


def running_nadir(complete_sum: pl.Expr) -> pl.Expr:
    """The smallest complete sum of earlier readings, baseline among them."""
    return complete_sum.cum_min().forward_fill().shift(1)


def progressed(total: pl.Expr, nadir: pl.Expr) -> pl.Expr:
    """20% and 5 mm above the nadir, in integers."""
    grown, least = PROGRESSION_RATIO
    far = total - nadir >= PROGRESSION_MM * UNITS_PER_MM
    return (grown * total >= least * nadir) & far


def target_sums(
    sizes: pl.DataFrame, visits: pl.DataFrame, *, targets: pl.DataFrame
) -> pl.DataFrame:
    """Each reading's SUM (of what was measured), targets EXPECTED and MEASURED, and GONE.

    sizes : from `target_sizes`; visits : from `readings`; targets : USUBJID, READER, LESION
    A target in fragments of which one is not measured is itself not measured.
    Returns  visits with SUM, BASE, NADIR in ten-thousandths of a mm, BASEVIS and NADVIS (the
        VISITNUM of those two sums), EXPECTED, MEASURED, WHOLE, GONE, SUMSEQS.
    """
    seen = sizes.filter(pl.col("SIZE").is_not_null())
    healthy = (
        pl.when("NODAL")
        .then(pl.col("SIZE") < NORMAL_NODE_MM * UNITS_PER_MM)
        .otherwise(pl.col("SIZE") == 0)
    )
    sums = seen.group_by(READING).agg(
        SUM=pl.col("SIZE").sum(),
        GONE=healthy.all(),
        SEEN=pl.col("LESIONS").list.explode().n_unique().cast(pl.Int64),
        SUMSEQS=pl.col("TRSEQ").cast(pl.Int64).sort(),
    )
    count = targets.group_by(SERIES).agg(EXPECTED=pl.len().cast(pl.Int64))
    table = visits.join(count, on=SERIES, how="left").join(sums, on=READING, how="left")
    table = table.join(_in_part(sizes, visits), on=READING, how="left").with_columns(
        pl.col("EXPECTED").fill_null(0),
        MEASURED=pl.col("SEEN").fill_null(0) - pl.col("PARTS").fill_null(0),
        GONE=pl.col("GONE").fill_null(False),
    )
    whole = (pl.col("MEASURED") == pl.col("EXPECTED")) & (pl.col("EXPECTED") > 0)
    complete = pl.when(whole).then("SUM")
    base, at_base = (e.filter("BASELINE").first() for e in (complete, pl.col("VISITNUM")))
    nadir = running_nadir(complete).over(SERIES)
    table = table.with_columns(WHOLE=whole, BASE=base.over(SERIES), NADIR=nadir)
    lowest = (complete < pl.col("NADIR")) | (whole & pl.col("NADIR").is_null())
    at_nadir = pl.when(lowest).then("VISITNUM").forward_fill().shift(1)
    return table.with_columns(
        BASEVIS=pl.when(pl.col("BASE").is_not_null()).then(at_base.over(SERIES)),
        NADVIS=at_nadir.over(SERIES),
    )


def _in_part(sizes: pl.DataFrame, visits: pl.DataFrame) -> pl.DataFrame:
    """PARTS: how many targets a reading measured in part, a fragment known by then being left out.

    Source   Eisenhauer 2009, section 4.3.2, "lesions that split": every fragment is added.
    """
    split = pl.col("TRLNKID").str.contains(_FRAGMENT)
    parents = sizes.filter(split).select(*SERIES, "LESIONS").explode("LESIONS").unique()
    order = visits.select(*READING, N=pl.int_range(pl.len()).over(SERIES))
    rows = sizes.explode("LESIONS").join(parents, on=[*SERIES, "LESIONS"], how="semi")
    rows = rows.join(order, on=READING)
    measured = rows.filter(pl.col("SIZE").is_not_null())
    piece = [*SERIES, "LESIONS", "TRLNKID"]
    known = rows.filter(split).group_by(piece).agg(SINCE=pl.col("N").min())
    due = order.join(known, on=SERIES).filter(pl.col("N") >= pl.col("SINCE"))
    left_out = due.join(measured, on=[*READING, "LESIONS", "TRLNKID"], how="anti")
    some, whole = measured.filter(split), measured.filter(~split)
    left_out = left_out.join(some, on=[*READING, "LESIONS"], how="semi")
    left_out = left_out.join(whole, on=[*READING, "LESIONS"], how="anti")
    return left_out.group_by(READING).agg(PARTS=pl.col("LESIONS").n_unique().cast(pl.Int64))


def _cases(options: RecistOptions) -> list[tuple[pl.Expr, str | None, str, pl.Expr]]:
    """(condition, response, rule, reason) in order of precedence."""
    total, base, nadir = pl.col("SUM"), pl.col("BASE"), pl.col("NADIR")
    best, limit = RESPONSE_RATIO
    back = pl.col("CLEARED") & ~pl.col("GONE") & total.is_not_null()
    clear = pl.col("WHOLE") & pl.col("GONE")
    worse = progressed(total, nadir).fill_null(False)
    of = pl.format("{} of {} target lesions measured", pl.col("MEASURED"), pl.col("EXPECTED"))
    mm = (total / UNITS_PER_MM).round(4)
    low = (nadir / UNITS_PER_MM).round(4)
    rise = ((total - nadir) / UNITS_PER_MM).round(4)
    change = (100 * (total - base) / base).round(1)
    said = pl.format("sum {} mm, {}% from the baseline sum", mm, change)
    grown = pl.format("sum {} mm is {} mm above the nadir of {} mm", mm, rise, low)
    lost = [
        (pl.col("EXPECTED") == 0, None, BY_SUM, pl.lit("no target lesion at baseline")),
        (pl.col("BASELINE"), None, BY_SUM, pl.lit("baseline")),
        (base.is_null(), "NE", _MISSING, pl.lit("no complete baseline sum")),
    ]
    cleared = pl.lit("all target lesions gone, every node under 10 mm")
    reappears = [(back, "PD", _UPDATE, pl.lit("target lesion seen again after CR"))]
    return [
        *lost,
        (clear, "CR", BY_SUM, cleared),
        *(reappears if options.reappearance == "PD" else []),
        (worse, "PD", BY_SUM, grown),
        (~pl.col("WHOLE"), "NE", _MISSING, of),
        (best * total <= limit * base, "PR", BY_SUM, said),
        (pl.lit(True), "SD", BY_SUM, said),
    ]


def respond(sums: pl.DataFrame, *, options: RecistOptions) -> pl.DataFrame:
    """`sums` with TRGRESP, TRULE and TREASON.

    Checked  tests/cases/recist; tests/oracle/derivation; tests/mutants/test_recist_mutants.py.
    """
    clear = (pl.col("WHOLE") & pl.col("GONE")).cast(pl.Int8).cum_max().shift(1, fill_value=0)
    sums = sums.with_columns(CLEARED=clear.over(SERIES).cast(pl.Boolean))
    cases = _cases(options)
    pick = pl.coalesce([pl.when(c).then(pl.lit(i)) for i, (c, _, _, _) in enumerate(cases)])
    sums = sums.with_columns(CASE=pick)
    at = range(len(cases))
    return sums.with_columns(
        TRGRESP=pl.col("CASE").replace_strict(at, [c[1] for c in cases], return_dtype=pl.String),
        TRULE=pl.col("CASE").replace_strict(at, [c[2] for c in cases], return_dtype=pl.String),
        TREASON=pl.coalesce([pl.when(pl.col("CASE") == i).then(cases[i][3]) for i in at]),
    ).drop("CASE", "CLEARED")
