"""Verification by risk, what changed since, and what the protocol says on each page."""

from __future__ import annotations

import html
import re

import pytest

from support.conducted import live
from support.served import Site
from support.stores import SQLITE


@pytest.fixture
def site(tmp_path):
    trial = live(SQLITE, tmp_path)
    yield Site(trial)
    trial.store.engine.dispose()


def words(answer):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def entered(site):
    """A laboratory, an event and a reading of one subject, none verified."""
    trial = site.trial
    subject, today = trial.randomized("A"), str(trial.clock.now.date())
    visit = trial.do("carl", "open visit", subject=subject, key="baseline", on=today)["visit"]
    at = {"subject": subject, "visit": visit}
    rows = {"laboratory": {"code": "PLAT", "value": 200.0, "unit": "10^9/L"},
            "reading": {"response": "SD", "reader": "central reader"}}  # fmt: skip
    made = {key: trial.do("carl", "submit form", key=key, rows=[row], **at)["forms"][0]
            for key, row in rows.items()}  # fmt: skip
    event = [{"term": "Nausea", "start": today}]
    told = trial.do("carl", "submit form", subject=subject, key="adverse event", rows=event)
    return subject, {**made, "adverse event": told["forms"][0]}


def test_what_matters_most_comes_first(site):
    _, forms = entered(site)
    shown = site.as_("mona").get("/monitor").text
    order = [one for one in re.findall(r'href="/forms/(\S+?)"', shown) if one in forms.values()]
    assert order[0] == forms["reading"]
    assert "what the endpoint rests on" in shown
    site.trial.do("mona", "raise query", form=forms["adverse event"], text="Sure?")
    site.trial.do("mona", "verify", form=forms["reading"])
    again = site.as_("mona").get("/monitor").text
    order = [one for one in re.findall(r'href="/forms/(\S+?)"', again) if one in forms.values()]
    assert forms["reading"] not in order
    assert order[0] == forms["adverse event"]  # 2 for safety and 1 for its query, above 2
    assert "safety; a query is open" in words(site.as_("mona").get("/monitor"))


def counted(site):
    """Entered, verified, and signed without it, of the site's row."""
    row = re.search(r'<tr><th scope="row">A</th>.*?</tr>', site.as_("mona").get("/monitor").text)
    labels = ("Entered", "Verified", "Signed, not verified")
    return [int(re.search(rf'data-label="{one}">(\d+)', row[0])[1]) for one in labels]


def test_what_nobody_has_compared_with_its_source_is_not_counted_as_verified(site):
    _, forms = entered(site)
    total, verified, signed = counted(site)
    of_screening = [one for one in site.trial.rows("form") if one["state"] == "signed"]
    assert (verified, signed) == (0, len(of_screening))
    assert signed > 0
    site.trial.do("mona", "verify", form=forms["reading"])
    assert counted(site) == [total, 1, signed]
    for one in ("reading", "laboratory"):
        site.trial.do("iris", "sign", form=forms[one])
    assert counted(site) == [total, 1, signed + 1]
    site.trial.do(
        "carl", "correct", form=forms["reading"], item="response", answer="PR", reason="x"
    )
    assert counted(site) == [total, 0, signed + 1]


def test_a_form_that_changed_after_it_was_verified_comes_back_with_what_changed(site):
    subject, forms = entered(site)
    trial, form = site.trial, forms["laboratory"]
    trial.do("mona", "verify", form=form)
    assert "Changed since it was verified" not in words(site.as_("mona").get("/monitor"))
    trial.do("carl", "correct", form=form, item="value", answer=20.0, reason="a digit too many")
    shown = words(site.as_("mona").get("/monitor"))
    assert "Changed since it was verified 1" in shown
    assert f"{subject}, laboratory" in shown
    assert "value 200.0 20.0 a digit too many" in shown
    assert "3 what doses are decided by; changed since it was verified" in shown.replace(
        f"Laboratory {form.split('/')[1]} {subject} ", ""
    )
    trial.do("mona", "verify", form=form)
    assert "Changed since it was verified" not in words(site.as_("mona").get("/monitor"))


def test_each_page_tells_what_the_protocol_says_of_it(site):
    mona, carl = site.as_("mona"), site.as_("carl")
    assert "Toxicity is graded by CTCAE" in words(mona.get("/safety"))
    assert 'href="/help#patients"' in carl.get("/subjects").text
    assert 'href="/help#schedule-of-activities"' in carl.get("/").text
    told = words(carl.get("/help"))
    assert "Inclusion I1" in told
    assert "blocks of" not in told
    assert "blocks of" in words(site.as_("uma").get("/help"))
    assert 'href="/help#treatment"' in carl.get("/pharmacy").text
    aside = carl.get("/pharmacy").text.split("<aside")[1]
    assert "octreotide" not in aside  # of no arm on a page that shows subjects
