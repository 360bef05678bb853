"""The conduct of a trial in its folder: opened, asked, verified, tabulated.

conduct/store.json      which database, and the kind of list that serves it
conduct/conduct.sqlite  the database, unless store.json names another
conduct/anchors.txt     the heads of the audit's chains; keep copies of it elsewhere
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from equipoise.errors import InputError
from equipoise.protocol.read.resolve import to_json, write_text
from equipoise.workspace.folder import Workspace

if TYPE_CHECKING:
    from equipoise.adam.queries.asked import AskedOfSites
    from equipoise.allocation.secret import ListKind
    from equipoise.conduct.commands.bus import Bus
    from equipoise.conduct.record import Record
    from equipoise.conduct.store.store import Store
    from equipoise.conduct.store.verify import Audited
    from equipoise.conduct.store.versions.upgrade import Upgraded
    from equipoise.protocol import Protocol
    from equipoise.sdtm.model import SDTM

_SETTINGS: Final = "store.json"


@dataclass(frozen=True, slots=True)
class ConductFolder:
    """The store of one trial, as it stands in the trial's folder.

    keys : files that hold the key of its list, or shares of it; none is needed but to randomize
    """

    trial: Path
    keys: tuple[Path, ...] = ()

    @property
    def folder(self) -> Path:
        return self.trial / "conduct"

    @classmethod
    def init(
        cls,
        where: str | Path,
        *,
        owner: str,
        kind: ListKind = "test",
        database: str = "",
        role: str = "",
    ) -> ConductFolder:
        """Make the store of a trial, empty but for its protocol and the account of its owner.

        where : the trial's folder, or its protocol file
        database : a URL of PostgreSQL, whose user owns the tables; by default a file of SQLite
        role : on PostgreSQL, the user of the service, who can change no row that was written, and
               whom the folder names from then on
        Raises   ProtocolError; InputError where there is a store already.
        """
        from equipoise.conduct.commands.central.open_trial import open_trial
        from equipoise.conduct.store.engine import for_role
        from equipoise.conduct.store.store import Store

        space = Workspace.at(where)
        found, protocol = cls(space.folder), space.protocol()
        if not owner.strip():
            raise InputError("the owner has no name; expected an account such as admin")
        of_service = for_role(database, role)
        found.folder.mkdir(exist_ok=True)
        store = Store.create(database or space.folder, folder=found.folder, role=role)
        text = space.protocol_file.read_text("utf-8")
        open_trial(store, protocol, kind=kind, owner=owner, text=text)
        if role:
            store.grant_to(role)
        found.keep_settings(of_service, kind)
        return found

    def keep_settings(self, database: str, kind: str) -> None:
        """Write store.json: which database, the folder's own where empty, and the kind of list."""
        write_text(self.folder / _SETTINGS, to_json({"database": database, "list": kind}))

    @property
    def settings(self) -> dict[str, Any]:
        """What store.json says. Raises InputError where there is none."""
        file = self.folder / _SETTINGS
        if not file.is_file():
            raise InputError(f"{self.trial}: there is no store; `equipoise conduct init` makes one")
        try:
            found: dict[str, Any] = json.loads(file.read_text("utf-8"))
        except ValueError:
            expected = '{"database": "", "list": "production"}'
            raise InputError(f"{file}: cannot be read; expected such as {expected}") from None
        return found

    def store(self, *, may_be_older: bool = False, database: str = "") -> Store:
        """The store, opened. Raises InputError, also where it is of another version.

        may_be_older : for a backup, or to bring it up; database : a URL in place of the folder's
        """
        from equipoise.conduct.store.store import Store

        place = database or self.settings["database"] or self.trial
        return Store.open(place, folder=self.folder, may_be_older=may_be_older)

    def protocol(self, store: Store) -> Protocol:
        """The version of the protocol that the trial is under, as it was activated."""
        from equipoise.conduct.commands.versions import current_version

        with store.reading() as unit:
            return current_version(unit)

    def bus(self) -> Bus:
        """The one way to write. Raises InputError where a key is no key."""
        from equipoise.conduct.commands.bus import Bus

        store = self.store()
        protocol = self.protocol(store)
        return Bus(store, protocol, self._lists(protocol))

    def send(self, name: str, given: Mapping[str, Any], *, by: str, request: str) -> dict[str, Any]:
        """Do a command by its name; what it answers, with where the audit tells of it.

        Raises   InputError for what the command does not ask; RefusedError, StoreError.
        """
        from pydantic import ValidationError

        from equipoise.conduct.commands.every import EVERY_COMMAND
        from equipoise.conduct.commands.unread import unread

        try:
            command = EVERY_COMMAND[name].model_validate(given)
        except ValidationError as problem:
            said = (f"{name}: {unread(one)}" for one in problem.errors())
            raise InputError("\n".join(said)) from None
        answer = self.bus().send(command, by=by, key=request)
        beside = {"warning": answer.warning} if answer.warning else {}
        return {**answer, **beside, "receipts": [list(one) for one in answer.receipts]}

    def anchors(self) -> list[str]:
        """The lines of anchors.txt."""
        from equipoise.conduct.store.anchors import ANCHORS

        file = self.folder / ANCHORS
        return file.read_text("ascii").splitlines(keepends=True) if file.is_file() else []

    def audited(self, *, outside: Sequence[str] | None = None) -> Audited:
        """Verify the audit, against these lines of anchors.txt, by default the folder's."""
        from equipoise.conduct.store.verify import audited

        lines = self.anchors() if outside is None else outside
        with self.store().reading() as unit:
            return audited(unit.connection, outside=lines)

    def export_audit(self, out: Path, *, site: str | None = None) -> int:
        """Write the audit as files that verify without this program; how many rows.

        site : the chain of one site alone
        """
        from equipoise.conduct.store.canonical import SITE
        from equipoise.conduct.store.export import export_audit

        chain = None if site is None else f"{SITE}{site}"
        with self.store().reading() as unit:
            return export_audit(unit.connection, out, outside=self.anchors(), chain=chain)

    def receipt(self, subject: str) -> dict[str, Any]:
        """What proves a subject's allocation to whoever has kept its anchor.

        The arm is in it where the trial is open label; else the row holds it sealed.
        Raises   InputError where the subject is not randomized, or no anchor holds the row yet.
        """
        from equipoise.conduct.store.anchors import allocation_row, way_to_anchor
        from equipoise.conduct.store.canonical import SITE

        store = self.store()
        is_open = self.protocol(store).trial.masking == "open label"
        with store.reading() as unit:
            held = next(iter(unit.rows("allocation", subject=subject)), None)
            if held is None:
                raise InputError(f"{subject} is not randomized")
            row = allocation_row(unit.connection, subject, f"{SITE}{held['site']}")
            way = way_to_anchor(unit.connection, row["chain"], row["n"])
        told = {"arm": held["arm"], "nonce": held["nonce"]} if is_open else {}
        return {"subject": subject, "row": row, **way, **told}

    def backup(self, out: Path, *, key: Path) -> int:
        """Write an encrypted backup; how many rows. `key` is a file, made where it is not there.

        Raises   InputError where the key stands in the trial's folder, or the backup is there.
        """
        from equipoise.conduct.store.backup import backup
        from equipoise.workspace.keys import make_key, read_key

        make_key([key], trial=self.trial)
        return backup(self.store(may_be_older=True), out, key=read_key([key], trial=self.trial))

    def upgrade(self, file: Path | None, *, key: Path | None, database: str = "") -> Upgraded:
        """Bring the store up to this program's version, and verify it.

        file, key : a backup of the store as it is now, and the file with its key
        database : a URL of PostgreSQL whose user owns the tables, where the service's does not
        Raises   InputError, StoreError; the store is as it was then.
        """
        from equipoise.conduct.store.versions.upgrade import upgrade
        from equipoise.workspace.keys import read_key

        if file is not None and not file.is_file():
            raise InputError(f"{file}: there is no such backup")
        if file is not None and key is None:
            raise InputError(f"{file}: is opened by its key; expected --key FILE")
        secret = read_key([key], trial=self.trial) if key is not None else b""
        return upgrade(self.store(may_be_older=True, database=database), file, key=secret)

    def record(self, *, at: str | None = None, cut: str | None = None) -> Record:
        """The record as it is, as it was known at a date or a time, or at a cut.

        at : "2026-05-01", to the end of that day in UTC, or a time such as 2026-05-01T12:00:00Z
        Raises   InputError for a time that is none, or a cut that is not there.
        """
        from equipoise.sdtm.tabulate.taken import record_of

        store = self.store()
        return record_of(store, self.protocol(store), at=at, cut=cut)

    def sdtm(self, *, at: str | None = None, cut: str | None = None) -> SDTM:
        """The data as known then, as SDTM."""
        from equipoise.sdtm.tabulate.tabulate import tabulate

        return tabulate(self.record(at=at, cut=cut))

    def taken(
        self, *, by: str, site: str | None = None, at: str | None = None, cut: str | None = None
    ) -> SDTM:
        """The data as an account may have them; that they were taken is written down first.

        site : whose data; a role of a site names its own
        Raises   RefusedError where the account may not have them.
        """
        from equipoise.sdtm.tabulate.taken import taken

        return taken(self.bus(), by=by, site=site, at=at, cut=cut)

    def ask(self) -> AskedOfSites:
        """Run every rule of queries over the data; what it asks is put to the sites as queries."""
        from equipoise.adam.queries.asked import ask_by_rules

        store = self.store()
        return ask_by_rules(store, self.protocol(store))

    def replay(self) -> tuple[int, list[str], bool, list[str]]:
        """How many allocations were recomputed, what differs, whether the commitment opens, and
        whose slot was used out of order.

        Raises   InputError where the key is not that of the list.
        """
        from equipoise.conduct.replayed import out_of_order, replayed

        bus = self.bus()
        if bus.lists is None:
            raise InputError("the key of the list is not at hand")
        with bus.store.reading() as unit:
            return *replayed(unit, bus.lists.secret), out_of_order(unit)

    def key(self) -> bytes | None:
        """The trial's key, where it is at hand."""
        from equipoise.workspace.keys import key_at_hand

        return key_at_hand(self.keys, trial=self.trial)

    def _lists(self, protocol: Protocol) -> Any:
        from equipoise.allocation.lists import SecretList
        from equipoise.allocation.secret import list_key
        from equipoise.allocation.serving import Serving
        from equipoise.conduct.commands.model import ListAtHand

        if (key := self.key()) is None:
            return None
        of_list = list_key(key, kind=self.settings["list"], trial=protocol.trial.id)
        length = self.settings.get("length") or protocol.population.randomize
        secret = SecretList(protocol.allocation, tuple(protocol.arms), of_list, length)
        return ListAtHand(secret, Serving(secret))
