"""Results as plain values for JSON: None where a number is not estimable, never NaN."""

from __future__ import annotations

import math
from typing import Any

from equipoise.analysis.survival.curves.kaplan_meier import AtTime, Curve
from equipoise.analysis.survival.curves.rmst import Rmst, RmstComparison
from equipoise.analysis.survival.parametric import ParametricTimes
from equipoise.analysis.survival.regression.model import Cox
from equipoise.analysis.survival.regression.proportional import Drift
from equipoise.analysis.survival.tests.logrank import LogRank
from equipoise.analysis.survival.types import Ties


def known(value: Any) -> float | None:
    """A finite number, or None."""
    number = float(value)
    return number if math.isfinite(number) else None


def arm_dict(arm: Any, curve: Curve, points: AtTime, mean: Rmst | None) -> dict[str, Any]:
    """One arm: counts, median, survival at the times asked for, restricted mean."""
    median = curve.median
    keys = ("time", "at_risk", "survival", "lower", "upper")
    rows = zip(*(getattr(points, key) for key in keys), strict=True)
    return {
        "arm": arm,
        "n": curve.n,
        "events": int(curve.events.sum()),
        "median": known(median.estimate),
        "median_lower": known(median.lower),
        "median_upper": known(median.upper),
        "at": [
            {
                key: int(v) if key == "at_risk" else known(v)
                for key, v in zip(keys, row, strict=True)
            }
            for row in rows
        ],
        "rmst": None
        if mean is None
        else {key: known(getattr(mean, key)) for key in ("estimate", "se", "lower", "upper")},
    }


def logrank_dict(test: LogRank | None) -> dict[str, Any]:
    """z and one-sided p (None for more than two arms), chisq, df, p."""
    if test is None:
        return dict.fromkeys(("z", "chisq", "df", "p", "p_better"))
    z, better = (None if v is None else known(v) for v in (test.z, test.p_better))
    p = known(test.p)
    return {"z": z, "chisq": known(test.chisq), "df": test.df, "p": p, "p_better": better}


def times_dict(fit: ParametricTimes) -> dict[str, Any]:
    """Every term of a parametric model: time ratio, hazard ratio where there is one."""
    stretch, hazard = fit.time_ratio, fit.hazard_ratio
    terms = []
    for j, name in enumerate(fit.names[1:]):
        own: dict[str, Any] = {"term": name, "coef": known(fit.coef[j + 1])}
        own |= {"se": known(fit.se[j + 1]), "p": known(fit.p[j + 1])}
        for word, ratio in (("time_ratio", stretch), ("hazard_ratio", hazard)):
            ends = ("", "_lower", "_upper")
            values = (None,) * 3 if ratio is None else tuple(known(v[j]) for v in ratio)
            own |= {f"{word}{end}": v for end, v in zip(ends, values, strict=True)}
        terms.append(own)
    scale, loglik = known(fit.scale), known(fit.loglik)
    return {"distribution": fit.distribution, "scale": scale, "loglik": loglik, "terms": terms}


def cox_dict(fit: Cox | None, ties: Ties) -> dict[str, Any]:
    """The first experimental arm against control, the model's tests, and every term."""
    keys = ("hr", "lower", "upper", "coef", "se", "p", "p_better")
    if fit is None:
        return {**dict.fromkeys((*keys, "score", "lr", "df")), "ties": ties, "terms": []}
    columns = {key: getattr(fit, key) for key in keys}
    terms = [
        {"term": name, **{key: known(columns[key][j]) for key in keys}}
        for j, name in enumerate(fit.names)
    ]
    first = {key: terms[0][key] for key in keys}
    tests = {"score": known(fit.score.statistic), "lr": known(fit.lr.statistic)}
    return {**first, **tests, "ties": ties, "df": fit.lr.df, "terms": terms}


def zph_dict(rows: tuple[Drift, ...] | None) -> dict[str, Any]:
    """The test of the arm, and of each term."""
    if rows is None:
        return {"chisq": None, "df": None, "p": None, "terms": []}
    each = [{"term": r.term, "chisq": known(r.chisq), "df": r.df, "p": known(r.p)} for r in rows]
    return {**{k: each[0][k] for k in ("chisq", "df", "p")}, "terms": each}


def rmst_dict(found: RmstComparison) -> dict[str, Any]:
    """Difference and ratio of restricted means, experimental against control."""
    pairs = (("difference", found.difference), ("ratio", found.ratio))
    values = {name: {k: known(v) for k, v in c._asdict().items()} for name, c in pairs}
    return {"tau": found.control.tau, **values}
