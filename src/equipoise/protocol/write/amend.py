"""Amendments: what a new version changes and touches, and which one a subject is under."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from equipoise.errors import InputError, expect
from equipoise.protocol.language.lines import Path
from equipoise.protocol.model import Protocol
from equipoise.protocol.model.digests import body
from equipoise.protocol.write.changes import say

# lists whose entries go by a name, so that an entry put first changes nothing about the others
_NAMED: Final = {
    "include": "id",
    "exclude": "id",
    "event": "name",
    "censor": "name",
    "intercurrent events": "name",
    "baseline": "variable",
    "published": "says",
    "labs": "test",
    "modify": "when",
    "stop": "when",
}
# beginning of a path -> what follows from it and has to be done again
_TOUCHES: Final[tuple[tuple[Path, tuple[str, ...]], ...]] = (
    (("population", "eligibility"), ("screening",)),
    (("population", "randomize"), ("design", "looks", "allocation list")),
    (("arms",), ("dosing", "exposure analysis")),
    (("epochs",), ("schedule",)),
    (("visits",), ("schedule", "deviations")),
    (("forms",), ("forms", "SDTM")),
    (("checks",), ("checks of forms",)),
    (("conduct",), ("conduct",)),
    (("allocation",), ("allocation list", "stratified analyses")),
    (("dates",), ("derivations", "analyses")),
    (("endpoints",), ("derivations", "analyses")),
    (("populations",), ("analyses",)),
    (("estimands",), ("analyses",)),
    (("subgroups",), ("subgroup analyses",)),
    (("safety",), ("safety analyses",)),
    (("design",), ("design", "looks", "analyses")),
    (("assume",), ("design", "looks")),
    (("report",), ("report",)),
)
_OF_TEST: Final = ("test", "options", "stratified", "strata", "endpoint", "compare", "margin")
# what must not change once a patient has been randomized
_FROZEN: Final[tuple[Path, ...]] = (
    ("trial", "id"),
    ("trial", "first patient"),
    ("allocation", "ratio"),
    ("allocation", "method"),
    ("allocation", "blocks"),
    ("allocation", "strata"),
    ("allocation", "minimization"),
    ("design", "alpha"),
    ("design", "sides"),
    ("design", "multiplicity"),
    ("design", "order"),
    ("design", "graph"),
)


class Change(NamedTuple):
    """One change of an amendment.

    path : where in the protocol
    sentence : what changes, for those who run the trial
    touches : what follows from it, for example ("design", "looks", "analyses")
    frozen : True if it must not change once a patient has been randomized
    """

    path: Path
    sentence: str
    touches: tuple[str, ...]
    frozen: bool


def diff(old: Protocol, new: Protocol) -> tuple[Change, ...]:
    """What `new` changes, in the order of the protocol."""
    expect(new, Protocol)
    expect(old, Protocol)
    found = []
    for path, before, after in _compare((), body(old), body(new)):
        if path[:1] == ("equipoise",) or path[:2] in _OF_VERSION:
            continue
        sentence = say(path, before, after, old=old, new=new)
        found.append(Change(path, sentence, _touched(path), _frozen(path, before, after)))
    return tuple(found)


def beside(old: Protocol, new: Protocol) -> tuple[str, ...]:
    """What differs between versions and is no change of the trial: its version, the truth."""
    told = []
    if old.trial.version != new.trial.version:
        told.append(f"Version {old.trial.version} becomes {new.trial.version}.")
    for section in ("truth", "scenarios"):
        before, after = getattr(old, section), getattr(new, section)
        changed = [k for k in (*before, *after) if before.get(k) != after.get(k)]
        if changed:
            named = ", ".join(f'"{key}"' for key in dict.fromkeys(changed))
            told.append(f"Of virtual patients, {section} changes: {named}.")
    return tuple(told)


def touched(changes: Sequence[Change]) -> tuple[str, ...]:
    """Everything that follows from some changes, each once."""
    return tuple(dict.fromkeys(word for change in changes for word in change.touches))


_OF_VERSION: Final = (("trial", "version"), ("trial", "in force"), ("trial", "amends"))


def begun(old: Protocol, new: Protocol) -> dt.date | None:
    """The day of the first patient, if `new` comes into force after it."""
    first = old.trial.first_patient or new.trial.first_patient
    if first is None:
        return None
    return first if new.trial.in_force is None or new.trial.in_force > first else None


def in_force(versions: Sequence[Protocol], day: dt.date) -> Protocol:
    """The version that binds on a day; a subject is under the one of the day of the event.

    Raises   InputError if no version was in force yet, or one does not say since when.
    """
    dated = []
    for version in versions:
        if version.trial.in_force is None:
            raise InputError(f"version {version.trial.version} does not say `in force`")
        dated.append((version.trial.in_force, version))
    begun_by_then = [(since, version) for since, version in dated if since <= day]
    if not begun_by_then:
        raise InputError(f"no version of the protocol was in force on {day}")
    return max(begun_by_then, key=lambda entry: entry[0])[1]


def _compare(path: Path, old: Any, new: Any) -> Iterator[tuple[Path, Any, Any]]:
    """Paths with the value before and after; None where there is none."""
    if old == new:
        return
    if isinstance(old, list) and isinstance(new, list) and path and path[-1] in _NAMED:
        old, new = _by(_NAMED[str(path[-1])], old, new)
    if isinstance(old, list) and isinstance(new, list) and _nodes(old) and _nodes(new):
        old, new = dict(enumerate(old)), dict(enumerate(new))
    whole = len(path) == 3 and path[0] == "assume"  # an assumed value is one thing
    if isinstance(old, dict) and isinstance(new, dict) and not whole:
        for key in [*old, *(k for k in new if k not in old)]:
            yield from _compare((*path, key), old.get(key), new.get(key))
    else:
        yield path, old, new


def _by(name: str, *lists: list[Any]) -> list[Any]:
    """The lists as mappings by name, unless a name stands twice in one."""
    named = [{entry[name]: entry for entry in entries} for entries in lists]
    whole = all(len(n) == len(entries) for n, entries in zip(named, lists, strict=True))
    return list(named) if whole else list(lists)


def _nodes(entries: list[Any]) -> bool:
    return all(isinstance(entry, dict) for entry in entries)


def _touched(path: Path) -> tuple[str, ...]:
    if path[0] == "visits" and path[-1] == "label":
        return ("report",)
    if path[0] == "estimands" and path[2:3] and path[2] in _OF_TEST:
        return ("design", "power", "analyses")
    return next((what for start, what in _TOUCHES if path[: len(start)] == start), ("report",))


def _frozen(path: Path, before: Any, after: Any) -> bool:
    if path[-1] in ("label", "variable") or (path == ("trial", "first patient") and before is None):
        return False
    arm_set = path[0] == "arms" and (len(path) == 2 or path[-1] in ("role", "code"))
    return arm_set or any(path[: len(start)] == start for start in _FROZEN)
