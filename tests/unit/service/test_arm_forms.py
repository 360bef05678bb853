"""A form that is of some arms alone tells an arm by being there: it is for those who know arms."""

from __future__ import annotations

import re

import pytest

from equipoise.service.reading import kinds
from support.bearing import program
from support.conducted import all_met, live
from support.served import Site
from support.stores import SQLITE
from support.virtual import netter

ANSWERS = {"AGE": 60, "SEX": "F", "KPS": 90, "KI67": 3, "WEIGHT": 70, "TGRADE": "low",
           "SITEPRIM": "ileum", "UPTAKE": "grade 3", "SSADUR": "more than 6 months"}  # fmt: skip


class Dosed:
    """NETTER-1 with its own forms: a subject of the arm that has a form of its own, filled in."""

    def __init__(self, folder):
        self.trial = trial = live(SQLITE, folder, protocol=netter())
        self.site, today = Site(trial), str(trial.clock.now.date())
        while True:
            self.subject = subject = trial.do("carl", "screen", site="A")["subject"]
            trial.do("carl", "consent", subject=subject, on=today)
            made = trial.do("carl", "submit form", subject=subject, key="demographics",
                            rows=[ANSWERS])  # fmt: skip
            trial.do("iris", "sign", form=made["forms"][0])
            trial.do("iris", "judge eligibility", subject=subject, met=all_met(netter()))
            if trial.do("carl", "randomize", subject=subject)["arm"] == "lutate":
                break
        self.visit = trial.do("carl", "open visit", subject=subject, key="infusion", on=today)[
            "visit"
        ]
        made = trial.do("carl", "save draft", subject=subject, key="dosing", visit=self.visit,
                        answers={"ECDOSE": 7.4})  # fmt: skip
        self.draft = made["form"]

    def entered(self):
        """The form as it was entered, with a query of the monitor."""
        self.trial.do("carl", "submit draft", form=self.draft)
        self.query = self.trial.do("mona", "raise query", form=self.draft, text="Sure?")["query"]


@pytest.fixture(scope="module")
def dosed(tmp_path_factory):
    found = Dosed(tmp_path_factory.mktemp("dosed"))
    yield found
    found.trial.store.engine.dispose()


def told(dosed, person):
    """What tells that there is such a form: pages and answers in which its name or item stands."""
    where = dosed.subject
    pages = ["/", f"/subjects/{where}", f"/forms/{dosed.draft}", "/queries", "/monitor",
             f"/subjects/{where}/entered?key=dosing&visit={dosed.visit}",
             f"/audit?chain=site:A&subject={where}", "/audit.csv?chain=site:A"]  # fmt: skip
    paths = [f"/subjects/{where}", f"/subjects/{where}/forms", f"/forms/{dosed.draft}",
             "/queries", f"/audit?chain=site:A&subject={where}"]  # fmt: skip
    browser, asks = dosed.site.as_(person), program(dosed.site, person)
    answers = {one: browser.get(one).text for one in pages}
    answers |= {f"API {one}": asks.get(one).text for one in paths}
    return {one for one, text in answers.items()
            if "dosing" in text.lower() or "ECDOSE" in text or '"Sure?"' in text}  # fmt: skip


def test_who_may_not_know_arms_is_told_of_none(dosed):
    assert "/" in told(dosed, "mona")  # a draft that waits
    assert told(dosed, "dana") == set()
    dosed.entered()
    assert len(told(dosed, "mona")) >= 12
    assert told(dosed, "dana") == set()


def test_a_count_of_queries_tells_of_none_either(dosed):
    if not dosed.trial.rows("query"):
        dosed.entered()
    counts = {who: re.findall(r'"Open queries">(\d+)<', dosed.site.as_(who).get("/monitor").text)
              for who in ("mona", "dana")}  # fmt: skip
    assert (counts["mona"][0], counts["dana"][0]) == ("1", "0")


def test_a_form_that_is_told_is_found(dosed, monkeypatch):
    """Planted: no form is of some arms alone."""
    for module in ("pages.forms", "reading.subject", "reading.trail", "reading.rooms.monitor",
                   "reading.kept.ahead", "api.reads"):  # fmt: skip
        monkeypatch.setattr(f"equipoise.service.{module}.form_tells_arm", lambda *_: False)
    monkeypatch.setattr(kinds, "form_tells_arm", lambda *_: False)
    monkeypatch.setattr(dosed, "site", Site(dosed.trial))  # which has kept nothing yet
    found = told(dosed, "dana")
    assert {"/", "/queries", "/monitor"} < found
    assert len(found) > 8
