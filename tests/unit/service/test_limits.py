"""The limits by number, every write against forgery, and the headers of every answer."""

from __future__ import annotations

import datetime as dt
import logging
import re
import threading
import time

import pytest

from equipoise.conduct.store.store import StoreError
from equipoise.service.access.entrance import log_in
from equipoise.service.access.passwords import Passwords
from equipoise.service.access.sessions import begin_session, digest_of, find_session
from equipoise.service.api.schema import BASE
from equipoise.service.app import PAGES
from equipoise.service.web.asked import COOKIE
from equipoise.service.web.rate import Rate
from support.bearing import program
from support.conducted import live, small
from support.served import PASSWORD, PASSWORDS, Site, kept
from support.stores import SQLITE

POSTS = sorted({
    re.sub(r"{\w+}", "x", route.path)
    for module in PAGES
    for route in module.router.routes
    if "POST" in route.methods
})  # fmt: skip
BEFORE_ENTRY = ("/login", "/enter/x", "/login/provider/code")  # nobody has a page of a session yet


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    trial = live(SQLITE, tmp_path_factory.mktemp("limits"), protocol=small(8))
    found = Site(trial)
    found.carl = found.as_("carl")
    yield found
    trial.store.engine.dispose()


def test_passwords_are_kept_by_argon2id_with_19_mib_and_two_passes():
    assert Passwords().hash(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_four_passwords_are_looked_at_at_once():
    passwords, guard, now, most = Passwords(), threading.Lock(), [0], [0]

    class Slow:
        def hash(self, password):
            with guard:
                now[0] += 1
                most[0] = max(most[0], now[0])
            time.sleep(0.02)
            with guard:
                now[0] -= 1
            return ""

    passwords._hasher = Slow()
    threads = [threading.Thread(target=passwords.hash, args=("x",)) for _ in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert most[0] == 4


def test_a_session_is_256_bits_kept_as_a_digest_and_a_new_one_at_every_entry(site):
    tokens = [log_in(site.served.door, "carl", PASSWORD, "", "here") for _ in range(2)]
    assert len(set(tokens)) == 2
    assert all(len(one) == 43 for one in tokens)  # 32 bytes in base 64
    rows = {one["token_hash"] for one in site.trial.rows("session")}
    assert {digest_of(one) for one in tokens} <= rows
    assert not set(tokens) & rows
    client = site.nobody()
    client.cookies.set(COOKIE, "planted by another")
    client.post("/login", data={"account": "carl", "password": PASSWORD})
    assert client.cookies.get(COOKIE, domain="trial.local") != "planted by another"


def test_a_session_ends_after_a_quarter_of_an_hour_idle_and_after_twelve_hours(tmp_path):
    trial = live(SQLITE, tmp_path, protocol=small(8))
    token, _ = trial.store.attempt(lambda unit: begin_session(unit, "carl", "here"))
    trial.clock.now += dt.timedelta(minutes=14, seconds=58)
    assert find_session(trial.store, token)
    trial.clock.now += dt.timedelta(minutes=15, seconds=1)
    assert find_session(trial.store, token) is None
    token, _ = trial.store.attempt(lambda unit: begin_session(unit, "carl", "here"))
    for _ in range(12 * 6 - 1):
        trial.clock.now += dt.timedelta(minutes=10)
        assert find_session(trial.store, token)
    trial.clock.now += dt.timedelta(minutes=11)
    assert find_session(trial.store, token) is None
    trial.store.engine.dispose()


def test_a_door_is_closed_for_a_quarter_of_an_hour_and_no_less(tmp_path):
    trial = live(SQLITE, tmp_path, protocol=small(8))
    door = Site(trial)
    door.enter("carl")
    for _ in range(4):
        log_in(door.served.door, "carl", "wrong", "", "here")
    assert log_in(door.served.door, "carl", PASSWORD, "", "here")
    for _ in range(5):
        log_in(door.served.door, "carl", "wrong", "", "here")
    trial.clock.now += dt.timedelta(minutes=14)
    assert log_in(door.served.door, "carl", PASSWORD, "", "here") is None
    trial.clock.now += dt.timedelta(minutes=2)
    assert log_in(door.served.door, "carl", PASSWORD, "", "here")
    trial.store.engine.dispose()


def test_sixty_writes_a_minute_are_taken_of_a_page_or_a_program(tmp_path):
    trial = live(SQLITE, tmp_path, protocol=small(8))
    one = Site(trial, writes=60)
    rate = Rate(now=lambda: 0.0)
    assert [rate.takes("carl") for _ in range(61)] == [True] * 60 + [False]
    carl, asks = one.as_("carl"), program(one, "carl")
    for _ in range(30):
        assert carl.post("/subjects/none/do/consent").status_code == 404  # nothing was sent
    for _ in range(60):
        one.served.rate.takes("carl")
    assert carl.post("/subjects", site="A").status_code == 409
    assert asks.send("screen", site="A").status_code == 429
    trial.store.engine.dispose()


@pytest.mark.parametrize("path", POSTS)
def test_no_post_is_taken_without_the_token_of_its_page(site, path):
    before = site.trial.audit_rows()
    if path not in BEFORE_ENTRY:
        assert site.carl.client.post(path).status_code == 403
        assert site.carl.client.post(path, data={"page_token": "of another"}).status_code == 403
    for head in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert site.carl.client.post(path, headers=head).status_code == 403
    assert site.trial.audit_rows() == before


def test_a_request_of_no_told_length_is_too_large(site):
    parts = iter([b"site=A"])
    head = {"content-type": "application/x-www-form-urlencoded"}
    assert site.carl.client.post("/subjects", content=parts, headers=head).status_code == 413


def broken(*_, **__):
    raise RuntimeError("a fault")


def silent(*_, **__):
    raise StoreError("the store does not answer")


@pytest.mark.parametrize(("method", "path", "status"), [
    ("get", "/", 200), ("get", "/login", 200), ("get", "/nowhere", 404),
    ("get", "/accounts", 404), ("delete", "/subjects", 405), ("post", "/subjects", 403),
    ("get", "/queries?closed=perhaps", 422), ("get", "/static/service.css", 200),
    ("get", "/health", 200), ("get", "/openapi.json", 200), ("get", f"{BASE}/me", 401),
    ("get", f"{BASE}/nowhere", 404), ("post", f"{BASE}/me", 403),
])  # fmt: skip
def test_every_answer_carries_the_headers(site, method, path, status):
    head = {"origin": "https://evil.example"} if method == "post" else {}
    answer = getattr(site.carl.client, method)(path, headers=head)
    assert answer.status_code == status
    must_be_dressed(answer)


@pytest.mark.parametrize(("fault", "status"), [(broken, 500), (silent, 503)])
def test_a_fault_carries_the_headers_too(site, monkeypatch, fault, status):
    monkeypatch.setattr("equipoise.service.pages.subjects.people_of", fault)
    monkeypatch.setattr("equipoise.service.api.reads.subjects_after", fault)
    for client, path in ((site.carl.client, "/subjects"),
                         (program(site, "carl").client, f"{BASE}/subjects")):  # fmt: skip
        client._transport.raise_server_exceptions = False
        answer = client.get(path)
        client._transport.raise_server_exceptions = True
        assert answer.status_code == status
        must_be_dressed(answer)


def must_be_dressed(answer):
    policy = answer.headers["content-security-policy"].split("; ")
    assert {"default-src 'self'", "frame-ancestors 'none'", "object-src 'none'"} <= set(policy)
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "referrer-policy" in answer.headers


def test_no_secret_is_logged(site, caplog):
    caplog.set_level(logging.DEBUG)
    client = site.nobody()
    client.post("/login", data={"account": "carl", "password": "my own secret"})
    client.post("/login", data={"account": "carl", "password": PASSWORD})
    client.get(f"{BASE}/me", headers={"authorization": "Bearer eqp_secret"})
    assert "my own secret" not in caplog.text
    assert PASSWORD not in caplog.text
    assert "eqp_secret" not in caplog.text
    assert PASSWORDS.fits(kept(), PASSWORD)
