"""Which installed extensions take part in a trial, and whose they are."""

from __future__ import annotations

from collections.abc import Container, Iterator

from equipoise.extensions import GROUPS, everything
from equipoise.protocol.language.families import as_family, parse_family
from equipoise.protocol.model import Protocol


def in_use(protocol: Protocol, *, but: Container[str] = ()) -> dict[str, list[str]]:
    """Distribution and version -> what it adds, as `method win ratio`.

    but : groups that do not take part
    Methods and spending functions take part where the protocol names them; rules, figures and
    sections wherever they are installed.
    """
    named = {*_methods(protocol), *_spending(protocol)}
    found: dict[str, list[str]] = {}
    for one in everything():
        by_name = one.group in ("methods", "spending")
        if one.group not in but and (not by_name or (one.group, one.name) in named):
            found.setdefault(one.origin, []).append(f"{GROUPS[one.group]} {one.name}")
    return found


def _methods(protocol: Protocol) -> Iterator[tuple[str, str]]:
    for estimand in protocol.estimands.values():
        for name in (estimand.test, *estimand.estimator):
            if name:
                yield "methods", name


def _spending(protocol: Protocol) -> Iterator[tuple[str, str]]:
    for plan in protocol.design.hypotheses.values():
        for text in (plan.spending, plan.futility):
            family = as_family(text) if text else ()
            if isinstance(family, str):
                yield "spending", parse_family(family)[0]
