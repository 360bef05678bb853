"""A trial's store from its backup alone, in a folder that has none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.errors import InputError
from equipoise.protocol.read.resolve import write_text
from equipoise.workspace.conduct import ConductFolder
from equipoise.workspace.folder import protocol_file

if TYPE_CHECKING:
    from equipoise.allocation.secret import ListKind


def restored(
    file: Path,
    where: str | Path,
    *,
    key: Path,
    kind: ListKind | None = None,
    database: str = "",
    role: str = "",
) -> ConductFolder:
    """A trial's store from a backup; it has verified itself.

    where : a folder, made where it is not there, or its protocol file; a protocol that stands there
            stays, and else the version that the trial is under is written
    kind : of the list that the backup should be of, where that is to be asked; the store says it
    database, role : as for a new store
    Raises   InputError where there is a store, the key is another one, the list is of another kind,
             or the audit has faults.
    Checked  tests/unit/cli/test_restored.py.
    """
    from equipoise.conduct.store.backup import restore
    from equipoise.conduct.store.engine import for_role
    from equipoise.workspace.keys import read_key

    if not file.is_file():
        raise InputError(f"{file}: there is no such backup")
    path = Path(where)
    protocol = protocol_file(path) if path.exists() else path / "protocol.yaml"
    found = ConductFolder(protocol.parent)
    secret = read_key([key], trial=found.trial)
    of_service = for_role(database, role)
    found.folder.mkdir(parents=True, exist_ok=True)
    place = database or found.trial
    store = restore(file, place, folder=found.folder, key=secret, kind=kind)
    with store.reading() as unit:
        [trial] = unit.rows("trial")
        [version] = unit.rows("protocol_version", id=trial["version"])
    if not protocol.exists():
        write_text(protocol, version["file"])
    if role:
        store.grant_to(role)
    found.keep_settings(of_service, trial["kind"])
    return found
