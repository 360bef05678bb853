"""A backup is one encrypted file; a restored store has verified itself, on either database.

It holds every row of every table and the anchors, and never the key of the list. AES-256-GCM; the
file begins with a line of text and a nonce. The guards of the database take the audit in again row
by row, so that what does not continue its chain cannot be restored.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Computed, insert, select

from equipoise.conduct.store.anchors import ANCHORS
from equipoise.conduct.store.bodies import Who
from equipoise.conduct.store.canonical import GENESIS
from equipoise.conduct.store.store import Store
from equipoise.conduct.store.tables import METADATA, TABLES
from equipoise.conduct.store.unit import Unit
from equipoise.conduct.store.verify import audited
from equipoise.conduct.store.versions.migrate import (
    LAST_UNCOUNTED,
    NEWEST_VERSION,
    UNCOUNTED,
    bring_up,
    columns_of,
    version_of,
)
from equipoise.errors import InputError
from equipoise.version import __version__

_HEAD: Final = b"equipoise backup 1\n"
_NONCE: Final = 12
_KEY: Final = 32
_AT_ONCE: Final = 1_000


def backup(store: Store, file: Path, *, key: bytes) -> int:
    """Write a backup, of which the last row is an anchor; how many rows it holds.

    key : 32 bytes, kept where neither the store nor the backup is
    Raises   InputError for a key of another length, or a file that is there.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    _whole(key)
    if file.exists():
        raise InputError(f"{file}: is there already")
    store.anchor(role="system")
    lines = [json.dumps(part, ensure_ascii=True) for part in _parts(store)]
    nonce = os.urandom(_NONCE)
    packed = zlib.compress("\n".join(lines).encode())
    part = file.with_name(f"{file.name}.part")
    with part.open("wb") as out:
        out.write(_HEAD + nonce + AESGCM(key).encrypt(nonce, packed, _HEAD))
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)
    return len(lines) - 1


def restore(
    file: Path, where: str | Path, *, folder: Path, key: bytes, kind: str | None = None
) -> Store:
    """A new store from a backup, brought up to this program's version where it is of an older one.

    where : of the database, which is not there yet; folder : gets the anchors
    kind : of the list that it should be of, where that is asked
    Raises   InputError where the key is another one, the file was changed, its audit has faults, it
    is of another kind of list, or it is newer than this program
    Checked  tests/unit/conduct/store/test_backup.py.
    """
    store, version = filled(file, where, folder=folder, key=key, kind=kind)
    if version != NEWEST_VERSION:
        with store.unit() as unit:
            note_upgrade(unit, version, file)
    return store


def filled(
    file: Path, where: str | Path, *, folder: Path, key: bytes, kind: str | None = None
) -> tuple[Store, str]:
    """A new store with what a backup holds, brought up and verified; the backup's version.

    The audit is as it stands in the backup: no row tells yet that it was brought up.
    Raises   as `restore`.
    """
    head, rows = _opened(file, key)
    version = head["version"]
    for found in (one["kind"] for one in rows.get("trial", [])):
        if kind not in (None, found):
            raise InputError(f"{file}: is of a {found} list; expected a {kind} list")
    if version > NEWEST_VERSION:
        raise InputError(f"{file}: is of version {version}; expected {NEWEST_VERSION} or older")
    made = LAST_UNCOUNTED if version == UNCOUNTED else version
    store = Store.create(where, folder=folder, version=made)
    with store.unit() as unit:
        for name in ("chain", *(t.name for t in METADATA.sorted_tables if t.name != "chain")):
            own = rows.get(name, [])
            if name == "chain":
                own = [one | {"n": 0, "hash": GENESIS} for one in own if one["id"] != "trial"]
            for start in range(0, len(own), _AT_ONCE):
                unit.connection.execute(insert(TABLES[name]), own[start : start + _AT_ONCE])
        bring_up(unit.connection)
    (folder / ANCHORS).write_text("".join(head["anchors"]), encoding="ascii")
    with store.reading() as unit:
        found = audited(unit.connection, outside=head["anchors"])
    if found.faults:
        raise InputError("\n".join(f"{file}: {fault}" for fault in found.faults))
    return store, version


def note_upgrade(unit: Unit, before: str, file: Path) -> None:
    """A row of the audit: the tables were brought up, from what, by which program."""
    unit.who = Who("", "system", "upgrade")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    unit.insert(
        "upgrade",
        id=NEWEST_VERSION,
        from_version=before,
        program=__version__,
        backup=digest,
        at=unit.at,
    )


def _parts(store: Store) -> Iterator[dict[str, Any]]:
    """What the backup is of, then every row: of a store of an older version the tables it has."""
    anchors = store.folder / ANCHORS
    lines = anchors.read_text("ascii").splitlines(keepends=True) if anchors.is_file() else []
    with store.reading() as unit:
        yield {"version": version_of(unit.connection), "anchors": lines}
        there = columns_of(unit.connection)
        for table in METADATA.sorted_tables:
            kept = (c for c in table.c if not isinstance(c.server_default, Computed))
            if columns := [c for c in kept if c.name in there.get(table.name, ())]:
                asked = select(*columns).order_by(*table.primary_key.columns)
                for row in unit.connection.execute(asked):
                    yield {"table": table.name, "row": dict(row._mapping)}


def _opened(file: Path, key: bytes) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    _whole(key)
    said = file.read_bytes()
    if not said.startswith(_HEAD):
        raise InputError(f"{file}: is no backup of a store")
    start = len(_HEAD) + _NONCE
    try:
        packed = AESGCM(key).decrypt(said[len(_HEAD) : start], said[start:], _HEAD)
    except InvalidTag:
        raise InputError(f"{file}: the key is another one, or the file was changed") from None
    first, *lines = zlib.decompress(packed).decode().split("\n")
    rows: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        one = json.loads(line)
        rows.setdefault(one["table"], []).append(one["row"])
    return json.loads(first), rows


def _whole(key: bytes) -> None:
    if len(key) != _KEY:
        raise InputError(f"the key of the backup has {len(key)} bytes; expected {_KEY}")
