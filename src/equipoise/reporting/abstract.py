"""The results paragraph of an abstract, in the words of the field."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from equipoise.analysis.results import Results
from equipoise.protocol.model import Estimand
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.rounding import count, p_value, percent, ratio
from equipoise.reporting.tables.efficacy import spoken


def results_paragraph(results: Results, numbers: Numbers) -> str:
    """Sentences on enrolment, on each primary and secondary estimand, and on safety, as HTML."""
    sentences = [_enrolled(results, numbers)]
    for key, estimand in results.data.protocol.estimands.items():
        if estimand.role in ("primary", "secondary"):
            sentences += _estimand(results, numbers, key, estimand)
    sentences += _safety(results, numbers)
    return " ".join(sentences)


def _enrolled(results: Results, numbers: Numbers) -> str:
    arms = [
        f"{numbers.html('flow', 'randomized', count, group=key)} to {escape(arm.label)}"
        for key, arm in results.data.protocol.arms.items()
    ]
    total = numbers.html("flow", "randomized", count, group="all")
    return f"{total} patients were randomized, {_and(arms)}."


def _and(parts: list[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def _estimand(results: Results, numbers: Numbers, key: str, estimand: Estimand) -> Iterator[str]:
    endpoint = results.data.protocol.endpoints[estimand.endpoint]
    label = escape(endpoint.label.lower())
    if endpoint.type == "time to event":
        yield from _survival(results, numbers, key, estimand, label)
    elif endpoint.type == "proportion":
        yield _response(results, numbers, key, estimand, label)


def _survival(
    results: Results, numbers: Numbers, key: str, estimand: Estimand, label: str
) -> Iterator[str]:
    arms = results.data.protocol.arms
    if estimand.at:
        last = estimand.at[-1]
        rates = [
            numbers.limits(key, "survival", lambda v: f"{percent(v)}%", group=k, at=last.days)
            + f" with {escape(arm.label)}"
            for k, arm in arms.items()
        ]
        # "Rate of progression-free survival" is English, "rate of time to ..." is not.
        survived = label.endswith("survival")
        what = f"rate of {label}" if survived else f"proportion free of the event ({label})"
        yield f"The estimated {what} at {last} was {_and(rates)} (95% CI)."
    events = [
        f"{numbers.html(key, 'events', count, group=k)} patients with {escape(arm.label)}"
        for k, arm in arms.items()
    ]
    text = f"The end point {label} was met by {_and(events)}"
    pairs = dict.fromkeys(
        c for c in results.select(analysis=key, statistic="hazard ratio", subgroup="")["comparison"]
    )
    found = []
    for pair in pairs:
        hr = numbers.limits(key, "hazard ratio", ratio, comparison=pair)
        p = numbers.html(key, "p", p_value, comparison=pair, method=estimand.test or "")
        found.append(f"hazard ratio {hr}, P {_sign(p)} ({escape(spoken(results, pair))})")
    yield f"{text}: {'; '.join(found)}." if found else f"{text}."


def _sign(p: str) -> str:
    return p if "&lt;" in p or "&gt;" in p else f"= {p}"


def _response(results: Results, numbers: Numbers, key: str, estimand: Estimand, label: str) -> str:
    arms = results.data.protocol.arms
    rates = [
        f"{numbers.html(key, 'rate', percent, group=k)}% with {escape(arm.label)}"
        for k, arm in arms.items()
    ]
    rows = results.select(analysis=key, statistic="p", subgroup="")
    tests = [
        f"P {_sign(numbers.html(key, 'p', p_value, comparison=pair, method=estimand.test or ''))}"
        for pair in rows["comparison"].unique(maintain_order=True)
    ]
    return f"The rate of {label} was {_and(rates)} ({'; '.join(tests)})."


def _safety(results: Results, numbers: Numbers) -> Iterator[str]:
    arms = results.data.protocol.arms
    for toxicity in results.data.protocol.safety.labs:
        name = f"laboratory grade {'-'.join(str(g) for g in toxicity.grades)} proportion"
        term = toxicity.label
        if numbers.find("safety", name, group=next(iter(arms)), term=term) is None:
            continue
        shares = [
            f"{numbers.html('safety', name, lambda v: percent(v, 0), group=k, term=term)}%"
            for k in arms
        ]
        grades = " or ".join(str(g) for g in toxicity.grades)
        occurred = f"occurred by laboratory value in {_and(shares)}"
        yield f"{escape(term)} of grade {grades} {occurred}."
