"""A site tells the ranges of its laboratory: all of a file or nothing, and nothing is rewritten."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text as sql

from equipoise.conduct.commands.model import NotThereError, RefusedError
from equipoise.conduct.ranges.told import RANGE_COLUMNS
from equipoise.conduct.store.served.whole import known_now, touched_since
from equipoise.conduct.store.store import StoreError
from equipoise.conduct.store.verify import audited
from support.conducted import live, opened
from support.stores import DATABASES, SQLITE

HEAD = ",".join(RANGE_COLUMNS)
FIRST = f"""{HEAD}
ALT,both,0,10,45,U/L,2026-01-01
HGB,F,0,12,15.5,g/dL,2026-01-01
HGB,M,0,13.5,17,g/dL,2026-01-01
"""


@pytest.fixture(params=DATABASES)
def trial(request, tmp_path):
    found = opened(request.param, tmp_path / "t")
    yield found
    found.store.engine.dispose()


@pytest.fixture
def quick(tmp_path):
    found = live(SQLITE, tmp_path / "t")
    yield found
    found.store.engine.dispose()


def tell(trial, *lines, by="carl", site="A", text="", **given):
    text = text or "\n".join([HEAD, *lines])
    return trial.do(by, "set ranges", site=site, file="r.csv", text=text, **given)


def refused(trial, *lines, **given):
    before = trial.audit_rows(), trial.rows("range")
    with pytest.raises(RefusedError) as found:
        tell(trial, *lines, **given)
    assert (trial.audit_rows(), trial.rows("range")) == before
    return found.value.reasons


def test_each_range_is_a_row_and_a_row_of_the_audit_of_its_site(trial):
    before = len(trial.rows("audit", chain="site:A"))
    said = tell(trial, text=FIRST)
    assert {k: said[k] for k in ("site", "ranges", "corrected", "as before")} == {
        "site": "A", "ranges": 3, "corrected": 0, "as before": 0,
    }  # fmt: skip
    rows = trial.rows("range", laboratory="A")
    assert [(one["test"], one["sex"], one["lower"], one["upper"], one["by"]) for one in rows] == [
        ("ALT", "both", "10", "45", "carl"), ("HGB", "F", "12", "15.5", "carl"),
        ("HGB", "M", "13.5", "17", "carl"),
    ]  # fmt: skip
    told = trial.rows("audit", chain="site:A")[before:]
    assert len(told) == 3
    body = json.loads(told[0]["body"])
    assert body["key"] == ["A", "ALT", "both", 0, "2026-01-01", 1]
    assert body["reason"] == f"ranges of r.csv, sha256 {said['sha256']}"
    with trial.store.reading() as unit:
        assert audited(unit.connection).faults == ()


def test_the_database_keeps_what_was_told(trial):
    tell(trial, text=FIRST)
    for statement in ('UPDATE "range" SET upper = 400', 'DELETE FROM "range"'):
        with pytest.raises(StoreError), trial.store.unit() as unit:
            unit.connection.execute(sql(statement))
    if trial.store.engine.dialect.name == "sqlite":
        with pytest.raises(StoreError), trial.store.unit() as unit:
            unit.connection.execute(sql('INSERT OR REPLACE INTO "range" SELECT * FROM "range"'))


def test_a_later_range_leaves_the_earlier_one(trial):
    tell(trial, text=FIRST)
    tell(trial, "ALT,both,0,10,40,U/L,2026-06-01")
    assert [one["upper"] for one in trial.rows("range", test="ALT")] == ["45", "40"]


def test_what_was_told_already_is_told_again_for_nothing(trial):
    tell(trial, text=FIRST)
    before = trial.audit_rows()
    assert tell(trial, text=FIRST)["as before"] == 3
    assert trial.audit_rows() == before


def test_a_correction_needs_a_reason_and_both_stand(trial):
    tell(trial, "ALT,both,0,10,450,U/L,2026-01-01")
    wrong = "ALT,both,0,10,45,U/L,2026-01-01"
    assert refused(trial, wrong) == (
        "r.csv, row 2, from_day: found ALT from 2026-01-01 as 10 to 45 U/L, told as "
        "10 to 450 U/L before; expected a reason for what corrects it",
    )
    assert tell(trial, wrong, reason="a digit too many")["corrected"] == 1
    rows = trial.rows("range", test="ALT")
    assert [(one["n"], one["upper"]) for one in rows] == [(1, "450"), (2, "45")]


def test_every_cell_that_is_wrong_is_told_and_nothing_is_taken(trial):
    reasons = refused(
        trial, "SGPT,both,0,10,45,U/L,2026-01-01", "ALT,both,0,45,10,g/L,2026-01-01",
        "AST,both,0,10,45,U/L,2026-01-01", "AST,both,0,10,46,U/L,2026-01-01",
        "BILI,both,0,3,21,umol/L,1 May",
    )  # fmt: skip
    assert [one.partition(": found")[0] for one in reasons] == [
        "r.csv, row 2, test", "r.csv, row 3, lower", "r.csv, row 3, unit", "r.csv, row 5, test",
        "r.csv, row 6, from_day",
    ]  # fmt: skip
    many = [f"X{n},both,0,10,45,U/L,2026-01-01" for n in range(250)]
    assert refused(trial, *many)[-1] == "r.csv: 50 more cells cannot be taken"


def test_nobody_loses_a_range_without_a_word(trial):
    """From June the women's alone: the men's would be lost, and those of children."""
    tell(trial, text=FIRST)
    assert refused(trial, "HGB,F,18,12,16,g/dL,2026-06-01") == (
        "r.csv, row 2, sex: found HGB from 2026-06-01 without a range for F from age 0; "
        "expected one, as there is until then",
        "r.csv, row 2, sex: found HGB from 2026-06-01 without a range for M from age 0; "
        "expected one, as there is until then",
    )
    tell(trial, "HGB,both,0,12,16,g/dL,2026-06-01")
    tell(trial, "HGB,F,18,12,15,g/dL,2026-06-01")  # beside what holds from that day


def test_who_may(trial):
    tell(trial, text=FIRST, by="iris")
    for by in ("phil", "mona", "dana", "spike", "adam", "uma", "bert", "dsmb"):
        with pytest.raises(NotThereError):
            tell(trial, text=FIRST, by=by)


def test_sites_have_their_own(trial):
    tell(trial, "ALT,both,0,10,45,U/L,2026-01-01")
    tell(trial, "ALT,both,0,10,40,U/L,2026-01-01", site="B")
    told = {one["laboratory"]: one["upper"] for one in trial.rows("range", test="ALT")}
    assert told == {"A": "45", "B": "40"}


def test_of_what_is_frozen_nothing_is_read_otherwise(quick):
    subject = quick.randomized()
    quick.do("carl", "open visit", subject=subject, key="survival sweep", on="2026-01-05")
    quick.do("dana", "freeze", scope=f"subject {subject}")
    reasons = refused(quick, "ALT,both,0,10,45,U/L,2026-01-05")
    assert reasons == (f"the data of subject {subject} are frozen, with a visit since 2026-01-05",)
    tell(quick, "ALT,both,0,10,45,U/L,2026-01-06")
    tell(quick, "ALT,both,0,10,45,U/L,2026-01-05", site="B")
    quick.do("dana", "freeze", scope="site B")
    assert refused(quick, text=FIRST, site="B") == ("the data of the site B are frozen",)


def test_a_range_is_about_every_subject_of_its_site(quick):
    """What follows from results is looked at again: for all of the site, and for nobody else."""
    own, other = [quick.screened("A"), quick.screened("A")], quick.screened("B")
    with quick.store.reading() as unit:
        heads = unit.heads()
    tell(quick, text=FIRST)
    with quick.store.reading() as unit:
        assert sorted(touched_since(unit, heads, but_by="follow rules")) == own
        assert other not in touched_since(unit, heads, but_by="follow rules")
        assert len(known_now(unit, own).rows("range")) == 3
