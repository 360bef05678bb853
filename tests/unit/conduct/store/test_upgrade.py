"""A store that an earlier program wrote is refused, brought up after a backup, and goes on.

older/*.sql are stores of SQLite as earlier programs left them, four subjects randomized and one
waiting; both say version 0001, which stood for all that there was before versions were counted.
"""

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from equipoise.conduct.commands.bus import Bus
from equipoise.conduct.store import backup as backups
from equipoise.conduct.store.backup import backup, restore
from equipoise.conduct.store.canonical import GENESIS, link
from equipoise.conduct.store.store import Store, StoreError
from equipoise.conduct.store.tables import METADATA, TABLES
from equipoise.conduct.store.verify import audited
from equipoise.conduct.store.versions import migrate
from equipoise.conduct.store.versions import upgrade as upgrades
from equipoise.conduct.store.versions.migrate import NEWEST_VERSION, VERSIONS, version_of
from equipoise.conduct.store.versions.upgrade import upgrade
from equipoise.errors import InputError
from support.conducted import Conducted, lists, small
from support.stores import POSTGRESQL, SERVICE, SQLITE, Ticking, running

OLDER = Path(__file__).parent / "older"
KEY = hashlib.sha256(b"of backups").digest()
OF = ("0001", "0005")


@pytest.fixture(params=OF)
def older(request, tmp_path):
    """A trial's folder with a store of an earlier program; its version."""
    return made(request.param, tmp_path / "trial"), request.param


def made(version: str, trial: Path) -> Path:
    folder = trial / "conduct"
    folder.mkdir(parents=True)
    raw = sqlite3.connect(folder / "conduct.sqlite")
    raw.create_function("equipoise_link", 4, link, deterministic=True)
    raw.executescript((OLDER / f"{version}.sql").read_text("utf-8"))
    raw.close()
    (folder / "anchors.txt").write_bytes((OLDER / f"{version}.anchors.txt").read_bytes())
    settings = {"database": "", "list": "test"}
    (folder / "store.json").write_text(json.dumps(settings))
    return trial


def old(trial: Path) -> Store:
    folder = trial / "conduct"
    return Store.open(trial, folder=folder, clock=Ticking(2026, 1, 6), may_be_older=True)


def kept(store: Store, file: Path) -> Path:
    backup(store, file, key=KEY)
    return file


def everything(store: Store) -> dict[str, list]:
    """All that there is to read, table by table."""
    with store.reading() as unit:
        there = migrate.columns_of(unit.connection)
        own = [name for name in METADATA.tables if name in there]
        rows = {n: unit.connection.execute(text(f'SELECT * FROM "{n}"')).all() for n in own}
        return {name: sorted(map(str, found)) for name, found in rows.items()}


def test_an_older_store_is_told_what_to_do_and_is_not_opened(older):
    trial, version = older
    said = f"of version {version}, those of this program of {NEWEST_VERSION}: stop the service"
    with pytest.raises(InputError, match=said) as told:
        Store.open(trial, folder=trial / "conduct")
    assert "`equipoise conduct backup`" in str(told.value)
    assert "`equipoise upgrade`" in str(told.value)


def test_it_is_brought_up_with_all_that_it_held_and_the_trial_goes_on(older, tmp_path):
    trial, version = older
    store = old(trial)
    file = kept(store, tmp_path / "file")
    before = everything(store)
    done = upgrade(store, file, key=KEY)
    assert (done.before, done.after) == (version, NEWEST_VERSION)
    assert [step.version for step in done.steps] == [one for one in VERSIONS if one > version]
    assert done.verified.faults == ()
    after = everything(store)
    for name in before.keys() - {"audit", "chain"}:
        assert after[name] == before[name], name
    assert set(before["audit"]) < set(after["audit"])
    assert len(after["audit"]) == len(before["audit"]) + 1

    protocol = small(12)
    again = Conducted(Bus(Store.open(trial, folder=trial / "conduct", clock=store.clock), protocol,
                          lists(protocol, "test")), trial)  # fmt: skip
    again.numbers = iter(range(10_000, 20_000))
    waiting = {one["id"] for one in again.rows("subject") if one["state"] == "eligible"}
    assert again.do("carl", "randomize", subject=waiting.pop())["arm"] in protocol.arms
    with again.store.reading() as unit:
        found = audited(unit.connection, outside=(trial / "conduct" / "anchors.txt").open())
    assert found.faults == ()


