"""Every role at every page: what is not said is refused, and no arm reaches who may not know it."""

from __future__ import annotations

import datetime as dt

import pytest

from equipoise.service.access.roles import Visitor
from support.conducted import live, plain_netter, small
from support.pages import (
    ARMS_KNOWN,
    EVERY,
    PERSON,
    SEEN,
    A,
    C,
    D,
    Everything,
    I,
    M,
    P,
    S,
    U,
    X,
    one_with_words,
)
from support.served import PASSWORD, Site
from support.stores import SQLITE

DONE = {
    ("/subjects", "site=A"): {C, I},
    ("/subjects/{screened}/do/consent", "on=2026-01-01"): {C, I},
    ("/subjects/{screened}/do/judge-eligibility", ""): {I},
    ("/subjects/{screened}/randomize", "password=wrong"): {C, I},
    ("/subjects/{randomized}/do/give-dose", "drug=x"): {C, I, P},
    ("/subjects/{randomized}/do/stop-drug", "drug=x"): {I},
    ("/subjects/{randomized}/do/end-part", "part=treatment"): {C, I},
    ("/subjects/{randomized}/do/note-deviation", "text="): {C, I, M},
    ("/subjects/{randomized}/form?key=adverse event", "action=submit"): {C, I},
    ("/subjects/{randomized}/unblind", "password=wrong"): {I, P},
    ("/forms/{form}/correct", "item=AGE"): {C, I},
    ("/forms/{form}/verify", "revision=99"): {M},
    ("/forms/{form}/sign", "password=wrong"): {I},
    ("/forms/{form}/query", "text="): {M, D},
    ("/queries/{query}/answer", "text="): {C, I, P},
    ("/queries/{query}/close", ""): {M, D},
    ("/ranges", "site=A"): {C, I},
    ("/pharmacy/check", "subject=A-001&drug=x&on=2026-01-01"): {C, I, P},
    ("/pharmacy/kits/receive", "kit=K-9&site=A"): {P},
    ("/pharmacy/kits/assign", "kit=K-9&subject=A-001"): {P},
    ("/pharmacy/kits/quarantine", "kit=K-1"): {P, S},
    ("/pharmacy/kits/release", "kit=K-1"): {U, S},
    ("/safety/A-001/S00001/assess", ""): set(),  # none was reported
    ("/board/report/closed", "cut=none&look=none"): {X, U},
    ("/board/report/open", "cut=none&look=none"): {X, U, S},
    ("/board/cut", "cutoff=2099-01-01"): {U},
    ("/board/recommend", "password=wrong"): {X},
    ("/board/pause", ""): {X, S},
    ("/list/review", ""): {U},
    ("/list/activate", "password=wrong"): {U},
    ("/list/reveal", "password=wrong"): {U},
    ("/accounts/open-account", ""): {A},
    ("/tokens", "password=wrong"): EVERY,
    ("/tokens/A00001/end", "reason=lost"): set(),
    ("/accounts/grant", ""): {A},
    ("/accounts/link", "account=nobody"): {A},
    ("/accounts/open-site", ""): {A, S},
    ("/accounts/pause", ""): {S},
    ("/accounts/activate-version", "version=1&file=x&reason=y"): {A, S},
    ("/closing/freeze", "password=wrong"): {D},
    ("/closing/cut", "password=wrong"): {D, U},
    ("/audit/verify", ""): EVERY - {X},
}
OF_NOBODY = ("/protocol", "/help")  # the protocol itself, which names arms
WRITES = ("/subjects", "/subjects/{screened}/do/consent")
ELSEWHERE = ("/subjects/{far}", "/forms/{far form}", "/subjects/{far}/randomize",
             "/subjects/{far}/allocation", "/subjects/{far}/sign", "/subjects/{far}/unblind",
             "/subjects/{far}/form?key=adverse event", "/audit?chain=site:B")  # fmt: skip


@pytest.fixture(scope="module")
def open_label(tmp_path_factory):
    found = Everything(tmp_path_factory.mktemp("open"), plain_netter())
    yield found
    found.trial.store.engine.dispose()


@pytest.mark.parametrize("path", SEEN)
def test_each_page_is_seen_by_those_who_may_and_by_nobody_else(open_label, path):
    where = path.format(**open_label.known)
    found = {role for role, one in open_label.browsers.items() if one.get(where).status_code == 200}
    assert found == SEEN[path]
    refused = {one.get(where).status_code for role, one in open_label.browsers.items()
               if role not in found}  # fmt: skip
    assert refused <= {404}


@pytest.mark.parametrize("asked", DONE, ids=lambda one: one[0])
def test_each_act_is_taken_from_those_who_may_and_from_nobody_else(open_label, asked):
    """What is sent is wrong on purpose where it could be right: 409 tells why, to those who may."""
    path, said = asked
    before = open_label.trial.audit_rows()
    for role, browser in open_label.browsers.items():
        form = dict(part.split("=") for part in said.split("&") if part)
        answer = browser.post(path.format(**open_label.known), **form)
        if role in DONE[asked]:
            assert answer.status_code in (200, 303, 409), role
            assert "may not do this" not in answer.text, role
        else:
            assert answer.status_code == 404, role
    if asked[0] not in WRITES:
        told = [
            one for one in open_label.trial.rows("audit")[before:] if '"access"' not in one["body"]
        ]
        assert told == []


