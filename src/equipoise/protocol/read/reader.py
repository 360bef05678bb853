"""A protocol file as a Protocol, or every fault in it with its line and column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from equipoise.errors import Finding, InputError, ProtocolError
from equipoise.protocol.language.lines import (
    LARGEST_FILE,
    Fault,
    Tree,
    parse_lines,
    spell,
)
from equipoise.protocol.language.lines import Path as Place
from equipoise.protocol.language.marks import Marked, split_marks
from equipoise.protocol.model import Protocol
from equipoise.protocol.model.provenance import seal
from equipoise.protocol.read.behind import behind
from equipoise.protocol.read.schema_faults import schema_faults, stands_for_list
from equipoise.protocol.rules import Problem, Rule, check_rules


def examine(path: str | Path, rules: Sequence[Rule]) -> tuple[Protocol | None, tuple[Finding, ...]]:
    """The protocol, or None if it has errors; and every finding, warnings too."""
    place = Path(path)
    if place.is_dir():
        place = place / "protocol.yaml"
    try:
        if place.stat().st_size > LARGEST_FILE:
            message = f"the file has {place.stat().st_size:,} bytes, too many for a protocol"
            expected = f"expected {LARGEST_FILE:,} at most"
            return None, (Finding(f"{path}:1:1", message, expected),)
        text = place.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        return None, (Finding(f"{path}:1:1", f"not UTF-8 at byte {error.start}"),)
    return examine_text(text, rules, file=str(place))


def examine_text(
    text: str,
    rules: Sequence[Rule],
    *,
    file: str,
    folder: Path | None = None,
    follow: bool = True,
) -> tuple[Protocol | None, tuple[Finding, ...]]:
    """As `examine`, for a text; `follow` compares with the version that it amends.

    folder : where that version is looked for, if not beside `file`
    """
    try:
        tree = parse_lines(text, file=file)
    except ProtocolError as error:
        return None, error.findings
    if not isinstance(tree.value, dict):
        message = "a protocol is a mapping of sections"
        return None, (Finding(f"{file}:1:1", message, "expected trial, population, arms, ..."),)
    written, marked = _unmark(tree)
    faults = [*tree.faults, *marked.faults]
    protocol = _build(marked.value, tree, faults)
    if protocol is None or faults:
        hidden = behind(marked.value, rules, [f.path for f in faults])
        faults += [_fault(p, tree, marked.value) for p in hidden]
        return None, _findings(faults, file)
    protocol = seal(protocol, written=marked.value, marks=marked.marks, recorded=written)
    beside = Path(file).parent if folder is None else folder
    protocol._text, protocol._folder = text, beside
    earlier, problems = _earlier(protocol, beside, rules) if follow else (None, [])
    problems += check_rules(protocol, rules, earlier=earlier)
    faults = [_fault(p, tree, marked.value) for p in problems]
    findings = _findings(faults, file, [p.severity for p in problems])
    return (None if any(f.severity == "error" for f in findings) else protocol), findings


def _earlier(
    protocol: Protocol, folder: Path, rules: Sequence[Rule]
) -> tuple[Protocol | None, list[Problem]]:
    """The version that this one amends, or the problem of finding it."""
    named = protocol.trial.amends
    if named is None:
        return None, []
    path = folder / named
    try:
        text = path.read_text(encoding="utf-8")
        earlier, _ = examine_text(text, rules, file=str(path), follow=False)
        message = f'"{named}" has faults of its own'
    except (OSError, UnicodeDecodeError):
        earlier, message = None, f'there is no file "{named}" to amend'
    if earlier is not None:
        return earlier, []
    return None, [Problem(("trial", "amends"), message, "expected a valid protocol file", "P52")]


def _unmark(tree: Tree) -> tuple[dict[str, Any] | None, Marked]:
    """The resolved form carries its provenance itself; the human form carries marks."""
    if "provenance" not in tree.value:
        return None, split_marks(tree)
    value = {k: v for k, v in tree.value.items() if k != "provenance"}
    return tree.value["provenance"], Marked(value)


def _build(value: Any, tree: Tree, faults: list[Fault]) -> Protocol | None:
    try:
        return Protocol.model_validate(value, by_alias=True, by_name=False)
    except ValidationError as error:
        details = error.errors(include_url=False)
        seen = {f.path for f in faults}
        faults.extend(f for f in schema_faults(details, tree, value) if f.path not in seen)
        return None


def _fault(problem: Problem, tree: Tree, value: Any) -> Fault:
    written, rest = _nearest(problem.path, value)
    path = (*written, *rest)
    return Fault(path, tree.place(written), problem.message, problem.expected, problem.rule)


def _nearest(path: Place, value: Any) -> tuple[Place, Place]:
    """A rule's path as far as it stands in the file, and the rest of it.

    A list may be written as a mapping.
    """
    found: list[str | int] = []
    for at, part in enumerate(path):
        if isinstance(value, dict) and isinstance(part, int):
            if not stands_for_list(found):
                continue  # one thing alone, where a list may be
            part = list(value)[part]
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return tuple(found), path[at:]
        found.append(part)
    return tuple(found), ()


def _findings(
    faults: Iterable[Fault], file: str, severities: Sequence[Any] = ()
) -> tuple[Finding, ...]:
    listed = list(faults)
    levels = list(severities) or ["error"] * len(listed)
    order = sorted(range(len(listed)), key=lambda i: listed[i].place)
    return tuple(_finding(listed[i], file, levels[i]) for i in order)


def _finding(fault: Fault, file: str, severity: Any) -> Finding:
    line, column = fault.place
    where = spell(fault.path)
    message = f"{where}: {fault.message}" if where else fault.message
    return Finding(f"{file}:{line}:{column}", message, fault.expected, fault.rule, severity)
