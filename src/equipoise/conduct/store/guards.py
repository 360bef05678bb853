"""What the database refuses to everybody: to change or remove what was written, to leave a chain.

On PostgreSQL, TRUNCATE as well; on SQLite, INSERT OR REPLACE, which removes a row without a word.
Checked  tests/unit/conduct/store/test_store.py; tests/unit/conduct/store/test_verify.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, inspect

from equipoise.conduct.store.engine import DB_SCHEMA, is_sqlite
from equipoise.conduct.store.tables import APPEND_ONLY, TABLES

_STAYS: Final = "a row that was written stays as it is"
_KEPT: Final = "no row is ever removed"

_OF_SQLITE: Final = (
    """CREATE TRIGGER audit_continues BEFORE INSERT ON audit
WHEN NOT EXISTS (SELECT 1 FROM chain WHERE id = NEW.chain AND n + 1 = NEW.n AND hash = NEW.prev)
    OR NEW.hash IS NOT equipoise_link(NEW.prev, NEW.chain, NEW.n, NEW.body)
BEGIN SELECT RAISE(ABORT, 'audit: the row does not continue its chain'); END""",
    """CREATE TRIGGER audit_head AFTER INSERT ON audit
BEGIN UPDATE chain SET n = NEW.n, hash = NEW.hash, at = NEW.body ->> 'at'
    WHERE id = NEW.chain; END""",
    """CREATE TRIGGER chain_follows BEFORE UPDATE ON chain
WHEN NEW.id <> OLD.id OR NEW.n <> OLD.n + 1 OR NOT EXISTS (SELECT 1 FROM audit
    WHERE chain = NEW.id AND n = NEW.n AND hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'chain: the head follows the audit alone'); END""",
    """CREATE TRIGGER chain_begins BEFORE INSERT ON chain
WHEN NEW.n <> 0 OR EXISTS (SELECT 1 FROM chain WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'chain: begins once, and empty'); END""",
)
_OF_POSTGRESQL: Final = (
    r"""CREATE FUNCTION audit_continues() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE chain SET n = NEW.n, hash = NEW.hash, at = NEW.body::jsonb ->> 'at'
        WHERE id = NEW.chain AND n + 1 = NEW.n AND hash = NEW.prev;
    IF NOT FOUND OR NEW.hash IS DISTINCT FROM encode(sha256(convert_to(
        NEW.prev || E'\n' || NEW.chain || E'\n' || NEW.n || E'\n' || NEW.body,
        'UTF8')), 'hex') THEN
        RAISE EXCEPTION 'audit: the row does not continue its chain';
    END IF;
    RETURN NEW;
END $$""",
    """CREATE TRIGGER audit_continues BEFORE INSERT ON audit
FOR EACH ROW EXECUTE FUNCTION audit_continues()""",
    """CREATE FUNCTION chain_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.n = 0 THEN RETURN NEW; END IF;
    IF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1 AND NEW.id = OLD.id
        AND NEW.n = OLD.n + 1 THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'chain: the head follows the audit alone';
END $$""",
    """CREATE TRIGGER chain_follows BEFORE INSERT OR UPDATE ON chain
FOR EACH ROW EXECUTE FUNCTION chain_follows()""",
)
_REFUSED: Final = """CREATE FUNCTION refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%: %', TG_TABLE_NAME, TG_ARGV[0]; END $$"""


def before_all(connection: Connection) -> tuple[str, ...]:
    """Statements that the guards of tables stand on."""
    return () if is_sqlite(connection) else (_REFUSED,)


def of_chains(connection: Connection) -> tuple[str, ...]:
    """Statements after which the audit is continued, and nothing else is done to a chain."""
    return _OF_SQLITE if is_sqlite(connection) else _OF_POSTGRESQL


def of_table(connection: Connection, table: str, *, append_only: bool) -> Iterator[str]:
    """Statements after which no row is removed, and, if `append_only`, none is changed."""
    events = {"DELETE": _KEPT} | ({"UPDATE": _STAYS} if append_only else {})
    if not is_sqlite(connection):
        for event, said in (*events.items(), ("TRUNCATE", _KEPT)):
            each = "STATEMENT" if event == "TRUNCATE" else "ROW"
            yield (
                f'CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON "{table}"\n'
                f"FOR EACH {each} EXECUTE FUNCTION refused('{said}')"
            )
        return
    for event, said in events.items():
        yield (
            f'CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON "{table}"\n'
            f"BEGIN SELECT RAISE(ABORT, '{table}: {said}'); END"
        )
    if append_only and table != "audit":
        yield _no_replace(connection, table)


def _no_replace(connection: Connection, table: str) -> str:
    found = inspect(connection)
    keys = [found.get_pk_constraint(table)["constrained_columns"]]
    keys += [one["column_names"] for one in found.get_unique_constraints(table)]
    same = " OR ".join(
        "(" + " AND ".join(f'"{name}" = NEW."{name}"' for name in key) + ")" for key in keys
    )
    return (
        f'CREATE TRIGGER {table}_no_replace BEFORE INSERT ON "{table}"\n'
        f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE {same})\n'
        f"BEGIN SELECT RAISE(ABORT, '{table}: there is such a row'); END"
    )


def grant(connection: Connection, role: str) -> None:
    """On PostgreSQL, what the role of the service may do: change no row that was written."""
    run = connection.exec_driver_sql
    run(f"GRANT USAGE ON SCHEMA {DB_SCHEMA} TO {role}")
    run(f"GRANT SELECT ON {DB_SCHEMA}.store_version TO {role}")
    for name in TABLES:
        right = "SELECT, INSERT" + ("" if name in APPEND_ONLY else ", UPDATE")
        run(f'GRANT {right} ON {DB_SCHEMA}."{name}" TO {role}')


def may_change_tables(connection: Connection) -> bool:
    """Whether this user can bring the tables up: on PostgreSQL their owner alone."""
    if is_sqlite(connection):
        return True
    asked = f"SELECT has_schema_privilege('{DB_SCHEMA}', 'CREATE')"
    return bool(connection.exec_driver_sql(asked).scalar_one())


def roles_of_service(connection: Connection) -> list[str]:
    """On PostgreSQL, who writes the audit and does not own it."""
    if is_sqlite(connection):
        return []
    found = connection.exec_driver_sql(_WRITERS.format(DB_SCHEMA))
    return sorted(found.scalars())


_WRITERS: Final = (
    "SELECT grantee FROM information_schema.role_table_grants WHERE table_schema = '{}' "
    "AND table_name = 'audit' AND privilege_type = 'INSERT' AND grantee <> current_user"
)
