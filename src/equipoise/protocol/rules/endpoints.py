"""Endpoints can be observed, and estimands ask what their endpoint can answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from equipoise.protocol.language.conditions import ConditionError, parse_condition
from equipoise.protocol.language.lines import Path
from equipoise.protocol.language.sources import named_sources
from equipoise.protocol.model import Endpoint, IntercurrentEvent, Protocol
from equipoise.protocol.rules.base import Problem, Rule, unknown
from equipoise.protocol.rules.patients import about_patients

WHO: Final = ("randomized", "treated", "all")
LONGEST_CONDITION: Final = 4000  # characters
_MISSED: Final = re.compile(
    r"^(?:\w+ after )?(one|two|three|[0-9]+)( or more)? missed assessments?$"
)


def variables(protocol: Protocol) -> Iterator[Problem]:
    for key, endpoint in protocol.endpoints.items():
        missing = _unsaid(endpoint)
        if missing:
            message = f"a {endpoint.type} endpoint without `{missing}`"
            yield Problem(("endpoints", key), message, f"expected `{missing}`: {_MEANS[missing]}")


_MEANS: Final = {
    "responder": "the condition that makes a subject a responder",
    "parameter": "the PARAMCD of the variable",
    "data": "the dataset it is found in",
}


def _unsaid(endpoint: Endpoint) -> str:
    if endpoint.type == "proportion" and endpoint.responder is None:
        return "responder"
    if endpoint.type in ("continuous", "questionnaire") and endpoint.parameter is None:
        return "parameter"
    if endpoint.worse_by is not None and endpoint.parameter is None:
        return "parameter"
    if endpoint.type == "count" and endpoint.data is None:
        return "data"
    return ""


def intercurrent(protocol: Protocol) -> Iterator[Problem]:
    known = named_sources()
    for key, estimand in protocol.estimands.items():
        seen: set[str] = set()
        for at, event in enumerate(estimand.intercurrent_events):
            path: Path = ("estimands", key, "intercurrent events", at)
            if event.name in seen:
                yield Problem(path, f'"{event.name}" has two strategies', "expected one")
            seen.add(event.name)
            if _is_outcome(event, protocol.endpoints.get(estimand.endpoint)):
                message = f'"{event.name}" is an event of {estimand.endpoint}, yet {event.strategy}'
                yield Problem(path, message, "expected composite, or take it out of `event`")
            if not _recognized(event, known):
                found = unknown(path, "built-in event", event.name, known)
                expected = f"say `from` and `date` to find it, or take {found.expected[9:]}"
                yield Problem(path, found.message, expected)


def _is_outcome(event: IntercurrentEvent, endpoint: Endpoint | None) -> bool:
    """Whether it counts as an event of the endpoint and, by its strategy, does not."""
    if event.strategy not in ("hypothetical", "while on treatment") or endpoint is None:
        return False
    return event.name in [source.name for source in endpoint.event]


def _recognized(event: IntercurrentEvent, known: dict[str, dict[str, str]]) -> bool:
    own = event.from_ is not None and event.date is not None
    counted = event.missed is not None or _MISSED.match(event.name) is not None
    policy = event.strategy == "treatment policy"  # nothing has to be found to disregard it
    return own or counted or policy or event.name in known


def conditions(protocol: Protocol) -> Iterator[Problem]:
    for path, text in written_conditions(protocol):
        if len(text) > LONGEST_CONDITION:
            message = f"a condition of {len(text):,} characters"
            yield Problem(path, message, f"expected {LONGEST_CONDITION:,} at most")
            continue
        try:
            parse_condition(text)
        except RecursionError:
            yield Problem(path, "too many parentheses within each other", "expected a simpler one")
        except ConditionError as error:
            head, _, tail = str(error).partition("; expected ")
            yield Problem(path, head, f"expected {tail}" if tail else "")


def written_conditions(protocol: Protocol) -> Iterator[tuple[Path, str]]:
    """Every condition of a protocol, with its place."""
    yield from about_patients(protocol)
    for key, population in protocol.populations.items():
        if population.who not in WHO:
            yield ("populations", key, "who"), population.who
    for name, query in protocol.safety.queries.items():
        yield ("safety", "queries", name, "where"), query.where
    for at, contact in enumerate(protocol.dates.alive):
        if contact.where is not None:
            yield ("dates", "alive", at, "where"), contact.where
    for key, endpoint in protocol.endpoints.items():
        if endpoint.responder is not None:
            yield ("endpoints", key, "responder"), endpoint.responder
        for part in ("event", "censor"):
            for at, source in enumerate(getattr(endpoint, part)):
                if source.where is not None:
                    yield ("endpoints", key, part, at, "where"), source.where
        if endpoint.among is not None and endpoint.among.where is not None:
            yield ("endpoints", key, "among", "where"), endpoint.among.where
    for key, estimand in protocol.estimands.items():
        if isinstance(where := estimand.options.get("where"), str):
            yield ("estimands", key, "options", "where"), where
        for at, event in enumerate(estimand.intercurrent_events):
            if event.where is not None:
                yield ("estimands", key, "intercurrent events", at, "where"), event.where


def missed_scans(protocol: Protocol) -> Iterator[Problem]:
    for key, estimand in protocol.estimands.items():
        endpoint = protocol.endpoints.get(estimand.endpoint)
        if endpoint is None:
            continue
        visit = protocol.visits.get(endpoint.assessed_at or "")
        due = visit is not None and visit.every is not None
        for at, event in enumerate(estimand.intercurrent_events):
            counted = event.missed is not None or _MISSED.match(event.name) is not None
            if counted and event.strategy != "treatment policy" and not due:
                message = f'"{event.name}" needs to know when assessments are due'
                where: Path = ("estimands", key, "intercurrent events", at)
                expected = f"say `assessed at` in the endpoint {estimand.endpoint}"
                yield Problem(
                    where, message, f"{expected}, with a visit that comes `every` so often"
                )


RULES = (
    Rule("P23", "An endpoint without its variable", variables),
    Rule("P26", "An intercurrent event that cannot be recognized", intercurrent),
    Rule("P33", "A condition that cannot be read", conditions),
    Rule("P46", "Missed assessments without a schedule", missed_scans),
)
