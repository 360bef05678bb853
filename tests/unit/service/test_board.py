"""The committee's room: reports of a hashed cut, a signed recommendation, a pause at once."""

from __future__ import annotations

import subprocess

import pytest

from equipoise.reporting.monitoring import report as reporting
from support.conducted import opened, small
from support.served import PASSWORD, Site, problems
from support.small_board import deaths
from support.stores import SQLITE


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    trial = deaths(tmp_path_factory.mktemp("board"))
    yield Site(trial)
    trial.store.engine.dispose()


@pytest.fixture(scope="module")
def cut(site):
    today = str(site.trial.clock.now.date())
    done = site.as_("uma").post("/board/cut", cutoff=today, reason="forms are signed later")
    assert done.status_code == 303
    (row,) = site.trial.rows("freeze", kind="cut")
    return row


def words_of(answer, folder):
    """The text of a PDF."""
    file = folder / "report.pdf"
    file.write_bytes(answer.content)
    return subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True,
                          check=True).stdout  # fmt: skip


def asked(site, person, cut, kind):
    return site.as_(person).post(f"/board/report/{kind}", cut=cut["id"], look="OS interim")


def test_the_committee_reads_the_closed_report_and_the_sponsor_the_open_one(site, cut, tmp_path):
    closed, pooled = asked(site, "dsmb", cut, "closed"), asked(site, "spike", cut, "open")
    assert closed.headers["content-type"] == pooled.headers["content-type"] == "application/pdf"
    letters = words_of(closed, tmp_path)
    assert "CLOSED REPORT" in letters
    assert "Arm A" in letters
    told = words_of(pooled, tmp_path)
    assert "OPEN REPORT" in told
    assert "Zz" not in letters + told
    assert "Arm A" not in told
    assert asked(site, "spike", cut, "closed").status_code == 404
    assert asked(site, "bert", cut, "open").status_code == 404
    taken = site.trial.rows("export", of="report")
    assert sorted((one["role"], one["cut"]) for one in taken) == [
        ("DSMB", cut["id"]), ("sponsor", cut["id"]),
    ]  # fmt: skip


def test_a_report_is_of_the_cut_whatever_came_later(site, cut):
    before = asked(site, "dsmb", cut, "closed").content
    alive = [one["id"] for one in site.trial.rows("subject") if not one["died"]]
    today = str(site.trial.clock.now.date())
    site.trial.do("carl", "record death", subject=alive[0], on=today)
    for kept in (site.trial.store.folder / "board").iterdir():
        kept.unlink()
    assert asked(site, "dsmb", cut, "closed").content[:2000] == before[:2000]
    assert len(asked(site, "dsmb", cut, "closed").content) == len(before)


def test_an_open_report_that_gives_an_arm_away_is_not_shown(site, cut, monkeypatch):
    """Planted: the report's reader finds an arm."""
    for kept in (site.trial.store.folder / "board").glob("*open*"):
        kept.unlink()
    monkeypatch.setattr(reporting, "betrayed", lambda *_: ["line 1: an arm"])
    answer = asked(site, "spike", cut, "open")
    assert answer.status_code == 409
    assert "gives an arm away" in answer.text


def test_a_look_that_is_not_reached_is_told(site, cut):
    answer = site.as_("dsmb").post("/board/report/open", cut=cut["id"], look="OS final")
    assert answer.status_code == 409
    assert "34" in problems(answer)[0]


def test_a_recommendation_signs_the_cut_and_a_pause_is_at_once(site, cut):
    board, before = site.as_("dsmb"), len(site.trial.rows("signature"))
    wrong = board.post("/board/recommend", cut=cut["id"], to="pause", password="wrong")
    assert wrong.status_code == 409
    assert len(site.trial.rows("signature")) == before
    said = {"cut": cut["id"], "to": "pause", "reason": "deaths", "password": PASSWORD}
    assert board.post("/board/recommend", **said).status_code == 303
    (signed,) = site.trial.rows("signature", object=cut["id"])
    assert (signed["digest"], signed["meaning"]) == (cut["digest"], "recommendation: pause")
    assert "Recommendation: pause" in site.as_("spike").get("/board").text
    assert board.post("/board/pause", reason="deaths").status_code == 303
    assert site.trial.rows("trial")[0]["state"] == "paused"
    assert "The sponsor lets it go on, under Accounts" in site.as_("spike").get("/board").text


def test_a_list_is_activated_by_two_persons_and_shown_when_it_is_over(tmp_path):
    trial = opened(SQLITE, tmp_path, protocol=small(8))
    site = Site(trial)
    ulf, uma, bert = (site.as_(one) for one in ("ulf", "uma", "bert"))
    assert "blocks" not in bert.get("/list").text
    assert "0.7083" in uma.get("/list").text  # blocks of four
    alone = uma.post("/list/activate", reviewed_by="ulf", password=PASSWORD)
    assert "has not read the review" in problems(alone)[0]
    assert "300 slots in each list" in ulf.post("/list/review").text
    done = uma.post("/list/activate", reviewed_by="ulf", password=PASSWORD)
    assert done.status_code == 303
    (row,) = trial.rows("list")
    assert row["commitment"] in bert.get("/list").text
    trial.do("spike", "set trial", to="live")
    early = uma.post("/list/reveal", reason="over", password=PASSWORD)
    assert "still serves" in problems(early)[0]
    assert uma.get("/list.txt").status_code == 404
    trial.do("spike", "set trial", to="closed to entry")
    assert uma.post("/list/reveal", reason="over", password=PASSWORD).status_code == 303
    shown = uma.get("/list.txt")
    assert shown.status_code == 200
    assert "salt " in shown.text
    assert bert.get("/list.txt").status_code == 404
    assert [one["account"] for one in trial.rows("access", kind="list read")] == ["uma"]
    trial.store.engine.dispose()
