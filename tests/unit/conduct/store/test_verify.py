"""Twelve attacks: refused by the database, or with its triggers off found by `verify`."""

import json
import sqlite3
import subprocess
import sys

import psycopg
import pytest

from equipoise.conduct.store.anchors import ANCHORS
from equipoise.conduct.store.bodies import Who
from equipoise.conduct.store.canonical import GENESIS, link
from equipoise.conduct.store.export import export_audit
from equipoise.conduct.store.verify import audited
from support.stores import DATABASES, SQLITE, Ticking, new_store, running

SITES = ("A", "B")
REFUSALS = (sqlite3.Error, psycopg.Error)


def filled(kind, folder):
    """Two sites whose names were changed, an allocation, and three anchors."""
    folder.mkdir(exist_ok=True)
    store, where = new_store(kind, folder, Ticking())
    for name in SITES:
        with store.unit() as unit:
            unit.who = Who("anna", "admin", "open site")
            unit.begin_chain(f"site:{name}", GENESIS)
            unit.insert("site", id=name, name=name, zone="UTC", state="planned", revision=1)
    with store.unit() as unit:
        unit.who = Who("ben", "unblinded statistician", "activate list")
        unit.insert(
            "protocol_version",
            id="1",
            digest="d",
            file="f",
            resolved="r",
            at="",
            by="ben",
            tested="t",
        )
        cells = dict.fromkeys(("allocation_digest", "key_id", "commitment", "salt_hash"), "x")
        cells |= {"reviewed_by": "eve", "by": "ben", "at": unit.at, "entries": 9}
        unit.insert("list", id="test", kind="test", method="permuted blocks", **cells)
        unit.insert("stratum", list="test", id="[]", next=1, revision=1)
    for number in range(1, 6):
        with store.unit() as unit:
            unit.who = Who("anna", "investigator", "randomize")
            unit.site, unit.subject = "A", f"A-{number}"
            unit.insert("subject", id=f"A-{number}", site="A", number=str(number), version="1",
                        state="randomized", revision=1)  # fmt: skip
            unit.insert("allocation", list="test", subject=f"A-{number}", stratum="[]",
                        slot=number, arm="lutate", nonce=f"{number:032x}", site="A", by="anna",
                        at=unit.at)  # fmt: skip
            unit.change("stratum", unit.row("stratum", "test", "[]", lock=True), next=number + 1)
        if number % 2:
            store.anchor(by="system")
    return store, where


def outside(store):
    return (store.folder / ANCHORS).read_text("ascii").splitlines()


def looked_at(store, lines=()):
    with store.reading() as unit:
        return audited(unit.connection, outside=lines)


