"""A token asks for its person in one role at one site, and ends."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest

from equipoise.conduct.commands.model import RefusedError
from equipoise.service.access.attempts import MOST_OF_ADDRESS
from equipoise.service.access.sessions import new_api_token
from support.bearing import BASE, Program, program, token_of
from support.conducted import live, small
from support.served import PASSWORD, Site
from support.stores import SQLITE


@pytest.fixture
def site(tmp_path):
    trial = live(SQLITE, tmp_path, protocol=small(40))
    yield Site(trial)
    trial.store.engine.dispose()


def test_the_store_keeps_the_digest_alone(site):
    token = token_of(site.trial, "carl")
    everything = json.dumps([site.trial.rows("api_token"), site.trial.rows("audit"),
                             site.trial.rows("idempotency")])  # fmt: skip
    assert token not in everything
    assert Program(site, token).get("/me").json()["account"] == "carl"


def test_without_a_token_nothing_is_told(site):
    for head in ({}, {"authorization": "Bearer eqp_other"}, {"authorization": "Basic Y2FybA=="}):
        answer = site.nobody().get(f"{BASE}/subjects", headers=head)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["reasons"][0]["rule"] == "R901"


def test_a_session_of_a_browser_is_no_token(site):
    carl = site.as_("carl")
    assert carl.get(f"{BASE}/subjects").status_code == 401


def test_it_ends_on_its_day(site):
    carl = program(site, "carl", days=3)
    site.trial.clock.to(site.trial.clock.now.date() + dt.timedelta(days=3))
    assert carl.get("/me").status_code == 200
    site.trial.clock.to(site.trial.clock.now.date() + dt.timedelta(days=1))
    assert carl.get("/me").status_code == 401


def test_it_ends_with_its_role_and_with_its_account(site):
    carl, phil = program(site, "carl"), program(site, "phil")
    for grant in site.trial.rows("grant", account="carl"):
        if grant["site"] == "A":
            site.trial.do("adam", "revoke", grant=grant["id"], reason="left site A")
    assert carl.get("/me").status_code == 401
    site.trial.do("adam", "close account", account="phil", reason="left")
    assert phil.get("/me").status_code == 401


@pytest.mark.parametrize("by", ["carl", "adam"])
def test_it_is_ended_by_its_owner_or_an_admin(site, by):
    carl = program(site, "carl")
    site.trial.do(by, "revoke token", token="A00001", reason="lost")
    assert carl.get("/me").status_code == 401


def test_nobody_else_ends_it(site):
    program(site, "carl")
    with pytest.raises(RefusedError) as refused:
        site.trial.do("iris", "revoke token", token="A00001", reason="lost")
    with pytest.raises(RefusedError) as none:
        site.trial.do("iris", "revoke token", token="A00009", reason="lost")
    assert refused.value.reasons == ("there is no token A00001",)
    assert none.value.reasons == ("there is no token A00009",)


def test_a_token_of_another_is_answered_like_none(site):
    """By a page and by a program; an admin's program ends it."""
    program(site, "carl")
    asks = {"iris": program(site, "iris"), "adam": program(site, "adam")}
    for token in ("A00001", "A00009"):
        page = site.as_("iris").post(f"/tokens/{token}/end", reason="lost")
        answer = asks["iris"].send("revoke token", token=token, reason="lost")
        assert (page.status_code, answer.status_code) == (404, 404)
        assert token not in page.text + answer.text
    assert asks["adam"].send("revoke token", token="A00001", reason="lost").status_code == 200


def test_all_that_is_wrong_with_one_is_told_at_once(site):
    with pytest.raises(RefusedError) as refused:
        site.trial.do("carl", "make token", role="investigator", site="A", until="2030-01-01",
                      label=" ", digest="eqp_secret")  # fmt: skip
    assert len(refused.value.reasons) == 4


def test_it_lends_one_role_at_one_site(site):
    """Who is coordinator at two sites and data manager besides asks as coordinator of site A."""
    site.trial.do("adam", "grant", account="carl", role="data manager")
    far = site.trial.screened("B")
    carl = program(site, "carl")
    assert carl.get(f"/subjects/{far}").status_code == 404
    assert carl.send("randomize", subject=far).status_code == 404
    own = site.trial.screened("A")
    form = site.trial.baseline_form(own)
    assert carl.send("raise query", form=form, text="Sure?").status_code == 404
    assert carl.send("randomize", subject=own).status_code == 200
    body = json.loads(site.trial.rows("audit", subject=own)[-1]["body"])
    assert (body["by"], body["role"], body["through"]) == ("carl", "coordinator", "A00001")


def test_a_token_makes_no_token(site):
    carl = program(site, "carl")
    _, digest = new_api_token()
    answer = carl.send("make token", role="coordinator", site="A", until="2026-02-01", label="x",
                       digest=digest)  # fmt: skip
    assert answer.status_code == 404
    assert "make token" not in carl.get("/me").json()["commands"]


def test_other_roles_of_its_person_keep_arms_from_it(site):
    subject = site.trial.randomized("A")
    mona = program(site, "mona")
    label = site.trial.bus.protocol.arms[site.trial.rows("allocation")[0]["arm"]].label
    assert mona.get(f"/subjects/{subject}").json()["arm"] == label
    site.trial.do("adam", "grant", account="mona", role="blinded statistician")
    assert mona.get(f"/subjects/{subject}").json()["arm"] == ""


def test_failures_are_noted_until_there_are_too_many(site):
    """Wrong tokens fill no audit, keep nobody from logging in, and no good token out."""
    carl, wrong = program(site, "carl"), site.nobody()
    for n in range(MOST_OF_ADDRESS + 10):
        head = {"authorization": f"Bearer eqp_{n}"}
        assert wrong.get(f"{BASE}/me", headers=head).status_code == 401
    kinds = [one["kind"] for one in site.trial.rows("access")]
    assert kinds.count("token refused") == MOST_OF_ADDRESS - 1
    assert kinds.count("tokens refused for 15 minutes") == 1
    assert carl.get("/me").status_code == 200
    site.enter("carl")
    said = {"account": "carl", "password": PASSWORD}
    assert site.nobody().post("/login", data=said).status_code == 303


def test_a_token_is_made_shown_once_and_ended_on_its_page(site):
    iris, said = site.as_("iris"), {"label": "our system", "until": "2026-03-01"}
    wrong = iris.post("/tokens", **{"for": "investigator at A"}, **said, password="wrong")
    assert wrong.status_code == 409
    assert site.trial.rows("api_token") == []
    other = iris.post("/tokens", **{"for": "sponsor"}, **said, password=PASSWORD)
    assert other.status_code == 409
    made = iris.post("/tokens", **{"for": "investigator at A"}, **said, password=PASSWORD).text
    (token,) = re.findall(r"eqp_[\w-]{43}", made)
    assert token not in iris.get("/tokens").text
    assert Program(site, token).get("/me").json()["role"] == "investigator"
    assert "our system" in site.as_("adam").get("/tokens").text
    assert "our system" not in site.as_("carl").get("/tokens").text
    assert site.as_("carl").post("/tokens/A00001/end", reason="not mine").status_code == 404
    assert site.as_("adam").post("/tokens/A00001/end", reason="lost").status_code == 303
    assert Program(site, token).get("/me").status_code == 401
