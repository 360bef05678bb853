"""Coming in by a provider of OpenID Connect: who was invited, and nobody else."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from joserfc.jwk import OctKey

from equipoise.conduct.store.served.bookkeeping import keep
from equipoise.conduct.store.tables import AUDITED
from equipoise.errors import InputError
from equipoise.service.access.entrance import make_link
from equipoise.service.access.provider import NotProvedError, Provider, provider_settings
from equipoise.service.access.sessions import find_session
from equipoise.service.web.asked import COOKIE
from support.conducted import opened
from support.provider import CLIENT, HERE, SECRET, FakeProvider, ec, rsa
from support.served import PASSWORD, Browser, Site, kept
from support.stores import DATABASES, SQLITE

OLGA = {"sub": "u-17", "email": "Olga@Hospital.org", "email_verified": True}
APP = pyotp.random_base32()
COOKIE_OF_LOGIN = "equipoise-provider"


class Clock:
    """Seconds of the provider's client, which a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def trial(request, tmp_path):
    found = opened(getattr(request, "param", SQLITE), tmp_path)
    found.do("adam", "open account", account="olga", person="Olga", email="olga@hospital.org")
    found.do("adam", "grant", account="olga", role="investigator", site="A")
    yield found
    found.store.engine.dispose()


@pytest.fixture
def provider(trial):
    found = FakeProvider(lambda: trial.clock.now.timestamp())
    found.person = dict(OLGA)
    yield found
    found.close()


@pytest.fixture
def site(trial, provider):
    """Where codes of an app are asked for, unless the provider says `mfa`."""
    found = Site(trial, is_demo=False)
    own = provider_settings(provider.url, address=HERE, secret=SECRET, second_factor=("amr:mfa",))
    found.clock = Clock()
    found.app.state.served = replace(found.served, provider=Provider(own, now=found.clock))
    return found


@pytest.fixture
def trusted(provider):
    """The provider asks for a second factor."""
    provider.says["amr"] = ["pwd", "mfa"]


def go(client, path="/login/provider"):
    """To the provider; where the browser is sent."""
    answer = client.get(path)
    assert answer.status_code == 303
    return answer.headers["location"]


def back(client, brought):
    return client.get("/login/provider/back", params=brought)


def logged_in(site, provider, client=None):
    client = client or site.nobody()
    return back(client, provider.log_in(go(client))), client


def kinds(trial):
    return [one["kind"] for one in sorted(trial.rows("access"), key=lambda one: one["at"])]


def written(trial):
    """Everything that a refused log-in may not touch."""
    tables = {*AUDITED, "session", "identity", "entrance"} - {"access"}
    return (
        {name: trial.rows(name) for name in tables},
        len(trial.rows("access")),
        trial.audit_rows(),
    )


def refused(trial, answer, before, why):
    """Nothing was written but one row of `access`, and its row of the audit."""
    assert answer.status_code == 403
    assert why in answer.text
    assert COOKIE not in answer.cookies
    rows, noted, audited = written(trial)
    assert rows == before[0]
    assert (noted, audited) == (before[1] + 1, before[2] + 1)
    assert why in kinds(trial)[-1]
    assert kinds(trial)[-1].startswith("failed to log in by the provider: ")


def set_up_app(trial):
    """Olga has used her link: a password, and the app."""
    cells = {"secret": kept(), "totp": APP, "totp_step": 1}
    trial.store.attempt(lambda unit: keep(unit, "entrance", "olga", **cells))


def code(trial):
    return pyotp.TOTP(APP).at(trial.clock.now)


