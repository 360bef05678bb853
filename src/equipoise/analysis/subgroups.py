"""Whether the effect differs between the levels of a subgroup: tests of interaction."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import chdtrc, fdtrc

from equipoise.analysis.continuous.ancova import least_squares
from equipoise.analysis.continuous.design import Regressor, design
from equipoise.analysis.methods.continuous import arranged, measures, visit_asked
from equipoise.analysis.methods.response import tabled
from equipoise.analysis.methods.rows import Found, in_words, tried
from equipoise.analysis.methods.survival import arrays
from equipoise.analysis.response.strata import breslow_day
from equipoise.analysis.results import Row
from equipoise.analysis.samples.of_estimand import levels
from equipoise.analysis.samples.sample import Sample
from equipoise.analysis.survival.regression.cox import cox
from equipoise.arrays import Ints
from equipoise.errors import InputError
from equipoise.frames import Labels

_METHOD = "interaction test"


def interactions(sample: Sample, named: list[str]) -> Iterator[Row]:
    """A test for each of the protocol's subgroups; the row's subgroup is its bare name.

    Time to event: likelihood-ratio test of arm by level in Cox's model, stratified if the
    estimand's own is. Proportion: Breslow and Day's test. Values at visits: F test of arm by level
    in the analysis of covariance at the visit asked for.
    named : the estimand's methods
    """
    for name, subgroup in sample.protocol.subgroups.items():
        code = np.full(sample.arm.size, -1, dtype=np.int64)
        for i, (_, mask) in enumerate(levels(sample, name, subgroup)):
            code[mask] = i
        known = code >= 0
        within = sample.pick(known, subgroup=name)
        for comparison, two, arm, block in _pairs(within, code[known]):

            def compute(two: Sample = two, arm: Ints = arm, block: Ints = block) -> Found:
                return _tested(two, arm, block, named)

            yield from tried(two, _METHOD, "p", compute, comparison=comparison)


def _pairs(sample: Sample, code: Ints) -> Iterator[tuple[str, Sample, Ints, Ints]]:
    for experimental, control in sample.comparisons:
        two, arm = sample.pair(experimental, control)
        kept = np.isin(sample.arm, [sample.groups.index(g) for g in (experimental, control)])
        _, block = np.unique(code[kept], return_inverse=True)
        yield f"{experimental} v {control}", two, arm, block.astype(np.int64)


def _tested(two: Sample, arm: Ints, block: Ints, named: list[str]) -> Found:
    if block.max(initial=0) < 1:
        raise InputError("the subgroup has one level only")
    if two.responder is not None:
        found = breslow_day(*tabled(two, arm, block)).breslow_day
        values = [("chi-square", found.statistic), ("df", float(found.df)), ("p", found.p)]
        return Found(values, "Breslow-Day, one odds ratio in all levels")
    if two.time is not None:
        return _hazards(two, arm, block, stratified="stratified Cox" in named)
    if two.measures is not None:
        return _means(two, block)
    raise InputError("no test of interaction for this type of endpoint")


def _hazards(two: Sample, arm: Ints, block: Ints, *, stratified: bool) -> Found:
    time, event = arrays(two)
    level = np.eye(int(block.max()) + 1)[block][:, 1:]
    stratum = two.stratum if stratified else None
    own = level if stratum is None else level[:, _varies(level, stratum)]
    main = np.column_stack([arm, own])
    more = np.column_stack([main, level * arm[:, None]])
    ties = two.estimand.ties
    small, large = (cox(time, event, x, stratum=stratum, ties=ties) for x in (main, more))
    df = level.shape[1]
    chisq = max(2 * (large.loglik[1] - small.loglik[1]), 0.0)
    words = in_words(
        "likelihood-ratio test of arm by level in Cox's model", "stratified" if stratified else "",
        *large.notes,
    )  # fmt: skip
    return Found([("chi-square", chisq), ("df", float(df)), ("p", float(chdtrc(df, chisq)))], words)


def _varies(x: npt.NDArray[np.float64], stratum: Ints) -> npt.NDArray[np.bool_]:
    """Which columns differ within some stratum; the strata take up the effect of the others."""
    inside = [np.ptp(x[stratum == s], axis=0) > 0 for s in np.unique(stratum)]
    return np.asarray(np.any(inside, axis=0))


def _means(two: Sample, block: Ints) -> Found:
    visit = visit_asked(two)
    rows = measures(two).filter(pl.col("VISIT") == visit)
    data = arranged(two, rows)
    place = {who: int(b) for who, b in zip(two.frame["USUBJID"], block, strict=True)}
    code = rows["USUBJID"].replace_strict(place, return_dtype=pl.Int32).to_numpy()
    level = Labels(code, tuple(str(i) for i in range(int(block.max()) + 1)))
    present = [i for i, group in enumerate(two.groups) if (data.arm.codes == i).any() and group]
    arm = Labels(
        np.searchsorted(present, data.arm.codes).astype(np.int32),
        tuple(two.groups[i] for i in present),
    )
    columns: dict[str, Regressor] = {**data.covariates, "arm": arm, "level": level}
    main = [(name,) for name in columns]
    small = least_squares(data.y, design(columns, main))
    large = least_squares(data.y, design(columns, [*main, ("arm", "level")]))
    df, left = small.df - large.df, large.df
    rest = large.sigma**2
    f = max((small.sigma**2 * small.df - rest * left) / df / rest, 0.0)
    p = float(fdtrc(df, left, f))
    values = [("F", f), ("df", float(df)), ("denominator df", float(left)), ("p", p)]
    return Found(values, f"F test of arm by level in the analysis of covariance at {visit}")
