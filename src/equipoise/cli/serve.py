"""equipoise serve: the trial in a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.allocate import KeyFiles, Kind
from equipoise.cli.build import Where
from equipoise.cli.opened import AsJson, say

if TYPE_CHECKING:
    from equipoise.conduct.store.verify import Audited
    from equipoise.service.access.provider import Provider
    from equipoise.service.postman import MailServer
    from equipoise.service.serve import Greeting
    from equipoise.service.trial import Served


def command(
    where: Where,
    key: KeyFiles = None,
    host: Annotated[str, typer.Option(help="Address that is listened on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
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
    mail: Annotated[
        str, typer.Option(help="Mail server, as smtp://user@host:587; without it messages wait.")
    ] = "",
    mail_from: Annotated[str, typer.Option(help="Address that mail is sent from.")] = "",
    oidc: Annotated[
        str, typer.Option(help="Provider of OpenID Connect, as https://client@login.example.org.")
    ] = "",
    oidc_address: Annotated[
        str, typer.Option(help="Where this trial is, to which the provider sends people back.")
    ] = "",
    oidc_second_factor: Annotated[
        list[str] | None,
        typer.Option(help="What the provider says of a second factor: amr:VALUE or acr:VALUE."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Serve a trial: pages for its people, and the same as an API."""
    import tempfile

    from equipoise.errors import InputError
    from equipoise.service.serve import serve

    if demo and (owner is not None or database or key):
        raise InputError("a demonstration has a store of its own: no --owner, --db or --key")
    provider = _provider(oidc, oidc_address, oidc_second_factor or [], is_demo=demo)
    if not demo:
        trial = _opened(where, key, owner, kind, database, provider)
        tell = _told([], as_json=as_json)
        serve(trial, host=host, port=port, tell=tell, mail=_mail(mail, mail_from))
        return
    with tempfile.TemporaryDirectory() as folder:
        trial, names = _demonstration(where, Path(folder))
        audit = trial.verify().in_words()
        serve(trial, host=host, port=port, tell=_told(names, audit, as_json=as_json))


def _mail(url: str, sender: str) -> MailServer | None:
    """Where mail goes; the password of its account stands in EQUIPOISE_MAIL_SECRET."""
    import os

    from equipoise.service.postman import mail_server

    secret = os.environ.get("EQUIPOISE_MAIL_SECRET", "")
    return mail_server(url, sender=sender, secret=secret) if url else None


def _provider(url: str, address: str, second: list[str], *, is_demo: bool) -> Provider | None:
    """By whom people log in as well; the client's secret stands in EQUIPOISE_OIDC_SECRET."""
    import os

    from equipoise.errors import InputError
    from equipoise.service.access.provider import Provider, provider_settings

    if not url:
        if address or second:
            raise InputError("--oidc-address and --oidc-second-factor go with --oidc")
        return None
    if is_demo:
        raise InputError("a demonstration has accounts of its own: --oidc does not go with --demo")
    secret = os.environ.get("EQUIPOISE_OIDC_SECRET", "")
    found = provider_settings(url, address=address, secret=secret, second_factor=tuple(second))
    return Provider(found)


def _told(accounts: list[str], audit: str = "", *, as_json: bool) -> Callable[[Greeting], None]:
    """Says where the trial is served and how it is entered; accounts, audit : of a demonstration"""

    def tell(greeting: Greeting) -> None:
        from equipoise.service.open_house import DEMO_PASSWORD

        body = {"address": greeting.address, "links": greeting.links, "accounts": accounts}
        lines = [greeting.address, *(f"{one}: {link}" for one, link in greeting.links.items())]
        if accounts:
            body["password"] = DEMO_PASSWORD
            named = f"accounts {', '.join(accounts)}; each with the password: {DEMO_PASSWORD}"
            body["audit"] = audit
            lines = [named, f"audit: {audit}", *lines]
        say("\n".join(lines), body, as_json=as_json)

    return tell


def _opened(
    where: Path,
    key: list[Path] | None,
    owner: str | None,
    kind: str,
    database: str,
    provider: Provider | None,
) -> Served:
    from equipoise.cli.conduct import list_kind
    from equipoise.cli.opened import folder_of
    from equipoise.conduct.replayed import check_key
    from equipoise.errors import InputError
    from equipoise.service.trial import Served
    from equipoise.workspace.conduct import ConductFolder

    folder = folder_of(where, key)
    if owner is not None:
        folder.key()  # nothing is made where the key cannot be read
        made = ConductFolder.init(where, owner=owner, kind=list_kind(kind), database=database)
        folder = ConductFolder(made.trial, tuple(key or ()))
    elif database and database != folder.settings["database"]:
        raise InputError("--db goes with --owner, which makes the store; this one has its own")
    bus = folder.bus()
    if bus.lists is not None:
        with bus.store.reading() as unit:  # now, and not when the first subject is at the door
            check_key(unit, bus.lists.secret)
    return Served(bus, folder.audited, key=folder.key, provider=provider)


def _demonstration(where: Path, folder: Path) -> tuple[Served, list[str]]:
    from equipoise.conduct.store.verify import audited
    from equipoise.service.open_house import let_everybody_in
    from equipoise.service.trial import Served
    from equipoise.workspace.demonstration.entry import demonstrate
    from equipoise.workspace.folder import Workspace

    bus = demonstrate(Workspace.at(where).protocol(), folder)

    def verify() -> Audited:
        with bus.store.reading() as unit:
            return audited(unit.connection)

    trial = Served(bus, verify, is_demo=True)
    return trial, list(let_everybody_in(trial))