@pytest.mark.usefixtures("trusted")
class TestWhoWasInvited:
    def test_comes_in_by_a_verified_e_mail_and_is_bound_to_the_log_in(self, trial, site, provider):
        answer, client = logged_in(site, provider)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert find_session(trial.store, client.cookies[COOKIE]) == "olga"
        assert "httponly" in answer.headers["set-cookie"].lower()
        (bound,) = trial.rows("identity")
        assert (bound["account"], bound["sub"]) == ("olga", "u-17")
        assert bound["issuer"] == provider.issuer
        assert sorted(kinds(trial)) == ["bound to a log-in at the provider",
                                        "logged in by the provider"]  # fmt: skip

    def test_then_the_e_mail_does_not_matter(self, trial, site, provider):
        logged_in(site, provider)
        provider.person = {"sub": "u-17", "email": "other@hospital.org"}
        assert logged_in(site, provider)[0].status_code == 303
        assert len(trial.rows("session")) == 2

    def test_goes_where_he_was_going_and_nowhere_else(self, site, provider):
        client = site.nobody()
        for said, then in (("/queries", "/queries"), ("//evil.org", "/")):
            where = go(client, f"/login/provider?back={said}")
            assert back(client, provider.log_in(where)).headers["location"] == then

    def test_by_a_key_of_an_elliptic_curve_and_by_one_that_is_new(self, site, provider):
        logged_in(site, provider)
        provider.key = ec("two")
        provider.keys = [provider.key.as_dict(private=False)]
        site.clock.now += 11
        assert logged_in(site, provider)[0].status_code == 303

    def test_by_a_key_that_was_withdrawn_for_an_hour_at_most(self, trial, site, provider):
        logged_in(site, provider)
        provider.keys = [rsa("two").as_dict(private=False)]
        site.clock.now += 3601
        answer, _ = logged_in(site, provider)
        assert "not signed by a key of the provider" in answer.text

    def test_a_new_link_ends_the_binding(self, trial, site, provider):
        logged_in(site, provider)
        make_link(trial.store, "olga", by="adam")
        assert trial.rows("identity")[0]["sub"] is None
        provider.person["sub"] = "u-18"
        assert logged_in(site, provider)[0].status_code == 303
        assert trial.rows("identity")[0]["sub"] == "u-18"


def by_none(claims):
    parts = [{"alg": "none"}, claims]
    text = (base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=")
            for one in parts)  # fmt: skip
    return ".".join([*text, ""])


def by_public_key(provider, claims):
    """HS256, with the public key as the secret: by hand, since libraries refuse to."""
    parts = [{"alg": "HS256", "kid": "one"}, claims]
    text = ".".join(
        base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts
    )
    made = hmac.new(provider.key.as_pem(private=False), text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(made).decode().rstrip('=')}"


def by_another_key(claims):
    from joserfc import jwt

    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, rsa("other"), algorithms=["RS256"])


SPOILED = {
    "another nonce": ({"nonce": "other"}, "nonce"),
    "no nonce": ({"nonce": None}, "nonce"),
    "another audience": ({"aud": "other"}, "for another program"),
    "a second audience": ({"aud": [CLIENT, "other"]}, "for another program"),
    "another party": ({"azp": "other"}, "for another program"),
    "another issuer": ({"iss": "https://evil.org"}, "of another issuer"),
    "expired": ({"exp": 1_767_000_000}, "has expired"),
    "no end": ({"exp": None}, "has expired"),
    "of the future": ({"iat": 2_000_000_000}, "of another time"),
    "no subject": ({"sub": None}, "lacks sub"),
    "e-mail not verified": ({"email_verified": False}, "e-mail is verified"),
    "e-mail verified as a word": ({"email_verified": "true"}, "e-mail is verified"),
    "e-mail unknown": ({"email": "eve@hospital.org"}, "no account has the e-mail"),
    "no e-mail": ({"email": ""}, "no account has the e-mail"),
}


