"""Which looks wait for which: the one of the same hypothesis written before, and one they name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from equipoise.errors import InputError
from equipoise.meaning.looks import LaterOf, Look, Trigger, WithLook, looks_of
from equipoise.protocol.model import Protocol
from equipoise.protocol.rules.base import Problem, Rule


class Turns(NamedTuple):
    """The looks, each after those that it waits for; and those that wait for each other."""

    looks: tuple[Look, ...]
    circle: tuple[str, ...]


def in_turn(looks: Sequence[Look]) -> Turns:
    """Put looks into an order in which each comes after those that it waits for.

    They keep their own order where they may. Names that are no look's are passed over.
    """
    by_label = {look.label: look for look in looks}
    done: dict[str, Look] = {}

    def visit(label: str, waiting: tuple[str, ...]) -> tuple[str, ...]:
        if label in done or label not in by_label:
            return ()
        if label in waiting:
            return (*waiting[waiting.index(label) :], label)
        for other in _waits_for(by_label[label]):
            if circle := visit(other, (*waiting, label)):
                return circle
        done[label] = by_label[label]
        return ()

    circles = [circle for look in looks if (circle := visit(look.label, ()))]
    return Turns(tuple(done.values()), circles[0] if circles else ())


def looks_in_turn(looks: Sequence[Look]) -> tuple[Look, ...]:
    """The same. Raises InputError if some wait for each other."""
    found = in_turn(looks)
    if found.circle:
        raise InputError(_says(found.circle))
    return found.looks


def _waits_for(look: Look) -> Iterator[str]:
    if look.after is not None:
        yield look.after
    yield from _named(look.trigger)


def _named(trigger: Trigger) -> Iterator[str]:
    if isinstance(trigger, WithLook):
        yield trigger.look
    if isinstance(trigger, LaterOf):
        for one in trigger.triggers:
            yield from _named(one)


def _says(circle: tuple[str, ...]) -> str:
    return f"looks wait for each other: {' for '.join(circle)}"


def circles(protocol: Protocol) -> Iterator[Problem]:
    """Looks none of which can ever be held."""
    plans = protocol.design.hypotheses
    looks = [look for name in plans for look in looks_of(name, plans[name])]
    circle = in_turn(looks).circle
    if circle:
        first = next(look for look in looks if look.label == circle[0])
        expected = "a look waits for the one written before it, and for the one it comes with"
        yield Problem(("design", first.hypothesis, "looks", first.name), _says(circle), expected)


RULES = (Rule("P68", "Looks that wait for each other", circles),)
