"""Times to event by the library `survival`."""

from __future__ import annotations

import math
import warnings
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

import polars as pl

from equipoise.calendar import DAYS_PER_MONTH
from equipoise.protocol import Protocol
from equipoise.protocol.model import Estimand
from equipoise.reporting.recompute.common import LEVEL, Theirs, counted, finite, pairs_of

SURVIVAL = "survival"

UNBOUNDED = 100.0
"""A standard error of a log hazard ratio that no data with a maximum have: it runs off with it."""


def times(
    people: pl.DataFrame, protocol: Protocol, estimand: Estimand, methods: set[str]
) -> Theirs:
    """Counts, curves, medians, log-rank and Cox of a time to event.

    people : ARM_, AVAL, EVENT and the variables of the strata
    """
    found: Theirs = dict(counted(people, "EVENT", "events"))
    strata = _strata(people, protocol, estimand)
    for arm, part in _by_arm(people, protocol):
        days = part["AVAL"].max()
        found["count", "longest follow-up", arm, None] = (float(str(days)), "polars")
        fit = _curve(part, estimand)
        if "Kaplan-Meier" in methods:
            found |= _at_times(fit, arm, estimand)
        if "median" in methods:
            found |= _median(fit, arm)
    pairs = pairs_of(people, protocol, estimand)
    for prefix in ("", "stratified "):
        by = strata if prefix else []
        if f"{prefix}log-rank" in methods:
            if people["ARM_"].n_unique() > 2:
                found |= _log_rank(people, protocol, f"{prefix}log-rank", "all arms", by)
            for pair, two in pairs:
                found |= _log_rank(two, protocol, f"{prefix}log-rank", pair, by)
        if f"{prefix}Cox" in methods:
            for pair, two in pairs:
                found |= _cox(two, protocol, f"{prefix}Cox", pair, by, estimand)
    return found


def _strata(people: pl.DataFrame, protocol: Protocol, estimand: Estimand) -> list[str]:
    """The variables that stratify: as randomized or as corrected, by the place of the factor."""
    plans = protocol.allocation.strata
    end = "R" if estimand.stratified == "as randomized" else "V"
    place = {name: f"STRAT{n}{end}" for n, name in enumerate(plans, start=1)}
    names = list(plans if estimand.strata is None else estimand.strata)
    kept = {n: plans[n].variable or n if n in plans else n for n in names}
    return [place[n] if place.get(n) in people.columns else kept[n] for n in names]


def _by_arm(people: pl.DataFrame, protocol: Protocol) -> Iterator[tuple[str, pl.DataFrame]]:
    for arm in protocol.arms:
        part = people.filter(pl.col("ARM_") == arm)
        if part.height:
            yield arm, part


def _columns(people: pl.DataFrame, protocol: Protocol, strata: list[str]) -> dict[str, list[Any]]:
    """What R's formulas read: time, event, arm (0 control, 1 ...), s0, s1, ..."""
    present = set(people["ARM_"])
    arms = [a for a in (protocol.control, *protocol.experimental) if a in present]
    order = {a: i for i, a in enumerate(arms)}
    columns = {
        "time": people["AVAL"].cast(pl.Float64).to_list(),
        "event": people["EVENT"].to_list(),
        "arm": people["ARM_"].replace_strict(order).to_list(),
    }
    for i, name in enumerate(strata):
        columns[f"s{i}"] = people[name].cast(pl.String).fill_null("missing").to_list()
    return columns


def _formula(strata: list[str]) -> str:
    within = f" + strata({', '.join(f's{i}' for i in range(len(strata)))})" if strata else ""
    return f"Surv(time, event) ~ arm{within}"


def _curve(part: pl.DataFrame, estimand: Estimand) -> Any:
    import survival

    data = {"time": part["AVAL"].cast(pl.Float64).to_list(), "event": part["EVENT"].to_list()}
    conf = estimand.interval or "log-log"
    return survival.survfit("Surv(time, event) ~ 1", data, conf_type=conf, conf_int=LEVEL)


