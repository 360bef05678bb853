"""The list of a trial is committed to, by two persons."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, ClassVar, Final

from equipoise.allocation.golive import against_going_live
from equipoise.allocation.lists import TRIAL_WIDE, spelled
from equipoise.allocation.procedure import allocation_digest
from equipoise.allocation.review import wrong_with
from equipoise.allocation.secret import fingerprint, salt
from equipoise.conduct.commands.allocating.review_list import against_review
from equipoise.conduct.commands.allocating.sign_imported_list import against_unsigned
from equipoise.conduct.commands.model import Command, CommandDesk

_STATISTICIAN: Final = "unblinded statistician"


class ActivateList(Command):
    """Commit to the list of this trial's kind; its slots are computed when they are used.

    reviewed_by : the account of another unblinded statistician, who has looked at its review
    """

    name: ClassVar[str] = "activate list"
    of_data: ClassVar[bool] = False

    reviewed_by: str

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """One list, fit to be used, two persons, and the key at hand."""
        unit, kind = desk.unit, desk.trial["kind"]
        if unit.rows("list", kind=kind):
            yield f"a {kind} list was activated already"
        if self.reviewed_by == desk.by:
            yield f"{desk.by} made the list and reviewed it; expected two persons"
        roles = [one["role"] for one in unit.rows("grant", account=self.reviewed_by)
                 if one["until_at"] is None]  # fmt: skip
        if _STATISTICIAN not in roles:
            yield f"{self.reviewed_by} is no {_STATISTICIAN}"
        yield from against_unsigned(desk)
        if desk.lists is None:
            yield "the key of the list is not at hand"
            return
        if _STATISTICIAN in roles:
            yield from against_review(desk, self.reviewed_by)
        if kind == "production":
            yield from against_going_live(desk.protocol.allocation)
        yield from wrong_with(desk.lists.secret, subjects=desk.protocol.population.randomize)

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """The list, its event, and a counter for each stratum."""
        assert desk.lists is not None
        secret, unit, kind = desk.lists.secret, desk.unit, desk.trial["kind"]
        made = unit.insert(
            "list", id=kind, kind=kind, method=secret.plan.method,
            allocation_digest=allocation_digest(desk.protocol), key_id=fingerprint(secret.key),
            commitment=secret.commitment(), entries=secret.length, reviewed_by=self.reviewed_by,
            salt_hash=hashlib.sha256(salt(secret.key).encode()).hexdigest(), by=desk.by, at=unit.at,
        )  # fmt: skip
        unit.insert(
            "list_event", id=f"{kind} activated", list=kind, kind="activated", by=desk.by,
            at=unit.at,
        )  # fmt: skip
        for stratum in strata_served(desk):
            unit.insert("stratum", list=kind, id=stratum, next=1, revision=1)
        return {"list": kind, "commitment": made["commitment"]}


def strata_served(desk: CommandDesk) -> list[str]:
    """The strata that have lists; one for all where arms are minimized."""
    assert desk.lists is not None
    if desk.protocol.allocation.method == "minimization":
        return [TRIAL_WIDE]
    return [spelled(one) for one in desk.lists.secret.strata]
