"""Findings as other programs show them beside the lines of a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from equipoise.version import __version__

if TYPE_CHECKING:
    from equipoise.errors import Finding
    from equipoise.meaning.check import Checked

_LEVELS: Final = {"error": "error", "warning": "warning", "note": "notice"}
_SARIF: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def github(every: Sequence[Checked]) -> Iterator[str]:
    """Workflow commands that GitHub turns into annotations of a change."""
    for one in every:
        for finding in one.findings:
            named = {"file": _file(one, finding), **_lines(finding), "title": finding.rule}
            parts = ",".join(f"{k}={_escaped(v, ':,')}" for k, v in named.items() if v)
            told = "\n".join(t for t in (finding.message, finding.expected) if t)
            yield f"::{_LEVELS[finding.severity]} {parts}::{_escaped(told)}"


def sarif(every: Sequence[Checked]) -> dict[str, Any]:
    """One run of SARIF 2.1.0."""
    results = [_result(one, finding) for one in every for finding in one.findings]
    rules = sorted({finding.rule for one in every for finding in one.findings if finding.rule})
    tool = {
        "name": "equipoise",
        "version": __version__,
        "rules": [{"id": rule} for rule in rules],
    }
    return {
        "$schema": _SARIF,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": tool}, "results": results}],
    }


def _result(one: Checked, finding: Finding) -> dict[str, Any]:
    at = _lines(finding)
    region = {"startLine": at["line"], "startColumn": at["col"]} if at else None
    place: dict[str, Any] = {"artifactLocation": {"uri": _file(one, finding)}}
    told = "\n".join(t for t in (finding.message, finding.expected) if t)
    return {
        **({"ruleId": finding.rule} if finding.rule else {}),
        "level": finding.severity,
        "message": {"text": told},
        "locations": [{"physicalLocation": place | ({"region": region} if region else {})}],
    }


def _file(one: Checked, finding: Finding) -> str:
    return str(finding.where["file"] or one.source)


def _lines(finding: Finding) -> dict[str, Any]:
    where = finding.where
    return {"line": where["line"], "col": where["column"]} if "line" in where else {}


def _escaped(value: object, more: str = "") -> str:
    """As workflow commands want it: no line ends, and in properties no colon and comma."""
    return "".join(f"%{ord(c):02X}" if c in f"%\r\n{more}" else c for c in str(value))
