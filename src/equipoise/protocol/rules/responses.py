"""The judgement points of RECIST agree with each other, and among endpoints of one reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from equipoise.protocol.language.lines import Path
from equipoise.protocol.model import Endpoint, Protocol, RecistOptions
from equipoise.protocol.model.base import spoken
from equipoise.protocol.rules.base import Problem, Rule

# Parameters of ADRS in pairs: without confirmation, and with it.
_PAIRS: Final = {"RSP": "CRSP", "CB": "CCB", "BOR": "CBOR", "BCP": "CBCP"}
# What only an endpoint with confirmation cares about.
_OF_CONFIRMATION: Final = frozenset(
    ["confirm_after", "confirm_within", "ne_between", "sd_between", "keep_pr"]
)


def recist(protocol: Protocol) -> Iterator[Problem]:
    for key, endpoint in protocol.endpoints.items():
        if endpoint.recist is not None:
            path: Path = ("endpoints", key, "recist")
            yield from _confirmation(endpoint.recist, path)
            yield from _parameter(endpoint, key)
            yield from _immune(endpoint.recist, path)
    yield from _between_endpoints(protocol)


def _confirmation(options: RecistOptions, path: Path) -> Iterator[Problem]:
    after, within = options.confirm_after, options.confirm_within
    if within and after and within.days < after.days:
        message = f"confirmed within {within}, yet not before {after}"
        yield Problem((*path, "confirm within"), message, f"expected {after} or more")
    if not options.confirm and (within or after):
        which = "confirm after" if after else "confirm within"
        message = f"`{which}` without confirmation"
        yield Problem((*path, which), message, "expected `confirm: yes`, or leave it out")


def _parameter(endpoint: Endpoint, key: str) -> Iterator[Problem]:
    """BOR does not ask for confirmation and CBOR does, whatever `confirm` says."""
    options, word = endpoint.recist, endpoint.parameter
    if options is None or endpoint.type != "proportion" or word is None:
        return
    if options.confirm and word in _PAIRS:
        message = f"responses are confirmed, yet {word} asks for no confirmation"
        expected = f"expected {_PAIRS[word]}, or `confirm: no`"
        yield Problem(("endpoints", key, "parameter"), message, expected)
    if not options.confirm and word in _PAIRS.values():
        message = f"responses need no confirmation, yet {word} asks for it"
        plain = next(k for k, v in _PAIRS.items() if v == word)
        yield Problem(
            ("endpoints", key, "parameter"), message, f"expected {plain}, or `confirm: yes`"
        )


def _immune(options: RecistOptions, path: Path) -> Iterator[Problem]:
    if options.confirm_progression is not None and options.version != "iRECIST":
        message = f"RECIST {options.version} does not confirm progression"
        yield Problem(
            (*path, "confirm progression"), message, "expected `version: iRECIST`, or leave it out"
        )


def _between_endpoints(protocol: Protocol) -> Iterator[Problem]:
    """One reader has read by one rule: what one endpoint says, another may not say otherwise."""
    first: dict[tuple[str, str], tuple[str, object]] = {}
    for key, endpoint in protocol.endpoints.items():
        options = endpoint.recist
        if options is None:
            continue
        reader = options.reader or "investigator"
        for name in RecistOptions.model_fields:
            if name in ("reader", "confirm") or (name in _OF_CONFIRMATION and not options.confirm):
                continue
            value = getattr(options, name)
            if value is None and name not in _OF_CONFIRMATION:
                continue
            value = getattr(value, "whole_days", value)
            other, seen = first.setdefault((reader, name), (key, value))
            if seen != value:
                message = f'readings by "{reader}" are judged otherwise for {key} than for {other}'
                where: Path = ("endpoints", key, "recist", spoken(name))
                yield Problem(where, message, f"expected the same `{spoken(name)}` in both")


RULES = (Rule("P45", "RECIST options that contradict each other", recist),)
