"""The R call that gives the same number, for each method that R has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from equipoise.meaning.hypotheses import strata_of
from equipoise.protocol import Protocol
from equipoise.protocol.model import Estimand

_DATA = 'd <- subset(ADTTE, PARAMCD == "{endpoint}"); '
_TIME = "Surv(AVAL, CNSR == 0) ~ TRT01P"
_COX = f'coxph({_TIME}{{strata}}, data = d, ties = "{{ties}}"'
_FIT = f'survfit({_TIME}, data = d, conf.type = "{{interval}}")'
_CALLS = {
    "Kaplan-Meier": f"{_DATA}{_FIT}",
    "median": f"{_DATA}quantile({_FIT}, 0.5)",
    "follow-up": f"{_DATA}quantile({_FIT.replace('== 0', '== 1')}, 0.5)",
    "Nelson-Aalen": f"{_DATA}survfit({_TIME}, data = d, ctype = 1)$cumhaz",
    "log-rank": f"{_DATA}survdiff({_TIME}{{strata}}, data = d)",
    "Peto-Peto": f"{_DATA}survdiff({_TIME}{{strata}}, data = d, rho = 1)",
    "Cox": f"{_DATA}{_COX})",
    "robust Cox": f"{_DATA}{_COX}, cluster = USUBJID)",
    "Grambsch-Therneau": f"{_DATA}cox.zph({_COX}))",
    "Aalen-Johansen": f"{_DATA}survfit(Surv(AVAL, factor(CAUSE)) ~ TRT01P, data = d)",
    "Fisher exact": "fisher.test(table(TRT01P, RESPONDER))",
    "Clopper-Pearson": "binom.test(responders, n)$conf.int",
    "Wilson": "prop.test(responders, n, correct = FALSE)$conf.int",
    "chi-square": "chisq.test(table(TRT01P, RESPONDER), correct = FALSE)",
    "Cochran-Mantel-Haenszel": (
        "mantelhaen.test(table(TRT01P, RESPONDER, STRATAR), correct = FALSE)"
    ),
    "ANCOVA": "lm(AVAL ~ BASE + TRT01P)",
    "Poisson rate": "poisson.test(events, years)$conf.int",
    "rate ratio": "poisson.test(c(events1, events2), c(years1, years2))",
    "negative binomial": "MASS::glm.nb(EVENTS ~ TRT01P + offset(log(YEARS)))",
}


def r_call(protocol: Protocol, row: Mapping[str, Any]) -> str:
    """The call, with this analysis' parameter, strata, ties and limits; "" where there is none."""
    estimand = protocol.estimands.get(str(row["analysis"]))
    name = str(row["method"])
    plain = name.removeprefix("stratified ")
    if estimand is None or plain not in _CALLS:
        return ""
    filled = {
        "endpoint": estimand.endpoint,
        "strata": _strata(protocol, estimand) if plain != name else "",
        "ties": estimand.ties,
        "interval": estimand.interval or "log-log",
    }
    return _CALLS[plain].format(**filled)


def _strata(protocol: Protocol, estimand: Estimand) -> str:
    """The strata that an estimand is stratified by, as a term of a formula."""
    named = strata_of(protocol, estimand)
    factors = [i for i, f in enumerate(protocol.allocation.strata, 1) if f in named]
    return f" + strata({', '.join(f'STRAT{i}R' for i in factors)})" if factors else ""
