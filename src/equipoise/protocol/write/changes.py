"""A change of the protocol as a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from equipoise.protocol.language.lines import Path
from equipoise.protocol.model import Protocol
from equipoise.protocol.write.phrases import (
    OWNERS,
    Case,
    entry,
    label_of,
    name_of,
    plainly,
    sentence_start,
    shown,
    subject,
    time_words,
)
from equipoise.protocol.write.regimens import regimen_words


def say(path: Path, before: Any, after: Any, *, old: Protocol, new: Protocol) -> str:
    """The change from `before` to `after` at `path`; None stands for nothing."""
    case = Case(path, before, after, old, new)
    for pattern, sentence in _SENTENCES:
        if _matches(pattern, path):
            return sentence(case)
    return plainly(sentence_start(name_of(path, new)), before, after)


def _matches(pattern: Path, path: Path) -> bool:
    return len(pattern) == len(path) and all(
        p in ("*", q) for p, q in zip(pattern, path, strict=True)
    )


def _randomize(case: Case) -> str:
    more = case.after > case.before
    word = "more" if more else "fewer"
    count = abs(case.after - case.before)
    return (
        f"{case.after} patients are to be randomized, {count} {word} than before ({case.before})."
    )


def _criterion(case: Case) -> str:
    kind = "Inclusion" if case.path[2] == "include" else "Exclusion"
    what = f"{kind} criterion {case.path[3]}"
    if case.before is None:
        return f'{what} is added: "{case.after["text"]}".'
    return f'{what} is dropped; it read "{case.before["text"]}".'


def _criterion_text(case: Case) -> str:
    kind = "Inclusion" if case.path[2] == "include" else "Exclusion"
    return f'{kind} criterion {case.path[3]} now reads "{case.after}"; before, "{case.before}".'


def _criterion_rule(case: Case) -> str:
    kind = "inclusion" if case.path[2] == "include" else "exclusion"
    what = f"The automatic check of {kind} criterion {case.path[3]}"
    if case.after is None:
        return f"{what} is dropped; a person decides."
    before = f"; before, {case.before}" if case.before else "; before, a person decided"
    return f"{what} is now {case.after}{before}."


def _visit(case: Case) -> str:
    if case.before is None:
        return f"The visit {label_of(case.new, case.path)} is added: {_when(case.after)}."
    return f"The visit {label_of(case.old, case.path)} is dropped; it was {_when(case.before)}."


def _when(visit: dict[str, Any]) -> str:
    arms = f", for {shown(visit['for'])}" if visit.get("for") else ""
    doses = f"with each {visit['with']}" if visit.get("with") else ""
    return " ".join(part for part in (_planned(visit), doses) if part) + arms


def _planned(visit: dict[str, Any]) -> str:
    if visit.get("every"):
        return f"every {visit['every']}"
    if visit.get("day") is not None:
        return f"on day {visit['day']}"
    return f"at {visit['at']}" if visit.get("at") else ""


def _visit_every(case: Case) -> str:
    what = f"The visit {label_of(case.new, case.path)}"
    if not case.before or not case.after:
        return plainly(f"{what}: its interval", case.before, case.after)
    return f"{what} now comes every {case.after}; before, every {case.before}."


def _visit_window(case: Case) -> str:
    what = f"The visit {label_of(case.new, case.path)}"
    if not case.after:
        return f"{what} no longer has a window; before, {case.before} either side was allowed."
    before = f"{case.before} either side" if case.before else "no window"
    return f"{what} may now be up to {case.after} early or late; before, {before}."


def _visit_do(case: Case) -> str:
    what = f"The visit {label_of(case.new, case.path)}"
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


def _look(case: Case) -> str:
    hypothesis, name = case.path[1], case.path[3]
    if case.before is None:
        return f'{hypothesis} gets one more look, "{name}", {_look_words(case.after)}.'
    return f'The look "{name}" at {hypothesis} is dropped; it was {_look_words(case.before)}.'


def _look_events(case: Case) -> str:
    what = f'The look "{case.path[3]}" at {case.path[1]}'
    if not case.before or not case.after:
        return plainly(f"{what}: its number of events", case.before, case.after)
    return f"{what} now waits for {case.after} events; before, for {case.before}."


def _share(subject: str) -> Callable[[Case], str]:
    def sentence(case: Case) -> str:
        before, after = (
            f"{100 * v:.6g}%" if isinstance(v, float) else v for v in (case.before, case.after)
        )
        return plainly(subject.format(*case.path), before, after)

    return sentence


def _given(case: Case) -> str:
    protocol, verb = (case.new, "now also") if case.before is None else (case.old, "no longer")
    regimen = protocol.arms[str(case.path[1])].give[int(case.path[3])]
    return f"The arm {label_of(protocol, case.path)} is {verb} given {regimen_words(regimen)}."


def _assumed(case: Case) -> str:
    what = f"The assumed {case.path[1]} in the arm {case.path[2]}"
    return plainly(what, time_words(case.before), time_words(case.after))


def _dose(case: Case) -> str:
    drug = case.new.arms[str(case.path[1])].give[int(case.path[3])].drug
    arm = label_of(case.new, case.path)
    return f"{drug} in the arm {arm} is now given at {case.after}; before, at {case.before}."


def _ratio(case: Case) -> str:
    return f"Patients are now randomized {case.after}; before, {case.before}."


def _owned(case: Case) -> str:
    owner = OWNERS[str(case.path[0])]
    if case.before is None:
        return f"The {owner} {label_of(case.new, case.path)} is added."
    return f"The {owner} {label_of(case.old, case.path)} is dropped."


_SENTENCES: Final[tuple[tuple[Path, Callable[[Case], str]], ...]] = (
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
    (("arms", "*", "give", "*"), _given),
    (("arms", "*", "give", "*", "dose"), _dose),
    (("arms", "*", "give", "*", "every"), subject("The interval of {drug} in the arm {label}")),
    (("arms", "*", "give", "*", "times"), subject("The number of doses of {drug} ({label})")),
    (("arms", "*", "give", "*", "until"), subject("The end of {drug} in the arm {label}")),
    (("arms", "*", "give", "*", "window"), subject("The window of {drug} in the arm {label}")),
    (
        ("arms", "*", "give", "*", "modify", "*", "then dose"),
        subject("The dose of {drug} after {5}"),
    ),
    (
        ("arms", "*", "give", "*", "modify", "*", "hold until"),
        subject("What ends the hold of {drug} after {5}"),
    ),
    (("arms", "*", "give", "*", "modify", "*"), entry("The rule for {5} in the arm {label}")),
    (("epochs", "*", "lasts"), subject("The length of the epoch {label}")),
    (("allocation", "strata", "*", "levels"), subject("The list of levels of the stratum {2}")),
    (("allocation", "strata", "*"), entry("The stratum {2}")),
    (("allocation", "blocks"), subject("The block size")),
    (("allocation", "method"), subject("The method of allocation")),
    (("dates", "alive", "*"), entry("Evidence of life no. {2}")),
    (("dates", "death"), subject("The rule for partial dates of death")),
    (("endpoints", "*", "event", "*"), entry("The event source {3} of {label}")),
    (("endpoints", "*", "censor", "*"), entry("The censoring source {3} of {label}")),
    (("estimands", "*", "test"), subject("The test of {label}")),
    (("estimands", "*", "population"), subject("The population of {label}")),
    (
        ("estimands", "*", "intercurrent events", "*", "strategy"),
        subject("The strategy for {3} in {label}"),
    ),
    (("estimands", "*", "intercurrent events", "*"), entry("The event {3} in {label}")),
    (("design", "*", "spending"), subject("The spending of error at {1}")),
    (("design", "*", "futility"), subject("The futility rule at {1}")),
    (("design", "sides"), subject("The number of sides of the tests")),
    (("design", "order"), subject("The order of testing")),
    (("assume", "accrual", "lasts"), subject("The assumed length of accrual")),
    (("assume", "follow up"), subject("The assumed follow-up after the last entry")),
    (("assume", "dropout", "*"), _share("The share assumed to drop out in a year ({2})")),
    (("assume", "*", "*"), _assumed),
    (("safety", "ctcae"), subject("The CTCAE version")),
    (("allocation", "ratio"), _ratio),
    (("arms", "*"), _owned),
    (("epochs", "*"), _owned),
    (("endpoints", "*"), _owned),
    (("populations", "*"), _owned),
    (("estimands", "*"), _owned),
    (("subgroups", "*"), _owned),
)
