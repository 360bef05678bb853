"""Programs that ask by a token, for tests."""

from __future__ import annotations

import itertools

from equipoise.service.access.sessions import new_api_token
from support.conducted import OF_SITE, PEOPLE, Conducted
from support.served import Site

ROLE_OF = {**PEOPLE, "adam": "admin"}
BASE = "/api/v1"


def token_of(trial: Conducted, account: str, *, site: str = "A", days: int = 90) -> str:
    """A token of somebody, in the role that he has."""
    made, digest = new_api_token()
    role = ROLE_OF[account]
    given = {"role": role, "label": "a test", "digest": digest}
    given |= {"site": site} if role in OF_SITE else {}
    until = trial.clock.now.date().toordinal() + days
    day = trial.clock.now.date().fromordinal(until)
    trial.do(account, "make token", until=str(day), **given)
    return made


class Program:
    """What somebody's program asks."""

    def __init__(self, site: Site, token: str) -> None:
        self.client, self._keys = site.nobody(), itertools.count(1)
        self.token = token
        self.client.headers["authorization"] = f"Bearer {token}"

    def get(self, path: str, **asked):
        return self.client.get(f"{BASE}{path}", params=asked or None)

    def send(self, name: str, *, request: str = "", password: str = "", **given):
        head = {"idempotency-key": request or f"{self.token[:9]}-{next(self._keys)}"}
        head |= {"equipoise-password": password} if password else {}
        where = f"{BASE}/commands/{name.lower().replace(' ', '-')}"
        return self.client.post(where, json=given, headers=head)


def program(site: Site, account: str, **given) -> Program:
    return Program(site, token_of(site.trial, account, **given))