def _at_times(fit: Any, arm: str, estimand: Estimand) -> Theirs:
    found: Theirs = {}
    for span in estimand.at:
        i = bisect_right(fit.time, span.days) - 1
        s, lower, upper, error = 1.0, 1.0, 1.0, 0.0
        if i >= 0:
            s, lower, upper = fit.surv[i], fit.lower[i], fit.upper[i]
            error = s * fit.std_err[i]  # the library has that of log S
        if span.days > fit.time[-1] and fit.surv[-1] > 0:
            s = lower = upper = error = math.nan  # somebody was censored last
        for name, value in (
            ("survival", s),
            ("survival lower limit", lower),
            ("survival upper limit", upper),
            ("survival standard error", error),
        ):
            found["Kaplan-Meier", name, arm, span.days] = (finite(value), SURVIVAL)
    return found


def _median(fit: Any, arm: str) -> Theirs:
    import survival

    read: Any = survival.quantile(fit, [0.5])
    found: Theirs = {}
    for suffix, value in (
        ("", read.quantile[0][0]),
        (" lower limit", read.lower[0][0]),
        (" upper limit", read.upper[0][0]),
    ):
        days = finite(value)
        months = None if days is None else days / DAYS_PER_MONTH
        found["median", f"median{suffix}", arm, None] = (days, SURVIVAL)
        found["median", f"median months{suffix}", arm, None] = (months, SURVIVAL)
    return found


def _log_rank(
    people: pl.DataFrame, protocol: Protocol, name: str, pair: str, strata: list[str]
) -> Theirs:
    import survival

    if not people["EVENT"].sum():
        return {(name, "p", pair, None): (None, SURVIVAL)}
    test: Any = survival.survdiff(_formula(strata), _columns(people, protocol, strata))
    found: Theirs = {
        (name, "chi-square", pair, None): (float(test.chisq), SURVIVAL),
        (name, "df", pair, None): (float(test.df), SURVIVAL),
        (name, "p", pair, None): (float(test.pvalue), SURVIVAL),
    }
    if len(test.n) == 2:
        observed, expected = (
            float(sum(v[1])) if isinstance(v[1], list) else float(v[1])
            for v in (test.obs, test.exp)
        )
        variance: Any = test.var
        z = (observed - expected) / math.sqrt(variance[1][1])
        found[name, "z", pair, None] = (z, SURVIVAL)
    return found


def _cox(
    people: pl.DataFrame,
    protocol: Protocol,
    name: str,
    pair: str,
    strata: list[str],
    estimand: Estimand,
) -> Theirs:
    import survival
    from scipy import stats

    names = ("log hazard ratio", "log hazard ratio standard error", "hazard ratio",
             "hazard ratio lower limit", "hazard ratio upper limit", "p")  # fmt: skip
    none: Theirs = {(name, n, pair, None): (None, SURVIVAL) for n in names}
    if people.filter(pl.col("EVENT") == 1)["ARM_"].n_unique() < 2:
        return none  # without events in one arm the likelihood has no maximum
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it advises against an optimum as exact as this
        model: Any = survival.coxph(
            _formula(strata), _columns(people, protocol, strata),
            ties=estimand.ties, eps=1e-14, iter_max=60,
        )  # fmt: skip
    b, error = float(model.coefficients[0]), math.sqrt(model.var[0][0])
    if not error < UNBOUNDED:
        return none  # the likelihood rises for ever: where it is left off is no maximum
    half = float(stats.norm.ppf(0.5 + LEVEL / 2)) * error
    p = float(stats.chi2.sf((b / error) ** 2, 1))
    values = (b, error, math.exp(b), math.exp(b - half), math.exp(b + half), p)
    return {(name, n, pair, None): (v, SURVIVAL) for n, v in zip(names, values, strict=True)}
