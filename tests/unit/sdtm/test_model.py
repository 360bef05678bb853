"""The nouns: what they say of themselves, and what their digests depend on."""

import datetime as dt

import polars as pl
import pytest

from equipoise.errors import InputError
from equipoise.sdtm.cut.cut import cut
from equipoise.sdtm.model import SDTM, content_digest
from support.sdtm import set_cell, study, tables


def test_repr_is_one_line() -> None:
    data = study()
    assert repr(data) == f"SDTM: 3 subjects, 6 domains, 21 records, digest {data.digest[:12]}"
    snapshot = cut(data, date=dt.date(2020, 3, 1), look="interim")
    assert repr(snapshot).startswith("Snapshot 'interim', cut at 2020-03-01: 2 subjects, 6 domains")


def test_virtual_subjects_say_so() -> None:
    assert "3 virtual subjects" in repr(SDTM(tables(), {}, virtual=True, seed=7))


def test_an_unknown_domain_is_told_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"no domain LBB; did you mean LB.*AE, DM, DS, EX, LB"):
        study().table("lbb")


def test_digest_ignores_order_of_domains_and_columns() -> None:
    plain = tables()
    turned = {name: plain[name].select(reversed(plain[name].columns)) for name in reversed(plain)}
    assert content_digest(turned) == content_digest(plain)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"AE": set_cell(tables()["AE"], 0, AETERM="Rash")}, id="a letter"),
        pytest.param({"AE": set_cell(tables()["AE"], 0, AETERM=None)}, id="a missing value"),
        pytest.param({"LB": set_cell(tables()["LB"], 1, LBSTRESN=90.50000000000001)}, id="an ulp"),
        pytest.param({"LB": set_cell(tables()["LB"], 1, LBSTRESN=None)}, id="a missing number"),
        pytest.param({"AE": tables()["AE"].drop("AEREL")}, id="a column"),
        pytest.param({"AE": tables()["AE"].head(3)}, id="a row"),
    ],
)
def test_digest_sees_every_change(changed: dict[str, pl.DataFrame]) -> None:
    assert content_digest({**tables(), **changed}) != content_digest(tables())


def test_text_does_not_leak_from_one_row_into_the_next() -> None:
    one = pl.DataFrame({"A": ["ab", "c"]})
    other = pl.DataFrame({"A": ["a", "bc"]})
    assert content_digest({"X": one}) != content_digest({"X": other})


def test_zero_and_nothing_differ() -> None:
    zero = pl.DataFrame({"A": [0.0, 1.0]})
    nothing = pl.DataFrame({"A": [None, 1.0]})
    minus_zero = pl.DataFrame({"A": [-0.0, 1.0]})
    assert content_digest({"X": zero}) != content_digest({"X": nothing})
    assert content_digest({"X": zero}) == content_digest({"X": minus_zero})
