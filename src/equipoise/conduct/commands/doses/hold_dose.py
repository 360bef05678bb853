"""A dose waits or is left out, or a drug is stopped for good."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.doses.of_dose import (
    OfDrug,
    advice_on,
    falls_due,
    note_departure,
    write_dose,
)
from equipoise.conduct.commands.model import CommandDesk


class _NotGiven(OfDrug):
    """A dose that is not given."""

    asks_why: ClassVar[bool] = True

    def write(self, desk: CommandDesk, state: str) -> dict[str, Any]:
        """One row of `dose`, with what the rules said."""
        said = advice_on(desk, self.drug, self.on)
        write_dose(
            desk, self.drug, state, planned=falls_due(desk, self.drug).isoformat(),
            last=self.on.isoformat(), reason=self.reason.strip(),
            decision=None if said is None else said.state,
            rule=None if said is None else said.in_words(),
        )  # fmt: skip
        return {"subject": self.subject, "drug": self.drug, "state": state}


class HoldDose(_NotGiven):
    """Note that a dose that fell due was not given, with what the rules said and why."""

    name: ClassVar[str] = "hold dose"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `dose`, held."""
        return self.write(desk, "held")


class SkipDose(_NotGiven):
    """Note that a dose is left out for a reason that no rule knows: a deviation."""

    name: ClassVar[str] = "skip dose"
    done: ClassVar[str] = "left out"

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """What has fallen due."""
        reasons = list(super().against(desk))
        yield from reasons
        if not reasons and self.on < (day := falls_due(desk, self.drug)):
            yield f"the dose falls due on {day}; it cannot be left out on {self.on}"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `dose`, skipped, and a deviation."""
        note_departure(desk, f"{self.drug} left out", "left out", self.reason.strip(), self.on)
        return self.write(desk, "skipped")


class StopDrug(_NotGiven):
    """Stop a drug for good; nothing more of it can be given."""

    name: ClassVar[str] = "stop drug"
    done: ClassVar[str] = "stopped"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `dose`, stopped."""
        return self.write(desk, "stopped")
