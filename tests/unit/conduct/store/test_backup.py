"""Restored, on either database, the chains verify and the next slot is the same."""

from __future__ import annotations

import hashlib

import pytest

from equipoise.conduct.commands.bus import Bus
from equipoise.conduct.store.backup import backup, restore
from equipoise.conduct.store.verify import audited
from equipoise.errors import InputError
from support.conducted import KEY, Conducted, lists, live
from support.stores import DATABASES, POSTGRESQL, SQLITE, running
from support.virtual import netter

BACKUP_KEY = hashlib.sha256(b"of backups").digest()


def again(found, file, folder, kind):
    """The trial as it stands in its backup."""
    folder.mkdir()
    where = folder
    if kind == POSTGRESQL:
        where = running().url(running().database())
    store = restore(file, where, folder=folder, key=BACKUP_KEY)
    made = Conducted(Bus(store, found.bus.protocol, lists(netter(), "test")), where)
    made.numbers = found.numbers
    return made


@pytest.mark.parametrize("to", DATABASES)
@pytest.mark.parametrize("kind", DATABASES)
def test_the_next_allocation_is_identical(kind, to, tmp_path):
    trial = live(kind, tmp_path / "first")
    for _ in range(5):
        trial.randomized()
    waiting = [trial.screened() for _ in range(4)]
    trial.store.anchor()
    count = backup(trial.store, tmp_path / "file", key=BACKUP_KEY)
    assert count > len(trial.rows("audit"))
    second = again(trial, tmp_path / "file", tmp_path / "second", to)
    with second.store.reading() as unit:
        found = audited(unit.connection)
    assert (found.faults, found.rows) == ((), len(trial.rows("audit")))
    for subject in waiting:
        arms = {one.do("carl", "randomize", subject=subject)["arm"] for one in (trial, second)}
        slots = {one.rows("allocation", subject=subject)[0]["slot"] for one in (trial, second)}
        assert len(arms) == len(slots) == 1
    trial.store.engine.dispose()
    second.store.engine.dispose()


def test_a_backup_tells_nothing_and_cannot_be_changed(tmp_path):
    trial = live(SQLITE, tmp_path / "first")
    trial.randomized()
    file = tmp_path / "file"
    backup(trial.store, file, key=BACKUP_KEY)
    said = file.read_bytes()
    assert KEY not in said
    assert b"lutate" not in said
    with pytest.raises(InputError, match="is there already"):
        backup(trial.store, file, key=BACKUP_KEY)
    for place in (len(said) - 1, len(said) // 2, 25):
        file.write_bytes(said[:place] + bytes([said[place] ^ 1]) + said[place + 1 :])
        with pytest.raises(InputError, match="the key is another one, or the file was changed"):
            restore(file, tmp_path / "second", folder=tmp_path, key=BACKUP_KEY)
    file.write_bytes(said)
    with pytest.raises(InputError, match="the key is another one"):
        restore(file, tmp_path / "second", folder=tmp_path, key=KEY)
    with pytest.raises(InputError, match="expected 32"):
        restore(file, tmp_path / "second", folder=tmp_path, key=b"short")
    assert not (tmp_path / "second").exists()
