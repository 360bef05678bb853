"""The log tells what happened and who asked, and no value that anybody typed or read."""

import io
import json
import logging

import pytest

from equipoise.service.pages import subjects
from equipoise.service.web import journal
from equipoise.service.web.journal import Journal, keep_journal
from support.conducted import live
from support.served import PASSWORD, Site

PLANTED = ("61.7321", "a planted reason", "planted.name@example.org", "Planted Person", PASSWORD,
           "correct horse", "lutate", "octreotide", "177Lu", "Lutate")  # fmt: skip


@pytest.fixture
def log(monkeypatch):
    """What is written, as long as a test runs; logging is put back afterwards."""
    root, out = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level
    keep_journal(out)
    yield out
    root.handlers[:], root.level = before[0], before[1]
    logging.captureWarnings(False)


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    found = live("sqlite", tmp_path_factory.mktemp("trial"))
    found.do("adam", "open account", account="pp", person="Planted Person",
             email="planted.name@example.org")  # fmt: skip
    yield found
    found.store.engine.dispose()


def served(trial):
    found = Site(trial)
    found.app = Journal(found.app)
    return found


def lines(log):
    return [json.loads(line) for line in log.getvalue().splitlines()]


def session(trial, log):
    """People at work, with planted values in every place where something is typed or read."""
    site = served(trial)
    carl, iris = site.as_("carl"), site.as_("iris")
    subject = trial.screened(KI67=17.25)
    told = [subject, trial.randomized(), *(one["id"] for one in trial.rows("form"))]
    site.nobody().post("/login", data={"account": "61.7321", "password": PASSWORD})
    site.nobody().get(f"/subjects/{subject}?reason=a planted reason")
    for path in ("/", "/subjects", f"/subjects/{subject}", f"/subjects/{subject}/randomize",
                 "/queries", "/audit", f"/subjects/{subject}/nowhere", "/static/service.css",
                 f"/forms/{trial.baseline_form(subject)}", "/health"):  # fmt: skip
        carl.get(path)
    carl.post("/subjects", site="A 61.7321")
    carl.post(f"/subjects/{subject}/randomize", password=PASSWORD)
    iris.post(f"/subjects/{subject}/unblind", reason="a planted reason", password=PASSWORD)
    iris.get(f"/subjects/{subject}")
    return told


def test_a_whole_session_leaves_lines_without_values(trial, log):
    told = session(trial, log)
    text = log.getvalue()
    assert [one for one in (*PLANTED, *told) if one in text] == []
    found = [line for line in lines(log) if "request" in line]
    assert len(found) == 16
    for line in found:
        assert {"at", "level", "request", "route", "method", "status", "ms"} <= line.keys()
    assert len({line["request"] for line in found}) == len(found)
    routes = {line["route"] for line in found}
    assert {"/subjects/{subject}", "/static", "no such route", "/health"} <= routes
    assert {(line["account"], line["role"]) for line in found if "account" in line} == {
        ("carl", "coordinator"), ("iris", "investigator"),
    }  # fmt: skip


def test_a_log_that_tells_addresses_is_found_out(trial, log, monkeypatch):
    """Planted: the path in place of its pattern."""
    monkeypatch.setattr(journal, "route_of", lambda scope: scope["path"])
    told = session(trial, log)
    assert any(one in log.getvalue() for one in told)


def test_a_fault_tells_where_it_arose_and_not_what_it_says(trial, log, monkeypatch):
    def breaks(*_, **__):
        try:
            raise KeyError("61.7321 of Planted Person")
        except KeyError as problem:
            raise ValueError("a planted reason") from problem

    monkeypatch.setattr(subjects, "page", breaks)
    answer = served(trial).as_("carl").get("/subjects")
    assert answer.status_code == 500
    (line,) = [line for line in lines(log) if "error" in line]
    assert (line["error"], line["level"], line["status"]) == ("ValueError", "error", 500)
    assert line["stack"][-1].endswith(" breaks")
    assert line["after"][0]["error"] == "KeyError"
    assert line["account"] == "carl"
    assert line["request"] == answer.headers["x-request-id"]
    assert [one for one in PLANTED if one in log.getvalue()] == []


def test_the_words_of_other_programs_are_told_before_values_are_put_into_them(log):
    logging.getLogger("another").warning("not read: %s", "61.7321")
    try:
        raise OSError("a planted reason")
    except OSError:
        logging.getLogger("another").exception("it failed")
    first, second = lines(log)
    assert first["says"] == "not read: %s"
    assert (second["says"], second["error"]) == ("it failed", "OSError")
    assert [one for one in PLANTED if one in log.getvalue()] == []


def test_requests_of_programs_tell_the_pattern_of_the_api(trial, log):
    served(trial).nobody().get("/api/v1/subjects/61.7321")
    (line,) = lines(log)
    assert line["route"].startswith("/api/v1/")
    assert "{" in line["route"]
    assert line["status"] == 401


def test_health_tells_of_a_store_that_was_brought_up_meanwhile(trial, monkeypatch):
    site = Site(trial)
    assert site.nobody().get("/health").json() == {"status": "well"}
    monkeypatch.setattr("equipoise.conduct.store.store.version_of", lambda _: "9999")
    found = site.nobody().get("/health")
    assert (found.status_code, found.json()) == (
        503,
        {"status": "the store was brought up: restart"},
    )