@pytest.mark.usefixtures("trusted")
class TestItIsRefusedAndNothingIsWritten:
    @pytest.mark.parametrize("spoiled", SPOILED)
    def test_what_the_token_says(self, spoiled, trial, site, provider):
        says, why = SPOILED[spoiled]
        provider.says |= says
        before = written(trial)
        refused(trial, logged_in(site, provider)[0], before, why)

    @pytest.mark.parametrize("how", ["none", "public key", "another key", "no token"])
    def test_how_it_is_signed(self, how, trial, site, provider):
        provider.sign = {
            "none": by_none,
            "public key": lambda claims: by_public_key(provider, claims),
            "another key": by_another_key,
            "no token": lambda claims: "a.b",
        }[how]
        before = written(trial)
        refused(trial, logged_in(site, provider)[0], before, "not signed by a key")

    def test_a_secret_among_the_keys_signs_nothing(self, trial, site, provider):
        from joserfc import jwt

        secret = OctKey.generate_key(256, parameters={"kid": "s"})
        provider.keys.append(secret.as_dict(private=True))
        provider.sign = lambda claims: jwt.encode(
            {"alg": "HS256", "kid": "s"}, claims, secret, algorithms=["HS256"]
        )
        before = written(trial)
        refused(trial, logged_in(site, provider)[0], before, "not signed by a key")

    def test_another_state(self, trial, site, provider):
        client = site.nobody()
        brought = provider.log_in(go(client))
        before = written(trial)
        answer = back(client, {**brought, "state": "other"})
        refused(trial, answer, before, "begun in another browser")

    def test_another_browser(self, trial, site, provider):
        brought = provider.log_in(go(site.nobody()))
        other = site.nobody()
        before = written(trial)
        refused(trial, back(other, brought), before, "begun in another browser")
        go(other)
        before = written(trial)
        refused(trial, back(other, brought), before, "begun in another browser")

    def test_a_second_time(self, trial, site, provider):
        client = site.nobody()
        brought = provider.log_in(go(client))
        assert back(client, brought).status_code == 303
        client.cookies.delete(COOKIE)
        before = written(trial)
        refused(trial, back(client, brought), before, "used already")

    @pytest.mark.parametrize("trial", DATABASES, indirect=True)
    def test_of_four_at_the_same_time_one_is_taken(self, trial, site, provider):
        client = site.nobody()
        brought = provider.log_in(go(client))
        browsers = [site.nobody() for _ in range(4)]
        for one in browsers:
            one.cookies.set(COOKIE_OF_LOGIN, client.cookies[COOKIE_OF_LOGIN])
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda one: back(one, brought).status_code, browsers))
        assert sorted(answers) == [303, 403, 403, 403]
        assert len(trial.rows("session")) == 1

    def test_a_code_that_was_used_in_another_log_in(self, trial, site, provider):
        client = site.nobody()
        used = provider.log_in(go(client))
        back(client, used)
        client.cookies.delete(COOKIE)
        new = provider.log_in(go(client))
        before = written(trial)
        answer = back(client, {**new, "code": used["code"]})
        refused(trial, answer, before, "the provider refused (400)")

    def test_a_code_of_somebody_else(self, trial, site, provider):
        stolen = provider.log_in(go(site.nobody()))
        client = site.nobody()
        own = provider.log_in(go(client))
        before = written(trial)
        answer = back(client, {**own, "code": stolen["code"]})
        refused(trial, answer, before, "the provider refused (400)")

    def test_too_late(self, trial, site, provider):
        client = site.nobody()
        brought = provider.log_in(go(client))
        trial.clock.now += dt.timedelta(minutes=11)
        before = written(trial)
        refused(trial, back(client, brought), before, "too long ago")

    def test_what_the_provider_refuses(self, trial, site, provider):
        client = site.nobody()
        brought = provider.log_in(go(client))
        before = written(trial)
        answer = back(client, {"state": brought["state"], "error": "access_denied"})
        refused(trial, answer, before, "the provider answered: access denied")

    def test_an_answer_of_another_issuer(self, trial, site, provider):
        client = site.nobody()
        brought = provider.log_in(go(client))
        before = written(trial)
        answer = back(client, {**brought, "iss": "https://evil.org"})
        refused(trial, answer, before, "of another issuer")

    def test_an_account_that_is_closed(self, trial, site, provider):
        trial.do("adam", "close account", account="olga", reason="left")
        before = written(trial)
        refused(trial, logged_in(site, provider)[0], before, "the account is closed")

    def test_an_account_that_is_closed_for_a_while(self, trial, site, provider):
        client = site.nobody()
        for _ in range(5):
            client.post("/login", data={"account": "olga", "password": "x", "code": "1"})
        before = written(trial)
        refused(trial, logged_in(site, provider)[0], before, "closed for 15 minutes")

    def test_another_log_in_with_the_same_e_mail(self, trial, site, provider):
        logged_in(site, provider)
        provider.person["sub"] = "u-99"
        before = written(trial)
        refused(trial, logged_in(site, provider)[0], before, "bound to another log-in")

    def test_an_e_mail_of_two_accounts(self, trial, site, provider):
        trial.do("adam", "open account", account="olga2", person="O", email="olga@hospital.org")
        before = written(trial)
        refused(trial, logged_in(site, provider)[0], before, "several accounts have")

    def test_after_25_failures_no_more_are_noted(self, trial, site, provider):
        client = site.nobody()
        for _ in range(25):
            back(client, {"state": "x", "code": "y"})
        before = written(trial)
        answer = logged_in(site, provider)[0]
        assert "15 minutes" in answer.text
        assert written(trial) == before
        set_up_app(trial)
        said = {"account": "olga", "password": PASSWORD, "code": code(trial)}
        assert client.post("/login", data=said).status_code == 303


