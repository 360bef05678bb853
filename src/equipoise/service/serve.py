"""The server: one process, ready when it says so, and the link for the owner's first entry."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

import uvicorn

from equipoise.conduct.store.unit import Unit
from equipoise.errors import InputError
from equipoise.service.access.entrance import make_link
from equipoise.service.access.roles import ADMIN
from equipoise.service.app import application
from equipoise.service.asker import QueryAsker
from equipoise.service.early import EarlyReader
from equipoise.service.postman import MailServer, Postman
from equipoise.service.reminders import Reminders
from equipoise.service.trial import Served
from equipoise.service.web.journal import Journal, keep_journal

_LOG = logging.getLogger(__name__)
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_BACKLOG: Final = 128


class Greeting(NamedTuple):
    """What is told once a trial is served.

    address : where it is
    links : account -> the link of its first entry, which serves once
    """

    address: str
    links: dict[str, str]


def serve(
    trial: Served,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    tell: Callable[[Greeting], None],
    mail: MailServer | None = None,
) -> None:
    """Serve a trial until it is told to end.

    host : a demonstration is served to this machine alone
    mail : to which the outbox is sent; without it messages wait
    tell : called once, when it is ready
    Raises   InputError where the address is taken, or may not be.
    """
    if trial.is_demo and host not in _LOOPBACK:
        raise InputError(f"a demonstration is served on 127.0.0.1 alone, not on {host}")
    app = application(trial)
    door = _door(host, port)
    where = f"http://{host}:{door.getsockname()[1]}"
    tell(greeting(trial, where))
    keep_journal()
    config = uvicorn.Config(
        Journal(app), log_config=None, access_log=False, server_header=False, date_header=True
    )
    with _at_work(trial, mail):
        uvicorn.Server(config).run(sockets=[door])


@contextmanager
def _at_work(trial: Served, mail: MailServer | None) -> Iterator[None]:
    """Those who work beside the pages, for as long as there are pages."""
    workers: list[Postman | EarlyReader | QueryAsker] = [
        EarlyReader(trial), QueryAsker(trial, tell=_LOG.warning)
    ]  # fmt: skip
    if mail is not None and not trial.is_demo:
        remind = Reminders(trial).look
        workers.append(Postman(trial.store, mail, tell=_LOG.warning, remind=remind))
    for one in workers:
        one.start()
    try:
        yield
    finally:
        for one in workers:
            one.stop()


def greeting(trial: Served, where: str) -> Greeting:
    """The address, and a link for each admin who has not entered yet."""
    with trial.store.reading() as unit:
        waiting = list(_not_entered(unit))
    made = {one: f"{where}/enter/{make_link(trial.store, one, by='')}" for one in waiting}
    return Greeting(where, made)


def _not_entered(unit: Unit) -> list[str]:
    """Admins without a password, as long as no admin has one."""
    admins = sorted({
        one["account"] for one in unit.rows("grant", role=ADMIN) if one["until_at"] is None
    })  # fmt: skip
    secrets = [(unit.row("entrance", one) or {"secret": None})["secret"] for one in admins]
    return [] if any(secrets) else admins


def _door(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
    except OSError as problem:
        door.close()
        raise InputError(f"{host}:{port}: {problem.strerror}; another --port, or --host?") from None
    door.listen(_BACKLOG)
    return door
