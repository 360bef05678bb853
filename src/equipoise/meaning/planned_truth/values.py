"""Responses, measures and recurrent events that follow from what is assumed.

A measure has the assumed standard deviation of its change from baseline: two values of a patient,
each with noise of that over the root of 2. Patients differ as much again at baseline, so that two
values of one are correlated by one half. The change is reached by the first day of the visit at
which it is asked for. A level at baseline is not assumed, and makes no difference: it is the middle
of a scored scale, or else ten standard deviations.
"""

from __future__ import annotations

from math import floor, log10, sqrt
from typing import Any, Final

from equipoise.errors import InputError
from equipoise.meaning.rates import dispersion, number
from equipoise.meaning.responders import RESPONDED, TUMOR_RESPONSES, responder_of
from equipoise.protocol.language.activities import MEASURED_AT
from equipoise.protocol.language.conditions import (
    Compare,
    Condition,
    ConditionError,
    In,
    parse_condition,
)
from equipoise.protocol.model import Endpoint, MeasureTruth, Protocol, RecurrentTruth
from equipoise.units import Duration, parse_duration

_DOMAINS: Final = {"ADVS": "VS", "ADQS": "QS"}
_MIDDLE: Final = 50.0  # of a scored scale, 0 to 100
_TIMES_SD: Final = 10.0  # a level far from 0
_BY: Final = parse_duration("12 weeks")  # where no time is asked for
_TERMS: Final = ("AEDECOD", "AETERM")


def planned_response(protocol: Protocol, key: str) -> dict[str, float]:
    """The share of responders by arm.

    Raises   InputError that says why an assumed proportion is not one of responders to treatment.
    """
    asked = responder_of(protocol, key)
    measured = _measured_by(protocol, asked.data, asked.parameter)
    if measured is not None:
        raise InputError(f"responders follow from what is assumed of {measured}, not from shares")
    if (asked.data, asked.parameter) != (TUMOR_RESPONSES, "BOR"):
        raise InputError(
            f"of proportions only a best overall response (ADRS, BOR) follows from an assumption, "
            f"not a condition over {asked.data}"
        )
    if not _is_cr_or_pr(asked.condition):
        raise InputError(f"responders have CR or PR, and not `{asked.condition}`")
    found = {arm: number(protocol, key, arm) for arm in protocol.arms}
    for arm, share in found.items():
        if not 0.0 <= share <= 1.0:
            raise InputError(f"a proportion of {share:g} in the arm {arm}")
    return found


def _measured_by(protocol: Protocol, data: str, parameter: str | None) -> str | None:
    """The endpoint, with an assumption, whose values a responder is judged by."""
    for key in protocol.assume.endpoints:
        endpoint = protocol.endpoints.get(key)
        if endpoint is None or endpoint.type not in ("continuous", "questionnaire"):
            continue
        if (endpoint.data or "ADQS", endpoint.parameter) == (data, parameter):
            return key
    return None


def _is_cr_or_pr(text: str) -> bool:
    match _parsed(text):
        case In(_, choices, negated=False):
            return {getattr(choice, "value", None) for choice in choices} == set(RESPONDED)
        case _:
            return False


def _parsed(text: str) -> Condition | None:
    try:
        return parse_condition(text)
    except ConditionError:
        return None


def planned_measure(protocol: Protocol, key: str) -> MeasureTruth:
    """What is measured at visits, so that its change is the assumed one.

    Raises   InputError that says why there is none.
    """
    endpoint = protocol.endpoints[key]
    domain = _domain(protocol, key, endpoint)
    sd = _deviation(protocol, key)
    plan = protocol.questionnaires.get(endpoint.scale or "")
    is_scored = plan is not None and plan.scored_by is not None
    made: dict[str, Any] = {
        "label": endpoint.label if len(endpoint.label) <= 40 else endpoint.parameter,
        "domain": domain,
        "category": plan.category if plan else "",
        "mean": _MIDDLE if is_scored else _TIMES_SD * sd,
        "sd": sd / sqrt(2.0),
        "noise": sd / sqrt(2.0),
        "change": {arm: number(protocol, key, arm, "mean") for arm in protocol.arms},
        "by": _by(protocol, key, endpoint),
        "digits": max(0, 1 - floor(log10(sd))),
    }
    if is_scored:
        made |= {"questionnaire": endpoint.scale, "at_least": 0.0, "at_most": 100.0, "digits": 2}
    return MeasureTruth(**made)


def _domain(protocol: Protocol, key: str, endpoint: Endpoint) -> str:
    data = endpoint.data or ("ADQS" if endpoint.type == "questionnaire" else "")
    if data not in _DOMAINS:
        known = " or ".join(_DOMAINS)
        raise InputError(f"measures follow from an assumption in {known}, not in {data or 'none'}")
    if endpoint.parameter is None:
        raise InputError("its `parameter` is not said")
    domain = _DOMAINS[data]
    activity = MEASURED_AT[domain]
    rows = protocol.visits_for(activity).values()
    if not (any(row.precedes for row in rows) and any(row.follows for row in rows)):
        raise InputError(f"no visit does {activity} both before and after randomization")
    return domain


def _deviation(protocol: Protocol, key: str) -> float:
    """The standard deviation of the change, which is one in all arms."""
    found = {number(protocol, key, arm, "sd") for arm in protocol.arms}
    sd = found.pop()
    if found:
        raise InputError("standard deviations that differ by arm; virtual patients have one")
    if not sd > 0.0:
        raise InputError(f"a standard deviation of {sd:g}")
    return sd


def _by(protocol: Protocol, key: str, endpoint: Endpoint) -> Duration:
    """The first day of the visit by which the whole change is asked for."""
    asked = [span for e in protocol.estimands.values() if e.endpoint == key for span in e.at]
    by = min(asked, key=lambda span: span.days) if asked else _BY
    visit = protocol.visits.get(endpoint.assessed_at or "")
    early = visit.window.whole_days if visit is not None and visit.window is not None else 0
    return parse_duration(f"{max(by.whole_days - early, 1)} days")


def planned_recurrence(protocol: Protocol, key: str) -> RecurrentTruth:
    """Events that come at the assumed rates, a year at risk.

    Raises   InputError that says why there are none.
    """
    endpoint = protocol.endpoints[key]
    if endpoint.data != "ADAE":
        raise InputError(f"counts follow from an assumption in ADAE, not in {endpoint.data}")
    rates = {arm: number(protocol, key, arm) for arm in protocol.arms}
    for arm, rate in rates.items():
        if not rate > 0.0:
            raise InputError(f"a rate of {rate:g} a year in the arm {arm}")
    term = _term(protocol, key)
    return RecurrentTruth(rates=rates, dispersion=dispersion(protocol, key), term=term)


def _term(protocol: Protocol, key: str) -> str:
    """The term whose events are counted: the one that the option `where` asks for."""
    own = [e.options.get("where") for e in protocol.estimands.values() if e.endpoint == key]
    asked = {text for text in own if text is not None}
    if not asked:
        return key.upper()
    found = {_equals(str(text)) for text in asked}
    term = found.pop()
    if term is None or found:
        raise InputError('events are counted by another condition than one such as AEDECOD = "..."')
    return term


def _equals(text: str) -> str | None:
    """The word of `AEDECOD = "word"`."""
    match _parsed(text):
        case Compare(left, "=", right) if left.text in _TERMS:
            word = getattr(right, "value", None)
            return word if isinstance(word, str) else None
        case _:
            return None
