"""What the protocol asks for before data are shut or looked at, and how much of it is lacking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal, NamedTuple

from equipoise.conduct.commands.entering.signers import AS_SIGNER, AS_VERIFIER, is_asked_of
from equipoise.conduct.commands.model import CommandDesk
from equipoise.conduct.store.served.shutting import not_in


class _Asked(NamedTuple):
    """One condition: its table, what is said of what lacks, the states that are as asked.

    of : the role that has to endorse a form; without one every row counts
    """

    table: Literal["form", "query"]
    lacks: str
    done: tuple[str, ...]
    of: str = ""


_ASKS: Final = {
    "casebook signed": _Asked("form", "forms are not signed", ("signed", "empty"), AS_SIGNER),
    "queries closed": _Asked("query", "queries are not closed", ("closed",)),
    "source verified": _Asked(
        "form", "forms are not verified", ("verified", "signed", "empty"), AS_VERIFIER
    ),
    "no draft": _Asked(
        "form", "drafts are not entered", ("entered", "verified", "signed", "empty")
    ),
}


def asked_before(desk: CommandDesk, when: str, usual: tuple[str, ...] = ()) -> tuple[str, ...]:
    """What the protocol asks for before something; usual : where it says nothing of it."""
    plan = desk.protocol.conduct
    return plan.freeze.get(when, usual) if plan is not None else usual


def lacking(desk: CommandDesk, asked: tuple[str, ...], *, scope: str = "trial") -> Iterator[str]:
    """How much of each condition lacks, in words, within "trial", "site X" or "subject X"."""
    yield from told_lacking(counted_lacking(desk, asked, scope=scope))


def told_lacking(counts: Mapping[str, int]) -> Iterator[str]:
    """What lacks in words; nothing of a condition of which nothing does."""
    for name, count in counts.items():
        if count:
            yield f"{count:,} {_ASKS[name].lacks}"


def counted_lacking(
    desk: CommandDesk, asked: tuple[str, ...], *, scope: str = "trial"
) -> dict[str, int]:
    """Condition -> how many of its records are not as it asks, within a scope."""
    found = dict[str, int]()
    for name in asked:
        one = _ASKS[name]
        kind, _, place = scope.partition(" ")
        whose = {kind: place} if place else {}
        found[name] = sum(
            n for row, n in not_in(desk.unit, one.table, one.done, **whose)
            if not one.of or is_asked_of(one.of, desk.protocol_of(row), row)
        )  # fmt: skip
    return found
