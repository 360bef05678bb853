"""The tree: three leaves by hand, and every row's proof."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from equipoise.conduct.store.merkle import EMPTY_ROOT, opens, path, root


def rows(count):
    return [hashlib.sha256(str(n).encode()).hexdigest() for n in range(count)]


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def test_three_leaves_by_hand():
    a, b, c = (sha(b"\x00", bytes.fromhex(row)) for row in rows(3))
    assert root(rows(3)) == sha(b"\x01", sha(b"\x01", a, b), c).hex()
    assert path(rows(3), 2) == [("left", sha(b"\x01", a, b).hex())]


def test_an_empty_tree():
    assert root([]) == EMPTY_ROOT == hashlib.sha256(b"").hexdigest()


@given(st.integers(1, 40), st.data())
def test_every_row_is_proven_and_no_other(count, data):
    place = data.draw(st.integers(0, count - 1))
    way, top = path(rows(count), place), root(rows(count))
    assert opens(rows(count)[place], way, top)
    assert not opens(hashlib.sha256(b"another").hexdigest(), way, top)
    assert root(rows(count + 1)) != top
