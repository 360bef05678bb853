"""The one way in: a command becomes a transaction, or a refusal that wrote nothing."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from equipoise.conduct.commands.model import (
    Acting,
    Answered,
    Command,
    CommandDesk,
    KeyUsedError,
    ListAtHand,
    NotThereError,
    RefusedError,
    held_by,
)
from equipoise.conduct.commands.rights import EACH_ARM, OPEN_LABEL, arms_known
from equipoise.conduct.commands.seen import against_older
from equipoise.conduct.commands.versions import known_version, version_of
from equipoise.conduct.mail.outbox import post
from equipoise.conduct.store.bodies import Who
from equipoise.conduct.store.canonical import SITE, canonical, fingerprint_of
from equipoise.conduct.store.served.once import unlocked
from equipoise.conduct.store.store import Store
from equipoise.conduct.store.tables import CENTRAL_IF_MASKED
from equipoise.conduct.store.unit import Receipt, Unit
from equipoise.protocol import Protocol

SHUT = ("freeze", "lock")
_Told = TypeVar("_Told")
DoneAtOnce = Callable[[Command, str, str], dict[str, Any]]
"""Does a command by an account under a key; Raises RefusedError, and then wrote nothing."""


@dataclass(frozen=True)
class Bus:
    """A trial's store, ready for commands.

    protocol : as it was when the store was opened; commands are judged by the version of now
    lists : what serves slots, where the key of the list is at hand
    """

    store: Store
    protocol: Protocol
    lists: ListAtHand | None = None

    def send(
        self, command: Command, *, by: str, key: str, acting: Acting | None = None
    ) -> Answered:
        """Do a command.

        by : the account of who asks; key : of this request: sent again, it is answered as before
        acting : the one role in which he asks; by default any that he has
        Raises   RefusedError with every reason; StoreError. Nothing was written then.
        Checked  tests/unit/conduct/commands.
        """
        return self.send_all([(command, by, key)], acting=acting)[0]

    def send_all(
        self, asked: Sequence[tuple[Command, str, str]], *, acting: Acting | None = None
    ) -> list[Answered]:
        """Commands one after the other in one transaction: all of them, or none.

        Each is (command, by, key).
        """

        def work(unit: Unit) -> tuple[list[dict[str, Any]], dt.datetime]:
            return [self._do(unit, *one, acting) for one in asked], unit.now

        (done, now), receipts = self.store.attempt(work)
        at_once = any(command.anchors for command, _, _ in asked)
        warning = self.store.anchor_in_time(now, at_once=at_once)
        with self.store.reading() as unit:
            told = [one[0].read_back(unit, answer) for one, answer in zip(asked, done, strict=True)]
        answers = [Answered(one) for one in told]
        for answer in answers:
            answer.receipts, answer.warning = receipts, warning
        return answers

    def place_of(self, command: Command, *, by: str, acting: Acting | None = None) -> str:
        """The site of what a command is about, empty where it is of the whole trial.

        Raises   NotThereError where it is about nothing that is there for who asks.
        """
        with self.store.reading() as unit:
            desk = CommandDesk(unlocked(unit), self.protocol, None)
            desk.by, desk.acting = by, acting
            _place(desk, command)
            return desk.unit.site

    def together(self, work: Callable[[DoneAtOnce], _Told]) -> tuple[_Told, list[Receipt]]:
        """Commands of which later ones follow from the answers of earlier ones: all, or none.

        work : is given what does one command as somebody, and may be called again where another
        command came in between; what it raises undoes everything
        """

        def done(unit: Unit) -> _Told:
            return work(lambda command, by, key: self._do(unit, command, by, key, None))

        told, receipts = self.store.attempt(done)
        self.store.anchor_in_time(self.store.clock())
        return told, receipts

    def _do(
        self, unit: Unit, command: Command, by: str, key: str, acting: Acting | None
    ) -> dict[str, Any]:
        unit.site = unit.subject = ""
        desk = CommandDesk(unit, self.protocol, self.lists)
        desk.by, desk.acting = by, acting
        _place(desk, command)
        known_version(self.protocol)
        current = version_of(unit, str(desk.trial["version"]))
        desk.protocol = version_of(unit, _version(desk))
        masking = current.trial.masking
        role = role_for(unit, command, by=by, site=unit.site, masking=masking, acting=acting)
        desk.role, digest = role, _digest(command)
        if (before := unit.row("idempotency", by, key)) is not None:
            return _again(command, before, digest)
        unit.central = frozenset() if masking == OPEN_LABEL else CENTRAL_IF_MASKED
        if reasons := [*_in_general(desk, command), *command.against(desk)]:
            raise RefusedError(command.name, reasons)
        through = acting.through if acting is not None else ""
        unit.who = Who(by, role, command.name, command.reason.strip(), through)
        answer = command.do(desk)
        if command.of_data and unit.site:
            # A freeze holds every chain: it has come before this one, or waits until it is over.
            unit.hold(f"{SITE}{unit.site}")
            if reasons := [*_against_shut(desk, command)]:
                raise RefusedError(command.name, reasons)
        unit.end()
        post(desk, command, current.trial.id)
        text = canonical(answer)
        unit.note("idempotency", account=by, key=key, command_hash=digest, answer=text, at=unit.at)
        return answer


def _place(desk: CommandDesk, command: Command) -> None:
    """Find what a command is about. Raises NotThereError."""
    try:
        command.place(desk)
    except RefusedError as nothing:
        raise NotThereError(command.name, list(nothing.reasons)) from None


def _version(desk: CommandDesk) -> str:
    """The version that a form was entered under, else its subject, its site, the trial."""
    own = (desk.form, desk.subject, desk.site, desk.trial)
    return str(next(one["version"] for one in own if one.get("version")))


def role_for(
    unit: Unit, command: Command, *, by: str, site: str, masking: str, acting: Acting | None = None
) -> str:
    """The role in which somebody may do this at a site. Raises NotThereError where he has none."""
    account = unit.row("account", by)
    if account is None or account["state"] != "active":
        raise NotThereError(command.name, [f"{by or 'nobody'} has no account that is active"])
    held = [one["role"] for one in held_by(unit, by, acting) if one["site"] in (None, site)]
    may = sorted(
        role
        for role in held
        if role in command.roles
        and (not command.shows_arm or arms_known(role, masking=masking) == EACH_ARM)
    )
    if not may:
        where = f" at {site}" if site else ""
        raise NotThereError(command.name, [f"{by} may not do this{where}"])
    return str(may[0])


def is_shut(unit: Unit, *, site: str, subject: str) -> str | None:
    """The scope that is frozen or locked, of those that a subject is in."""
    mine = ["trial", f"site {site}", f"subject {subject}"]
    last: dict[str, str] = {}
    for one in unit.rows("freeze"):
        if one["kind"] != "cut":
            last[one["scope"]] = one["kind"]
    return next((scope for scope in mine if last.get(scope) in SHUT), None)


def _in_general(desk: CommandDesk, command: Command) -> Iterator[str]:
    """What stands against any command of its kind."""
    if command.asks_why and not command.reason.strip():
        yield "a reason must be given"
    yield from against_older(desk, command)
    yield from _against_shut(desk, command)


def _against_shut(desk: CommandDesk, command: Command) -> Iterator[str]:
    if command.of_data:
        unit = desk.unit
        if (scope := is_shut(unit, site=unit.site, subject=unit.subject)) is not None:
            yield f"the data of the {scope} are frozen"


def _digest(command: Command) -> str:
    said: Mapping[str, Any] = command.model_dump(mode="json")
    # JSON again, for numbers have no canonical spelling and only their sender compares them.
    return fingerprint_of(f"{command.name} {json.dumps(said, sort_keys=True)}")


def _again(command: Command, before: Mapping[str, Any], digest: str) -> dict[str, Any]:
    if before["command_hash"] != digest:
        raise KeyUsedError(command.name, [f"the key {before['key']} was used for another command"])
    found: dict[str, Any] = json.loads(before["answer"])
    return found
