"""equipoise serve: the trial in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.allocate import KeyFiles, Kind
from equipoise.cli.build import Where

if TYPE_CHECKING:
    from equipoise.conduct.store.verify import Audited
    from equipoise.service.trial import Served


def command(
    where: Where,
    key: KeyFiles = None,
    host: Annotated[str, typer.Option(help="Address that is listened on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.")] = 8000,
    owner: Annotated[
        str | None, typer.Option(help="Make the store, with the account of its owner.")
    ] = None,
    kind: Kind = "test",
    database: Annotated[
        str, typer.Option("--db", help="URL of PostgreSQL, with --owner; SQLite if left out.")
    ] = "",
    demo: Annotated[
        bool, typer.Option("--demo", help="Virtual patients, gone when it ends; this machine only.")
    ] = False,
) -> None:
    """Serve a trial: pages for its people, and the same as an API."""
    import tempfile

    from equipoise.service.serve import serve

    if not demo:
        serve(_opened(where, key, owner, kind, database), host=host, port=port, say=typer.echo)
        return
    with tempfile.TemporaryDirectory() as folder:
        serve(_demonstration(where, Path(folder)), host=host, port=port, say=typer.echo)


def _opened(
    where: Path, key: list[Path] | None, owner: str | None, kind: str, database: str
) -> Served:
    from equipoise.cli.conduct import list_kind
    from equipoise.cli.opened import folder_of
    from equipoise.errors import InputError
    from equipoise.service.trial import Served
    from equipoise.workspace.conduct import ConductFolder

    folder = folder_of(where, key)
    if owner is not None:
        made = ConductFolder.init(where, owner=owner, kind=list_kind(kind), database=database)
        folder = ConductFolder(made.trial, tuple(key or ()))
    elif database and database != folder.settings["database"]:
        raise InputError("--db goes with --owner, which makes the store; this one has its own")
    return Served(folder.bus(), folder.audited)


def _demonstration(where: Path, folder: Path) -> Served:
    from equipoise.conduct.store.verify import audited
    from equipoise.service.open_house import DEMO_PASSWORD, let_everybody_in
    from equipoise.service.trial import Served
    from equipoise.workspace.demonstration.entry import demonstrate
    from equipoise.workspace.folder import Workspace

    bus = demonstrate(Workspace.at(where).protocol(), folder)

    def verify() -> Audited:
        with bus.store.reading() as unit:
            return audited(unit.connection)

    trial = Served(bus, verify, is_demo=True)
    names = ", ".join(let_everybody_in(trial))
    typer.echo(f"accounts {names}; each with the password: {DEMO_PASSWORD}")
    return trial
