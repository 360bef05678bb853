"""The statements in R that make `d` of an estimand from the datasets as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from equipoise.adam.time.adtte import parameter_codes
from equipoise.adam.time.origins import ORIGINS, worsening
from equipoise.analysis.results import Results
from equipoise.errors import InputError
from equipoise.meaning.hypotheses import compared_arms, strata_of
from equipoise.meaning.options import ClusterOptions, CountOptions, MeasureOptions, TimeOptions
from equipoise.meaning.responders import responder_of
from equipoise.protocol import Protocol
from equipoise.protocol.language.conditions import ConditionError
from equipoise.protocol.model import Estimand
from equipoise.reporting.calls.conditions import NotInRError, condition_in_r
from equipoise.reporting.calls.form import quoted, vector

_NAME: Final = re.compile(r"[A-Za-z_]\w*")


def times_data(protocol: Protocol, key: str, *, stratified: bool) -> str:
    """`d` of a time to event: a row a subject with AVAL, CNSR and TRT01P; "" where ADTTE has none.

    Where events compete, CAUSE is 0 censored, 1 the event, 2 a competing one, which CNSR then is.
    """
    codes = parameter_codes(protocol)
    if key not in codes:
        return ""
    estimand = protocol.estimands[key]
    read = f'subset(ADTTE, PARAMCD == "{codes[key]}")'
    said = _competing(protocol, estimand)
    rest = ""
    if said:
        rest = (
            f"d$CAUSE <- ifelse(d$CNSR != 0, 0, ifelse(d$EVNTDESC %in% {vector(said)}, 2, 1)); "
            "d$CNSR <- ifelse(d$CAUSE == 1, 0, 1); "
        )
    return f"d <- merge({read}, ADSL[{_who(protocol, estimand, stratified=stratified)}]); " + (
        f"{_as_treated(protocol, estimand)}{rest}"
    )


def _competing(protocol: Protocol, estimand: Estimand) -> list[str]:
    """What EVNTDESC says of the competing events."""
    named = TimeOptions.of(estimand).competing
    endpoint = protocol.endpoints[estimand.endpoint]
    sources = (*worsening(endpoint), *endpoint.event)
    return [source.says or source.name for source in sources if source.name in named]


def responses_data(results: Results, key: str, *, stratified: bool) -> str:
    """`d` of a proportion: a row a subject with Y, whether the subject responded.

    Raises   NotInRError where the condition of a responder has no counterpart in R.
    """
    protocol = results.data.protocol
    estimand = protocol.estimands[key]
    asked = responder_of(protocol, estimand.endpoint)
    table = results.data.table(asked.data)
    tests = [] if asked.parameter is None else [f"PARAMCD == {quoted(asked.parameter)}"]
    if asked.reader is not None and "READER" in table.columns:
        tests.append(f"READER == {quoted(asked.reader)}")
    tests.append(_translated(asked.condition, results, asked.data))
    seen = f"subset({asked.data}, {' & '.join(tests)})$USUBJID"
    return f"{_people(protocol, estimand, stratified=stratified)}d$Y <- d$USUBJID %in% {seen}; "


def _translated(where: str, results: Results, dataset: str) -> str:
    try:
        return condition_in_r(where, results.data.table(dataset).schema)
    except ConditionError as problem:
        raise NotInRError(str(problem)) from None


def measures_data(results: Results, key: str, *, stratified: bool) -> str:
    """`d` of values at visits: a row a subject and visit with Y, BASE, VISIT and ARM."""
    # Here and below: what gathers subjects imports every method, which few calls need.
    from equipoise.analysis.samples.measures import DATASETS
    from equipoise.analysis.samples.of_estimand import whole_sample

    protocol, sample = results.data.protocol, whole_sample(results.data, key)
    estimand = protocol.estimands[key]
    endpoint = protocol.endpoints[estimand.endpoint]
    name = endpoint.data or DATASETS[endpoint.type]
    columns = results.data.table(name).columns
    when = "ADT" if "ADT" in columns else "ADY" if "ADY" in columns else "AVISITN"
    wanted = ("USUBJID", "AVISIT", "AVISITN", "ADT", "ADY", "AVAL", "ABLFL", "BASE", "CHG",
              "ANL01FL")  # fmt: skip
    kept = ", ".join(column for column in wanted if column in columns)
    first, later = _baseline_in_r(columns)
    flagged = ' & ANL01FL == "Y"' if "ANL01FL" in columns else ""
    y = "d$AVAL - d$BASE" if MeasureOptions.of(estimand).response == "change" else "d$AVAL"
    who = _who(protocol, estimand, stratified=stratified, arm=True)
    return (
        f"d <- merge(subset({name}, PARAMCD == {quoted(endpoint.parameter)} & !is.na(AVAL), "
        f'c({kept})), ADSL[{who}], by = "USUBJID"); {_as_treated(protocol, estimand)}{first}'
        f"d <- subset(d, {later}{flagged} & AVISIT %in% {vector(sample.visits)} & !is.na(BASE)); "
        f"d <- d[order(d$USUBJID, d$AVISITN, d${when}), ]; "
        'd <- d[!duplicated(d[c("USUBJID", "AVISIT")], fromLast = TRUE), ]; '
        f"d$VISIT <- factor(d$AVISIT, {vector(sample.visits)}); "
        f"d$ARM <- factor(d$TRT01P, {vector(sample.groups)}); d$Y <- {y}; "
    )


def _baseline_in_r(columns: list[str]) -> tuple[str, str]:
    """The statements that make BASE, and which records come after it."""
    if "ABLFL" not in columns:
        first = "b <- d[!is.na(d$BASE), ]; b <- b[!duplicated(b$USUBJID), ]; b$AVAL <- b$BASE; "
        return first, "!is.na(CHG)" if "CHG" in columns else "AVISITN > 0"
    first = (
        'b <- d[d$ABLFL == "Y", ]; b <- b[!duplicated(b$USUBJID, fromLast = TRUE), ]; '
        "d$BASE <- b$AVAL[match(d$USUBJID, b$USUBJID)]; "
    )
    if "CHG" in columns:
        return first, '!is.na(CHG) & ABLFL != "Y"'
    return first, 'AVISITN > max(d$AVISITN[d$ABLFL == "Y"])'


def counts_data(results: Results, key: str, *, stratified: bool) -> str:
    """`d` of a count: a row a subject with N events, DAYS at risk and FIRST, the first one's day.

    Raises   NotInRError where the condition of the records has no counterpart in R.
    """
    from equipoise.analysis.samples.counts import ONSETS

    protocol = results.data.protocol
    estimand = protocol.estimands[key]
    endpoint = protocol.endpoints[estimand.endpoint]
    name = str(endpoint.data)
    table, asked = results.data.table(name), CountOptions.of(estimand)
    tests = [f"PARAMCD == {quoted(endpoint.parameter)}"] if endpoint.parameter else []
    if asked.where:
        tests.append(_translated(asked.where, results, name))
    onset = next((c for c in ONSETS if c in table.columns), None)
    origin = ORIGINS.get(endpoint.from_, endpoint.from_)
    rows = f"subset({name}, {' & '.join(tests)})" if tests else name
    days = (asked.exposure and f"d${asked.exposure}") or _days_in_r(results, estimand, origin)
    inside = "e <- subset(e, DAY >= 1 & DAY <= DAYS); " if onset else ""
    day = f"e${onset} - e$START + 1" if onset else "NA"
    every = _people(protocol, estimand, stratified=stratified, whole=True)
    return (
        f"{every}d$START <- d${origin}; d$DAYS <- {days}; d <- subset(d, DAYS > 0); "
        f'e <- merge({rows}, d[c("USUBJID", "START", "DAYS")], by = "USUBJID"); '
        f"e$DAY <- {day}; {inside}"
        "d$N <- as.vector(table(factor(e$USUBJID, d$USUBJID))); "
        "d$FIRST <- as.vector(tapply(e$DAY, factor(e$USUBJID, d$USUBJID), min)); "
    )


def _days_in_r(results: Results, estimand: Estimand, origin: str) -> str:
    """Days from the origin to the end of the study, the last day known alive or the cut-off."""
    columns = results.data.table("ADSL").columns
    ends = [f"d${c}" for c in ("EOSDT", "LSTALVDT") if c in columns]
    if results.data.date is not None:
        ends.append(f'as.numeric(as.Date("{results.data.date}") - as.Date("1960-01-01"))')
    end = ends[-1]
    for one in reversed(ends[:-1]):
        end = f"ifelse(is.na({one}), {end}, {one})"
    days = f"{end} - d${origin} + 1"
    if estimand.at:
        days = f"pmin({days}, {max(span.whole_days for span in estimand.at)})"
    return days


def pair_in_r(comparison: str, *, relevel: bool = True) -> str:
    """Both arms of a comparison, the second as the one that is compared with."""
    arms = comparison.split(" v ")
    if len(arms) < 2:
        return ""
    both = f"d <- subset(d, TRT01P %in% {vector(arms)}); "
    return both + (f"d$TRT01P <- relevel(factor(d$TRT01P), {quoted(arms[1])}); " if relevel else "")


def compared_in_r(protocol: Protocol, estimand: Estimand) -> str:
    """All arms that the estimand compares."""
    return f"d <- subset(d, TRT01P %in% {vector(compared_arms(protocol, estimand))}); "


def strata_columns(protocol: Protocol, estimand: Estimand) -> list[str]:
    """The variables of ADSL that an estimand is stratified by."""
    end = "R" if estimand.stratified == "as randomized" else "V"
    named = strata_of(protocol, estimand)
    return [f"STRAT{i}{end}" for i, f in enumerate(protocol.allocation.strata, 1) if f in named]


def _people(
    protocol: Protocol, estimand: Estimand, *, stratified: bool, whole: bool = False
) -> str:
    """`d` of ADSL; whole: with all its columns."""
    who = _who(protocol, estimand, stratified=stratified, arm=True)
    if whole:
        who = who.partition(", c(")[0] + ", "
    return f"d <- ADSL[{who}]; {_as_treated(protocol, estimand)}"


def _as_treated(protocol: Protocol, estimand: Estimand) -> str:
    treated = protocol.populations[estimand.population].arm != "as randomized"
    return "d$TRT01P <- d$TRT01A; " if treated else ""


def _who(protocol: Protocol, estimand: Estimand, *, stratified: bool, arm: bool = False) -> str:
    """The rows and columns of ADSL; one column would fall out of its table if it were not kept."""
    population = protocol.populations[estimand.population]
    named = ["USUBJID"]
    if arm:
        named.append("TRT01P")
    if population.arm != "as randomized":
        named.append("TRT01A")
    if stratified:
        named += strata_columns(protocol, estimand)
    named += _covariates(estimand)
    cluster = ClusterOptions.of(estimand).cluster
    columns = ", ".join(map(quoted, dict.fromkeys([*named, *([cluster] if cluster else [])])))
    flag = population.variable(estimand.population)
    return f'ADSL${flag} == "Y", c({columns}), drop = FALSE'


def _covariates(estimand: Estimand) -> Iterator[str]:
    """The variables of the terms of a model."""
    if not estimand.covariates:
        return
    from equipoise.analysis.survival.terms import FUNCTIONS

    for term in estimand.covariates:
        yield from (n for n in _NAME.findall(term) if n not in (*FUNCTIONS, "factor", "BASE"))


def has_data(results: Results, key: str) -> bool:
    """Whether an estimand's subjects can be gathered at this look."""
    from equipoise.analysis.samples.of_estimand import whole_sample

    try:
        whole_sample(results.data, key)
    except InputError:
        return False
    return True