class Attacker:
    """Somebody with all rights on the database, and without our program."""

    def __init__(self, kind, where):
        self.kind = kind
        if kind == SQLITE:
            self.raw = sqlite3.connect(where / "conduct" / "conduct.sqlite", isolation_level=None)
        else:
            address = where.replace("service@", "owner@")
            self.raw = psycopg.connect(address, autocommit=True)
            self.raw.execute("SET search_path = equipoise")

    def off(self):
        """Every trigger off."""
        if self.kind == SQLITE:
            for (name,) in self.do("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                self.do(f"DROP TRIGGER {name}")
        else:
            self.do("SET session_replication_role = replica")

    def do(self, statement, *given):
        if self.kind != SQLITE:
            statement = statement.replace("?", "%s")
        found = self.raw.execute(statement, given)
        return found.fetchall() if found.description else []

    def rewrite(self, chain, rows):
        """A whole chain anew, every hash right, its head too."""
        self.do("DELETE FROM audit WHERE chain = ?", chain)
        prev = GENESIS
        for n, body in enumerate(rows, start=1):
            here = link(prev, chain, n, body)
            self.do("INSERT INTO audit (chain, n, prev, body, hash) VALUES (?, ?, ?, ?, ?)",
                    chain, n, prev, body, here)  # fmt: skip
            prev = here
        self.do("UPDATE chain SET n = ?, hash = ? WHERE id = ?", len(rows), prev, chain)


@pytest.fixture(params=DATABASES)
def attacked(request, tmp_path):
    if request.param != SQLITE:
        running()
    store, where = filled(request.param, tmp_path)
    attacker = Attacker(request.param, where)
    yield store, attacker
    attacker.raw.close()
    store.engine.dispose()


def test_what_nobody_touched_is_whole(attacked):
    store, _ = attacked
    found = looked_at(store, outside(store))
    assert found.in_words() == "28 rows, 3 chains, 0 faults"
    assert found.anchors == 3


REFUSED = {
    "update": ["UPDATE audit SET body = '{}' WHERE chain = 'site:A' AND n = 2"],
    "delete": ["DELETE FROM audit WHERE chain = 'site:A' AND n = 2"],
    "truncate": ["DELETE FROM allocation", "TRUNCATE audit", "TRUNCATE allocation"],
    "or replace": [
        "INSERT OR REPLACE INTO allocation SELECT list, subject, stratum, slot, 'octreotide',"
        " nonce, site, by, at, drawn, weights, state_digest FROM allocation WHERE slot = 1",
        "INSERT OR REPLACE INTO allocation SELECT list, 'A-9', stratum, slot, 'octreotide',"
        " nonce, site, by, at, drawn, weights, state_digest FROM allocation WHERE slot = 1",
        "INSERT INTO allocation SELECT * FROM allocation WHERE slot = 1"
        " ON CONFLICT (list, subject) DO UPDATE SET arm = 'octreotide'",
    ],
    "forged insert": [
        "INSERT INTO audit (chain, n, prev, body, hash)"
        " SELECT id, n + 1, hash, '{\"at\":\"2026\"}', hash FROM chain",
    ],
    "head": ["UPDATE chain SET n = n - 1 WHERE id = 'site:A'"],
}  # fmt: skip


@pytest.mark.parametrize("attack", REFUSED)
def test_the_database_refuses(attack, attacked):
    store, attacker = attacked
    for statement in REFUSED[attack]:
        with pytest.raises(REFUSALS):
            attacker.do(statement)
    assert looked_at(store, outside(store)).faults == ()


def test_or_replace_is_refused_by_each_of_two_guards(tmp_path):
    """The guard on insert alone, and that on delete, which REPLACE passes by unless it is told."""
    store, _ = filled(SQLITE, tmp_path)
    replace = REFUSED["or replace"][0]
    with store.engine.connect() as connection:
        connection.exec_driver_sql("DROP TRIGGER allocation_no_replace")
        with pytest.raises(Exception, match="no row is ever removed"):
            connection.exec_driver_sql(replace)


def altered(attacker):
    attacker.do("UPDATE audit SET body = replace(body, 'anna', 'otto') WHERE chain = 'site:A'"
                " AND n = 2")  # fmt: skip
    return "site:A row 2: is not as it was written"


def respelled(attacker):
    """The same JSON to any reader of it, and not the bytes that were hashed."""
    attacker.do("""UPDATE audit SET body = replace(body, ',"by"', ', "by"') WHERE n = 2""")
    return "site:A row 2: is not as it was written"


def removed(attacker):
    attacker.do("DELETE FROM audit WHERE chain = 'site:A' AND n = 2")
    return "site:A row 2: is missing"


def inserted(attacker):
    ((body, prev),) = attacker.do("SELECT body, hash FROM audit WHERE chain = 'site:A' AND n = 10")
    new = link(prev, "site:A", 11, body)
    attacker.do("INSERT INTO audit (chain, n, prev, body, hash) VALUES ('site:A', 11, ?, ?, ?)",
                prev, body, new)  # fmt: skip
    return "site:A: its head is not its last row"


def reordered(attacker):
    for old, new in ((2, -1), (3, 2), (-1, 3)):
        attacker.do("UPDATE audit SET n = ? WHERE chain = 'site:A' AND n = ?", new, old)
    return "site:A row 2: does not follow the row before"


def cut_tail(attacker):
    attacker.rewrite("site:A", bodies(attacker, "site:A")[:6])
    return "site:A row 10: is not what was anchored at"


def written_anew(attacker):
    rows = [body.replace('"anna"', '"otto"') for body in bodies(attacker, "site:A")]
    attacker.rewrite("site:A", rows)
    return "is not what was anchored at"


def beside(attacker):
    attacker.do("UPDATE site SET state = 'active' WHERE id = 'B'")
    return "site B state: is not what the audit says"


def arm_changed(attacker):
    attacker.do("UPDATE allocation SET arm = 'octreotide' WHERE slot = 2")
    return "allocation test A-2 arm: is not what the audit says"


def bodies(attacker, chain):
    return [b for (b,) in attacker.do("SELECT body FROM audit WHERE chain = ? ORDER BY n", chain)]


FOUND = [
    altered, respelled, removed, inserted, reordered, cut_tail, written_anew, beside, arm_changed,
]  # fmt: skip


@pytest.mark.parametrize("attack", FOUND, ids=lambda attack: attack.__name__)
def test_with_triggers_off_it_is_found(attack, attacked):
    store, attacker = attacked
    attacker.off()
    expected = attack(attacker)
    assert expected in "\n".join(looked_at(store).faults)


@pytest.mark.parametrize("whole", [False, True], ids=["cut", "anew"])
def test_all_chains_in_agreement_are_found_by_the_anchor_outside_alone(whole, attacked):
    """Who can rewrite everything, anchors too, leaves a store that agrees with itself."""
    store, attacker = attacked
    attacker.off()
    for chain in ("site:A", "trial"):
        rows = [b for b in bodies(attacker, chain) if "anchor" not in json.loads(b)["table"]]
        attacker.rewrite(chain, [row.replace('"randomize"', '"enrol"') for row in rows])
    assert looked_at(store).faults == ()
    lines = outside(store)
    kept = lines if whole else lines[-1:]
    assert "is not what was anchored outside at" in looked_at(store, kept).faults[-1]


def test_the_export_verifies_without_us(attacked, tmp_path):
    store, _ = attacked
    lines = (store.folder / ANCHORS).read_text("ascii").splitlines(keepends=True)
    with store.reading() as unit:
        assert export_audit(unit.connection, tmp_path / "all", outside=lines) == 28
        export_audit(unit.connection, tmp_path / "one", outside=lines, chain="site:A")

    def script(folder):
        program = str(tmp_path / folder / "verify_audit.py")
        command = [sys.executable, "-I", "-S", program, str(tmp_path / folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.splitlines()

    assert script("all") == (0, ["28 rows, 2 chains, 0 faults"])
    assert script("one") == (0, ["10 rows, 1 chains, 0 faults"])
    file = tmp_path / "one" / "audit.tsv"
    assert "lutate" not in file.read_text()  # the arm is proven, not told
    rows = file.read_text("ascii").splitlines(keepends=True)
    for wrong in (rows[:3] + rows[4:], rows[:-1], [rows[1], rows[0], *rows[2:]],
                  [rows[0].replace("anna", "otto"), *rows[1:]]):  # fmt: skip
        file.write_text("".join(wrong), encoding="ascii")
        assert script("one")[0] == 1
