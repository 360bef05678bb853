"""The one spelling of a row, and its link: by hand, with the standard library alone."""

import datetime as dt
import hashlib
import hmac

import pytest

from equipoise.conduct.store.canonical import GENESIS, canonical, link, moment, sealed, stamp


def test_sorted_without_blanks_in_ascii():
    assert canonical({"b": [None, "Müller", True], "a": 1}) == (
        '{"a":1,"b":[null,"M\\u00fcller",true]}'
    )


@pytest.mark.parametrize("value", [1.5, {"a": [0.1]}, {1: "a"}, {"a": dt.date(2026, 1, 1)}, b"x"])
def test_what_has_no_one_spelling_is_refused(value):
    with pytest.raises(TypeError):
        canonical(value)


def test_a_link_is_four_lines():
    text = "0" * 64 + "\nsite:A\n1\n{}"
    assert link(GENESIS, "site:A", 1, "{}") == hashlib.sha256(text.encode()).hexdigest()


def test_a_seal_is_an_hmac():
    nonce = "00" * 16
    expected = hmac.new(bytes(16), b"lutate", hashlib.sha256).hexdigest()
    assert sealed("lutate", nonce) == {"sealed": expected}


def test_a_moment_comes_back():
    zone = dt.timezone(dt.timedelta(hours=2))
    at = dt.datetime(2026, 5, 1, 1, 30, 0, 42, tzinfo=zone)
    assert stamp(at) == "2026-04-30T23:30:00.000042Z"
    assert moment(stamp(at)) == at
    with pytest.raises(ValueError):
        stamp(dt.datetime(2026, 5, 1))
