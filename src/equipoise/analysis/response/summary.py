"""Response of every arm and how each differs from the control, from one table of subjects."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal, TypeVar, get_args

import numpy as np
import numpy.typing as npt

from equipoise import frames
from equipoise.analysis.complete import MissingRows, columns_named, complete_rows
from equipoise.analysis.estimates import ChiSquare, Interval
from equipoise.analysis.response import corrected, odds, rates
from equipoise.analysis.response import difference as differences
from equipoise.analysis.response.adjusted import adjusted_for
from equipoise.analysis.response.difference import DifferenceTest
from equipoise.analysis.response.result import (
    ArmResponse,
    Comparison,
    Margin,
    Response,
    Stratified,
)
from equipoise.analysis.response.strata import (
    Homogeneity,
    breslow_day,
    cochran_mantel_haenszel,
)
from equipoise.analysis.response.stratified import mantel_haenszel_test, stratified_newcombe
from equipoise.analysis.response.tables import fisher
from equipoise.arrays import Ints
from equipoise.errors import InputError, did_you_mean

RateMethod = Literal[
    "clopper-pearson",
    "wilson",
    "jeffreys",
    "agresti-coull",
    "wald",
    "corrected-wilson",
    "corrected-wald",
]
DifferenceMethod = Literal[
    "miettinen-nurminen", "newcombe", "mee", "wald", "corrected-newcombe", "corrected-wald"
]

_RATES: dict[str, Callable[..., Interval]] = {
    "clopper-pearson": rates.clopper_pearson,
    "wilson": rates.wilson,
    "jeffreys": rates.jeffreys,
    "agresti-coull": rates.agresti_coull,
    "wald": rates.wald,
    "corrected-wilson": corrected.corrected_wilson,
    "corrected-wald": corrected.corrected_wald,
}


def _limits(test: Callable[..., DifferenceTest]) -> Callable[..., Interval]:
    return lambda *counts, level: Interval(*test(*counts, level=level)[:3])


_DIFFERENCES: dict[str, Callable[..., Interval]] = {
    "miettinen-nurminen": _limits(differences.miettinen_nurminen),
    "newcombe": differences.newcombe,
    "mee": differences.mee,
    "wald": _limits(differences.wald_difference),
    "corrected-newcombe": corrected.corrected_newcombe,
    "corrected-wald": _limits(corrected.corrected_difference),
}


def response(
    data: frames.AnyTable,
    *,
    responder: str,
    arm: str | None = None,
    control: object = None,
    strata: Sequence[str] = (),
    covariates: Sequence[str] = (),
    level: float = 0.95,
    limits: RateMethod = "clopper-pearson",
    difference: DifferenceMethod = "miettinen-nurminen",
    margin: float | None = None,
    missing: MissingRows = "refuse",
) -> Response:
    """Response rates by arm with limits, differences, ratios and tests against the control.

    data : any table (or a file), one row for each subject
    responder : column of True and False or 1 and 0, or "column==value|value"
    arm, strata : columns of groups; control : the arm compared against, the first level by
        default; without an arm, or with one arm only, there is its rate and no comparison
    covariates : terms of a logistic regression besides the arms, as `terms.design` reads them
    margin : also test the hypothesis that arm minus control is no more than this
    missing : "drop" to leave out rows with a missing value, which are counted
    Raises   InputError naming the column or the row that cannot be used.
    Checked  tests/unit/analysis/test_response_summary.py; every number in tests/oracle/response.
    """
    whole = frames.frame_of(data)
    used = columns_named(whole, responder, arm, *strata, terms=covariates)
    rows = complete_rows(whole, used, missing)
    frame = rows.frame
    seen = _responders(frame, responder)
    arms = frames.Labels(np.zeros(seen.size, np.int32), ("all",))
    if arm is not None:
        arms = _control_first(frames.labels(frame, arm), control, arm)
    stratum = frames.crossed(frame, strata) if strata else None
    rate = _method(limits, _RATES, "limits", get_args(RateMethod))
    gap = _method(difference, _DIFFERENCES, "difference", get_args(DifferenceMethod))
    x, n = _counts(seen, arms.codes, len(arms.levels))
    found = []
    for k in range(1, len(arms.levels)):
        within = None if stratum is None else _within(seen, arms, stratum, k, level)
        pair = int(x[k]), int(n[k]), int(x[0]), int(n[0])
        found.append(_compare(pair, arms.levels[k], arms.levels[0], gap, level, margin, within))
    if covariates and len(arms.levels) > 1:
        fits = adjusted_for(frame, seen, arms, covariates, level)
        found = [replace(c, adjusted=fit) for c, fit in zip(found, fits, strict=True)]
    return Response(
        tuple(
            ArmResponse(name, int(n[k]), int(x[k]), rate(int(x[k]), int(n[k]), level=level))
            for k, name in enumerate(arms.levels)
        ),
        tuple(found),
        level,
        limits,
        difference,
        tuple(strata),
        tuple(covariates),
        rows.dropped,
        rows.notes,
    )


_Method = TypeVar("_Method")


def _method(name: str, known: dict[str, _Method], what: str, names: Sequence[str]) -> _Method:
    if name not in known:
        hint = did_you_mean(name, names)
        raise InputError(f'{what} "{name}": expected one of {", ".join(names)}{hint}')
    return known[name]


def _responders(frame: frames.Frame, responder: str) -> npt.NDArray[np.bool_]:
    name, has_value, wanted = responder.partition("==")
    if not has_value:
        return frames.flags(frame, name)
    found = frames.labels(frame, name.strip())
    values = [v.strip() for v in wanted.split("|")]
    known = [str(level) for level in found.levels]
    for value in values:
        if value not in known:
            hint = did_you_mean(value, known)
            raise InputError(f"column {name}: no row is {value}{hint}; it has {', '.join(known)}")
    return np.isin(found.codes, [known.index(v) for v in values])


def _control_first(arms: frames.Labels, control: Any, name: str) -> frames.Labels:
    if control is None:
        return arms
    known = [str(level) for level in arms.levels]
    if str(control) not in known:
        hint = did_you_mean(str(control), known)
        raise InputError(f"column {name}: no arm {control}{hint}; it has {', '.join(known)}")
    at = known.index(str(control))
    order = [at, *(k for k in range(len(known)) if k != at)]
    place = np.argsort(order).astype(np.int32)
    return frames.Labels(place[arms.codes], tuple(arms.levels[k] for k in order))


def _counts(seen: npt.NDArray[np.bool_], codes: npt.NDArray[np.int32], k: int) -> tuple[Ints, Ints]:
    return (
        np.bincount(codes[seen], minlength=k).astype(np.int64),
        np.bincount(codes, minlength=k).astype(np.int64),
    )


def _compare(
    pair: tuple[int, int, int, int],
    arm: Any,
    control: Any,
    gap: Callable[..., Interval],
    level: float,
    margin: float | None,
    stratified: Stratified | None,
) -> Comparison:
    x1, n1, x2, n2 = pair
    pooled = differences.wald_difference(*pair, level=level)
    chisq = None if math.isnan(pooled.z) else ChiSquare(pooled.z**2, 1, pooled.p)
    tested = None
    if margin is not None:
        tested = Margin(margin, *differences.farrington_manning(*pair, margin=margin))
    return Comparison(
        arm,
        control,
        gap(*pair, level=level),
        odds.odds_ratio(*pair, level=level),
        odds.relative_risk(*pair, level=level),
        chisq,
        fisher([[x1, n1 - x1], [x2, n2 - x2]], level=level),
        tested,
        stratified,
        None if chisq is None else corrected.corrected_chi_square(*pair),
    )


def _within(
    seen: npt.NDArray[np.bool_],
    arms: frames.Labels,
    stratum: frames.Labels,
    k: int,
    level: float,
) -> Stratified:
    counts = [
        _counts(seen[arms.codes == a], stratum.codes[arms.codes == a], len(stratum.levels))
        for a in (k, 0)
    ]
    (x1, n1), (x2, n2) = counts
    both = (n1 > 0) & (n2 > 0)
    if not both.any():
        raise InputError("strata: none holds both arms; expected fewer or wider strata")
    left_out = tuple(" ".join(map(str, stratum.levels[s])) for s in np.flatnonzero(~both))
    pair = x1[both], n1[both], x2[both], n2[both]
    return Stratified(
        int(both.sum()),
        left_out,
        differences.stratified_miettinen_nurminen(*pair, level=level),
        odds.mantel_haenszel_odds_ratio(*pair, level=level),
        odds.mantel_haenszel_relative_risk(*pair, level=level),
        *_tests(*pair),
        stratified_newcombe(*pair, level=level),
        _corrected(*pair),
    )


def _corrected(x1: Ints, n1: Ints, x2: Ints, n2: Ints) -> ChiSquare | None:
    try:
        return mantel_haenszel_test(x1, n1, x2, n2)
    except InputError:
        return None


def _tests(x1: Ints, n1: Ints, x2: Ints, n2: Ints) -> tuple[ChiSquare | None, Homogeneity | None]:
    """Cochran-Mantel-Haenszel and Breslow-Day, None where the strata cannot inform them."""
    tables = np.stack([np.stack([x1, n1 - x1], axis=1), np.stack([x2, n2 - x2], axis=1)], axis=1)
    try:
        cmh = cochran_mantel_haenszel(tables).general
    except InputError:
        return None, None
    try:
        return cmh, breslow_day(x1, n1, x2, n2)
    except InputError:
        return cmh, None
