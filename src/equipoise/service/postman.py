"""The worker that sends what waits in the outbox; the trial goes on when the mail does not."""

from __future__ import annotations

import smtplib
import ssl
import threading
from collections.abc import Callable
from email.message import EmailMessage
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

from equipoise.conduct.mail.outbox import Letter, not_sent, sent, take
from equipoise.conduct.store.store import Store, StoreError
from equipoise.errors import InputError

_EVERY: Final = 5.0  # seconds between two looks into the outbox
_TIMEOUT: Final = 20.0
_PORTS: Final = {"smtp": 587, "smtps": 465}
_PLAIN: Final = ("127.0.0.1", "::1", "localhost")  # where a password and a message cross no network


class MailServer(NamedTuple):
    """Where mail goes. sender : its address; secret : of the account there"""

    host: str
    port: int
    is_tls: bool
    user: str
    secret: str
    sender: str


def mail_server(url: str, *, sender: str, secret: str = "") -> MailServer:
    """Read `smtp://user@host:587` or `smtps://host`.

    secret : the account's password, which never stands in the URL
    Raises   InputError.
    """
    found = urlsplit(url)
    if found.scheme not in _PORTS or not found.hostname:
        raise InputError(f'"{url}" is no mail server; expected smtp://user@host:587')
    if found.password is not None:
        raise InputError("a password does not stand in a URL; expected it in EQUIPOISE_MAIL_SECRET")
    if "@" not in sender:
        raise InputError(f'"{sender}" is no address that mail is sent from')
    port = found.port or _PORTS[found.scheme]
    user = unquote(found.username or "")
    return MailServer(found.hostname, port, found.scheme == "smtps", user, secret, sender)


class Postman:
    """Sends what is due, again and again, in a thread of its own until it is stopped.

    remind : puts into the outbox what has fallen due since
    """

    def __init__(
        self,
        store: Store,
        server: MailServer,
        *,
        tell: Callable[[str], None] = lambda _: None,
        remind: Callable[[], object] = lambda: None,
    ) -> None:
        self.store, self.server, self.tell, self.remind = store, server, tell, remind
        self._over = threading.Event()

    def start(self) -> None:
        """Begin; the process does not wait for it when it ends."""
        threading.Thread(target=self._run, name="postman", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()

    def deliver(self) -> int:
        """Send what is due now; how many went out. What did not is tried again later."""
        done = 0
        for letter in take(self.store):
            try:
                send(self.server, letter)
            except (OSError, smtplib.SMTPException, ssl.SSLError) as problem:
                not_sent(self.store, letter, type(problem).__name__)
                self.tell(f"a message waits: {type(problem).__name__}")
            else:
                sent(self.store, letter)
                done += 1
        return done

    def _run(self) -> None:
        while not self._over.wait(_EVERY):
            try:
                self.remind()
                self.deliver()
            except StoreError:
                self.tell("messages wait: the store does not answer")


def send(server: MailServer, letter: Letter) -> None:
    """Hand one message over. Raises OSError, SMTPException."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = server.sender, letter.address, letter.title
    made["Message-ID"] = f"<{letter.id}@{server.sender.partition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(letter.body)
    with _line(server) as line:
        if server.user:
            line.login(server.user, server.secret)
        line.send_message(made)


def _line(server: MailServer) -> smtplib.SMTP:
    """A connection that is encrypted, unless it stays on this machine."""
    sure = ssl.create_default_context()
    if server.is_tls:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=_TIMEOUT, context=sure)
    line = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT)
    if server.host not in _PLAIN:
        line.starttls(context=sure)
    return line
