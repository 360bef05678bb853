"""What stands before every page, and what no page does."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from equipoise.service.web.asked import COOKIE
from support.conducted import live
from support.served import PASSWORD, Site, problems
from support.stores import SQLITE

SERVICE = resources.files("equipoise.service")
TEMPLATES = sorted(
    one.name for one in (SERVICE / "templates").iterdir() if one.name[-5:] == ".html"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    trial = live(SQLITE, tmp_path_factory.mktemp("site"))
    yield Site(trial)
    trial.store.engine.dispose()


def test_every_answer_carries_the_headers(site):
    carl = site.as_("carl")
    for answer in (carl.get("/"), site.nobody().get("/login"), site.nobody().get("/no such page"),
                   carl.get("/accounts"), site.nobody().get("/static/service.css")):  # fmt: skip
        assert answer.headers["content-security-policy"].startswith("default-src 'self'; frame-anc")
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert carl.get("/").headers["cache-control"] == "no-store"
    secure = site.nobody()
    secure.base_url = "https://trial"
    assert "strict-transport-security" in secure.get("/login").headers


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_holds_a_script_a_style_or_a_handler(name):
    text = (SERVICE / "templates" / name).read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert all("src=" in one for one in re.findall(r"<script[^>]*>", text))
    assert "http:" not in text
    assert "https:" not in text


def test_what_is_safe_is_drawn_by_the_house_alone():
    """Only pictures are put into a page as they are; what people type never is."""
    found = {
        match
        for name in TEMPLATES
        for match in re.findall(r"{{([^}]*)\| *safe", (SERVICE / "templates" / name).read_text())
    }
    assert {one.strip() for one in found} == {"curves[d.id]", "found.picture", "picture"}


def test_what_is_typed_is_shown_as_text(site):
    subject = site.trial.screened("A")
    text = "<script>alert(1)</script>"
    site.trial.do("carl", "note deviation", subject=subject, category="OTHER", text=text,
                  on=str(site.trial.clock.now.date()))  # fmt: skip
    page = site.as_("carl").get(f"/subjects/{subject}").text
    assert text not in page
    assert "&lt;script&gt;" in page


def test_a_write_needs_the_token_of_the_page(site):
    carl = site.as_("carl")
    before = site.trial.audit_rows()
    assert carl.client.post("/subjects", data={"site": "A"}).status_code == 403
    other = site.as_("iris")
    answer = carl.client.post("/subjects", data={"site": "A", "page_token": other.token})
    assert answer.status_code == 403
    assert site.trial.audit_rows() == before


def test_a_write_from_another_page_is_refused(site):
    carl = site.as_("carl")
    before = site.trial.audit_rows()
    for headers in ({"origin": "http://evil"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"},
                    {"origin": "https://trial"}):  # fmt: skip
        carl.client.headers.update(headers)
        assert carl.post("/subjects", site="A").status_code == 403
        for name in headers:
            del carl.client.headers[name]
    assert site.trial.audit_rows() == before
    carl.client.headers["origin"] = "http://trial"
    assert carl.post("/subjects", site="A").status_code == 303


def test_a_write_that_is_too_large_is_refused(site):
    carl = site.as_("carl")
    assert carl.post("/subjects", site="A" * 1_100_000).status_code == 413


def test_the_cookie_is_hidden_from_scripts_and_other_sites(site):
    site.enter("carl")
    for scheme in ("http", "https"):
        client = site.nobody()
        client.base_url = f"{scheme}://trial"
        said = {"account": "carl", "password": PASSWORD}
        cookie = client.post("/login", data=said).headers["set-cookie"].lower()
        assert cookie.startswith(COOKIE)
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert ("secure" in cookie) == (scheme == "https")


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil", "evil"])
def test_after_logging_in_nobody_is_sent_elsewhere(site, back):
    site.enter("carl")
    said = {"account": "carl", "password": PASSWORD, "back": back}
    assert site.nobody().post("/login", data=said).headers["location"] == "/"


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(site):
    site.enter("mona")
    known = site.nobody().post("/login", data={"account": "mona", "password": "wrong"})
    unknown = site.nobody().post("/login", data={"account": "nobody", "password": "wrong"})
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)


def test_who_is_not_logged_in_sees_nothing(site):
    for path in ("/", "/subjects", "/audit", "/audit.csv", "/accounts", "/subjects/A-001"):
        answer = site.nobody().get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login")


def test_after_logging_out_the_token_serves_no_more(site):
    carl = site.as_("carl")
    assert carl.post("/logout").status_code == 303
    carl.client.cookies.set(COOKIE, carl.token)
    assert carl.get("/").status_code == 303


@pytest.mark.parametrize("act", ["sign", "randomize", "unblind"])
def test_what_weighs_asks_the_password_again(site, act):
    subject = site.trial.randomized("A") if act == "unblind" else site.trial.screened("A")
    iris = site.as_("iris")
    form = site.trial.rows("form", subject=subject, key="eligibility")[0]["id"]
    path = f"/forms/{form}/sign" if act == "sign" else f"/subjects/{subject}/{act}"
    before = [one for one in site.trial.rows("audit") if one["subject"] == subject]
    answer = iris.post(path, password="wrong", reason="an emergency")
    assert answer.status_code == 409
    assert problems(answer) == ["the password is not right"]
    assert [one for one in site.trial.rows("audit") if one["subject"] == subject] == before
    answer = iris.post(path, password=PASSWORD, reason="an emergency")
    assert answer.status_code in (200, 303)


def test_a_fault_of_the_program_tells_nothing(site, monkeypatch):
    import equipoise.service.pages.subjects as module

    def broken(*_, **__):
        raise RuntimeError("the value 4711")

    monkeypatch.setattr(module, "to_do", broken)
    carl = site.as_("carl")
    carl.client._transport.raise_server_exceptions = False
    answer = carl.get("/")
    assert answer.status_code == 500
    assert "4711" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'self'; frame-anc")


def test_the_store_is_in_order_after_all_of_this(site):
    assert site.verify().faults == ()
