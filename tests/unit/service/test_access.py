"""Coming in: links, passwords, codes, sessions, and doors that close."""

from __future__ import annotations

import datetime as dt
import time

import pyotp
import pytest

from equipoise.service.access.codes import CODE_STEP, step_of
from equipoise.service.access.entrance import Door, is_again, log_in, make_link, use_link
from equipoise.service.access.passwords import Passwords, wrong_with_password
from equipoise.service.access.sessions import IDLE, LONGEST_SESSION, begin_session, find_session
from equipoise.service.web.rate import Rate
from support.conducted import opened
from support.served import PASSWORD, PASSWORDS, kept
from support.stores import SQLITE


@pytest.fixture
def trial(tmp_path):
    found = opened(SQLITE, tmp_path)
    yield found
    found.store.engine.dispose()


@pytest.fixture
def door(trial):
    return Door(trial.store, PASSWORDS, asks_code=False)


def enter(trial, account="carl"):
    from equipoise.conduct.store.served.bookkeeping import keep

    trial.store.attempt(lambda unit: keep(unit, "entrance", account, secret=kept()))


def kinds(trial):
    return [one["kind"] for one in sorted(trial.rows("access"), key=lambda one: one["at"])]


def test_a_link_serves_once(trial, door):
    token = make_link(trial.store, "carl", by="adam")
    assert use_link(door, token, "short", "") != []
    assert use_link(door, token, PASSWORD, "") == []
    assert "used" in use_link(door, token, PASSWORD, "")[0]
    assert log_in(door, "carl", PASSWORD, "", "here")
    assert kinds(trial) == ["link made for carl", "password set", "logged in"]


def test_a_link_is_too_old_after_three_days(trial, door):
    token = make_link(trial.store, "carl", by="adam")
    trial.clock.now += dt.timedelta(hours=73)
    assert "too old" in use_link(door, token, PASSWORD, "")[0]


def test_a_new_link_ends_the_password_and_the_sessions(trial, door):
    enter(trial)
    token = log_in(door, "carl", PASSWORD, "", "here")
    assert find_session(trial.store, token) == "carl"
    make_link(trial.store, "carl", by="adam")
    assert find_session(trial.store, token) is None
    assert log_in(door, "carl", PASSWORD, "", "here") is None


def test_five_failures_close_an_account_for_a_quarter_of_an_hour(trial, door):
    enter(trial)
    for _ in range(5):
        assert log_in(door, "carl", "wrong", "", "here") is None
    assert log_in(door, "carl", PASSWORD, "", "elsewhere") is None
    assert kinds(trial) == ["failed to log in"] * 4 + ["closed for 15 minutes"]
    trial.clock.now += dt.timedelta(minutes=16)
    assert log_in(door, "carl", PASSWORD, "", "here")


def test_others_cannot_log_somebody_out_by_failing(trial, door):
    enter(trial)
    token = log_in(door, "carl", PASSWORD, "", "here")
    for _ in range(6):
        log_in(door, "carl", "wrong", "", "elsewhere")
    assert find_session(trial.store, token) == "carl"


def test_five_wrong_passwords_within_a_session_end_it(trial, door):
    enter(trial)
    token = log_in(door, "carl", PASSWORD, "", "here")
    assert is_again(door, "carl", PASSWORD, "here")
    for _ in range(5):
        assert not is_again(door, "carl", "wrong", "here")
    assert find_session(trial.store, token) is None


def test_many_names_from_one_address_close_it_and_leave_no_name_behind(trial, door):
    for n in range(25):
        log_in(door, f"my secret {n}", "x", "", "there")
    enter(trial)
    assert log_in(door, "carl", PASSWORD, "", "there") is None
    assert log_in(door, "carl", PASSWORD, "", "here")
    assert "my secret" not in str(trial.rows("attempt")) + str(trial.rows("audit"))


def test_nobody_learns_by_time_whether_there_is_an_account():
    """The same work is done; the difference is far below that of one hash."""
    passwords = Passwords()
    passwords.fits(None, "warm")

    def spent(kept_):
        taken = []
        for _ in range(5):
            begin = time.thread_time()
            passwords.fits(kept_, "wrong password")
            taken.append(time.thread_time() - begin)
        return min(taken)

    known, unknown = spent(passwords.hash(PASSWORD)), spent(None)
    assert abs(known - unknown) < 0.5 * max(known, unknown)
    assert min(known, unknown) > 0.005