class TestTheSecondFactorOfTheHouse:
    def test_is_asked_unless_the_provider_says_what_the_operator_trusts(
        self, trial, site, provider
    ):
        set_up_app(trial)
        provider.says["amr"] = ["pwd"]
        answer, client = logged_in(site, provider)
        assert (answer.status_code, COOKIE in client.cookies) == (200, False)
        assert "authenticator app" in answer.text
        assert trial.rows("session") == trial.rows("identity") == []
        wrong = client.post("/login/provider/code", data={"code": "000000"})
        assert wrong.status_code == 403
        assert kinds(trial) == ["failed to log in"]
        done = client.post("/login/provider/code", data={"code": code(trial)})
        assert (done.status_code, done.headers["location"]) == (303, "/")
        assert find_session(trial.store, client.cookies[COOKIE]) == "olga"

    def test_a_code_serves_once(self, trial, site, provider):
        set_up_app(trial)
        _, client = logged_in(site, provider)
        said = {"code": code(trial)}
        assert client.post("/login/provider/code", data=said).status_code == 303
        client.cookies.delete(COOKIE)
        before = written(trial)
        answer = client.post("/login/provider/code", data=said)
        refused(trial, answer, before, "used already")
        _, other = logged_in(site, provider)
        assert other.post("/login/provider/code", data=said).status_code == 403
        assert len(trial.rows("session")) == 1

    def test_five_wrong_codes_close_the_account(self, trial, site, provider):
        set_up_app(trial)
        _, client = logged_in(site, provider)
        for _ in range(5):
            client.post("/login/provider/code", data={"code": "000000"})
        before = written(trial)
        answer = client.post("/login/provider/code", data={"code": code(trial)})
        refused(trial, answer, before, "closed for 15 minutes")

    def test_without_an_app_the_link_comes_first(self, trial, site, provider):
        before = written(trial)
        refused(trial, logged_in(site, provider)[0], before, "not set up")

    def test_a_code_without_a_log_in_is_none(self, trial, site):
        before = written(trial)
        answer = site.nobody().post("/login/provider/code", data={"code": "123456"})
        refused(trial, answer, before, "begun in another browser")

    def test_the_account_was_closed_before_the_code(self, trial, site, provider):
        set_up_app(trial)
        _, client = logged_in(site, provider)
        trial.do("adam", "close account", account="olga", reason="left")
        before = written(trial)
        answer = client.post("/login/provider/code", data={"code": code(trial)})
        refused(trial, answer, before, "the account is closed")


@pytest.mark.usefixtures("trusted")
class TestLoggingInAgain:
    @pytest.fixture
    def olga(self, trial, site, provider):
        _, client = logged_in(site, provider)
        return Browser(client, client.cookies[COOKIE])

    @pytest.fixture
    def form(self, trial):
        subject = str(trial.do("carl", "screen", site="A")["subject"])
        trial.do("carl", "consent", subject=subject, on=str(trial.clock.now.date()))
        rows = [{"AGE": 60, "SEX": "F", "KPS": 90, "KI67": 3, "UPTAKE": "grade 3",
                 "SSADUR": "more than 6 months", "REGION": "north"}]  # fmt: skip
        (made,) = trial.do("carl", "submit form", subject=subject, key="baseline", rows=rows)[
            "forms"
        ]
        return str(made)

    def sign(self, olga, trial, form, **said):
        revision = trial.rows("form", id=form)[0]["revision"]
        return olga.post(f"/forms/{form}/sign", revision=str(revision), **said)

    def again(self, olga, provider):
        where = go(olga.client, "/login/provider/again?back=/queries")
        asked = parse_qs(urlsplit(where).query)
        assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
        return back(olga.client, provider.log_in(where))

    def test_serves_for_one_signature(self, trial, provider, olga, form):
        assert self.sign(olga, trial, form).status_code == 409
        answer = self.again(olga, provider)
        assert (answer.status_code, answer.headers["location"]) == (303, "/queries")
        assert kinds(trial)[-1] == "logged in again by the provider"
        assert "serves once in place of your password" in olga.get(f"/forms/{form}").text
        assert trial.rows("signature") == []
        assert self.sign(olga, trial, form).status_code == 303
        assert [one["by"] for one in trial.rows("signature")] == ["olga"]
        assert "Your password" in olga.get("/tokens").text
        other = self.sign(olga, trial, form)
        assert "log in again at your provider first" in other.text

    def test_not_for_long(self, trial, provider, olga, form):
        self.again(olga, provider)
        trial.clock.now += dt.timedelta(minutes=6)
        assert self.sign(olga, trial, form).status_code == 409
        assert trial.rows("signature") == []

    def test_not_in_another_session(self, trial, site, provider, olga, form):
        self.again(olga, provider)
        _, client = logged_in(site, provider)
        other = Browser(client, client.cookies[COOKIE])
        assert self.sign(other, trial, form).status_code == 409

    def test_the_password_serves_as_before(self, trial, olga, form):
        set_up_app(trial)
        assert self.sign(olga, trial, form, password="wrong").status_code == 409
        assert self.sign(olga, trial, form, password=PASSWORD).status_code == 303

    @pytest.mark.parametrize(
        ("says", "why"),
        [
            ({"auth_time": None}, "did not ask you to log in again"),
            ({"auth_time": 1_767_600_000}, "did not ask you to log in again"),
            ({"auth_time": 2_000_000_000}, "did not ask you to log in again"),
            ({"auth_time": True}, "did not ask you to log in again"),
            ({"sub": "u-99"}, "not the log-in that this account is bound to"),
        ],
    )
    def test_is_refused(self, says, why, trial, provider, olga, form):
        provider.says |= says
        before = written(trial)
        refused(trial, self.again(olga, provider), before, why)
        assert self.sign(olga, trial, form).status_code == 409
        assert trial.rows("signature") == []

    def test_an_hour_ago_is_not_again(self, trial, provider, olga):
        provider.says["auth_time"] = int(trial.clock.now.timestamp()) - 3600
        assert self.again(olga, provider).status_code == 403

    def test_is_not_begun_by_nobody(self, site):
        answer = site.nobody().get("/login/provider/again")
        assert answer.headers["location"].startswith("/login?back=")

    def test_does_not_outlive_the_session(self, trial, provider, olga):
        where = go(olga.client, "/login/provider/again")
        brought = provider.log_in(where)
        olga.post("/logout")
        before = written(trial)
        refused(trial, back(olga.client, brought), before, "your session has ended")


