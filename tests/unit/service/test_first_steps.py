"""From an empty trial to the first subject: each page says what comes next, and loses nothing."""

from __future__ import annotations

from urllib.parse import unquote_plus

import pytest

from equipoise.conduct.commands.model import RefusedError
from equipoise.service.access.entrance import make_link
from equipoise.service.web.asked import command_of
from support.conducted import BASELINE, all_met, live, opened, plain_netter
from support.served import PASSWORD, Site, problems
from support.stores import SQLITE


@pytest.fixture
def built(tmp_path):
    """A trial with people and sites, and no list yet."""
    return Site(opened(SQLITE, tmp_path / "built", protocol=plain_netter()))


@pytest.fixture
def going(tmp_path):
    return Site(live(SQLITE, tmp_path / "going", protocol=plain_netter()))


def _steps(page):
    """What is still to do before the first subject."""
    part = page.split("Before the first subject")[1].split("</ul>")[0]
    return [one.split("<div>")[1].split("<span")[0] for one in part.split('class="no"')[1:]]


def test_an_admin_begins_at_the_accounts_and_is_told_what_is_missing(built, going):
    adam = built.as_("adam")
    assert adam.get("/").headers["location"] == "/accounts"
    assert _steps(adam.get("/accounts").text) == ["The list is activated", "The trial is live"]
    assert "Before the first subject" not in going.as_("adam").get("/accounts").text


def test_every_step_is_missing_in_an_empty_trial(tmp_path):
    site = Site(opened(SQLITE, tmp_path, protocol=plain_netter(), sites=()))
    for grant in site.trial.rows("grant", role="unblinded statistician"):
        site.trial.do("adam", "revoke", grant=grant["id"], reason="nobody yet")
    assert len(_steps(site.as_("adam").get("/accounts").text)) == 7


@pytest.mark.parametrize(
    ("person", "where"),
    [("uma", "/list"), ("dsmb", "/board"), ("spike", "/accrual"), ("bert", "/accrual")],
)
def test_everybody_begins_at_the_own_work(going, person, where):
    assert going.as_(person).get("/").headers["location"] == where


def test_the_page_that_is_open_is_marked_in_the_menu(going):
    dana, carl = going.as_("dana"), going.as_("carl")
    assert '<a href="/closing" aria-current="page">' in dana.get("/closing").text
    assert '<a href="/pharmacy" aria-current="page">' in carl.get("/pharmacy").text
    subject = going.trial.screened()
    assert '<a href="/subjects" aria-current="true">' in carl.get(f"/subjects/{subject}").text


def test_what_was_typed_about_a_site_comes_back_with_the_reason(built):
    adam = built.as_("adam")
    said = {"site": "C", "title": "Charité", "zone": "Berlin", "country": "DEU"}
    answer = adam.post("/accounts/open-site", **said)
    assert problems(answer) == ["there is no time zone Berlin; expected one such as Europe/Berlin"]
    form = answer.text.split('action="/accounts/open-site"')
    assert form[0].endswith('<details open><summary>Open a site</summary><form method="post" ')
    assert all(f'value="{one}"' in form[1].split("</form>")[0] for one in said.values())
    done = adam.post("/accounts/open-site", **{**said, "zone": "Europe/Berlin"}).text
    assert "The site C is open" in done
    assert 'value="Charité"' not in done


def test_a_role_is_granted_once(built):
    answer = built.as_("adam").post("/accounts/grant", account="carl", role="coordinator", site="A")
    assert problems(answer) == ["carl is coordinator already"]


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("set site", {"to": "active"}, "site: nothing was given"),
        ("set site", {"site": "A", "to": "gone"}, "to: expected active, paused or closed"),
        ("open site", {"site": "C", "cap": "many"}, "cap: expected a whole number"),
        (
            "consent",
            {"subject": "1", "on": "0026-02-01"},
            "on: expected a day such as 2026-05-01, found one of the year 26",
        ),
        ("consent", {"subject": "1", "on": "1.2.26"}, "on: expected a day such as 2026-05-01"),
        (
            "give dose",
            {"subject": "1", "drug": "d", "amount": "much", "unit": "mg", "on": "2026-01-05"},
            "amount: expected a number",
        ),
    ],
)
def test_what_cannot_be_read_is_said_to_people(name, given, said):
    with pytest.raises(RefusedError) as refused:
        command_of(name, given)
    assert list(refused.value.reasons) == [said]


