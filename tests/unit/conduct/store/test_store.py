"""What a unit writes, and what the database refuses to anybody."""

import pytest
from sqlalchemy import MetaData, UniqueConstraint, text

from equipoise.conduct.store.bodies import Who
from equipoise.conduct.store.store import Store, StoreError
from equipoise.conduct.store.tables import APPEND_ONLY, TABLES
from equipoise.errors import InputError
from support.stores import DATABASES, Ticking, new_store

BODY = '{"at":"2026-01-05T09:00:00.000000Z"}'


@pytest.fixture(params=DATABASES)
def store(request, tmp_path):
    found, _ = new_store(request.param, tmp_path, Ticking())
    yield found
    found.engine.dispose()


def site(store, name="A"):
    with store.unit() as unit:
        unit.who = Who("anna", "admin", "open site")
        unit.begin_chain(f"site:{name}", "0" * 64)
        unit.insert("site", id=name, name=name, zone="UTC", state="planned", revision=1)
    return unit


def bodies(store):
    with store.reading() as unit:
        asked = "SELECT body FROM audit ORDER BY chain, n"
        return [one[0] for one in unit.connection.exec_driver_sql(asked)]


def test_a_change_leaves_one_row_with_both_values(store):
    site(store)
    with store.unit() as unit:
        unit.who = Who("anna", "admin", "activate site", "approved")
        row = unit.row("site", "A", lock=True)
        row = unit.change("site", row, state="active")
        unit.change("site", row, because="twice in one command")
    assert bodies(store)[1] == (
        f'{{"at":"{unit.at}",'
        '"by":"anna","change":{"because":[null,"twice in one'
        ' command"],"revision":[1,3],"state":["planned","active"]},"command":"activate site",'
        '"key":["A"],"reason":"approved","role":"admin","table":"site","v":1}'
    )
    assert [r.n for r in unit.receipts] == [2]


def test_what_changes_nothing_leaves_no_row(store):
    site(store)
    with store.unit() as unit:
        row = unit.row("site", "A")
        assert unit.change("site", row, state="planned") == row
    assert len(bodies(store)) == 1


def _change_and_fail(store):
    with store.unit() as unit:
        unit.change("site", unit.row("site", "A"), state="active")
        raise ZeroDivisionError


def test_an_exception_undoes_all(store):
    site(store)
    with pytest.raises(ZeroDivisionError):
        _change_and_fail(store)
    with store.reading() as unit:
        assert unit.row("site", "A")["state"] == "planned"
    assert len(bodies(store)) == 1


def test_a_clock_that_steps_back_is_told(store):
    before = site(store).at
    store.clock.now = store.clock.now.replace(year=2025)
    with store.unit() as unit:
        unit.change("site", unit.row("site", "A"), state="active")
    last = bodies(store)[-1]
    assert f'"at":"{before}"' in last
    assert f'"clock":"{unit.at}"' in last
    assert unit.at < before


def test_no_row_can_be_written_that_does_not_follow(store):
    site(store)
    with store.reading() as unit:
        row = unit.rows("audit", chain="trial")[-1]
    forged = {"chain": "trial", "n": 2, "prev": row["hash"], "hash": "0" * 64, "body": BODY}
    for change in ({}, {"n": 3}, {"prev": "0" * 64}):
        with pytest.raises(StoreError, match="does not continue its chain"), store.unit() as unit:
            unit.connection.execute(TABLES["audit"].insert(), {**forged, **change})
    assert len(bodies(store)) == 1


def test_what_is_append_only_is_guarded_in_the_database(store):
    is_sqlite = store.engine.dialect.name == "sqlite"
    asked = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if is_sqlite
        else "SELECT tgname FROM pg_trigger WHERE tgenabled = 'O'"
    )
    with store.reading() as unit:
        found = {one[0] for one in unit.connection.execute(text(asked))}
    how = ("update", "delete") if is_sqlite else ("update", "delete", "truncate")
    assert {f"{name}_no_{one}" for name in APPEND_ONLY for one in how} <= found


def test_the_tables_are_those_that_the_code_knows(store):
    schema = None if store.engine.dialect.name == "sqlite" else "equipoise"
    with store.engine.connect() as connection:
        found = MetaData()
        found.reflect(connection, schema=schema)
    named = {table.name: _described(table) for table in found.tables.values()}
    assert named.pop("store_version")
    assert named == {name: _described(table) for name, table in TABLES.items()}


def _described(table):
    """What one table is: its columns, its keys, what it refers to."""
    columns = {c.name: (c.type._type_affinity, c.nullable, c.computed is not None) for c in table.c}
    unique = {frozenset(c.name for c in one.columns) for one in table.constraints
              if isinstance(one, UniqueConstraint)}  # fmt: skip
    refers = {(key.parent.name, key.target_fullname.removeprefix("equipoise."))
              for key in table.foreign_keys}  # fmt: skip
    return columns, [c.name for c in table.primary_key.columns], unique, refers


def test_one_store_in_one_place(tmp_path):
    Store.create(tmp_path, folder=tmp_path)
    with pytest.raises(InputError, match="there is a store already"):
        Store.create(tmp_path, folder=tmp_path)
    with pytest.raises(InputError, match="there is no such store"):
        Store.open(tmp_path / "elsewhere", folder=tmp_path)
    with pytest.raises(InputError, match="expected sqlite or postgresql"):
        Store.open("mysql://x/y", folder=tmp_path)


@pytest.mark.parametrize(
    ("version", "says"),
    [
        ("9999", "newer than those of this program"),
        ("0001", "make a backup .* and bring them up"),
    ],
)
def test_a_store_of_another_version_is_not_opened(version, says, tmp_path):
    store = Store.create(tmp_path, folder=tmp_path)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE store_version SET version = :v"), {"v": version})
    with pytest.raises(InputError, match=f"of version {version}.*{says}"):
        Store.open(tmp_path, folder=tmp_path)
    if version == "9999":
        with pytest.raises(InputError, match=says):
            Store.open(tmp_path, folder=tmp_path, may_be_older=True)