def test_a_code_serves_once_and_within_a_step():
    secret = pyotp.random_base32()
    now = dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)
    code = pyotp.TOTP(secret).at(now)
    step = step_of(secret, code, now=now, after=0)
    assert step == int(now.timestamp()) // CODE_STEP
    assert step_of(secret, code, now=now, after=step) is None
    assert step_of(secret, code, now=now + dt.timedelta(seconds=30), after=0) == step
    assert step_of(secret, code, now=now + dt.timedelta(seconds=90), after=0) is None
    assert step_of(secret, "", now=now, after=0) is None


def test_with_an_app_its_code_is_needed_and_serves_once(trial):
    door = Door(trial.store, PASSWORDS)
    token = make_link(trial.store, "carl", by="adam")
    (row,) = trial.rows("entrance")
    app = pyotp.TOTP(row["totp"])
    assert use_link(door, token, PASSWORD, "000000") != []
    assert use_link(door, token, PASSWORD, app.at(trial.clock.now)) == []
    trial.clock.now += dt.timedelta(minutes=1)
    code = app.at(trial.clock.now)
    assert log_in(door, "carl", PASSWORD, "", "here") is None
    assert log_in(door, "carl", PASSWORD, code, "here")
    assert log_in(door, "carl", PASSWORD, code, "here") is None


def test_a_session_ends_when_it_is_idle_and_in_any_case(trial):
    token, _ = trial.store.attempt(lambda unit: begin_session(unit, "carl", "here"))
    trial.clock.now += IDLE - dt.timedelta(minutes=1)
    assert find_session(trial.store, token) == "carl"
    trial.clock.now += IDLE - dt.timedelta(minutes=1)
    assert find_session(trial.store, token) == "carl"
    trial.clock.now += IDLE + dt.timedelta(minutes=1)
    assert find_session(trial.store, token) is None
    token, _ = trial.store.attempt(lambda unit: begin_session(unit, "carl", "here"))
    end = trial.clock.now + LONGEST_SESSION
    while trial.clock.now < end:
        trial.clock.now += dt.timedelta(minutes=10)
        alive = find_session(trial.store, token)
    assert alive is None


def test_a_closed_account_has_no_session(trial):
    token, _ = trial.store.attempt(lambda unit: begin_session(unit, "carl", "here"))
    trial.do("adam", "close account", account="carl", reason="left")
    assert find_session(trial.store, token) is None


def test_no_secret_is_in_the_audit(trial, door):
    token = make_link(trial.store, "carl", by="adam")
    use_link(door, token, PASSWORD, "")
    session = log_in(door, "carl", PASSWORD, "", "here")
    (row,) = trial.rows("entrance")
    told = str(trial.rows("audit"))
    for secret in (token, PASSWORD, session, row["secret"], row["totp"]):
        assert secret not in told


def test_passwords_that_are_easy():
    assert list(wrong_with_password("short", account="carl"))
    assert list(wrong_with_password("aaaaaaaaaaaaaaa", account="carl"))
    assert list(wrong_with_password("I am carl, the one", account="carl"))
    assert not list(wrong_with_password(PASSWORD, account="carl"))


def test_more_than_so_many_writes_a_minute_are_not_taken():
    now = [0.0]
    rate = Rate(most=3, now=lambda: now[0])
    assert [rate.takes("carl") for _ in range(4)] == [True, True, True, False]
    assert rate.takes("iris")
    now[0] = 60.1
    assert rate.takes("carl")


def test_the_first_start_gives_the_owner_a_link_and_later_ones_do_not(trial):
    from equipoise.service.serve import greeting
    from support.served import Site

    served = Site(trial).served
    address, links = greeting(served, "http://here")
    assert address == "http://here"
    link = links["adam"]
    assert link.startswith("http://here/enter/")
    assert use_link(served.door, link.rsplit("/", 1)[1], PASSWORD, "") == []
    assert greeting(served, "http://here") == ("http://here", {})
