"""Reading a protocol: the file, the rules across its fields, and what they mean together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from equipoise.errors import Finding, InputError, ProtocolError
from equipoise.meaning import look_order, virtual, virtual_tests
from equipoise.meaning.planned_truth.truth import with_planned_truth
from equipoise.meaning.rules import planned, scenarios
from equipoise.protocol import rules as written
from equipoise.protocol.model import Protocol
from equipoise.protocol.read import reader
from equipoise.protocol.read.resolve import resolve, to_json

_ASKED = (planned, scenarios, look_order, virtual, virtual_tests)
_MEANT = tuple(rule for module in _ASKED for rule in module.RULES)
RULES = tuple(sorted((*written.RULES, *_MEANT), key=lambda rule: rule.id))
"""Every rule that a protocol must keep; `docs/protocol.md` has a heading for each."""


def read(path: str | Path) -> Protocol:
    """Read a protocol file in either form, check it, and give it its digest.

    Raises   ProtocolError holding every fault; InputError if there is no such file.
    """
    protocol, findings = examine(path)
    if protocol is None:
        raise ProtocolError(findings)
    return protocol


def read_text(text: str, *, file: str = "protocol.yaml") -> Protocol:
    """Read the text of a protocol; `file` is its name in messages.

    Raises   ProtocolError holding every fault.
    """
    protocol, findings = examine_text(text, file=file)
    if protocol is None:
        raise ProtocolError(findings)
    return protocol


def examine(path: str | Path) -> tuple[Protocol | None, tuple[Finding, ...]]:
    """The protocol, or None if it has errors; and every finding, warnings too.

    A protocol that writes no truth has the one that follows from what it assumes.
    """
    protocol, findings = reader.examine(path, RULES)
    return (None if protocol is None else with_planned_truth(protocol)), findings


def examine_text(text: str, *, file: str) -> tuple[Protocol | None, tuple[Finding, ...]]:
    """As `examine`, for a text."""
    protocol, findings = reader.examine_text(text, RULES, file=file)
    return (None if protocol is None else with_planned_truth(protocol)), findings


def with_truth(protocol: Protocol, document: dict[str, Any]) -> Protocol:
    """A protocol read from its resolved form, joined with its resolved truth again.

    Raises   InputError if the truth is that of another protocol.
    """
    if document.get("protocol") != protocol.digest:
        raise InputError(
            f"this truth belongs to the protocol {str(document.get('protocol'))[:12]}, "
            f"not to {protocol.digest[:12]}"
        )
    own = {"truth": document["truth"], "scenarios": document.get("scenarios", {})}
    whole = {**resolve(protocol), **own}
    whole["provenance"] = {**whole["provenance"], **document.get("provenance", {})}
    return read_text(to_json(whole), file="resolved truth")
