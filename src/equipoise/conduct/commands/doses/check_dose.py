"""What the rules say of the next dose is written down before it is ordered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.doses.of_dose import (
    OfDrug,
    advice_on,
    falls_due,
    regimens,
    under_way,
    write_dose,
)
from equipoise.conduct.commands.findings import chart
from equipoise.conduct.commands.model import CommandDesk
from equipoise.conduct.next_dose import Advice, due


class CheckDose(OfDrug):
    """Ask the rules, as far as is known, about the next dose on its day, or today if that is over.

    The dose is then checked, with what may be given; or held, with the reason; or still planned,
    where something is not known yet.
    """

    name: ClassVar[str] = "check dose"
    done: ClassVar[str] = "checked"

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """A drug that goes on, and no dose that was ordered."""
        reasons = list(super().against(desk))
        yield from reasons
        if reasons:
            return
        found = under_way(desk, self.drug)
        if found is not None and found["state"] not in ("planned", "checked"):
            yield f"{found['id']} is {found['state']}; give it, hold it or skip it"
        said = self._advice(desk)
        if said is not None and said.state in ("stopped", "complete", "ended"):
            yield said.in_words()

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `dose`: planned, checked or held."""
        said, first = self._advice(desk), regimens(desk, self.drug)[0]
        dose = first.dose if said is None else said.dose
        state = "checked" if said is None else _STATES[said.state]
        made = write_dose(
            desk, self.drug, state, planned=falls_due(desk, self.drug).isoformat(),
            decision=None if said is None else said.state,
            rule=None if said is None else said.in_words(),
            level=None if dose is None else repr(float(dose.value)), unit=first.dose.unit,
            last=self.on.isoformat(), reason=_because(said),
        )  # fmt: skip
        told = {"dose": made["id"], "state": state, "planned": made["planned"]}
        return told | ({} if said is None else {"rule": said.in_words()})

    def _advice(self, desk: CommandDesk) -> Advice | None:
        first = regimens(desk, self.drug)[0]
        return advice_on(desk, self.drug, max(self.on, _first_day(desk, first)))


_STATES = {"give": "checked", "held": "held", "not known": "planned", "not due": "planned"}


def _first_day(desk: CommandDesk, regimen: Any) -> dt.date:
    return due(regimen, chart(desk, regimen)).first


def _because(said: Advice | None) -> str:
    return "; ".join(said.reasons) if said is not None and said.state == "held" else ""
