"""What a command says in JSON when it cannot do what was asked."""

from __future__ import annotations

from typing import Any

from equipoise.errors import DataError, FindingsError, ProtocolError

FAULTS, MISUNDERSTOOD = 1, 2
"""Exit codes: of an input with faults or a result that disagrees; of a command not understood."""


def failure(problem: BaseException, message: str, code: int) -> dict[str, Any]:
    """`{"error": ...}`: the kind of problem, its words, and each finding with its place."""
    findings = problem.findings if isinstance(problem, FindingsError) else ()
    told = {
        "kind": _kind(problem, code),
        "message": message,
        "findings": [finding.to_dict() for finding in findings],
    }
    return {"error": told, "exit": code}


def _kind(problem: BaseException, code: int) -> str:
    if code == MISUNDERSTOOD:
        return "command"
    named = {ProtocolError: "protocol", DataError: "data", OSError: "file"}
    return next((kind for group, kind in named.items() if isinstance(problem, group)), "input")
