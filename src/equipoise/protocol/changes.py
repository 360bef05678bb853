"""A change of the protocol as a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from equipoise.protocol.lines import Path
from equipoise.protocol.model import Protocol


class _Case(NamedTuple):
    path: Path
    before: Any
    after: Any
    old: Protocol
    new: Protocol


def say(path: Path, before: Any, after: Any, *, old: Protocol, new: Protocol) -> str:
    """The change from `before` to `after` at `path`; None stands for nothing."""
    case = _Case(path, before, after, old, new)
    for pattern, sentence in _SENTENCES:
        if _matches(pattern, path):
            return sentence(case)
    return _plainly(_sentence_start(_name(path, new)), before, after)


def _matches(pattern: Path, path: Path) -> bool:
    return len(pattern) == len(path) and all(
        p in ("*", q) for p, q in zip(pattern, path, strict=True)
    )


def shown(value: Any) -> str:
    """A value as prose shows it."""
    if value is True or value is False:
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list):
        return ", ".join(shown(v) for v in value) or "none"
    if isinstance(value, dict):
        said = {k: v for k, v in value.items() if v not in (None, "", [], {}, False)}
        return ", ".join(f"{k} {shown(v)}" for k, v in said.items()) or "nothing"
    return str(value)


def _plainly(subject: str, before: Any, after: Any) -> str:
    empty: tuple[Any, ...] = (None, "", [], {})
    if before in empty:
        return f"{subject} is now {shown(after)}; before, nothing was said."
    if after in empty:
        return f"{subject} is no longer said; before, it was {shown(before)}."
    return f"{subject} is now {shown(after)}; before, it was {shown(before)}."


def _sentence_start(text: str) -> str:
    return text[:1].upper() + text[1:]


_OWNERS: Final = {
    "arms": "arm",
    "epochs": "epoch",
    "visits": "visit",
    "endpoints": "endpoint",
    "populations": "population",
    "estimands": "estimand",
    "subgroups": "subgroup",
    "design": "hypothesis",
}


def _name(path: Path, protocol: Protocol) -> str:
    """`("visits", "scan", "every")` as `the every of the visit Tumor assessment`, and so on."""
    owner = _OWNERS.get(str(path[0]))
    if owner is None or len(path) < 2 or path[0] == "design" == path[-2]:
        return f"`{': '.join(str(p) for p in path)}`"
    entry = _label(protocol, path)
    rest = ": ".join(_ordinal(p) for p in path[2:])
    return f"`{rest}` of the {owner} {entry}" if rest else f"the {owner} {entry}"


def _label(protocol: Protocol, path: Path) -> str:
    entry = getattr(protocol, str(path[0]), {})
    label = getattr(entry.get(path[1]), "label", "") if isinstance(entry, dict) else ""
    return label or str(path[1])


def _ordinal(part: str | int) -> str:
    return f"no. {part + 1}" if isinstance(part, int) else part


def _randomize(case: _Case) -> str:
    more = case.after > case.before
    word = "more" if more else "fewer"
    count = abs(case.after - case.before)
    return (
        f"{case.after} patients are to be randomized, {count} {word} than before ({case.before})."
    )


def _criterion(case: _Case) -> str:
    kind = "Inclusion" if case.path[2] == "include" else "Exclusion"
    what = f"{kind} criterion {case.path[3]}"
    if case.before is None:
        return f'{what} is added: "{case.after["text"]}".'
    return f'{what} is dropped; it read "{case.before["text"]}".'


def _criterion_text(case: _Case) -> str:
    kind = "Inclusion" if case.path[2] == "include" else "Exclusion"
    return f'{kind} criterion {case.path[3]} now reads "{case.after}"; before, "{case.before}".'


def _criterion_rule(case: _Case) -> str:
    kind = "inclusion" if case.path[2] == "include" else "exclusion"
    what = f"The automatic check of {kind} criterion {case.path[3]}"
    if case.after is None:
        return f"{what} is dropped; a person decides."
    before = f"; before, {case.before}" if case.before else "; before, a person decided"
    return f"{what} is now {case.after}{before}."


def _visit(case: _Case) -> str:
    if case.before is None:
        return f"The visit {_label(case.new, case.path)} is added: {_when(case.after)}."
    return f"The visit {_label(case.old, case.path)} is dropped; it was {_when(case.before)}."


def _when(visit: dict[str, Any]) -> str:
    if visit.get("every"):
        return f"every {visit['every']}"
    return f"on day {visit['day']}" if visit.get("day") is not None else f"at {visit.get('at')}"


def _visit_every(case: _Case) -> str:
    what = f"The visit {_label(case.new, case.path)}"
    if not case.before or not case.after:
        return _plainly(f"{what}: its interval", case.before, case.after)
    return f"{what} now comes every {case.after}; before, every {case.before}."


def _visit_window(case: _Case) -> str:
    what = f"The visit {_label(case.new, case.path)}"
    if not case.after:
        return f"{what} no longer has a window; before, {case.before} either side was allowed."
    before = f"{case.before} either side" if case.before else "no window"
    return f"{what} may now be up to {case.after} early or late; before, {before}."


def _visit_do(case: _Case) -> str:
    what = f"The visit {_label(case.new, case.path)}"
    added = [a for a in case.after or [] if a not in (case.before or [])]
    dropped = [a for a in case.before or [] if a not in (case.after or [])]
    parts = [f"now includes {shown(added)}"] if added else []
    parts += [f"no longer includes {shown(dropped)}"] if dropped else []
    return f"{what} {' and '.join(parts) or 'does the same in another order'}."


def _look_words(look: dict[str, Any]) -> str:
    if look.get("events"):
        return f"at {look['events']} events"
    if look.get("subjects"):
        return f"at {look['subjects']} patients"
    if look.get("information"):
        return f"at {100 * look['information']:.6g}% of the information"
    if look.get("with"):
        return f"together with {look['with']}"
    if look.get("end of study"):
        return "at the end of the study"
    return f"at {look['at']}" if look.get("at") else f"on {look.get('cutoff')}"


def _look(case: _Case) -> str:
    hypothesis, name = case.path[1], case.path[3]
    if case.before is None:
        return f'{hypothesis} gets one more look, "{name}", {_look_words(case.after)}.'
    return f'The look "{name}" at {hypothesis} is dropped; it was {_look_words(case.before)}.'


def _look_events(case: _Case) -> str:
    what = f'The look "{case.path[3]}" at {case.path[1]}'
    if not case.before or not case.after:
        return _plainly(f"{what}: its number of events", case.before, case.after)
    return f"{what} now waits for {case.after} events; before, for {case.before}."


def _share(subject: str) -> Callable[[_Case], str]:
    def sentence(case: _Case) -> str:
        before, after = (
            f"{100 * v:.6g}%" if isinstance(v, float) else v for v in (case.before, case.after)
        )
        return _plainly(subject.format(*case.path), before, after)

    return sentence


def _dose(case: _Case) -> str:
    drug = case.new.arms[str(case.path[1])].give[int(case.path[3])].drug
    arm = _label(case.new, case.path)
    return f"{drug} in the arm {arm} is now given at {case.after}; before, at {case.before}."


def _every_dose(case: _Case) -> str:
    drug = case.new.arms[str(case.path[1])].give[int(case.path[3])].drug
    arm = _label(case.new, case.path)
    return _plainly(f"The interval of {drug} in the arm {arm}", case.before, case.after)


def _ratio(case: _Case) -> str:
    return f"Patients are now randomized {case.after}; before, {case.before}."


def _owned(case: _Case) -> str:
    owner = _OWNERS[str(case.path[0])]
    if case.before is None:
        return f"The {owner} {_label(case.new, case.path)} is added."
    return f"The {owner} {_label(case.old, case.path)} is dropped."


_SENTENCES: Final[tuple[tuple[Path, Callable[[_Case], str]], ...]] = (
    (("population", "randomize"), _randomize),
    (("population", "eligibility", "*", "*"), _criterion),
    (("population", "eligibility", "*", "*", "text"), _criterion_text),
    (("population", "eligibility", "*", "*", "rule"), _criterion_rule),
    (("visits", "*"), _visit),
    (("visits", "*", "every"), _visit_every),
    (("visits", "*", "window"), _visit_window),
    (("visits", "*", "do"), _visit_do),
    (("design", "*", "looks", "*"), _look),
    (("design", "*", "looks", "*", "events"), _look_events),
    (("design", "alpha"), _share("The type I error of the trial")),
    (("design", "*", "power"), _share("The power for {1}")),
    (("arms", "*", "give", "*", "dose"), _dose),
    (("arms", "*", "give", "*", "every"), _every_dose),
    (("allocation", "ratio"), _ratio),
    (("arms", "*"), _owned),
    (("epochs", "*"), _owned),
    (("endpoints", "*"), _owned),
    (("populations", "*"), _owned),
    (("estimands", "*"), _owned),
    (("subgroups", "*"), _owned),
)
