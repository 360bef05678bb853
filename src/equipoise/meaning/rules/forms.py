"""Forms: every question has one home, its terms, unit and limits can be, and some visit asks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from equipoise.meaning.forms.resolve import form_problems
from equipoise.protocol.model import Protocol
from equipoise.protocol.rules.base import Problem, Rule


def _of(rule: str) -> Callable[[Protocol], Iterator[Problem]]:
    def find(protocol: Protocol) -> Iterator[Problem]:
        if protocol.forms or protocol.checks:
            yield from (one for one in form_problems(protocol) if one.rule == rule)

    return find


RULES = (
    Rule("P75", "A question without a home", _of("P75")),
    Rule("P76", "An answer with two homes", _of("P76")),
    Rule("P77", "A form that nothing opens", _of("P77")),
    Rule("P78", "A form at an unknown visit or of an unknown arm", _of("P78")),
    Rule("P79", "Terms that nobody knows", _of("P79")),
    Rule("P80", "A unit of another kind", _of("P80")),
    Rule("P81", "A kind of answer or a limit that cannot be", _of("P81")),
    Rule("P82", "An answer that cannot be derived", _of("P82")),
    Rule("P83", "A form that asks nothing", _of("P83")),
    Rule("P84", "A check of no form", _of("P84")),
    Rule("P85", "A check of an item that is not asked", _of("P85")),
    Rule("P86", "A check that cannot be read", _of("P86")),
    Rule("P87", "A check in another unit", _of("P87")),
)
