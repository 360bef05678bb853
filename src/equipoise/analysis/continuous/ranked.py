"""Arms compared by ranks, from any data frame, in one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from equipoise.analysis.complete import MissingRows, columns_named, complete_rows
from equipoise.analysis.continuous.describe import quantiles
from equipoise.analysis.continuous.ranks import RankTest, hodges_lehmann, van_elteren, wilcoxon
from equipoise.analysis.estimates import Interval
from equipoise.analysis.survival.asked import control_first
from equipoise.frames import AnyTable, crossed, frame_of, labels, numbers


class ValuesOfArm(NamedTuple):
    """One arm: its rows, and the quartiles of its values."""

    arm: Any
    n: int
    lower_quartile: float
    median: float
    upper_quartile: float


class RankComparison(NamedTuple):
    """One arm against the control; stratified : van Elteren's test, None without strata."""

    arm: Any
    control: Any
    test: RankTest
    difference: Interval
    stratified: RankTest | None


@dataclass(frozen=True)
class Ranks:
    """Values of arms, control first, compared by their ranks."""

    arms: tuple[ValuesOfArm, ...]
    comparisons: tuple[RankComparison, ...]
    level: float
    dropped: int
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        arms = ", ".join(f"{a.arm} median {a.median:.4g} of {a.n}" for a in self.arms)
        tests = (f"{c.arm} v {c.control} P {c.test.p:.4g}" for c in self.comparisons)
        return "Ranks  " + "; ".join([arms, *tests])


def ranks(
    frame: AnyTable,
    *,
    value: str,
    arm: str,
    control: object = None,
    strata: Sequence[str] = (),
    exact: bool | None = None,
    missing: MissingRows = "refuse",
    level: float = 0.95,
) -> Ranks:
    """Wilcoxon's rank-sum test of each arm against control, and van Elteren's over strata.

    frame : a data frame of any kind narwhals knows, a mapping of columns, or the path of a file
    value, arm, strata : names of columns; control : the first level if not given
    exact : P values over every allocation; None as `wilcoxon`, and by the normal over strata
    missing : "drop" to leave out rows with a missing value, which are counted
    Raises   InputError naming the column and row that cannot be used.
    Checked  tests/unit/analysis/test_complete.py; tests/oracle/tables (R wilcox.test, coin).
    """
    table = frame_of(frame)
    rows = complete_rows(table, columns_named(table, value, arm, *strata), missing)
    y = numbers(rows.frame, value).astype(np.float64)
    groups = control_first(labels(rows.frame, arm), arm, control)
    stratum = crossed(rows.frame, strata).codes if strata else None
    own = [y[groups.codes == j] for j in range(len(groups.levels))]
    arms = (ValuesOfArm(a, v.size, *quantiles(v)) for a, v in zip(groups.levels, own, strict=True))
    found = []
    for j in range(1, len(groups.levels)):
        two = np.isin(groups.codes, (0, j))
        code = (groups.codes[two] == j).astype(np.int32)
        over = None
        if stratum is not None:
            over = van_elteren(y[two], code, stratum[two], exact=bool(exact))
        test, gap = wilcoxon(y[two], code, exact=exact), hodges_lehmann(y[two], code, level=level)
        found.append(RankComparison(groups.levels[j], groups.levels[0], test, gap, over))
    return Ranks(tuple(arms), tuple(found), level, rows.dropped, rows.notes)
