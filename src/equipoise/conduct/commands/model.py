"""A command: what is asked for, by whom it may be, what stands against it, and what it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict

from equipoise.allocation.lists import SecretList
from equipoise.allocation.serving import Serving
from equipoise.conduct.commands.rights import roles_of
from equipoise.conduct.commands.versions import version_of
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
TRIAL_ID: Final = "trial"


class RefusedError(InputError):
    """A command was not done, and nothing was written; `reasons` holds all that stands against it.

    No reason tells an arm or a slot.
    """

    def __init__(self, command: str, reasons: list[str]) -> None:
        self.command, self.reasons = command, tuple(reasons)
        super().__init__("\n".join(f"{command}: {reason}" for reason in reasons))


class NotThereError(RefusedError):
    """What a command is about is not there, or who asks has no role in which he may do this."""


class KeyUsedError(RefusedError):
    """The key of a request came with another command before."""


class Acting(NamedTuple):
    """The part of what somebody may do in which he asks: one role, at its site or everywhere.

    through : the token that asks for him, as the audit tells it
    """

    role: str
    site: str | None
    through: str = ""


def held_by(unit: Unit, account: str, acting: Acting | None = None) -> list[dict[str, Any]]:
    """The roles that somebody has now: all of them, or the one in which he asks."""
    return [
        one
        for one in unit.rows("grant", account=account)
        if (one["until_at"] is None or one["until_at"] > unit.at)
        and (acting is None or (one["role"], one["site"]) == (acting.role, acting.site))
    ]


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
        self.by = self.role = ""
        self.acting: Acting | None = None
        self.site: dict[str, Any] = {}
        self.subject: dict[str, Any] = {}
        self.form: dict[str, Any] = {}

    def protocol_of(self, form: Mapping[str, Any]) -> Protocol:
        """The version of the protocol that a form was entered under."""
        name = form.get("version")
        return version_of(self.unit, name) if name else self.protocol

    def asks_as(self, role: str) -> bool:
        """Whether who asks has a role now, and asks in it."""
        return any(one["role"] == role for one in held_by(self.unit, self.by, self.acting))

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
    """What a command says when it is done.

    warning : of what went wrong beside it; empty where nothing did
    """

    receipts: list[Receipt]
    warning: str


class Command(BaseModel):
    """One thing that somebody does.

    roles : who may, by the table of rights; of_data : whether a freeze stops it
    anchors : whether the audit is anchored at once after it
    shows_arm : whether it tells or asks what only those may know who know each subject's arm
    about : the table of the record that it is about, and the field that names the record
    reason : why, where it must be said; revision : of that record, as its sender has seen it
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str]
    roles: ClassVar[frozenset[str]] = frozenset()
    of_data: ClassVar[bool] = True
    asks_why: ClassVar[bool] = False
    shows_arm: ClassVar[bool] = False
    about: ClassVar[tuple[str, str]] = ("trial", "")
    anchors: ClassVar[bool] = False

    reason: str = ""
    revision: int | None = None

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """What the table of rights says of it; nobody may, where it says nothing."""
        cls.roles = roles_of(cls.__dict__.get("name", ""))

    def record(self, unit: Unit) -> tuple[str, dict[str, Any] | None]:
        """The name of the record that it is about, and what is there."""
        table, field = self.about
        name = str(getattr(self, field)) if field else TRIAL_ID
        return name, unit.row(table, name)

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

    about: ClassVar[tuple[str, str]] = ("site", "site")

    site: str

    def place(self, desk: CommandDesk) -> None:
        """The site is locked."""
        place_at(desk, self.site, command=self.name)


def place_at(desk: CommandDesk, site: str, *, command: str) -> None:
    """Find and lock a site that a command is about. Raises RefusedError."""
    found = desk.unit.row("site", site, lock=True)
    if found is None:
        raise RefusedError(command, [f"there is no site {site}"])
    desk.site = found
    desk.unit.site = site


class OfSubject(Command):
    """A command about a subject."""

    about: ClassVar[tuple[str, str]] = ("subject", "subject")

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

    about: ClassVar[tuple[str, str]] = ("form", "form")

    form: str

    def place(self, desk: CommandDesk) -> None:
        """The form's subject is locked."""
        found = desk.unit.row("form", self.form)
        if found is None:
            raise RefusedError(self.name, [f"there is no form {self.form}"])
        OfSubject.model_construct(subject=found["subject"]).place(desk)
        desk.form = found

    def of(self, desk: CommandDesk) -> dict[str, Any]:
        """The form as it is now."""
        return desk.unit.row("form", self.form) or {}
