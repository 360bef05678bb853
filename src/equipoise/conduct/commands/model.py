"""A command: what is asked for, by whom it may be, what stands against it, and what it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict

from equipoise.allocation.lists import SecretList
from equipoise.allocation.serving import Serving
from equipoise.conduct.store.unit import Receipt, Unit
from equipoise.errors import InputError
from equipoise.meaning.forms.model import CaseForm
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol

Role = Literal[
    "coordinator",
    "investigator",
    "pharmacist",
    "monitor",
    "data manager",
    "blinded statistician",
    "unblinded statistician",
    "DSMB",
    "sponsor",
    "admin",
]
EVERY_ROLE: Final = get_args(Role)
SITE_ROLES: Final = frozenset({"coordinator", "investigator", "pharmacist", "monitor"})
ENTERING: Final = frozenset({"coordinator", "investigator"})
TRIAL_ID: Final = "trial"


class RefusedError(InputError):
    """A command was not done, and nothing was written; `reasons` holds all that stands against it.

    No reason tells an arm or a slot.
    """

    def __init__(self, command: str, reasons: list[str]) -> None:
        self.command, self.reasons = command, tuple(reasons)
        super().__init__("\n".join(f"{command}: {reason}" for reason in reasons))


class CommandDesk:
    """Where a command is done: the unit, who asks, and what the trial is.

    lists : gives the list that serves this trial; not there without its key
    """

    def __init__(self, unit: Unit, protocol: Protocol, lists: ListAtHand | None) -> None:
        self.unit, self.protocol, self.lists = unit, protocol, lists
        found = unit.row("trial", TRIAL_ID)
        if found is None:
            raise InputError("the store holds no trial; `equipoise conduct init` makes one")
        self.trial = found
        self.by = ""
        self.site: dict[str, Any] = {}
        self.subject: dict[str, Any] = {}

    @property
    def strata(self) -> dict[str, tuple[str, ...]]:
        """The levels of each factor."""
        return {key: one.levels for key, one in self.protocol.allocation.strata.items()}

    @property
    def forms(self) -> Mapping[str, CaseForm]:
        """The forms of the protocol."""
        return forms_of(self.protocol)

    def next_id(self, table: str, **equal: Any) -> str:
        """A name for a new record of a subject, or of the trial; held by the lock on it."""
        whose = f"{self.subject['id']}/" if self.subject else ""
        return f"{whose}{table[:1].upper()}{self.unit.count(table, **equal) + 1:05}"


@dataclass(frozen=True)
class ListAtHand:
    """The list of a store, made from its key when it is asked for."""

    secret: SecretList
    serving: Serving


class Answered(dict[str, Any]):
    """What a command says when it is done."""

    receipts: list[Receipt]


class Command(BaseModel):
    """One thing that somebody does.

    roles : who may; of_data : whether a freeze stops it; reason : why, where it must be said
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str]
    roles: ClassVar[frozenset[str]]
    of_data: ClassVar[bool] = True
    asks_why: ClassVar[bool] = False

    reason: str = ""

    def place(self, desk: CommandDesk) -> None:
        """Find and lock what the command is about: here the trial."""
        desk.unit.row("trial", TRIAL_ID, lock=True)

    def against(self, desk: CommandDesk) -> Iterator[str]:
        """Everything that stands against it, all at once."""
        return iter(())

    def do(self, desk: CommandDesk) -> dict[str, Any]:
        """Do it; what is answered."""
        raise NotImplementedError

    def read_back(self, unit: Unit, answer: dict[str, Any]) -> dict[str, Any]:
        """The answer as it is told: what must be read from the row that was written is."""
        return answer


class OfSite(Command):
    """A command about a site."""

    site: str

    def place(self, desk: CommandDesk) -> None:
        """The site is locked."""
        found = desk.unit.row("site", self.site, lock=True)
        if found is None:
            raise RefusedError(self.name, [f"there is no site {self.site}"])
        desk.site = found
        desk.unit.site = self.site


class OfSubject(Command):
    """A command about a subject; `revision` is that of the record that its sender has seen."""

    subject: str

    def place(self, desk: CommandDesk) -> None:
        """The subject is locked, and its site known."""
        found = desk.unit.row("subject", self.subject, lock=True)
        if found is None:
            raise RefusedError(self.name, [f"there is no subject {self.subject}"])
        desk.subject = found
        desk.site = desk.unit.row("site", found["site"]) or {}
        desk.unit.site, desk.unit.subject = found["site"], self.subject


class OfForm(Command):
    """A command about a form."""

    form: str
    revision: int | None = None

    def place(self, desk: CommandDesk) -> None:
        """The form's subject is locked."""
        found = desk.unit.row("form", self.form)
        if found is None:
            raise RefusedError(self.name, [f"there is no form {self.form}"])
        OfSubject.model_construct(subject=found["subject"]).place(desk)

    def of(self, desk: CommandDesk) -> dict[str, Any]:
        """The form as it is now. Raises RefusedError if its sender has seen an older one."""
        found = desk.unit.row("form", self.form) or {}
        if self.revision is not None and self.revision != found["revision"]:
            raise RefusedError(
                self.name,
                [f"{self.form} is at revision {found['revision']}; you saw {self.revision}"],
            )
        return found
