"""The two databases, opened so that a write holds what it reads from its first statement on.

SQLite: every transaction that writes begins IMMEDIATE, so that two never read the same head;
`synchronous=FULL`, because an allocation that was told must not be lost; `recursive_triggers`,
because INSERT OR REPLACE removes a row without a word otherwise. PostgreSQL: READ COMMITTED with
rows locked by FOR UPDATE, in one order.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url

from equipoise.conduct.store.canonical import link
from equipoise.errors import InputError

FILE_NAME: Final = "conduct.sqlite"
LONGEST_WAIT_MS: Final = 30_000  # for the writer before
DB_SCHEMA: Final = "equipoise"


def place(where: str | Path) -> URL:
    """The database of a trial's folder, or of a URL.

    Raises   InputError for a URL of another database.
    """
    if isinstance(where, Path) or "://" not in where:
        folder = Path(where)
        file = folder / "conduct" / FILE_NAME if folder.suffix != ".sqlite" else folder
        return URL.create("sqlite+pysqlite", database=str(file))
    found = make_url(where)
    kind = found.get_backend_name()
    if kind == "sqlite":
        return found.set(drivername="sqlite+pysqlite")
    if kind == "postgresql":
        return found.set(drivername="postgresql+psycopg")
    raise InputError(f"there is no store on {kind}; expected sqlite or postgresql")


def for_role(url: str, role: str) -> str:
    """The same database for a user of the service, without the password of the owner.

    role : nothing where the owner serves it
    Raises   InputError where it is a file, which has no users.
    """
    if not role:
        return url
    if not url:
        raise InputError(f"a file of SQLite has no user {role}; expected a URL of PostgreSQL")
    return make_url(url)._replace(username=role, password=None).render_as_string()


def engine(url: URL, *, create: bool = False) -> Engine:
    """An engine of the store.

    create : whether a file that is not there is made
    Raises   InputError where there is no database, or no driver for it.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, create=create)
    try:
        return create_engine(
            url,
            hide_parameters=True,  # an arm may be among them, and errors are logged
            pool_size=4,
            pool_pre_ping=True,
            isolation_level="READ COMMITTED",
            connect_args={"options": f"-c search_path={DB_SCHEMA}", "prepare_threshold": 2},
        )
    except ModuleNotFoundError:
        raise InputError("PostgreSQL needs its driver: pip install 'equipoise[postgres]'") from None


def is_sqlite(on: Engine | Connection) -> bool:
    return on.dialect.name == "sqlite"


def _sqlite(url: URL, *, create: bool) -> Engine:
    file = Path(str(url.database))
    if create:
        file.parent.mkdir(parents=True, exist_ok=True)
    elif not file.is_file():
        raise InputError(f"{file}: there is no such store; `equipoise conduct init` makes one")
    wait = {"timeout": LONGEST_WAIT_MS / 1000}
    made = create_engine(url, hide_parameters=True, connect_args=wait)
    event.listen(made, "connect", _connected)
    event.listen(made, "begin", _begun)
    return made


def _connected(raw: Any, _: Any) -> None:
    raw.isolation_level = None  # the driver begins nothing by itself
    raw.create_function("equipoise_link", 4, link, deterministic=True)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        f"busy_timeout={LONGEST_WAIT_MS}",
    ):
        raw.execute(f"PRAGMA {pragma}")


def _begun(connection: Connection) -> None:
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