def _failures(asked):
    """A wrong password is noted, of each who may ask at all."""
    return len(DONE[asked]) if asked[1] == "password=wrong" else 0


@pytest.mark.parametrize("role", [C, I, P, M])
@pytest.mark.parametrize("path", ELSEWHERE)
def test_another_site_is_not_there(open_label, role, path):
    where = path.format(**open_label.known)
    assert open_label.browsers[role].get(where).status_code == 404


def test_a_role_that_has_ended_shows_nothing(open_label):
    trial = open_label.trial
    trial.do("adam", "open account", account="gast", person="Guest")
    made = trial.do("adam", "grant", account="gast", role="monitor", site="A")
    guest = open_label.site.as_("gast")
    assert guest.get("/subjects").status_code == 200
    trial.do("adam", "revoke", grant=made["grant"], reason="over")
    assert guest.get("/subjects").status_code == 404
    assert "No role yet" in guest.get("/").text


@pytest.mark.parametrize("masking", ARMS_KNOWN)
def test_no_word_of_an_arm_reaches_who_may_not_know_it(tmp_path, masking):
    """Every page, the tables, the headers and the refusals, for every role that is kept from arms.

    What tells arms apart here is spelled zz; both arms are looked for, so that a page that showed
    the arm of either subject is found. The protocol's own page names arms for everybody, of nobody.
    """
    protocol = one_with_words(masking)
    found = Everything(tmp_path, protocol)
    for subject in (found.known["randomized"], found.known["far"]):
        arm = found.trial.rows("allocation", subject=subject)[0]["arm"]
        if arm == "zzarma":
            found.trial.do("adam", "grant", account="carl", role=C, site=subject[0])
            found.trial.do("carl", "open visit", subject=subject, key="zzinfusion",
                           on=str(found.trial.clock.now.date()))  # fmt: skip
    found.trial.clock.now += dt.timedelta(days=30)
    told = {role: words_told(found, role) for role in EVERY}
    kept = EVERY - ARMS_KNOWN[masking] - {U, X}
    assert {role: told[role] for role in kept} == dict.fromkeys(kept, 0)
    assert all(told[role] for role in ARMS_KNOWN[masking])
    found.trial.store.engine.dispose()


def words_told(found, role):
    """How often a word of an arm stands in what a role is answered, whatever it asks."""
    browser = found.site.as_(PERSON[role])
    paths = [*SEEN, "/", "/subjects/{far}", "/forms/{far form}", "/audit.csv?chain=trial",
             "/audit.csv?chain=site:B", "/audit?subject={randomized}"]  # fmt: skip
    answers = [browser.get(path.format(**found.known)) for path in paths if path not in OF_NOBODY]
    for path, said in DONE:
        form = dict(part.split("=") for part in said.split("&") if part)
        answers.append(browser.post(path.format(**found.known), **form))
    return sum(f"{one.headers} {one.text}".lower().count("zz") for one in answers)


def test_a_page_that_tells_an_arm_is_found(tmp_path, monkeypatch):
    """Planted: everybody knows arms."""
    monkeypatch.setattr(Visitor, "knows_arms", lambda *_: True)
    found = Everything(tmp_path, one_with_words("double blind"))
    assert words_told(found, D) > 0
    assert words_told(found, C) > 0
    found.trial.store.engine.dispose()


def test_the_page_of_the_protocol_tells_no_block_sizes(open_label):
    for role, browser in open_label.browsers.items():
        for path in OF_NOBODY:
            assert ("blocks of" in browser.get(path).text) == (role == U), role


def test_somebody_with_two_roles_knows_what_both_may_know(tmp_path):
    trial = live(SQLITE, tmp_path, protocol=small(8))
    site = Site(trial)
    subject = trial.randomized("A")
    label = trial.bus.protocol.arms[trial.rows("allocation")[0]["arm"]].label
    assert label in site.as_("mona").get(f"/subjects/{subject}").text
    trial.do("adam", "grant", account="mona", role="blinded statistician")
    assert label not in site.as_("mona").get(f"/subjects/{subject}").text
    trial.store.engine.dispose()


def test_emergency_unblinding_works_while_everything_stands_still(tmp_path):
    trial = live(SQLITE, tmp_path, protocol=one_with_words("double blind"))
    site = Site(trial)
    subject = trial.randomized("A")
    trial.do("dsmb", "pause", reason="safety")
    trial.do("adam", "set site", site="A", to="paused", reason="audit")
    trial.do("dana", "freeze")
    iris = site.as_("iris")
    assert "zz" not in iris.get(f"/subjects/{subject}").text.lower()
    label = trial.bus.protocol.arms[trial.rows("allocation")[0]["arm"]].label
    asked = f"/subjects/{subject}/unblind"
    assert iris.post(asked, password=PASSWORD).status_code == 409  # no reason
    assert label in iris.post(asked, password=PASSWORD, reason="sepsis; the ICU is told").text
    (note,) = trial.rows("allocation_note")
    assert note["text"] == "sepsis; the ICU is told"
    trial.store.engine.dispose()
