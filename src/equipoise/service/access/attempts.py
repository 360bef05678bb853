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
    return any(_is_shut(unit, who) for who, _ in doors(account, address))


def failed(unit: Unit, account: str, address: str) -> bool:
    """Count a failure; True if that closes the door of the account."""
    closes = [_counted(unit, who, most) for who, most in doors(account, address)]
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
    return _counted(unit, _tokens(address), MOST_OF_ADDRESS)


def is_address_closed(unit: Unit, address: str) -> bool:
    """Whether too many tokens of an address have failed."""
    return _is_shut(unit, _tokens(address))


def provider_failed(unit: Unit, address: str) -> bool:
    """Count a log-in by the provider that was not taken; True if no more are for a while.

    Apart from passwords: a provider that does not work closes no other way in.
    """
    return _counted(unit, _by_provider(address), MOST_OF_ADDRESS)


def is_provider_closed(unit: Unit, address: str) -> bool:
    """Whether too many log-ins by the provider have failed from an address."""
    return _is_shut(unit, _by_provider(address))


def _counted(unit: Unit, who: str, most: int) -> bool:
    """Count a failure; True if it is the last that is let pass."""
    row = unit.row("attempt", who, lock=True)
    count = 1 + (row["failures"] if row else 0)
    is_last = count >= most
    until = stamp(unit.now + SHUT_FOR) if is_last else None
    keep(unit, "attempt", who, failures=0 if is_last else count, until=until)
    return is_last


def _is_shut(unit: Unit, who: str) -> bool:
    row = unit.row("attempt", who)
    return row is not None and (row["until"] or "") > unit.at


def _tokens(address: str) -> str:
    return f"tokens of {address}"


def _by_provider(address: str) -> str:
    return f"provider from {address}"
