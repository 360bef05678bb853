"""Codes of an authenticator app (TOTP): each serves once.

Source   RFC 6238: SHA-1, six digits, thirty seconds, which every app knows.
"""

from __future__ import annotations

import datetime as dt
import hmac
from typing import Final

import pyotp

CODE_STEP: Final = 30
_LEEWAY: Final = 1  # of a clock that is not quite right, in steps


def new_code_secret() -> str:
    """A secret that an app takes in."""
    return pyotp.random_base32()


def address_of(secret: str, *, account: str, trial: str) -> str:
    """The otpauth:// address that an app opens."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=f"Equipoise {trial}")


def step_of(secret: str, code: str, *, now: dt.datetime, after: int) -> int | None:
    """The step of time that a code belongs to; None where it fits none later than `after`."""
    made, here = pyotp.TOTP(secret), int(now.timestamp()) // CODE_STEP
    said = "".join(code.split())
    for step in range(here - _LEEWAY, here + _LEEWAY + 1):
        if step > after and hmac.compare_digest(made.at(step * CODE_STEP), said):
            return step
    return None
