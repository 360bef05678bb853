"""Failed attempts: five for an account, and more for an address, close the door for a while."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Final

from equipoise.conduct.store.canonical import stamp
from equipoise.conduct.store.served.bookkeeping import keep
from equipoise.conduct.store.unit import Unit

MOST_OF_ACCOUNT: Final = 5
MOST_OF_ADDRESS: Final = 25  # a hospital has one address for all its people
SHUT_FOR: Final = dt.timedelta(minutes=15)


def doors(account: str, address: str) -> tuple[tuple[str, int], ...]:
    """What is counted, and how many failures each may have.

    A name is kept as a digest: people type passwords into the wrong field.
    """
    name = hashlib.sha256(account.encode()).hexdigest()[:32]
    return ((f"account {name}", MOST_OF_ACCOUNT), (f"address {address}", MOST_OF_ADDRESS))


def is_closed(unit: Unit, account: str, address: str) -> bool:
    """Whether too many attempts have failed."""
    rows = [unit.row("attempt", who) for who, _ in doors(account, address)]
    return any(row is not None and (row["until"] or "") > unit.at for row in rows)


def failed(unit: Unit, account: str, address: str) -> bool:
    """Count a failure; True if that closes the door of the account."""
    closes = []
    for who, most in doors(account, address):
        row = unit.row("attempt", who, lock=True)
        count = 1 + (row["failures"] if row else 0)
        is_last = count >= most
        until = stamp(unit.now + SHUT_FOR) if is_last else None
        keep(unit, "attempt", who, failures=0 if is_last else count, until=until)
        closes.append(is_last)
    return closes[0]


def succeeded(unit: Unit, account: str, address: str) -> None:
    """Failures of the account are forgotten; those of its address are not."""
    who = doors(account, address)[0][0]
    if unit.row("attempt", who) is not None:
        keep(unit, "attempt", who, failures=0, until=None)


def address_failed(unit: Unit, address: str) -> bool:
    """Count a token that serves nobody; True if no more are noted for a while.

    Apart from log-ins: a program with an old token keeps no hospital out.
    """
    who = _tokens(address)
    row = unit.row("attempt", who, lock=True)
    count = 1 + (row["failures"] if row else 0)
    is_last = count >= MOST_OF_ADDRESS
    until = stamp(unit.now + SHUT_FOR) if is_last else None
    keep(unit, "attempt", who, failures=0 if is_last else count, until=until)
    return is_last


def is_address_closed(unit: Unit, address: str) -> bool:
    """Whether too many tokens of an address have failed."""
    row = unit.row("attempt", _tokens(address))
    return row is not None and (row["until"] or "") > unit.at


def _tokens(address: str) -> str:
    return f"tokens of {address}"
