"""The secret of a list: from it every slot follows, and without it none can be told.

A trial's key is 32 bytes. The key of a list is HMAC-SHA-256(key, version | kind | trial), so that a
test list, a training list and the production list of one trial have nothing in common.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final, Literal, get_args

from equipoise.errors import InputError

ListKind = Literal["production", "training", "test"]

KEY_BYTES: Final = 32
DRAW_BYTES: Final = 4
CODE_BYTES: Final = 10
SPOKEN: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's 32: none of I, L, O, U."""
_LIST: Final = "equipoise-list-v1"


def list_key(key: bytes, *, kind: ListKind, trial: str) -> bytes:
    """The key of one list of one trial.

    Raises   InputError for a key of another length, or an unknown kind.
    """
    if len(key) != KEY_BYTES:
        raise InputError(f"the key has {len(key)} bytes; expected {KEY_BYTES}")
    if kind not in get_args(ListKind):
        raise InputError(f'there is no list "{kind}"; expected {", ".join(get_args(ListKind))}')
    return _keyed(key, f"{_LIST}|{kind}|{trial}")


def fingerprint(of_list: bytes) -> str:
    """What tells a list's key from every other and gives nothing away."""
    return _keyed(of_list, "fingerprint").hex()


def letters_key(key: bytes, *, trial: str) -> bytes:
    """The key that decides which arm a committee's report calls A, derived from the trial's."""
    return _keyed(key, f"letters|{trial}")


def in_secret_order(names: list[str], of_letters: bytes) -> list[str]:
    """Names in an order that only the key tells."""
    return sorted(names, key=lambda name: _keyed(of_letters, name))


def salt(of_list: bytes) -> str:
    """What is written after a list before its digest is taken, so that no list can be tried out."""
    return _keyed(of_list, "salt").hex()


def level(of_list: bytes, *, stratum: str, draw: int) -> int:
    """The level of a draw, 0..2**31-1: the top 31 bits of HMAC-SHA-256(key, "draw|stratum|n").

    Checked  tests/unit/allocation/test_lists.py (golden vectors, by the standard library alone).
    """
    octets = _keyed(of_list, f"draw|{stratum}|{draw}")[:DRAW_BYTES]
    return int.from_bytes(octets, "big") >> 1


def scratch_code(of_list: bytes, *, batch: str, number: int) -> str:
    """What opens one envelope: 80 bits in letters and digits that are not mistaken by telephone."""
    octets = _keyed(of_list, f"envelope|{batch}|{number}")[:CODE_BYTES]
    bits = int.from_bytes(octets, "big")
    letters = [SPOKEN[bits >> 5 * place & 31] for place in range(8 * CODE_BYTES // 5)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, len(letters), 4))


def joined(shares: list[bytes]) -> bytes:
    """The key that several shares make together: their bitwise exclusive or."""
    found = bytes(KEY_BYTES)
    for share in shares:
        if len(share) != KEY_BYTES:
            raise InputError(f"a share of the key has {len(share)} bytes; expected {KEY_BYTES}")
        found = bytes(a ^ b for a, b in zip(found, share, strict=True))
    return found


def shared(key: bytes, among: int) -> list[bytes]:
    """A key as several shares, which only together make it again (`joined`).

    Raises   InputError for less than two.
    """
    if among < 2:
        raise InputError(f"{among} shares; expected 2 or more")
    others = [secrets.token_bytes(KEY_BYTES) for _ in range(among - 1)]
    return [joined([key, *others]), *others]


def _keyed(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
