"""One step of an explanation, and the tree that steps make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class CollectedValue(NamedTuple):
    """A value as it stands in the snapshot.

    seq : as in SRCSEQ: --SEQ, or the place among the subject's records of a domain without it; None
        in a domain with one record a subject
    """

    domain: str
    seq: int | None
    variable: str
    value: object


@dataclass(frozen=True, slots=True)
class Step:
    """One statement, the rule behind it, where it stands, and what it rests on.

    record : the collected value that it tells, where it is one
    """

    says: str
    rule: str = ""
    place: str = ""
    below: tuple[Step, ...] = field(default=())
    record: CollectedValue | None = None

    def to_dict(self) -> dict[str, Any]:
        """The tree as plain values for JSON."""
        record = self.record and {**self.record._asdict(), "value": _plain(self.record.value)}
        below = [step.to_dict() for step in self.below]
        told = {"says": self.says, "rule": self.rule, "place": self.place}
        return {**told, "record": record, "below": below}

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The tree as indented lines."""
        rule = f"  [{self.rule}]" if self.rule else ""
        place = f"{self.place}: " if self.place else ""
        yield f"{'  ' * depth}{place}{self.says}{rule}"
        for step in self.below:
            yield from step.lines(depth + 1)

    def __str__(self) -> str:
        return "\n".join(self.lines())


def _plain(value: object) -> str | float | bool | None:
    """A collected value for JSON; dates as text."""
    return value if value is None or isinstance(value, str | int | float) else str(value)
