"""Passwords: hashed by argon2id, and checked in the same time whether there is an account or not.

Source   OWASP Password Storage Cheat Sheet: argon2id, 19 MiB, two passes, one lane.
Checked  tests/unit/service/test_access.py.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerifyMismatchError

MEMORY_KIB, PASSES, LANES = 19 * 1024, 2, 1
SHORTEST: Final = 12
_AT_ONCE: Final = 4  # each takes 19 MiB and a core


class Passwords:
    """Hashes and checks passwords, a few at a time."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(
            time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES, type=Type.ID
        )
        self._turns = threading.BoundedSemaphore(_AT_ONCE)

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        """What is kept of a password."""
        with self._turns:
            return self._hasher.hash(password)

    def fits(self, kept: str | None, password: str) -> bool:
        """Whether a password is the one that was kept; without one it takes as long, and is not."""
        with self._turns:
            try:
                self._hasher.verify(kept or self._nobodys, password)
            except (VerifyMismatchError, InvalidHashError):
                return False
        return kept is not None


def wrong_with_password(password: str, *, account: str) -> Iterator[str]:
    """Why a password cannot be taken. Length alone keeps it from being guessed."""
    if len(password) < SHORTEST:
        yield f"a password has at least {SHORTEST} characters; several words are easy to remember"
    if len(set(password)) < 5 or account.lower() in password.lower():
        yield "the password is too easy to guess"
