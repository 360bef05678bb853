"""An amendment through the pages: one site works under the new version, another under the old."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest

from equipoise.conduct.commands.closing.lacking import _ASKS
from equipoise.conduct.commands.versions import version_of
from equipoise.conduct.recorded import recorded
from equipoise.conduct.store.state import known_at
from equipoise.meaning.rules.conducted import FROZEN_WHEN
from equipoise.protocol.read.resolve import resolve
from support.conducted import all_met, live
from support.served import PASSWORD, Site, problems
from support.stores import SQLITE
from support.virtual import netter

ALBUMIN = "r0.ALB"
LAB = {"NEUT": "4.1", "PLAT": "210", "ALB": "41"}
DEMOGRAPHICS = {"AGE": "60", "SEX": "F", "KPS": "90", "KI67": "3", "WEIGHT": "70",
                "TGRADE": "low", "SITEPRIM": "ileum",
                "UPTAKE": "grade 3", "SSADUR": "more than 6 months"}  # fmt: skip


def second(*, blocks: int = 4) -> str:
    """NETTER-1 whose laboratory asks for no albumin any more, and whose demographics for more."""
    body = resolve(netter())
    (tests,) = [one for one in body["forms"]["laboratory"]["items"] if one["tests"]]
    tests["tests"] = [one for one in tests["tests"] if one != "ALB"]
    smokes = {"SMOKES": {"domain": "DM", "label": "Cigarettes a day", "kind": "number"}}
    body["forms"]["demographics"]["items"].append(smokes)
    body["allocation"]["blocks"] = [blocks]
    return json.dumps(body)


class Amended:
    """NETTER-1 with its own forms, two sites, and a subject at each, randomized and seen once."""

    def __init__(self, folder):
        self.trial = live(SQLITE, folder, protocol=netter())
        self.site = Site(self.trial)
        self.subject = {site: self.randomized(site) for site in ("A", "B")}
        self.first = {site: self.seen(site, LAB) for site in ("A", "B")}

    def as_(self, account):
        return self.site.as_(account)

    def screened(self, site):
        carl, iris = self.as_("carl"), self.as_("iris")
        at = carl.post("/subjects", site=site).headers["location"]
        today = str(self.trial.clock.now.date())
        assert carl.post(f"{at}/do/consent", on=today).status_code == 303
        said = {f"r0.{name}": text for name, text in DEMOGRAPHICS.items()}
        form = f"{at}/form?key=demographics"
        assert carl.post(form, action="submit", **said).status_code == 303
        (chosen,) = re.findall(r'name="form\.(\S+?)" value="(\d+)"', iris.get(f"{at}/sign").text)
        done = iris.post(f"{at}/sign", password=PASSWORD, **{f"form.{chosen[0]}": chosen[1]})
        assert done.status_code == 303
        met = {f"met.{one}": "yes" for one in all_met(netter())}
        assert iris.post(f"{at}/do/judge-eligibility", **met).status_code == 303
        return at.rsplit("/", 1)[1]

    def randomized(self, site):
        subject = self.screened(site)
        carl = self.as_("carl")
        done = carl.post(f"/subjects/{subject}/randomize", password=PASSWORD)
        assert done.status_code == 303
        return subject

    def seen(self, site, said, *, n=1, after=28):
        """The page of the laboratory form at the next visit, and what came of what was typed."""
        subject, carl = self.subject[site], self.as_("carl")
        on = str(self.trial.clock.now.date())
        where = f"/subjects/{subject}/open?key=safety&n={n}"
        form = carl.post(where, on=on).headers["location"]
        asked = carl.get(form).text
        done = carl.post(form, action="submit", **{f"r0.{k}": v for k, v in said.items()})
        return asked, done


@pytest.fixture
def both(tmp_path):
    found = Amended(tmp_path)
    yield found
    found.trial.store.engine.dispose()


def activated(both, **given):
    adam = both.as_("adam")
    said = {"version": "2", "reason": "amendment 1", "file": second(**given)}
    return adam.post("/accounts/activate-version", **said)


def test_each_site_works_under_the_version_it_has_approved(both):
    assert activated(both).status_code == 200
    today = str(both.trial.clock.now.date())
    adam = both.as_("adam")
    done = adam.post("/accounts/approve-version", site="A", version="2", approved_on=today)
    assert "has approved version" in done.text
    versions = {name: both.trial.rows("subject", id=one)[0]["version"]
                for name, one in both.subject.items()}  # fmt: skip
    assert versions == {"A": "1", "B": "1"}  # nobody moves before the next visit
    both.trial.clock.to(both.trial.clock.now.date() + dt.timedelta(days=28))
    without = {name: text for name, text in LAB.items() if name != "ALB"}
    new, done = both.seen("A", without, n=2)
    old, _ = both.seen("B", LAB, n=2)
    assert done.status_code == 303
    assert ALBUMIN not in new
    assert ALBUMIN in old
    assert both.trial.rows("subject", id=both.subject["A"])[0]["version"] == "2"
    assert both.trial.rows("subject", id=both.subject["B"])[0]["version"] == "1"
    _forms_keep_their_version(both)
    _the_other_site_finishes_and_does_not_enrol(both)


def _forms_keep_their_version(both):
    """What was entered under the first version is asked, corrected and tabulated by it."""
    subject, carl = both.subject["A"], both.as_("carl")
    forms = both.trial.rows("form", subject=subject, key="laboratory")
    assert [one["version"] for one in forms] == ["1", "2"]
    pages = [carl.get(f"/forms/{one['id']}").text for one in forms]
    assert ["ALB" in one or "Albumin" in one for one in pages] == [True, False]
    said = {"item": "ALB", "answer": "39", "reason": "read wrong", "revision": "1"}
    assert carl.post(f"/forms/{forms[0]['id']}/correct", **said).status_code == 303
    refused = carl.post(f"/forms/{forms[1]['id']}/correct", **said)
    assert "there is no item ALB" in problems(refused)[0]
    with both.trial.store.reading() as unit:
        known, newest = known_at(unit.connection), version_of(unit, "2")
    whole = recorded(newest, known).table("labs")
    albumin = [one for one in whole.iter_rows(named=True) if one["code"] == "ALB"]
    values = [one["value"] for one in albumin if one["subject"] == subject]
    assert values == [39.0]
    known.versions = {}  # by the newest version alone it would be lost
    assert "ALB" not in set(recorded(newest, known).table("labs")["code"])


def _the_other_site_finishes_and_does_not_enrol(both):
    waiting = {site: both.screened(site) for site in ("B",)}["B"]
    carl = both.as_("carl")
    answer = carl.post(f"/subjects/{waiting}/randomize", password=PASSWORD)
    assert "the site has not approved version 2 of the protocol" in answer.text
    assert answer.status_code == 409
    done = carl.post(f"/subjects/{both.subject['B']}/do/note-deviation", category="VISIT",
                     text="late", on=str(both.trial.clock.now.date()))  # fmt: skip
    assert done.status_code == 303
    fresh = {site: carl.post("/subjects", site=site).headers["location"] for site in ("A", "B")}
    pages = {site: carl.get(f"{at}/form?key=demographics").text for site, at in fresh.items()}
    assert {site: "Cigarettes a day" in page for site, page in pages.items()} == {
        "A": True, "B": False,
    }  # fmt: skip


def test_what_is_frozen_is_refused_by_the_page(both):
    answer = activated(both, blocks=6)
    assert answer.status_code == 409
    (said,) = problems(answer)
    assert said.startswith("frozen since the first subject was randomized: ")
    assert both.trial.rows("trial")[0]["version"] == "1"


def test_a_cut_lists_what_the_protocol_asks_for_before_a_look(both):
    """`freeze: {before look: [queries closed, casebook signed]}`, through the page."""
    assert set(_ASKS) == set(FROZEN_WHEN)
    dana = both.as_("dana")
    today = str(both.trial.clock.now.date())
    answer = dana.post("/closing/cut", cutoff=today, password=PASSWORD)
    assert problems(answer) == ["4 forms are not signed; a reason must be given"]
    said = {"cutoff": today, "reason": "signed next week", "password": PASSWORD}
    assert dana.post("/closing/cut", **said).status_code == 303
    page = dana.get("/closing").text
    assert "4 forms are not signed" in page
    assert "signed next week" in page
    assert dana.post("/closing/freeze", scope="site A", password=PASSWORD).status_code == 303
    carl = both.as_("carl")
    there, here = both.subject["A"], both.subject["B"]
    said = {"category": "VISIT", "text": "late", "on": today}
    stopped = carl.post(f"/subjects/{there}/do/note-deviation", **said)
    assert problems(stopped) == ["the data of the site A are frozen"]
    assert carl.post(f"/subjects/{here}/do/note-deviation", **said).status_code == 303
    wrong = dana.post("/closing/unfreeze", scope="site A", reason="more", password="not this one")
    assert problems(wrong) == ["the password is not right"]
    done = dana.post("/closing/unfreeze", scope="site A", reason="more", password=PASSWORD)
    assert done.status_code == 303
    assert carl.post(f"/subjects/{there}/do/note-deviation", **said).status_code == 303
