"""What was seen of each estimand, in sentences, and the card at the head of a report."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analysis.results import Results
from equipoise.reporting.claims import decided, standing
from equipoise.reporting.labels import lowered, spoken
from equipoise.reporting.model import Cell, Number, listed, plain, run
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.words import capital

_EFFECTS = (
    "hazard ratio", "difference in means", "difference in proportions", "rate ratio",
    "odds ratio", "relative risk",
)  # fmt: skip
_POINTS = " percentage points"


def estimand_sentences(results: Results, numbers: Numbers, key: str) -> Iterator[Cell]:
    """What was seen in each arm, then how the arms compare, with the place of the P value."""
    protocol = results.data.protocol
    estimand = protocol.estimands[key]
    kind = protocol.endpoints[estimand.endpoint].type
    label = lowered(estimand.label or protocol.endpoints[estimand.endpoint].label)
    if kind == "time to event" and numbers.find(key, "n", group=protocol.control):
        yield from _survival(results, numbers, key, label)
    elif kind == "proportion":
        rates = _by_arm(results, numbers, key, "rate", "%")
        yield run(f"The rate of {label} was ", rates, " (95% CI).")
    elif kind == "count":
        yield run(f"{capital(label)}: ", _by_arm(results, numbers, key, "events", " events"), ".")
    yield from compared(results, numbers, key, label)


def _by_arm(
    results: Results, numbers: Numbers, key: str, statistic: str, unit: str, **where: float
) -> Cell:
    return listed(
        [
            run(numbers.limits(key, statistic, unit, group=k, **where), f" with {arm.label}")
            for k, arm in results.data.protocol.arms.items()
        ]
    )


def _survival(results: Results, numbers: Numbers, key: str, label: str) -> Iterator[Cell]:
    arms = results.data.protocol.arms
    for span in results.data.protocol.estimands[key].at[-1:]:
        if numbers.find(key, "survival", group=results.data.protocol.control, at=span.days):
            rates = _by_arm(results, numbers, key, "survival", "%", at=span.days)
            yield run(f"{capital(label)}: free of the event at {span}, ", rates, " (95% CI).")
    counts = []
    for k, arm in arms.items():
        seen = numbers.cell(key, "events", group=k)
        of = numbers.cell(key, "n", group=k)
        counts.append(run(seen, " of ", of, " patients with ", arm.label, _kinds(numbers, key, k)))
    yield run(f"{capital(label)}: an event in ", listed(counts), ".")


def _kinds(numbers: Numbers, key: str, arm: str) -> Cell:
    """`(disease progression 60, death 10)` where events are of several kinds."""
    rows = numbers.results.select(analysis=key, statistic="events, by kind", subgroup="")
    if rows["term"].n_unique() < 2:
        return ()
    found = [
        (term, numbers.find(key, "events, by kind", group=arm, term=term))
        for term in rows["term"].unique(maintain_order=True)
    ]
    parts = [run(f"{lowered(term)} ", number) for term, number in found if number is not None]
    return run(" (", listed(parts, ", "), ")") if parts else ()


def compared(results: Results, numbers: Numbers, key: str, label: str) -> Iterator[Cell]:
    """The effect of each comparison with its P value; nominal is called so, with the bound."""
    estimand = results.data.protocol.estimands[key]
    effect, pairs = _effect(results, numbers, key)
    parts = []
    for pair in pairs:
        term = _first_term(results, key, effect, pair)
        found = numbers.find(key, effect, comparison=pair, term=term)
        unit = _POINTS if effect == "difference in proportions" else ""
        shown = numbers.interval(key, effect, unit, comparison=pair, term=term)
        if found is None:
            continue
        p = _p_value(numbers, key, pair, estimand.test or "", term)
        said = standing(results, numbers, key, pair).said
        mark = run(" [", said, "]") if said and p else _verdict(results, numbers, key)
        who = f" ({spoken(results, pair)})"
        parts.append(run(f"{effect} ", shown, ", P " if p else "", p, who, mark))
    if not parts:
        return
    named = f"{capital(label)}: " if label else ""
    yield run(named, listed(parts, "; "), ".")


def _effect(results: Results, numbers: Numbers, key: str) -> tuple[str, list[str]]:
    """The estimand's summary, or what stands for it, and the pairs that have one."""
    for statistic in (*results.data.protocol.estimands[key].summary, *_EFFECTS):
        pairs = numbers.comparisons(key, statistic)
        if pairs:
            return statistic, pairs
    return "", []


def _first_term(results: Results, key: str, statistic: str, pair: str) -> str:
    rows = results.select(analysis=key, statistic=statistic, comparison=pair, subgroup="")
    return str(rows["term"][0]) if rows.height else ""


def _p_value(numbers: Numbers, key: str, pair: str, test: str, term: str) -> Cell:
    for statistic, at in (("p", term), ("p", ""), ("p, one-sided", "")):
        found = numbers.find(key, statistic, comparison=pair, method=test, term=at)
        if found is not None:
            side = " (one-sided)" if statistic != "p" else ""
            return run("= " if found.text[:1].isdigit() else "", found, side)
    return ()


def _verdict(results: Results, numbers: Numbers, key: str) -> Cell:
    text = decided(results, numbers, key)
    return (f" [{text}]",) if text else ()


def verdict(results: Results, numbers: Numbers) -> list[tuple[str, Cell]]:
    """The card at the head: each primary estimand in one sentence, and what the bound says."""
    card: list[tuple[str, Cell]] = []
    for key, estimand in results.data.protocol.estimands.items():
        if estimand.role != "primary":
            continue
        label = estimand.label or results.data.protocol.endpoints[estimand.endpoint].label
        told = run(*map(_begun, compared(results, numbers, key, "")))
        card.append((label, told or ("It cannot be compared at this look.",)))
        card += _facts(results, numbers, key, plain(told))
    return card


def _begun(sentence: Cell) -> Cell:
    """With a capital at its beginning."""
    first, *others = sentence
    return run(capital(first) if isinstance(first, str) else first, *others)


def _facts(results: Results, numbers: Numbers, key: str, said: str) -> Iterator[tuple[str, Cell]]:
    """The bound and how much of what was planned is seen; the decision where it is not `said`."""
    bound = numbers.find(key, "bound p, one-sided")
    if bound is not None and bound.value is not None:
        seen: Number | None = numbers.find(key, "observed p, one-sided")
        told = run(seen, ", bound ", bound, ", one-sided")
        yield "P against the bound", told
    of = numbers.find(key, "information")
    if of is not None:
        endpoint = results.data.protocol.endpoints[results.data.protocol.estimands[key].endpoint]
        counted = "events" if endpoint.type == "time to event" else "patients"
        yield f"Of the {counted} planned for the last look", run(of, "%")
    text = decided(results, numbers, key)
    if text and text not in said:
        yield "Decision", (text,)
