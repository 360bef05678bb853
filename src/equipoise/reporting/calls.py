"""The R call that gives the same number, from ADTTE and ADSL as they are written.

Checked  tests/oracle/survival/test_r_calls.py (run in R, its values recorded).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from equipoise.meaning.hypotheses import strata_of
from equipoise.protocol import Protocol
from equipoise.protocol.model import Estimand

_DATA = 'd <- merge(subset(ADTTE, PARAMCD == "{endpoint}"), ADSL[{who}]); {pair}'
_TIME = "Surv(AVAL, CNSR == 0) ~ TRT01P"
_FIT = f'survfit({_TIME}, data = d, conf.type = "{{interval}}")'
_CALLS = {
    "Kaplan-Meier": f"{_DATA}{_FIT}",
    "median": f"{_DATA}quantile({_FIT}, 0.5)",
    "log-rank": f"{_DATA}survdiff({_TIME}{{strata}}, data = d)",
    "Cox": f'{_DATA}coxph({_TIME}{{strata}}, data = d, ties = "{{ties}}")',
}
"""Only calls that were run in R, on the datasets as they are written, and gave our number."""


def r_call(protocol: Protocol, row: Mapping[str, Any]) -> str:
    """The call with this analysis' endpoint, population, arms, strata, ties and limits.

    "" where there is none, and for estimands that ADTTE does not hold: it has each endpoint as the
    first estimand about it censors.
    """
    key, name = str(row["analysis"]), str(row["method"])
    estimand = protocol.estimands.get(key)
    plain = name.removeprefix("stratified ")
    if estimand is None or plain not in _CALLS or row["subgroup"]:
        return ""
    if estimand.options.get("competing") or estimand.covariates:
        return ""
    if next(k for k, e in protocol.estimands.items() if e.endpoint == estimand.endpoint) != key:
        return ""
    factors = _factors(protocol, estimand) if plain != name else []
    filled = {
        "endpoint": estimand.endpoint,
        "who": _who(protocol.populations[estimand.population].flag, factors),
        "pair": _pair(str(row["comparison"])),
        "strata": f" + strata({', '.join(factors)})" if factors else "",
        "ties": estimand.ties,
        "interval": estimand.interval or "log-log",
    }
    return _CALLS[plain].format(**filled)


def _who(flag: str | None, factors: list[str]) -> str:
    """The rows and columns of ADSL; one column would fall out of its table if it were not kept."""
    columns = ", ".join(f'"{column}"' for column in ("USUBJID", *factors))
    rows = f'ADSL${flag} == "Y"' if flag else ""
    return f"{rows}, c({columns}), drop = FALSE"


def _pair(comparison: str) -> str:
    """Both arms of a comparison, the second as the one that is compared with."""
    arms = comparison.split(" v ")
    if len(arms) < 2:
        return ""
    named = ", ".join(f'"{arm}"' for arm in arms)
    return (
        f"d <- subset(d, TRT01P %in% c({named})); "
        f'd$TRT01P <- relevel(factor(d$TRT01P), "{arms[1]}"); '
    )


def _factors(protocol: Protocol, estimand: Estimand) -> list[str]:
    """The variables of ADSL that an estimand is stratified by."""
    end = "R" if estimand.stratified == "as randomized" else "V"
    named = strata_of(protocol, estimand)
    return [f"STRAT{i}{end}" for i, f in enumerate(protocol.allocation.strata, 1) if f in named]
