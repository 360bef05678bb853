"""Results as plain values for JSON: None where a number is not estimable, never NaN."""

from __future__ import annotations

import math
from typing import Any

from equipoise.analysis.survival.curves.kaplan_meier import AtTime, Curve
from equipoise.analysis.survival.curves.rmst import Rmst, RmstComparison
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
    """z (None for more than two arms), chisq, df, p."""
    if test is None:
        return dict.fromkeys(("z", "chisq", "df", "p"))
    z = None if test.z is None else known(test.z)
    return {"z": z, "chisq": known(test.chisq), "df": test.df, "p": known(test.p)}


def cox_dict(fit: Cox | None, ties: Ties) -> dict[str, Any]:
    """The first experimental arm against control, the model's tests, and every term."""
    keys = ("hr", "lower", "upper", "coef", "se", "p")
    if fit is None:
        return {**dict.fromkeys((*keys, "score", "lr")), "ties": ties, "terms": []}
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
