"""A question about a form: raised, answered, closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from equipoise.conduct.commands.model import CommandDesk, OfForm, OfSubject, RefusedError


class RaiseQuery(OfForm):
    """Ask the site about a form, or one of its items."""

    name: ClassVar[str] = "raise query"

    text: str
    item: str | None = None

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """About something that was entered."""
        if self.of(desk)["state"] in ("empty", "draft"):
            yield f"{self.form} was not entered"
        if not self.text.strip():
            yield "a query asks something"
        if self.item is not None and desk.unit.row("value", self.form, self.item) is None:
            yield f"{self.form} has no answer {self.item}"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """One row of `query`."""
        form, unit = self.of(desk), desk.unit
        made = unit.insert(
            "query", id=desk.next_id("query", subject=form["subject"]), form=self.form,
            subject=form["subject"], item=self.item, state="open", opened_by=desk.by,
            text=self.text.strip(), revision_seen=form["revision"], revision=1,
        )  # fmt: skip
        return {"query": made["id"], "state": "open"}


class _OfQuery(OfSubject):
    """A command about a query."""

    about: ClassVar[tuple[str, str]] = ("query", "query")

    query: str
    subject: str = ""

    def place(self, desk: CommandDesk) -> None:
        """The query's subject is locked."""
        found = desk.unit.row("query", self.query)
        if found is None:
            raise RefusedError(self.name, [f"there is no query {self.query}"])
        OfSubject.model_construct(subject=found["subject"]).place(desk)

    def turn(self, desk: CommandDesk, kind: str, text: str, state: str) -> dict[str, Any]:
        """A turn of the talk, and the query's state."""
        unit, found = desk.unit, desk.unit.row("query", self.query) or {}
        number = unit.count("query_turn", query=self.query) + 1
        unit.insert(
            "query_turn", query=self.query, n=number, kind=kind, by=desk.by, text=text.strip(),
            at=unit.at,
        )  # fmt: skip
        unit.change("query", found, state=state)
        return {"query": self.query, "state": state}

    def state(self, desk: CommandDesk) -> str:
        """Of the query."""
        return str((desk.unit.row("query", self.query) or {})["state"])


class AnswerQuery(_OfQuery):
    """The site answers."""

    name: ClassVar[str] = "answer query"

    text: str

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """An open query, and an answer that says something."""
        if (state := self.state(desk)) not in ("open", "reopened"):
            yield f"{self.query} is {state}, not open"
        if not self.text.strip():
            yield "an answer says something"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """A turn, and the query's state."""
        return self.turn(desk, "answer", self.text, "answered")


class CloseQuery(_OfQuery):
    """Who may close queries is content, or asks again.

    again : what is asked again; the query is then open once more
    """

    name: ClassVar[str] = "close query"

    again: str = ""

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """What was answered; what was not is closed with a reason."""
        state = self.state(desk)
        if state == "closed":
            yield f"{self.query} is closed"
        elif state != "answered" and not self.reason.strip():
            yield f"{self.query} is not answered; a reason must be given"

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """A turn, and the query's state."""
        if self.again.strip():
            return self.turn(desk, "again", self.again, "reopened")
        return self.turn(desk, "close", self.reason or "closed", "closed")