def test_a_screening_says_what_is_left_until_nothing_is(going):
    trial, carl = going.trial, going.as_("carl")
    one = trial.do("carl", "screen", site="A")["subject"]

    def left():
        page = carl.get("/").text.split("Screening <span")[1].split("</ul>")[0]
        return page.split('class="why">')[1].split("</span>")[0]

    judged, signed = "criteria, judged by the investigator", "signature of baseline"
    assert left() == f"to do: the day of consent, baseline, {judged}, {signed}"
    trial.do("carl", "consent", subject=one, on=str(trial.clock.now.date()))
    (form,) = trial.do("carl", "submit form", subject=one, key="baseline", rows=[BASELINE])["forms"]
    assert left() == f"to do: {judged}, {signed}"
    trial.do("iris", "judge eligibility", subject=one, met=all_met(trial.bus.protocol))
    page = carl.get(f"/subjects/{one}").text
    assert f"Before randomization: {signed}." in page
    assert "Conditions of randomization" in page
    trial.do("iris", "sign", form=form)
    assert left() == ""
    assert "ready to be randomized" in carl.get(f"/subjects/{one}").text


def test_who_was_logged_out_is_told_that_nothing_was_taken_and_comes_back(going):
    nobody = going.nobody()
    subject = going.trial.screened()
    form = f"/subjects/{subject}/form?key=adverse event"
    asked = nobody.get(form).headers["location"]
    assert unquote_plus(unquote_plus(asked)) == f"/login?back={form}"
    page = nobody.get(asked).text
    assert 'name="back" value="/subjects/' in page
    assert "key=adverse event" in unquote_plus(page)
    came_from = {"referer": f"http://trial{form}"}
    sent = nobody.post(form, data={"r0.term": "Nausea"}, headers=came_from).headers["location"]
    assert "lost=true" in sent
    assert "it was not taken" in nobody.get(sent).text
    elsewhere = {"referer": "https://elsewhere.example/phish"}
    where = nobody.post(form, data={}, headers=elsewhere).headers["location"]
    assert "elsewhere" not in where


def test_who_has_set_a_password_is_told_to_wait_for_the_next_code(built):
    token = make_link(built.trial.store, "carl", by="adam")
    said = {"password": PASSWORD, "again": PASSWORD}
    answer = built.nobody().post(f"/enter/{token}", data=said)
    page = built.nobody().get(answer.headers["location"]).text
    assert "Your password is set." in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"r0.start": "0026-01-05"}, "found one of the year 26"),
        ({"r0.start": "2026-02-30"}, "expected a day such as 2026-05-01"),
        ({"r0.term": "A" * 1001}, "expected at most 1000 characters, found 1001"),
    ],
)
def test_what_nobody_means_is_told_beside_its_field(going, typed, said):
    subject = going.trial.screened()
    form = f"/subjects/{subject}/form?key=adverse event"
    answers = {"r0.term": "\u202eÜbelkeit \U0001f922", "r0.start": "2026-01-05"}
    answer = going.as_("carl").post(form, action="submit", **(answers | typed))
    assert said in problems(answer)[0]
    assert 'class="why-wrong"' in answer.text
    assert going.as_("carl").post(form, action="submit", **answers).status_code == 303
    page = going.as_("carl").get(f"/subjects/{subject}").text
    assert "\u202eÜbelkeit \U0001f922" in page
