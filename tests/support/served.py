"""A trial that is served, and people in it, for tests."""

from __future__ import annotations

import atexit
import re
import warnings
from contextlib import ExitStack
from functools import cache

from anyio.from_thread import BlockingPortal, start_blocking_portal
from argon2 import PasswordHasher, Type

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

from equipoise.conduct.store.served.bookkeeping import keep
from equipoise.conduct.store.verify import audited
from equipoise.service.access.passwords import Passwords
from equipoise.service.access.sessions import begin_session, page_token
from equipoise.service.app import application
from equipoise.service.trial import Served
from equipoise.service.web.asked import COOKIE
from equipoise.service.web.rate import Rate
from support.conducted import Conducted

PASSWORD = "correct horse battery"


class QuickPasswords(Passwords):
    """Of argon2id too, at next to no cost: what a real one costs, tests of passwords look at."""

    def __init__(self) -> None:
        super().__init__()
        self._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, type=Type.ID)


PASSWORDS = QuickPasswords()


@cache
def kept() -> str:
    return PASSWORDS.hash(PASSWORD)


@cache
def loop() -> BlockingPortal:
    """The loop of this process for every client: a request begins one and its threads else."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(start_blocking_portal())


class Site:
    """A trial with its pages. `as_` is somebody's browser, logged in."""

    def __init__(self, trial: Conducted, *, is_demo: bool = True, writes: int = 10_000) -> None:
        self.trial = trial
        self.served = Served(trial.bus, self.verify, is_demo=is_demo, passwords=PASSWORDS,
                             rate=Rate(most=writes))  # fmt: skip
        self.app = application(self.served)

    def verify(self):
        with self.trial.store.reading() as unit:
            return audited(unit.connection)

    def nobody(self) -> TestClient:
        client = TestClient(self.app, base_url="http://trial", follow_redirects=False)
        client.portal = loop()
        return client

    def enter(self, account: str) -> None:
        """Give an account the password."""
        self.trial.store.attempt(lambda unit: keep(unit, "entrance", account, secret=kept()))

    def as_(self, account: str) -> Browser:
        self.enter(account)
        token, _ = self.trial.store.attempt(lambda unit: begin_session(unit, account, "here"))
        client = self.nobody()
        client.cookies.set(COOKIE, token)
        return Browser(client, token)


class Browser:
    """Somebody's browser: what it posts carries the token of the page."""

    def __init__(self, client: TestClient, token: str) -> None:
        self.client, self.token, self._n = client, token, 0

    def get(self, path: str, **given):
        return self.client.get(path, **given)

    def post(self, path: str, **said):
        self._n += 1
        data = {"page_token": page_token(self.token), "request": f"{self.token[:6]} {self._n}"}
        return self.client.post(path, data={**data, **said})

    def upload(self, path: str, files, **said):
        """A form with a file."""
        self._n += 1
        data = {"page_token": page_token(self.token), "request": f"{self.token[:6]} {self._n}"}
        return self.client.post(path, data={**data, **said}, files=files)


def problems(answer) -> list[str]:
    """What a page says stands in the way."""
    return re.findall(r"<li>(.*?)</li>", answer.text.split('role="alert"')[1].split("</div>")[0])
