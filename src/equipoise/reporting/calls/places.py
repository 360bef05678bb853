"""What stands in the places of a call: this analysis' parameter, arms, strata and options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from equipoise.meaning.hypotheses import asked_by, better_sign
from equipoise.meaning.methods import METHODS
from equipoise.meaning.model_options import LogisticOptions, MixedModelOptions, RankOptions
from equipoise.meaning.options import (
    ClusterOptions,
    CombinationOptions,
    CountOptions,
    FlemingHarringtonOptions,
    IncidenceOptions,
    MeasureOptions,
    ModestlyWeightedOptions,
    PetoOptions,
    ProportionalityOptions,
    RestrictedMeanOptions,
    TimeOptions,
    WeightedOptions,
    WindowOptions,
)
from equipoise.protocol import Protocol
from equipoise.protocol.model import Estimand
from equipoise.reporting.calls.data import strata_columns
from equipoise.reporting.calls.form import quoted, vector

Places = dict[str, Any]


def places_of(protocol: Protocol, row: Mapping[str, Any], *, stratified: bool) -> Places:
    """The places of a row of an estimand, but counts and totals."""
    estimand = protocol.estimands[str(row["analysis"])]
    plain = str(row["method"]).removeprefix("stratified ")
    return {
        **_arms(row),
        **_strata(protocol, estimand, stratified=stratified),
        **_of_times(estimand, row),
        **_tests(protocol, estimand, plain, row),
        **_of_models(estimand, row),
    }


def _arms(row: Mapping[str, Any]) -> Places:
    pair = str(row["comparison"]).split(" v ")
    group, term = str(row.get("group", "")), str(row.get("term", ""))
    whole = group == "all"
    return {
        "experimental": quoted(pair[0]),
        "control": quoted(pair[-1]),
        "two": f"two = {vector(pair)}" if len(pair) == 2 else "two = NULL",
        "group": group,
        "group_text": quoted(group),
        "by": "1" if whole else "TRT01P",
        "line": "1" if whole else quoted(f"TRT01P={group}"),
        "term": quoted(term),
        "at": None if row.get("at") is None else f"{row['at']:.10g}",
    }


def _strata(protocol: Protocol, estimand: Estimand, *, stratified: bool) -> Places:
    columns = strata_columns(protocol, estimand) if stratified else []
    inside = ", ".join(f"d${c}" for c in columns)
    named = ", ".join(columns)
    covariates = "".join(f" + {term}" for term in estimand.covariates if term != "BASE")
    return {
        "strata": f" + strata({named})" if columns else "",
        "stratum": f"interaction({inside}, drop = TRUE)" if columns else "1",
        "stratum_here": f"interaction({named})" if columns else "rep(1, length(Y))",
        "factors": f" + interaction({named}, drop = TRUE)" if columns else "",
        "covariates": covariates,
        "terms": " + ".join(estimand.covariates),
    }


def _of_times(estimand: Estimand, row: Mapping[str, Any]) -> Places:
    tau = RestrictedMeanOptions.of(estimand).tau
    cluster = ClusterOptions.of(estimand).cluster
    cuts = WindowOptions.of(estimand).cuts
    term = str(row.get("term", ""))
    return {
        "ties": estimand.ties,
        "interval": estimand.interval or "log-log",
        "tau": "NA" if tau is None else f"{tau:.10g}",
        "cluster": cluster or "USUBJID",
        "cuts": f"c({', '.join(f'{cut:.10g}' for cut in cuts)})",
        "window": str(_window(term, cuts)),
        "transform": ProportionalityOptions.of(estimand).transform,
        "line_of_term": quoted(term) if term else "1",
        "censored": "CAUSE == 0" if TimeOptions.of(estimand).competing else "CNSR != 0",
        "cause": "2" if term == "competing" else "1",
        "variance": IncidenceOptions.of(estimand).variance,
    }


def _window(term: str, cuts: tuple[float, ...]) -> int:
    """Which window of follow-up a row is about, from 1; its term says from which month."""
    from equipoise.calendar import DAYS_PER_MONTH

    begins = [f"from month {cut / DAYS_PER_MONTH:.4g}" for cut in (0.0, *cuts)]
    return next((i for i, b in enumerate(begins, 1) if f"{term} ".startswith(f"{b} ")), 1)


def _tests(protocol: Protocol, estimand: Estimand, plain: str, row: Mapping[str, Any]) -> Places:
    weights = [f"fleming_harrington({r:g}, {g:g})" for r, g in _weights(estimand)]
    found: Places = {
        "weights": ", ".join(weights),
        "weight": _weight(estimand, plain),
        "meaning": quoted(WeightedOptions.of(estimand).strata_are),
    }
    if plain == "max-combo":
        endpoint = protocol.endpoints[estimand.endpoint]
        found["sign"] = f"{better_sign(endpoint, METHODS[plain])}"
        asked = [f"z, FH({r:g}, {g:g})" for r, g in _weights(estimand)]
        statistic = str(row.get("statistic", ""))
        found["which"] = str(asked.index(statistic) + 1) if statistic in asked else "1"
    if plain == "Farrington-Manning":
        hypothesis = asked_by(protocol, str(row["analysis"]))
        if hypothesis is not None and hypothesis.margin is not None:
            found["margin"] = f"{hypothesis.sign * hypothesis.margin:.10g}"
            found["lower"] = hypothesis.sign < 0
    return found


def _weights(estimand: Estimand) -> tuple[tuple[float, float], ...]:
    return CombinationOptions.of(estimand).weights


def _weight(estimand: Estimand, plain: str) -> str:
    """The weights of a test, as a call of R."""
    if plain == "Fleming-Harrington":
        asked = FlemingHarringtonOptions.of(estimand)
        return f"fleming_harrington({asked.rho:g}, {asked.gamma:g})"
    if plain == "modestly weighted log-rank":
        modest = ModestlyWeightedOptions.of(estimand)
        if modest.t_star is not None:
            return f"modest(t_star = {modest.t_star:.10g})"
        return f"modest(floor = {modest.floor:.10g})"
    if plain == "Peto-Peto":
        return f"peto({'TRUE' if PetoOptions.of(estimand).peto == 'modified' else 'FALSE'})"
    return f"at_risk({0.5 if plain == 'Tarone-Ware' else 1:g})"


def _of_models(estimand: Estimand, row: Mapping[str, Any]) -> Places:
    profile = LogisticOptions.of(estimand).limits == "profile"
    mixed = MixedModelOptions.of(estimand)
    exact = RankOptions.of(estimand).exact
    lower, upper = ("profile_logistic(x)[1]", "profile_logistic(x)[2]") if profile else (
        "confint.default(x)[2, 1]", "confint.default(x)[2, 2]",
    )  # fmt: skip
    own = 'drop1(x, ~ ARM, test = "LRT")[2, "Pr(>Chi)"]'
    wald = "2 * pnorm(-abs(coef(x)[[2]] / sqrt(vcov(x)[2, 2])))"
    term = str(row.get("term", "")).split(" by ")
    named = {"arm": "ARM", "visit": "VISIT"}
    return {
        "odds_lower": f"exp({lower})",
        "odds_upper": f"exp({upper})",
        "odds_p": own if profile else wald,
        "by_visit": "".join(f" + {name}:VISIT" for name in mixed.by_visit),
        "others_by_visit": "".join(f" + {name}:VISIT" for name in mixed.by_visit if name != "BASE"),
        "change": "TRUE" if MeasureOptions.of(estimand).response == "change" else "FALSE",
        "df": quoted(mixed.df),
        "model_term": quoted(":".join(named.get(part, part) for part in term)),
        "exact": "NULL" if exact is None else "TRUE" if exact else "FALSE",
        "unit": f"{CountOptions.of(estimand).per.days:.10g}",
    }
