"""A demonstration's doors: one password for everybody, on this machine alone."""

from __future__ import annotations

from typing import Final

from equipoise.conduct.store.served.bookkeeping import keep
from equipoise.conduct.store.unit import Unit
from equipoise.service.access.codes import new_code_secret
from equipoise.service.trial import Served

DEMO_PASSWORD: Final = "equipoise demo"


def let_everybody_in(trial: Served) -> list[str]:
    """Give every account of a demonstration its password; the accounts."""
    assert trial.is_demo
    kept = trial.passwords.hash(DEMO_PASSWORD)

    def work(unit: Unit) -> list[str]:
        accounts = [one["id"] for one in unit.rows("account")]
        for one in accounts:
            keep(unit, "entrance", one, secret=kept, totp=new_code_secret(), totp_step=0)
        return accounts

    found: list[str] = trial.store.attempt(work)[0]
    return found