class TestWhatTheBrowserKeeps:
    def test_is_a_secret_and_nothing_of_the_log_in(self, trial, site, provider):
        client = site.nobody()
        where = go(client)
        asked = parse_qs(urlsplit(where).query)
        (row,) = trial.rows("provider_login")
        cookie = client.cookies[COOKIE_OF_LOGIN]
        kept = {row["nonce"], row["verifier"], *asked["state"], *asked["code_challenge"]}
        assert cookie not in kept
        assert row["browser"] == hashlib.sha256(cookie.encode()).hexdigest()
        assert row["state"] == hashlib.sha256(asked["state"][0].encode()).hexdigest()
        assert row["verifier"] not in where
        assert SECRET not in where

    def test_page_to_log_in(self, trial, site):
        assert "Log in with 127.0.0.1" in site.nobody().get("/login?back=/queries").text
        plain = Site(trial).nobody()
        assert "/login/provider" not in plain.get("/login").text
        assert plain.get("/login/provider").status_code == 404
        assert plain.get("/login/provider/back?state=x&code=y").status_code == 404
        assert plain.post("/login/provider/code", data={"code": "1"}).status_code == 404

    def test_a_provider_that_does_not_answer_keeps_nobody_out(self, trial, site, provider):
        provider.close()
        answer = site.nobody().get("/login/provider")
        assert "the provider does not answer" in answer.text
        assert answer.status_code == 403
        assert trial.rows("provider_login") == []


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"issuer": "https://evil.org"}, "says that it is another"),
        ({"jwks_uri": "http://elsewhere.org/keys"}, "jwks_uri that is encrypted"),
        ({"token_endpoint": "file:///etc/passwd"}, "token_endpoint that is encrypted"),
    ],
)
def test_what_a_provider_says_of_itself_is_looked_at(said, why, provider):
    provider.document = said
    own = provider_settings(provider.url, address=HERE)
    with pytest.raises(NotProvedError, match=why):
        Provider(own).says()


@pytest.mark.parametrize(
    ("url", "address", "second", "why"),
    [
        ("https://login.example.org", HERE, (), "expected https://client@"),
        ("http://c@login.example.org", HERE, (), "expected https://client@"),
        ("https://c:s@login.example.org", HERE, (), "EQUIPOISE_OIDC_SECRET"),
        ("https://c@login.example.org", "", (), "expected https://trial.host"),
        ("https://c@login.example.org", "http://trial.org", (), "expected https://trial.host"),
        ("https://c@login.example.org", "https://trial.org/x", (), "expected https://trial.host"),
        ("https://c@login.example.org", HERE, ("mfa",), "expected amr:VALUE"),
    ],
)
def test_settings_that_cannot_be_read(url, address, second, why):
    with pytest.raises(InputError, match=why):
        provider_settings(url, address=address, second_factor=second)


def test_the_issuer_is_what_stands_without_the_client():
    own = provider_settings("https://a%40b@login.example.org:8443/realms/x/", address=HERE + "/")
    assert (own.issuer, own.client) == ("https://login.example.org:8443/realms/x/", "a@b")
    assert own.callback == f"{HERE}/login/provider/back"
