"""Event and censor sources: they are there, and each of them can decide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from equipoise.errors import did_you_mean
from equipoise.protocol.language.lines import Path
from equipoise.protocol.model import DateSource, Protocol
from equipoise.protocol.rules.base import Problem, Rule

ALWAYS: Final = frozenset(["randomization"])  # dates that every randomized subject has
DERIVED: Final = (
    "ADSL", "ADAE", "ADRS", "ADTR", "ADLB", "ADEX", "ADQS", "ADMH", "ADCM", "ADVS", "ADEG",
)  # fmt: skip
_COLLECTED: Final = re.compile(r"^(SUPP)?[A-Z][A-Z0-9]$")  # an SDTM domain, whoever collects it
_TIME: Final = ("time to event",)


def sources(protocol: Protocol) -> Iterator[Problem]:
    for key, endpoint in protocol.endpoints.items():
        path: Path = ("endpoints", key)
        if endpoint.type in _TIME:
            for part in ("event", "censor"):
                said = part == "event" and endpoint.worse_by is not None
                if not getattr(endpoint, part) and not said:
                    message = f"a time to event without `{part}` sources"
                    yield Problem(
                        path, message, f"expected `{part}` with sources in order of precedence"
                    )
        elif endpoint.event or endpoint.censor:
            part = "event" if endpoint.event else "censor"
            message = f"a {endpoint.type} endpoint has no `{part}` sources"
            yield Problem((*path, part), message, "expected `type: time to event`, or leave it out")


def _same(one: DateSource, other: DateSource) -> bool:
    return (one.from_, one.where, one.date, one.pick) == (
        other.from_,
        other.where,
        other.date,
        other.pick,
    )


def never(protocol: Protocol) -> Iterator[Problem]:
    yield from _nowhere(protocol)
    for key, endpoint in protocol.endpoints.items():
        for part in ("event", "censor"):
            listed: tuple[DateSource, ...] = getattr(endpoint, part)
            for at, source in enumerate(listed):
                yield from _shadowed(("endpoints", key, part, at), source, listed[:at])
        for at, source in enumerate(endpoint.censor):
            if any(_same(source, event) for event in endpoint.event):
                message = f'censoring at "{source.name}" can never happen: it is an event already'
                where = ("endpoints", key, "censor", at)
                yield Problem(where, message, "leave it out of `event` or of `censor`")


def _shadowed(path: Path, source: DateSource, earlier: tuple[DateSource, ...]) -> Iterator[Problem]:
    for before in earlier:
        if _same(source, before):
            message = f'"{source.name}" can never decide: "{before.name}" is the same date'
            yield Problem(path, message, "expected each source once")
            return
        if before.name in ALWAYS and before.where is None:
            first = f'everybody has "{before.name}", which stands first'
            message = f'"{source.name}" can never decide: {first}'
            yield Problem(path, message, f'put "{before.name}" last')
            return


def _nowhere(protocol: Protocol) -> Iterator[Problem]:
    """Sources in a dataset that is neither collected nor derived."""
    for path, name in _datasets(protocol):
        if name not in DERIVED and not _COLLECTED.match(name):
            message = f'there is no dataset "{name}", so it can never decide'
            hint = did_you_mean(name, DERIVED)
            expected = f"expected an SDTM domain or one of {', '.join(DERIVED)}{hint}"
            yield Problem(path, message, expected)


def _datasets(protocol: Protocol) -> Iterator[tuple[Path, str]]:
    for at, contact in enumerate(protocol.dates.alive):
        yield ("dates", "alive", at, "from"), contact.from_
    for key, endpoint in protocol.endpoints.items():
        for part in ("event", "censor"):
            for at, source in enumerate(getattr(endpoint, part)):
                yield ("endpoints", key, part, at, "from"), source.from_
        if endpoint.among is not None:
            yield ("endpoints", key, "among", "from"), endpoint.among.from_
    for key, estimand in protocol.estimands.items():
        for at, event in enumerate(estimand.intercurrent_events):
            if event.from_ is not None:
                yield ("estimands", key, "intercurrent events", at, "from"), event.from_


RULES = (
    Rule("P21", "A time to event without sources", sources),
    Rule("P22", "A source that can never decide", never),
)
