"""What programs read: page by page, and the data as they were known."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from sqlalchemy import event

from support.bearing import program
from support.conducted import live, plain_netter
from support.served import Site
from support.stores import SQLITE


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    trial = live(SQLITE, tmp_path_factory.mktemp("reads"), protocol=plain_netter())
    for n in range(7):
        trial.screened("AB"[n % 2])
    subject = trial.randomized("A")
    for _ in range(3):
        trial.do("dana", "raise query", form=trial.baseline_form(subject), text="Sure?")
    yield Site(trial)
    trial.store.engine.dispose()


def whole(program, path, **asked):
    """Every page of a list."""
    found, cursor = [], {}
    while True:
        answer = program.get(path, limit=2, **cursor, **asked)
        assert answer.status_code == 200
        found.append(answer.json()["items"])
        if answer.json()["next"] is None:
            return found
        cursor = {"cursor": answer.json()["next"]}


@pytest.mark.parametrize(("path", "of"), [("/subjects", "id"), ("/queries", "id"), ("/audit", "n")])
def test_pages_hold_everything_once(site, path, of):
    dana = program(site, "dana")
    pages = whole(dana, path)
    assert all(len(page) == 2 for page in pages[:-1])
    names = [one[of] for page in pages for one in page]
    assert len(set(names)) == len(names)
    (once,) = [dana.get(path, limit=500).json()["items"]]
    assert [one[of] for one in once] == names


@pytest.mark.parametrize("cursor", ["x", "MQ", "bnVsbA", "é", "WzFd"])
def test_a_cursor_that_no_page_told_is_refused(site, cursor):
    assert program(site, "dana").get("/subjects", cursor=cursor).status_code == 422


def test_a_site_sees_its_own(site):
    carl = program(site, "carl")
    assert {one["site"] for page in whole(carl, "/subjects") for one in page} == {"A"}
    assert carl.get("/subjects", site="B").status_code == 404
    assert carl.get("/audit", chain="site:B").status_code == 404
    assert carl.get("/audit", chain="trial").status_code == 404
    assert carl.get("/safety", site="B").status_code == 404
    assert carl.get("/sdtm", site="B").status_code == 404


def files(answer):
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


def test_data_as_they_were_known_are_the_same_bytes_and_the_taking_is_audited(site):
    dana = program(site, "dana")
    before = len(site.trial.rows("export"))
    first, again = (dana.get("/sdtm", at="2026-01-05") for _ in range(2))
    assert (first.status_code, first.content) == (200, again.content)
    assert first.headers["digest-of-data"] == again.headers["digest-of-data"]
    assert len(site.trial.rows("export")) == before + 2
    assert "dm.json" not in files(dana.get("/sdtm", at="2026-01-04"))
    assert dana.get("/sdtm", at="yesterday").status_code == 422
    assert dana.get("/sdtm", at="2026-01-05", cut="F1").status_code == 422
    assert dana.get("/sdtm", cut="F1").status_code == 409


def test_a_site_takes_its_own_data_and_arms_go_to_those_who_know_them(site):
    carl, dana = program(site, "carl"), program(site, "dana")
    own, every = (files(one.get("/sdtm"))["dm.json"] for one in (carl, dana))
    columns = [one["name"] for one in own["columns"]]
    assert {row[columns.index("SITEID")] for row in own["rows"]} == {"A"}
    assert "ARM" in columns
    assert "ARM" not in [one["name"] for one in every["columns"]]
    assert every["records"] > own["records"]


def test_a_form_is_told_with_its_answers_and_signatures(site):
    carl = program(site, "carl")
    subject = site.trial.rows("subject", site="A")[0]["id"]
    forms = carl.get(f"/subjects/{subject}/forms").json()["items"]
    baseline = next(one for one in forms if one["key"] == "baseline")
    told = carl.get(f"/forms/{baseline['id']}").json()
    assert {one["item"]: one["answer"] for one in told["answers"]}["AGE"] == 60
    assert [one["by"] for one in told["signatures"]] == ["iris"]


def test_accrual_is_that_of_the_page(site):
    told = program(site, "spike").get("/accrual").json()
    assert (told["screened"], told["randomized"]) == (8, 1)
    assert [one["site"] for one in told["sites"]] == ["A", "B"]


def test_a_page_of_queries_asks_the_store_as_often_as_one_query_does(site):
    dana, asked = program(site, "dana"), []
    heard = (site.trial.store.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    event.listen(*heard)
    counts = []
    for most in (1, 3):
        asked.clear()
        assert len(dana.get("/queries", limit=most).json()["items"]) == most
        counts.append(len(asked))
    event.remove(*heard)
    assert counts[0] == counts[1] > 0


def test_ranges_of_laboratories_are_sent_as_a_file_and_read_back(site):
    carl = program(site, "carl")
    text = "test,sex,age_from,lower,upper,unit,from_day\nALT,both,0,10,UP,U/L,DAY\n"
    for upper, day in (("45", "2026-01-01"), ("40", "2026-01-04")):
        given = {"site": "A", "text": text.replace("UP", upper).replace("DAY", day)}
        assert carl.send("set ranges", **given).status_code == 200
    told = carl.get("/ranges").json()["items"]
    assert [(one["upper"], one["from_day"]) for one in told] == [
        ("45", "2026-01-01"), ("40", "2026-01-04"),
    ]  # fmt: skip
    (one,) = carl.get("/ranges", site="A", on="2026-01-03").json()["items"]
    assert one["upper"] == "45"
    assert carl.get("/ranges", on="2026-13-01").status_code == 422
    refused = carl.send("set ranges", site="A", text=text.replace("ALT", "SGPT")).json()
    assert {one["rule"] for one in refused["reasons"]} == {"R212"}
    assert refused["reasons"][0]["says"] == (
        'ranges.csv, row 2, from_day: found "DAY"; expected a day such as 2026-05-01'
    )