def test_the_audit_tells_that_it_was_brought_up_and_by_which_backup(older, tmp_path):
    trial, version = older
    store = old(trial)
    file = kept(store, tmp_path / "file")
    upgrade(store, file, key=KEY)
    with store.reading() as unit:
        (row,) = unit.rows("upgrade")
        last = json.loads(unit.rows("audit", chain="trial")[-1]["body"])
    assert row["from_version"] == version
    assert row["backup"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (last["command"], last["table"]) == ("upgrade", "upgrade")


def test_a_newest_store_is_left_alone(tmp_path):
    store = Store.create(tmp_path, folder=tmp_path)
    done = upgrade(store, None, key=b"")
    assert (done.steps, done.after) == ((), NEWEST_VERSION)
    assert "nothing was done" in done.in_words()


class TestItIsRefused:
    def test_without_a_backup(self, older):
        self.refused(older[0], None, "after a backup alone")

    def test_where_rows_were_written_since(self, older, tmp_path):
        store = old(older[0])
        file = kept(store, tmp_path / "file")
        store.anchor()
        self.refused(older[0], file, "rows were written since")

    def test_where_the_backup_was_changed(self, older, tmp_path):
        file = kept(old(older[0]), tmp_path / "file")
        said = file.read_bytes()
        file.write_bytes(said[:-1] + bytes([said[-1] ^ 1]))
        self.refused(older[0], file, "the file was changed")

    def test_where_the_backup_does_not_verify(self, older, tmp_path, monkeypatch):
        """A row of the audit that no longer says what its table says."""
        store = old(older[0])
        with store.unit() as unit:
            unit.connection.execute(text("UPDATE subject SET year_of_birth = 1901"))
        file = kept(store, tmp_path / "file")
        self.refused(older[0], file, "year_of_birth: is not what the audit says")

    def test_where_a_version_leaves_the_store_unlike_its_audit(self, older, tmp_path, monkeypatch):
        """Planted: a version that changes what was recorded."""
        store = old(older[0])
        file = kept(store, tmp_path / "file")

        def spoils(connection, **given):
            steps = migrate.bring_up(connection, **given)
            connection.execute(text("UPDATE subject SET year_of_birth = 1901"))
            return steps

        monkeypatch.setattr(upgrades, "bring_up", spoils)
        self.refused(older[0], file, "year_of_birth: is not what the audit says")

    def test_where_a_version_breaks_off(self, older, tmp_path, monkeypatch):
        """Half of it done, as by a loss of power: it stands as it stood."""
        store = old(older[0])
        file = kept(store, tmp_path / "file")

        def breaks(connection, **given):
            migrate.bring_up(connection, **given)
            connection.execute(text("INSERT INTO nowhere VALUES (1)"))

        monkeypatch.setattr(upgrades, "bring_up", breaks)
        self.refused(older[0], file, "nothing was written", StoreError)

    def refused(self, trial, file, says, error=InputError):
        """In words, and nothing is as it was not."""
        store = old(trial)
        before, files = everything(store), sorted((trial / "conduct").iterdir())
        with store.reading() as unit:
            version = version_of(unit.connection)
        with pytest.raises(error, match=says):
            upgrade(store, file, key=KEY)
        with store.reading() as unit:
            assert version_of(unit.connection) == version
        assert everything(store) == before
        assert sorted((trial / "conduct").iterdir()) == files


@pytest.mark.parametrize("label", ["counted", "uncounted"])
@pytest.mark.parametrize("to", [SQLITE, POSTGRESQL])
def test_an_older_backup_comes_back_in_a_newer_program(older, to, label, tmp_path, monkeypatch):
    """One of before versions were counted says 0001 whatever it held."""
    trial, _ = older
    if label == "uncounted":
        monkeypatch.setattr(backups, "version_of", lambda _: "0001")
    store = old(trial)
    file = kept(store, tmp_path / "file")
    where = tmp_path / "second"
    where.mkdir()
    place = running().url(running().database()) if to == POSTGRESQL else where
    back = restore(file, place, folder=where, key=KEY)
    with back.reading() as unit:
        assert version_of(unit.connection) == NEWEST_VERSION
        assert len(unit.rows("allocation")) == 4
        assert len(unit.rows("upgrade")) == 1
        assert audited(unit.connection).faults == ()
    store.engine.dispose()
    back.engine.dispose()


@pytest.mark.parametrize("version", VERSIONS[:-1])
def test_postgresql_is_brought_up_and_the_service_gets_its_rights(version, tmp_path):
    one = running()
    where = one.url(one.database())
    store = Store.create(where, folder=tmp_path, version=version)
    filled_as(store, made("0001", tmp_path / "trial"))
    for name in ("audit", "chain", "subject"):
        with store.unit() as unit:
            unit.connection.execute(text(f"GRANT SELECT, INSERT ON equipoise.{name} TO {SERVICE}"))
    file = kept(store, tmp_path / "file")
    done = upgrade(store, file, key=KEY)
    assert (done.before, done.after, done.verified.faults) == (version, NEWEST_VERSION, ())
    served = Store.open(where.replace("owner@", f"{SERVICE}@"), folder=tmp_path)
    with served.reading() as unit:
        assert len(unit.rows("upgrade")) == 1
        assert unit.rows("outbox") == []
    with pytest.raises(StoreError, match="denied"), served.unit() as unit:
        unit.connection.execute(text("DELETE FROM upgrade"))
    served.engine.dispose()
    store.engine.dispose()


def test_on_postgresql_another_user_than_the_owner_is_told_whose_url_is_asked(tmp_path):
    one = running()
    where = one.url(one.database())
    owner = Store.create(where, folder=tmp_path, version=VERSIONS[-2])
    with owner.unit() as unit:
        unit.connection.execute(text(f"GRANT USAGE ON SCHEMA equipoise TO {SERVICE}"))
        unit.connection.execute(text(f"GRANT SELECT ON equipoise.store_version TO {SERVICE}"))
    place = where.replace("owner@", f"{SERVICE}@")
    served = Store.open(place, folder=tmp_path, may_be_older=True)
    with pytest.raises(InputError, match=r"does not own the tables; expected .* `--db postgresql"):
        upgrade(served, tmp_path / "file", key=KEY)
    for store in (served, owner):
        store.engine.dispose()


def filled_as(store: Store, trial: Path) -> None:
    """The rows of an earlier program's store in another database, under that one's guards."""
    tables = (name.name for name in METADATA.sorted_tables if name.name != "chain")
    first = old(trial)
    with first.reading() as had, store.unit() as unit:
        there = migrate.columns_of(had.connection)
        for name in ("chain", *(one for one in tables if one in there)):
            columns = [c for c in TABLES[name].c if c.computed is None]
            asked = TABLES[name].select().with_only_columns(*columns)
            rows = [dict(one._mapping) for one in had.connection.execute(
                asked.order_by(*TABLES[name].primary_key.columns))]  # fmt: skip
            if name == "chain":
                rows = [o | {"n": 0, "hash": GENESIS} for o in rows if o["id"] != "trial"]
            if rows:
                unit.connection.execute(insert(TABLES[name]), rows)
    first.engine.dispose()


def test_versions_are_numbered_without_a_gap_and_say_what_they_bring():
    assert [f"{n:04}" for n in range(1, len(VERSIONS) + 1)] == list(VERSIONS)
    for version in VERSIONS:
        head = (migrate.MIGRATIONS / f"{version}.sql").read_text("utf-8").split("\n\n")[0]
        assert head.startswith("-- ")
        assert head.endswith(".")
        assert "\n" not in head


def test_a_version_that_was_released_is_not_edited():
    """The text of each, as it was when a store could have been brought to it."""
    found = {v: hashlib.sha256((migrate.MIGRATIONS / f"{v}.sql").read_bytes()).hexdigest()[:16]
             for v in VERSIONS}  # fmt: skip
    assert found == RELEASED


RELEASED = {
    "0001": "96a4630e0709ebfe",
    "0002": "b9b494acdcb6e448",
    "0003": "b2a42d284fc9a79e",
    "0004": "08ea0f7f57f84396",
    "0005": "25075efca07cc9b6",
    "0006": "5980d486d64782b6",
    "0007": "a8f9c0da5a045fba",
    "0008": "41a5ae8983a2125e",
    "0009": "0bd542942b018e24",
}
