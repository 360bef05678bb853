"""The Merkle tree over the rows of an audit: one root for all, and a short proof for each.

Leaves and branches are hashed apart, so that no branch passes for a leaf; a last one without a
neighbor moves up as it is.
Source   RFC 6962, section 2.1.
Checked  tests/unit/conduct/store/test_merkle.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

_LEAF, _BRANCH = b"\x00", b"\x01"
EMPTY_ROOT: Final = hashlib.sha256(b"").hexdigest()
Path_ = list[tuple[str, str]]


def root(hashes: Sequence[str]) -> str:
    """The root over the hashes of rows, in their order."""
    level = [_leaf(one) for one in hashes]
    while len(level) > 1:
        level = _above(level)
    return level[0].hex() if level else EMPTY_ROOT


def path(hashes: Sequence[str], place: int) -> Path_:
    """What leads from the row at `place` to the root: the side and hash of each neighbor."""
    level, found = [_leaf(one) for one in hashes], []
    while len(level) > 1:
        other = place ^ 1
        if other < len(level):
            found.append(("left" if other < place else "right", level[other].hex()))
        level, place = _above(level), place // 2
    return found


def opens(row: str, way: Sequence[tuple[str, str]], expected: str) -> bool:
    """Whether a row's hash leads by its path to a root."""
    here = _leaf(row)
    for side, other in way:
        both = (bytes.fromhex(other), here) if side == "left" else (here, bytes.fromhex(other))
        here = hashlib.sha256(_BRANCH + both[0] + both[1]).digest()
    return here.hex() == expected


def _leaf(row: str) -> bytes:
    return hashlib.sha256(_LEAF + bytes.fromhex(row)).digest()


def _above(level: list[bytes]) -> list[bytes]:
    hashed = hashlib.sha256
    pairs = zip(level[::2], level[1::2], strict=False)
    found = [hashed(_BRANCH + left + right).digest() for left, right in pairs]
    return found + level[-1:] if len(level) % 2 else found
