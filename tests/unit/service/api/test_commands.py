"""Commands through the API are those of the pages: the same store, the same refusals, once."""

from __future__ import annotations

import json

import pytest

from equipoise.conduct.commands.every import EVERY_COMMAND
from equipoise.conduct.commands.refusals import OTHER_REASON
from equipoise.service.access.roles import WEIGHS
from equipoise.service.api.sent import NOT_BY_TOKEN, slug
from support.bearing import program
from support.conducted import live, small
from support.served import PASSWORD, Site, problems
from support.stores import SQLITE


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    trial = live(SQLITE, tmp_path_factory.mktemp("api"), protocol=small(200))
    yield Site(trial)
    trial.store.engine.dispose()


@pytest.fixture
def carl(site):
    return program(site, "carl")


def test_every_command_has_a_route(site):
    paths = site.nobody().get("/openapi.json").json()["paths"]
    sent = {path.removeprefix("/commands/") for path in paths if path.startswith("/commands/")}
    assert sent == {slug(name) for name in EVERY_COMMAND if name not in NOT_BY_TOKEN}


def test_a_subject_goes_from_screening_to_its_arm(site, carl):
    subject = carl.send("screen", site="A").json()["answer"]["subject"]
    today = str(site.trial.clock.now.date())
    assert carl.send("consent", subject=subject, on=today).status_code == 200
    rows = [{"AGE": 60, "SEX": "F", "REGION": "north"}]
    (form,) = carl.send("submit form", subject=subject, key="baseline", rows=rows).json()["answer"][
        "forms"
    ]
    iris = program(site, "iris")
    site.enter("iris")
    assert iris.send("sign", form=form, password=PASSWORD).status_code == 200
    assert iris.send("judge eligibility", subject=subject, met={"I1": True}).status_code == 200
    done = carl.send("randomize", subject=subject).json()
    (row,) = site.trial.rows("allocation", subject=subject)
    assert done["answer"]["arm"] == row["arm"]
    assert {one["chain"] for one in done["receipts"]} == {"site:A"}
    told = carl.get(f"/subjects/{subject}/allocation").json()
    assert (told["arm"], told["hash"]) == (row["arm"], done["receipts"][0]["hash"])


def test_asked_again_with_the_same_key_nothing_is_done_twice(site, carl):
    first = carl.send("screen", request="one of its own", site="A")
    assert first.status_code == 422  # a key has no blanks
    first = carl.send("screen", request="one-of-its-own", site="A").json()
    before = site.trial.audit_rows()
    assert (
        carl.send("screen", request="one-of-its-own", site="A").json()["answer"] == first["answer"]
    )
    other = carl.send("screen", request="one-of-its-own", site="A", year_of_birth=1960)
    assert (other.status_code, site.trial.audit_rows()) == (422, before)
    assert other.headers["content-type"] == "application/problem+json"
    assert "used for another command" in other.json()["detail"]


def test_without_a_key_nothing_is_done(site, carl):
    answer = carl.client.post("/api/v1/commands/screen", json={"site": "A"})
    assert answer.status_code == 422
    assert answer.json()["reasons"][0]["where"] == "header.Idempotency-Key"


def test_a_refusal_tells_every_reason_with_its_number_as_the_page_tells_it(site, carl):
    subject = carl.send("screen", site="A").json()["answer"]["subject"]
    before = site.trial.audit_rows()
    answer = carl.send("randomize", subject=subject)
    assert (answer.status_code, site.trial.audit_rows()) == (409, before)
    reasons = answer.json()["reasons"]
    assert len({one["rule"] for one in reasons} - {OTHER_REASON}) == len(reasons) == 3
    page = site.as_("carl").post(f"/subjects/{subject}/randomize", password=PASSWORD)
    assert problems(page) == [one["says"] for one in reasons]


def test_everything_that_is_unreadable_is_told_at_once(carl):
    answer = carl.send("consent", on="yesterday", more=1)
    assert answer.status_code == 422
    assert {one["where"] for one in answer.json()["reasons"]} == {
        "body.subject", "body.on", "body.more",
    }  # fmt: skip


@pytest.mark.parametrize("odd", ["a\0b", "\ud800", 2**60])
def test_what_no_store_can_hold_is_refused(site, carl, odd):
    given = {"site": "A", "year_of_birth": odd} if isinstance(odd, int) else {"site": odd}
    content = json.dumps(given).encode("utf-8", "surrogatepass")
    head = {"idempotency-key": "odd", "content-type": "application/json"}
    answer = carl.client.post("/api/v1/commands/screen", content=content, headers=head)
    assert answer.status_code == 422


@pytest.mark.parametrize("name", sorted(WEIGHS))
def test_what_weighs_asks_for_the_password(site, name):
    """A program that holds a token alone signs nothing and unblinds nobody."""
    site.enter("iris")
    subject, iris = site.trial.randomized("A"), program(site, "iris")
    given = {"sign": {"form": _unsigned(site, subject)},
             "unblind": {"subject": subject, "reason": "sepsis"}}.get(name)  # fmt: skip
    if given is None:
        assert "Equipoise-Password" in _headers(site, name)
        return
    before = site.trial.rows("allocation_note"), site.trial.rows("signature")
    for said in ("", "wrong"):
        answer = iris.send(name, password=said, **given)
        assert answer.status_code == 403
        assert answer.json()["detail"] == "the password is not right"
    assert (site.trial.rows("allocation_note"), site.trial.rows("signature")) == before
    assert iris.send(name, password=PASSWORD, **given).status_code == 200


def _unsigned(site, subject):
    """The form of the criteria, which is judged and not signed."""
    return site.trial.rows("form", subject=subject, key="eligibility")[0]["id"]


def _headers(site, name):
    route = site.nobody().get("/openapi.json").json()["paths"][f"/commands/{slug(name)}"]["post"]
    return [one["name"] for one in route["parameters"]]


def test_too_many_writes_are_stopped_as_on_pages(tmp_path):
    trial = live(SQLITE, tmp_path, protocol=small(40))
    one = Site(trial, writes=3)
    carl = program(one, "carl")
    found = [carl.send("screen", site="A") for _ in range(4)]
    assert [answer.status_code for answer in found] == [200, 200, 200, 429]
    assert found[-1].headers["retry-after"] == "60"
    assert one.as_("carl").post("/subjects", site="A").status_code == 409
    trial.store.engine.dispose()


def test_a_large_request_and_another_method_are_problems(carl):
    answer = carl.send("screen", site="A" * 1_100_000)
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    answer = carl.client.put("/api/v1/subjects")
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")


def test_a_fault_tells_nothing(site, carl, monkeypatch):
    import equipoise.service.api.overviews as module

    def broken(*_, **__):
        raise RuntimeError("the value 4711")

    monkeypatch.setattr(module, "recruiting", broken)
    carl.client._transport.raise_server_exceptions = False
    answer = carl.get("/accrual")
    assert (answer.status_code, answer.json()["reasons"][0]["rule"]) == (500, "R904")
    assert "4711" not in answer.text


def test_the_store_is_in_order_after_all_of_this(site):
    assert site.verify().faults == ()


def test_data_are_taken_at_a_time_and_at_no_other_text(site):
    dana = program(site, "dana")
    for text in ("yesterday", "2026-02-30", "2026-05-01T12:00:00"):  # the last without its zone
        told = dana.send("export", known_at=text)
        assert told.status_code == 409
        assert [one["rule"] for one in told.json()["reasons"]] == ["R209"]
    for text in ("2026-01-05", "2026-01-05T12:00:00Z"):
        assert dana.send("export", known_at=text).status_code == 200
