"""Words that sentences about changes are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from equipoise.protocol.language.lines import Path
from equipoise.protocol.language.wording import format_hazard
from equipoise.protocol.model import Protocol
from equipoise.protocol.model.frozen import unsaid


class Case(NamedTuple):
    path: Path
    before: Any
    after: Any
    old: Protocol
    new: Protocol


def shown(value: Any) -> str:
    """A value as prose shows it."""
    if value is True or value is False:
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        return ", ".join(shown(v) for v in value) or "none"
    if isinstance(value, dict):
        said = {k: v for k, v in value.items() if not unsaid(v) and v is not False}
        return ", ".join(f"{k} {shown(v)}" for k, v in said.items()) or "nothing"
    return str(value)


def plainly(subject: str, before: Any, after: Any) -> str:
    if unsaid(before):
        return f"{subject} is now {shown(after)}; before, nothing was said."
    if unsaid(after):
        return f"{subject} is no longer said; before, it was {shown(before)}."
    return f"{subject} is now {shown(after)}; before, it was {shown(before)}."


def sentence_start(text: str) -> str:
    return text[:1].upper() + text[1:]


OWNERS: Final = {
    "arms": "arm",
    "epochs": "epoch",
    "visits": "visit",
    "endpoints": "endpoint",
    "populations": "population",
    "estimands": "estimand",
    "subgroups": "subgroup",
    "design": "hypothesis",
}


def name_of(path: Path, protocol: Protocol) -> str:
    """`("visits", "scan", "every")` as `the every of the visit Tumor assessment`, and so on."""
    owner = OWNERS.get(str(path[0]))
    if owner is None or len(path) < 2 or path[0] == "design" == path[-2]:
        return f"`{': '.join(str(p) for p in path)}`"
    whose = label_of(protocol, path)
    rest = ": ".join(_ordinal(p) for p in path[2:])
    return f"`{rest}` of the {owner} {whose}" if rest else f"the {owner} {whose}"


def label_of(protocol: Protocol, path: Path) -> str:
    section = getattr(protocol, str(path[0]), {})
    label = getattr(section.get(path[1]), "label", "") if isinstance(section, dict) else ""
    return label or str(path[1])


def _ordinal(part: str | int) -> str:
    return f"no. {part + 1}" if isinstance(part, int) else part


def subject(template: str) -> Callable[[Case], str]:
    """A sentence about a subject: `{drug}`, `{label}` of the owner, `{0}` parts of the path."""

    def sentence(case: Case) -> str:
        drug = ""
        if case.path[0] == "arms":
            drug = case.new.arms[str(case.path[1])].give[int(case.path[3])].drug
        label = label_of(case.new, case.path) if case.path[0] in OWNERS else ""
        return plainly(template.format(*case.path, drug=drug, label=label), case.before, case.after)

    return sentence


def entry(template: str) -> Callable[[Case], str]:
    """A sentence about an entry of a list that is added, dropped or put otherwise."""

    def sentence(case: Case) -> str:
        what = template.format(*case.path, label=label_of(case.new, case.path))
        if case.before is None:
            return f"{what} is added: {shown(case.after)}."
        return f"{what} is dropped; it was {shown(case.before)}."

    return sentence


def time_words(value: Any) -> Any:
    """An assumed time in its short form, where it has one."""
    if not isinstance(value, dict):
        return value
    said = {k: v for k, v in value.items() if v not in (None, [])}
    points = said.get("curve")
    if points:
        return ", ".join(f"{100 * p['survival']:.6g}% at {p['at']}" for p in points)
    return format_hazard(said) or value
