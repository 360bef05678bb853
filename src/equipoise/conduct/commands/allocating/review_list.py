"""The review of a list, which another person reads before it is activated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.allocation.review import review, wrong_with
from equipoise.allocation.secret import fingerprint
from equipoise.conduct.commands.model import Command, CommandDesk
from equipoise.conduct.store.canonical import fingerprint_of


class ReviewList(Command):
    """Read the review of the list that the key at hand makes: totals of strata, and no slot."""

    name: ClassVar[str] = "review list"
    of_data: ClassVar[bool] = False

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """A list that is not activated yet, and its key."""
        kind = desk.trial["kind"]
        if desk.unit.rows("list", kind=kind):
            yield f"a {kind} list was activated already"
        if desk.lists is None:
            yield "the key of the list is not at hand"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `list_review`; the answer is the review itself."""
        assert desk.lists is not None
        secret, subjects = desk.lists.secret, desk.protocol.population.randomize
        lines = [*review(secret, subjects=subjects)]
        wrong = [*wrong_with(secret, subjects=subjects)]
        desk.unit.insert(
            "list_review", id=desk.next_id("list_review"), kind=desk.trial["kind"],
            digest=fingerprint_of("\n".join([*lines, *wrong])), key_id=fingerprint(secret.key),
            commitment=secret.commitment(), by=desk.by, at=desk.unit.at,
        )  # fmt: skip
        return {"list": desk.trial["kind"], "review": lines, "wrong": wrong}


def against_review(desk: CommandDesk, by: str) -> Iterator[str]:
    """Whether somebody has read the review of the very list that is at hand."""
    assert desk.lists is not None
    rows = desk.unit.rows("list_review", kind=desk.trial["kind"], by=by)
    commitment = desk.lists.secret.commitment()
    if not any(one["commitment"] == commitment for one in rows):
        yield f"{by} has not read the review of this list; `review list` shows it"
