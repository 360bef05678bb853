"""Planted bugs in the sdtm room: each must turn a test's claim false."""

import datetime as dt

import polars as pl
import pytest

from equipoise.sdtm import dates, model, places
from equipoise.sdtm.conform import conform
from equipoise.sdtm.cut import amend, cut, ledger
from equipoise.sdtm.model import content_digest
from support.sdtm import set_cell, study, tables

APRIL = dt.date(2020, 4, 15)
MAY = dt.date(2020, 5, 20)


def snapshot(date: dt.date = MAY) -> model.Snapshot:
    return cut.cut(study(), date=date, look="x")


def test_an_end_that_stays_known_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def ends_unknown() -> bool:
        return snapshot().table("AE")["AEENDTC"][1] is None

    assert ends_unknown()
    monkeypatch.setattr(amend, "_ends", lambda table, *_: table)
    assert not ends_unknown()


def test_a_cut_that_forgets_supplements_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def supplements_follow() -> bool:
        return snapshot(APRIL).table("SUPPAE")["IDVARVAL"].to_list() == ["1"]

    assert supplements_follow()
    monkeypatch.setattr(cut, "_with_parents", lambda name, _, after, __: after[name])
    assert not supplements_follow()


def test_a_cut_that_keeps_later_subjects_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def enrolled() -> int:
        return snapshot(APRIL).table("DM").height

    assert enrolled() == 2
    monkeypatch.setattr(cut, "_without", lambda table, *_: table)
    assert enrolled() != 2


def test_a_cut_before_rather_than_at_the_day_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def days() -> int:
        return snapshot(dt.date(2020, 3, 1)).table("LB").height

    assert days() == 3
    after = dates.certainly_after
    monkeypatch.setattr(cut, "certainly_after", lambda c, d: after(c, d - dt.timedelta(days=1)))
    assert days() != 3


def test_a_ledger_that_counts_rows_as_subjects_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def subjects() -> int:
        found = snapshot(dt.date(2019, 12, 31)).excluded.filter(pl.col("domain") == "AE")
        return int(found["subjects"].sum())

    def count(book: ledger.Ledger, _: object, where: pl.Series, domain: str, reason: str) -> int:
        rows = int(where.sum())
        if rows:
            book._entries.append((domain, reason, rows, rows))
        return rows

    assert subjects() == 3
    monkeypatch.setattr(ledger.Ledger, "_count", count)
    assert subjects() != 3


def test_a_partial_date_read_as_its_last_day_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    data = study(AE=set_cell(tables()["AE"], 1, AEENDTC="2020-05"))

    def is_clean() -> bool:
        return conform.conform(data) == []

    from equipoise.sdtm.conform import time as rules_time

    assert is_clean()
    monkeypatch.setattr(rules_time, "latest", dates.earliest)
    data = study(AE=set_cell(tables()["AE"], 0, AEENDTC="2020-01"))
    assert not is_clean()


def test_a_place_that_counts_from_nought_is_seen() -> None:
    class Wrong(places.Sheet):
        def place(self, column: str = "", *, row: int | None = None) -> str:
            return super().place(column, row=None if row is None else row - 1)

    table = tables()["AE"]
    words = places.Words("S99", "error", "{found}")
    bad = pl.Series([False, True, False, False])
    right = places.listed(places.Sheet("AE", table, file="ae.xpt"), bad, "AETERM", words)
    wrong = places.listed(Wrong("AE", table, file="ae.xpt"), bad, "AETERM", words)
    assert right[0].place == "ae.xpt row 2 AETERM"
    assert wrong[0].place != right[0].place


def test_a_digest_without_lengths_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = ({"X": pl.DataFrame({"A": values})} for values in (["ab", "c"], ["a", "bc"]))

    def blocks(table: pl.DataFrame) -> dict[str, list[bytes]]:
        return {c.name: [b"text", "".join(c.to_list()).encode()] for c in table}

    assert content_digest(one) != content_digest(other)
    monkeypatch.setattr(model, "_blocks", blocks)
    assert content_digest(one) == content_digest(other)
