"""The R call that gives the same number, from ADTTE and ADSL as they are written or from counts.

Checked  tests/oracle/survival/test_r_calls.py, tests/oracle/test_r_families.py (run in R, its
         values recorded).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from equipoise.adam.time.adtte import parameter_codes
from equipoise.analysis.results import Results
from equipoise.meaning.hypotheses import strata_of
from equipoise.protocol import Protocol
from equipoise.protocol.model import Estimand
from equipoise.reporting.package.forms import OF_SHARES, OF_TIMES, RForm

_DATA = 'd <- merge(subset(ADTTE, PARAMCD == "{code}"), ADSL[{who}]); {pair}'


def r_call(protocol: Protocol, row: Mapping[str, Any]) -> str:
    """The call with this analysis' parameter, population, arms, strata, ties and limits.

    Only calls that were run in R, on the datasets as they are written, and gave our number; ""
    where there is none.
    """
    form = _timed_form(protocol, row)
    if form is None:
        return ""
    filled = _filled(protocol, row)
    return _DATA.format(**filled) + form.call.format(**filled)


def call_of(results: Results, row: Mapping[str, Any]) -> str:
    """As `r_call`, and of shares with the counts of the arms."""
    timed = r_call(results.data.protocol, row)
    if timed or row["subgroup"] or row["method"] not in OF_SHARES:
        return timed
    counts = _counts(results, row)
    return "" if counts is None else OF_SHARES[str(row["method"])].call.format(**counts)


def r_value(results: Results, row: Mapping[str, Any]) -> str:
    """Statements in R that end with the row's value: the call as `x`, what is taken of it."""
    call = call_of(results, row)
    if not call:
        return ""
    protocol = results.data.protocol
    form = _timed_form(protocol, row)
    filled: Mapping[str, Any] = _filled(protocol, row) if form else _counts(results, row) or {}
    form = form or OF_SHARES[str(row["method"])]
    taken = form.values.get(_statistic(row))
    if taken is None or (row.get("at") is None and "{at}" in taken):
        return ""
    data = _DATA.format(**filled) if "code" in filled else ""
    return f"{data}x <- {call.removeprefix(data)}; {taken.format(**filled)}"


def _statistic(row: Mapping[str, Any]) -> str:
    """The statistic; of harms without its kind: "serious p" is a p."""
    name = str(row["statistic"])
    if row["analysis"] in ("safety", "harms"):
        if name.endswith(" p"):
            return "p"
        at = name.find("risk difference")
        return f"difference in proportions{name[at + 15 :]}" if at >= 0 else name
    return name


def _timed_form(protocol: Protocol, row: Mapping[str, Any]) -> RForm | None:
    """The form of a method of times, where ADTTE has the estimand's parameter."""
    key, name = str(row["analysis"]), str(row["method"])
    estimand = protocol.estimands.get(key)
    form = OF_TIMES.get(name.removeprefix("stratified "))
    if estimand is None or form is None or row["subgroup"] or row.get("group") == "all":
        return None
    if estimand.options or estimand.covariates or key not in parameter_codes(protocol):
        return None
    return None if "{at}" in form.call and row.get("at") is None else form


def _filled(protocol: Protocol, row: Mapping[str, Any]) -> dict[str, Any]:
    estimand = protocol.estimands[str(row["analysis"])]
    named = str(row["method"]).startswith("stratified ")
    factors = _factors(protocol, estimand) if named else []
    return {
        "code": parameter_codes(protocol)[str(row["analysis"])],
        "who": _who(protocol.populations[estimand.population].flag, factors),
        "pair": _pair(str(row["comparison"])),
        "strata": f" + strata({', '.join(factors)})" if factors else "",
        "ties": estimand.ties,
        "interval": estimand.interval or "log-log",
        "at": None if row.get("at") is None else f"{row['at']:.10g}",
        "group": row.get("group", ""),
    }


def _counts(results: Results, row: Mapping[str, Any]) -> dict[str, str] | None:
    """Patients and responders, or patients with an event, of the arms that a row is about."""
    arms = str(row["comparison"]).split(" v ") if row["comparison"] else [str(row["group"])]
    found = [_count(results, row, arm) for arm in arms]
    if any(one is None for one in found) or len(found) > 2:
        return None
    whole = [(f"{x:.0f}", f"{n:.0f}") for x, n in (one for one in found if one is not None)]
    if len(whole) == 1:
        return {"x": whole[0][0], "n": whole[0][1]}
    (x1, n1), (x2, n2) = whole
    return {"x1": x1, "n1": n1, "x2": x2, "n2": n2}


def _count(results: Results, row: Mapping[str, Any], arm: str) -> tuple[float, float] | None:
    name, term = "responders", ""
    if row["analysis"] in ("safety", "harms"):
        kind = str(row["statistic"]).partition(" risk difference")[0].removesuffix(" p")
        name = "patients" if row["analysis"] == "harms" else f"{kind} patients"
        term = str(row["term"])
    about = {"analysis": row["analysis"], "group": arm, "subgroup": ""}
    x = results.select(statistic=name, term=term, **about)["value"]
    n = results.select(statistic="n", term="", **about)["value"]
    return (x[0], n[0]) if len(x) == 1 and len(n) == 1 else None


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
