"""How the first version of the store's tables was written down, for both databases.

`python -m support.store_ddl FOLDER` writes it; a version that was released is never written anew.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from equipoise.conduct.store.tables import APPEND_ONLY, BOOKKEEPING, METADATA, TABLES

KEPT = [name for name in TABLES if name not in (*APPEND_ONLY, "idempotency")]
TOLD = "TEXT GENERATED ALWAYS AS (body ->> '{}')"
REFUSED = "{}: a row that was written stays as it is"
REMOVED = "{}: no row is ever removed"


def tables(dialect, told: str) -> str:
    found = []
    for table in METADATA.sorted_tables:
        text = str(CreateTable(table).compile(dialect=dialect)).strip()
        for name in ("at", "by", "subject"):
            for kind in (" STORED", " VIRTUAL", ""):
                text = text.replace(TOLD.format(name) + kind, told.format(name))
        lines = [line.rstrip() for line in text.replace("\t", "    ").splitlines()]
        found.append("\n".join(lines) + ";")
    found.append("CREATE INDEX audit_subject ON audit (subject, chain, n);")
    found += [
        f"CREATE INDEX {table}_of_{column} ON {_quoted(table)} ({column});"
        for table, column in (
            ("form", "subject"), ("visit", "subject"), ("dose", "subject"),
            ("query", "subject"), ("disposition", "subject"), ("deviation", "subject"),
            ("signature", "object"), ("allocation_note", "subject"), ("sae", "subject"),
            ("subject", "site"), ("grant", "account"),
        )
    ]  # fmt: skip
    return "\n\n".join(found)


def _quoted(name: str) -> str:
    return f'"{name}"' if name in ("grant", "form", "value", "list", "freeze") else name


def keys(table: str) -> list[list[str]]:
    made = TABLES[table]
    unique = [
        [c.name for c in constraint.columns]
        for constraint in made.constraints
        if type(constraint).__name__ == "UniqueConstraint"
    ]
    return [[c.name for c in made.primary_key.columns], *sorted(unique)]


def sqlite_guards() -> str:
    found = [_sqlite("no_update", "UPDATE", name, REFUSED) for name in APPEND_ONLY]
    found += [_sqlite("no_delete", "DELETE", name, REMOVED) for name in [*APPEND_ONLY, *KEPT]]
    for name in [n for n in APPEND_ONLY if n != "audit"]:
        same = " OR ".join(
            "(" + " AND ".join(f"{k} = NEW.{k}" for k in key) + ")" for key in keys(name)
        )
        found.append(
            f"CREATE TRIGGER {name}_no_replace BEFORE INSERT ON {_quoted(name)}\n"
            f"WHEN EXISTS (SELECT 1 FROM {_quoted(name)} WHERE {same})\n"
            f"BEGIN SELECT RAISE(ABORT, '{name}: there is such a row'); END;"
        )
    found.append(
        "CREATE TRIGGER audit_continues BEFORE INSERT ON audit\n"
        "WHEN NOT EXISTS (SELECT 1 FROM chain WHERE id = NEW.chain AND n + 1 = NEW.n"
        " AND hash = NEW.prev)\n"
        "    OR NEW.hash IS NOT equipoise_link(NEW.prev, NEW.chain, NEW.n, NEW.body)\n"
        "BEGIN SELECT RAISE(ABORT, 'audit: the row does not continue its chain'); END;"
    )
    found.append(
        "CREATE TRIGGER audit_head AFTER INSERT ON audit\n"
        "BEGIN UPDATE chain SET n = NEW.n, hash = NEW.hash, at = NEW.body ->> 'at'\n"
        "    WHERE id = NEW.chain; END;"
    )
    found.append(
        "CREATE TRIGGER chain_follows BEFORE UPDATE ON chain\n"
        "WHEN NEW.id <> OLD.id OR NEW.n <> OLD.n + 1 OR NOT EXISTS (SELECT 1 FROM audit\n"
        "    WHERE chain = NEW.id AND n = NEW.n AND hash = NEW.hash)\n"
        "BEGIN SELECT RAISE(ABORT, 'chain: the head follows the audit alone'); END;"
    )
    found.append(
        "CREATE TRIGGER chain_begins BEFORE INSERT ON chain\n"
        "WHEN NEW.n <> 0 OR EXISTS (SELECT 1 FROM chain WHERE id = NEW.id)\n"
        "BEGIN SELECT RAISE(ABORT, 'chain: begins once, and empty'); END;"
    )
    return "\n\n".join(found)


def _sqlite(how: str, event: str, name: str, said: str) -> str:
    return (
        f"CREATE TRIGGER {name}_{how} BEFORE {event} ON {_quoted(name)}\n"
        f"BEGIN SELECT RAISE(ABORT, '{said.format(name)}'); END;"
    )


def postgresql_guards() -> str:
    found = [
        "CREATE FUNCTION refused() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        "BEGIN RAISE EXCEPTION '%: %', TG_TABLE_NAME, TG_ARGV[0]; END $$;",
        "CREATE FUNCTION audit_continues() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER\n"
        "SET search_path FROM CURRENT AS $$\n"
        "BEGIN\n"
        "    UPDATE chain SET n = NEW.n, hash = NEW.hash, at = NEW.body::jsonb ->> 'at'\n"
        "        WHERE id = NEW.chain AND n + 1 = NEW.n AND hash = NEW.prev;\n"
        "    IF NOT FOUND OR NEW.hash IS DISTINCT FROM encode(sha256(convert_to(\n"
        "        NEW.prev || E'\\n' || NEW.chain || E'\\n' || NEW.n || E'\\n' || NEW.body,\n"
        "        'UTF8')), 'hex') THEN\n"
        "        RAISE EXCEPTION 'audit: the row does not continue its chain';\n"
        "    END IF;\n"
        "    RETURN NEW;\n"
        "END $$;",
        "CREATE TRIGGER audit_continues BEFORE INSERT ON audit\n"
        "FOR EACH ROW EXECUTE FUNCTION audit_continues();",
        "CREATE FUNCTION chain_follows() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        "BEGIN\n"
        "    IF TG_OP = 'INSERT' AND NEW.n = 0 THEN RETURN NEW; END IF;\n"
        "    IF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1 AND NEW.id = OLD.id\n"
        "        AND NEW.n = OLD.n + 1 THEN RETURN NEW; END IF;\n"
        "    RAISE EXCEPTION 'chain: the head follows the audit alone';\n"
        "END $$;",
        "CREATE TRIGGER chain_follows BEFORE INSERT OR UPDATE ON chain\n"
        "FOR EACH ROW EXECUTE FUNCTION chain_follows();",
    ]
    found += [_postgresql("no_update", "UPDATE", name, REFUSED, "ROW") for name in APPEND_ONLY]
    for name in [*APPEND_ONLY, *KEPT]:
        found.append(_postgresql("no_delete", "DELETE", name, REMOVED, "ROW"))
        found.append(_postgresql("no_truncate", "TRUNCATE", name, REMOVED, "STATEMENT"))
    return "\n\n".join(found)


def _postgresql(how: str, event: str, name: str, said: str, each: str) -> str:
    words = said.split(": ", 1)[1]
    return (
        f"CREATE TRIGGER {name}_{how} BEFORE {event} ON {_quoted(name)}\n"
        f"FOR EACH {each} EXECUTE FUNCTION refused('{words}');"
    )


def main(folder: Path) -> None:
    of_sqlite = tables(sqlite.dialect(), TOLD + " VIRTUAL")
    of_postgresql = tables(
        postgresql.dialect(), "TEXT GENERATED ALWAYS AS (body::jsonb ->> '{}') STORED"
    )
    (folder / "0001.sqlite.sql").write_text(f"{of_sqlite}\n\n{sqlite_guards()}\n")
    (folder / "0001.postgresql.sql").write_text(f"{of_postgresql}\n\n{postgresql_guards()}\n")
    assert set(BOOKKEEPING) < set(TABLES)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
