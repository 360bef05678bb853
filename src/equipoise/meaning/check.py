"""Reading a protocol: the file, the rules across its fields, and what they mean together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from equipoise.errors import Finding, InputError, ProtocolError
from equipoise.meaning import look_order
from equipoise.meaning.planned_truth.truth import with_planned_truth
from equipoise.meaning.rules import assumed, conducted, doses, forms, planned, scenarios
from equipoise.meaning.text.changed import set_in
from equipoise.meaning.text.given import Given, Written, written
from equipoise.meaning.virtual import limits, tests
from equipoise.protocol import rules as said
from equipoise.protocol.language.lines import spell
from equipoise.protocol.model import Protocol
from equipoise.protocol.read import reader
from equipoise.protocol.read.resolve import resolve, to_json

_ASKED = (planned, assumed, scenarios, look_order, limits, tests, forms, conducted, doses)
_MEANT = tuple(rule for module in _ASKED for rule in module.RULES)
RULES = tuple(sorted((*said.RULES, *_MEANT), key=lambda rule: rule.id))
"""Every rule that a protocol must keep; `docs/protocol.md` has a heading for each."""


def read(source: Given) -> Protocol:
    """Read a protocol in either form, check it, and give it its digest.

    source : a path; a text, known by its lines or its brace; bytes; a mapping; a stream
    Raises   ProtocolError holding every fault; InputError if there is no such file.
    """
    protocol, findings = examine(source)
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


@dataclass(frozen=True, slots=True)
class Checked:
    """A protocol with everything that was found about it.

    source : the file, as it was named, or what else was given
    protocol : None if it has errors; findings : errors and warnings, in the order of the file
    """

    source: str
    protocol: Protocol | None
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether there is no error; there may be warnings."""
        return self.protocol is not None

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "file": self.source,
            "digest": self.protocol.digest if self.protocol else None,
            "findings": [f.to_dict() for f in self.findings],
        }

    def __repr__(self) -> str:
        errors = sum(f.severity == "error" for f in self.findings)
        return f"Checked  {self.source}: {errors} errors, {len(self.findings) - errors} warnings"


def check(source: Given) -> Checked:
    """Every fault of a protocol, each with its line and column; nothing is raised for them.

    source : as of `read`; a file that is not there is a fault as well
    """
    found = written(source)
    name = str(source) if found.text is None else found.name
    try:
        return Checked(name, *_examined(found))
    except InputError as unreadable:
        told = str(unreadable).removeprefix(f"{name}: ")
        return Checked(name, None, (Finding(name, told),))


def draft(source: Given) -> Checked:
    """As `check`, but with the protocol also where rules alone are broken, to be compared."""
    found = written(source)
    if found.text is None:
        found = found._replace(text=_file_text(found.name))
    protocol, findings = _examined(found)
    if protocol is None and all(f.rule for f in findings if f.severity == "error"):
        protocol, _ = reader.examine_text(
            found.text or "", (), file=found.name, folder=found.folder, follow=False
        )
    return Checked(found.name, protocol, findings)


def _file_text(name: str) -> str:
    """A protocol's file. Raises InputError if it cannot be read."""
    path = Path(name)
    try:
        return (path / "protocol.yaml" if path.is_dir() else path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{name}: cannot be read: {error}") from None


def examine(source: Given) -> tuple[Protocol | None, tuple[Finding, ...]]:
    """The protocol, or None if it has errors; and every finding, warnings too.

    A protocol that writes no truth has the one that follows from what it assumes.
    """
    return _examined(written(source))


def examine_text(text: str, *, file: str) -> tuple[Protocol | None, tuple[Finding, ...]]:
    """As `examine`, for a text."""
    return _examined(Written(text, file))


def _examined(found: Written) -> tuple[Protocol | None, tuple[Finding, ...]]:
    if found.text is None:
        protocol, findings = reader.examine(found.name, RULES)
    else:
        protocol, findings = reader.examine_text(
            found.text, RULES, file=found.name, folder=found.folder
        )
    if protocol is not None:
        protocol = with_planned_truth(protocol)
        protocol._remade = _remade
    if not found.places:
        findings = tuple(replace(one, place=found.name) for one in findings)
    return protocol, findings


def _remade(protocol: Protocol, path: str | Sequence[str | int], value: object) -> Protocol:
    """A protocol with one thing set, read from its changed text."""
    text = set_in(protocol.to_yaml(), path, value)
    shown = path if isinstance(path, str) else spell(tuple(path))
    name = f"protocol with {shown} = {value}"
    made, findings = _examined(Written(text, name, places=False, folder=protocol._folder))
    if made is None:
        raise ProtocolError(findings)
    return made


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
