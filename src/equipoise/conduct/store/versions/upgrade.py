"""A store of an older version, brought up: after a backup that was tried, or not at all.

The backup is restored beside the store and brought up there first. Then the store itself, in one
transaction that ends only when every chain and every table has been verified; a fault, or a loss
of power, leaves it as it was.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from equipoise.conduct.store.anchors import ANCHORS
from equipoise.conduct.store.backup import filled, note_upgrade
from equipoise.conduct.store.guards import grant, may_change_tables, roles_of_service
from equipoise.conduct.store.store import Store
from equipoise.conduct.store.unit import Head
from equipoise.conduct.store.verify import Audited, audited
from equipoise.conduct.store.versions.migrate import (
    NEWEST_VERSION,
    VersionStep,
    bring_up,
    version_of,
)
from equipoise.errors import InputError

_NO_BACKUP: Final = (
    "{0}: is of version {1}; it is brought up to {2} after a backup alone: stop the service, then "
    "`equipoise conduct backup TRIAL -o FILE --key KEY` and "
    "`equipoise upgrade TRIAL --backup FILE --key KEY`"
)
_NOT_OWNER: Final = (
    "{0}: this user does not own the tables; expected the owner's URL, as "
    "`--db postgresql://owner@host/trial`"
)


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What was done: the version before, each version since, and what was verified afterwards."""

    before: str
    steps: tuple[VersionStep, ...]
    verified: Audited

    @property
    def after(self) -> str:
        return self.steps[-1].version if self.steps else self.before

    def in_words(self) -> str:
        """A line for each version, and those of the audit."""
        head = f"from version {self.before} to {self.after}, in one transaction"
        if not self.steps:
            head = f"version {self.before} is the newest; nothing was done"
        told = [f"{step.version}: {step.brings}" for step in self.steps]
        return "\n".join([head, *told, self.verified.in_words()])


def upgrade(store: Store, file: Path | None, *, key: bytes) -> Upgraded:
    """Bring a store up to the version of this program.

    store : opened with `may_be_older`; on PostgreSQL as the owner of its tables
    file, key : a backup that holds all that the audit holds now, and its key
    Raises   InputError where another user owns the tables, there is no such backup, it does not
    come back or holds less than the store, or the audit has faults; StoreError.
    Nothing has been done then.
    Checked  tests/unit/conduct/store/test_upgrade.py.
    """
    with store.reading() as unit:
        before = version_of(unit.connection) or ""
        if before == NEWEST_VERSION:
            return Upgraded(before, (), audited(unit.connection, outside=_anchored(store)))
        if not may_change_tables(unit.connection):
            raise InputError(_NOT_OWNER.format(store))
    if file is None:
        raise InputError(_NO_BACKUP.format(store, before, NEWEST_VERSION))
    kept = _tried(file, key, beside=store.folder)
    with store.unit() as unit:
        if unit.heads(lock=True) != kept:
            raise InputError(f"{file}: rows were written since; stop the service, back it up anew")
        steps = bring_up(unit.connection)
        for role in roles_of_service(unit.connection):
            grant(unit.connection, role)
        found = audited(unit.connection, outside=_anchored(store))
        if found.faults:
            raise InputError("\n".join(["nothing was done", *found.faults]))
        note_upgrade(unit, before, file)
    return Upgraded(before, tuple(steps), found)


def _tried(file: Path, key: bytes, *, beside: Path) -> dict[str, Head]:
    """The heads of the chains in a backup that came back whole. Raises InputError.

    It comes back beside the store, where nobody reads who may not read the store.
    """
    with tempfile.TemporaryDirectory(dir=beside, prefix=".tried-") as folder:
        store, _ = filled(file, Path(folder), folder=Path(folder), key=key)
        with store.reading() as unit:
            heads = unit.heads()
        store.engine.dispose()
    return heads


def _anchored(store: Store) -> list[str]:
    file = store.folder / ANCHORS
    return file.read_text("ascii").splitlines(keepends=True) if file.is_file() else []
