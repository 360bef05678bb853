"""Forms of the protocol's own, filled in through their pages."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from equipoise.meaning.check import read
from support.conducted import live
from support.served import Site, problems
from support.stores import SQLITE

AT = "DE-01"
FORMS = Path(__file__).parents[2] / "spec" / "valid" / "forms.yaml"


@pytest.fixture
def site(tmp_path):
    trial = live(SQLITE, tmp_path, protocol=read(FORMS), sites=(AT,))
    yield Site(trial)
    trial.store.engine.dispose()


@pytest.fixture
def at_baseline(site):
    """Somebody screened, who has come to the baseline visit."""
    trial, today = site.trial, str(site.trial.clock.now.date())
    subject = trial.do("carl", "screen", site=AT)["subject"]
    trial.do("carl", "consent", subject=subject, on=today)
    visit = trial.do("carl", "open visit", subject=subject, key="baseline", on=today)["visit"]
    return subject, visit


def path(at, key):
    return f"/subjects/{at[0]}/form?key={key}&visit={at[1]}"


def said(site, key):
    found = {}
    for form in site.trial.rows("form", key=key):
        rows = site.trial.rows("value", form=form["id"])
        found[form["id"]] = {one["item"]: one["value"] for one in rows}
    return list(found.values())


def test_the_visit_shows_the_forms_that_it_opens(site, at_baseline):
    page = site.as_("carl").get(f"/subjects/{at_baseline[0]}").text
    for name in ("Laboratory", "Tumor assessment", "Medical history", "Demographics"):
        assert name in page, name
    assert "Dosing" not in page


def test_what_is_asked_once_is_a_sheet_with_choices(site, at_baseline):
    carl = site.as_("carl")
    form = f"/subjects/{at_baseline[0]}/form?key=demographics"
    page = carl.get(form).text
    assert '<option value="F"' in page
    assert '<option value="low"' in page
    answers = {"r0.AGE": "60", "r0.SEX": "F", "r0.UPTAKE": "low", "r0.SMOKER": "no"}
    assert carl.post(form, action="submit", **answers).status_code == 303
    assert said(site, "demographics")[0]["UPTAKE"] == "low"
    assert carl.post(form, action="submit", **answers).status_code == 409


def test_a_check_asks_and_the_query_is_on_the_page(site, at_baseline):
    carl, form = site.as_("carl"), path(at_baseline, "laboratory")
    today = str(site.trial.clock.now.date())
    answers = {"r0.LBDTC": f"{today}T08:00", "r0.HGB": "300", "r0.HGB unit": "g/L"}
    done = carl.post(form, action="submit", **answers)
    assert done.status_code == 303, problems(done)
    assert "Hemoglobin 300: is the unit g/L?" in carl.get("/queries").text
    assert "Queries to answer" in carl.get("/").text


def test_a_check_that_stops_says_why_and_what_was_typed_stays(site, at_baseline):
    carl = site.as_("carl")
    form = f"/subjects/{at_baseline[0]}/form?key=adverse event"
    answers = {"r0.AETERM": "Nausea", "r0.AESTDTC": "2026-01-04", "r0.AEENDTC": "2026-01-02"}
    page = carl.post(form, action="submit", **answers)
    assert page.status_code == 409
    assert any("It ended before it began" in one for one in problems(page))
    assert 'value="Nausea"' in page.text
    assert carl.post(form, action="submit", **answers | {"r0.AEENDTC": "2026"}).status_code == 303
    assert said(site, "adverse event")[0]["AEENDTC"] == "2026"


def test_several_rows_are_entered_at_once(site, at_baseline):
    carl, form = site.as_("carl"), path(at_baseline, "medical history")
    answers = {"r0.MHTERM": "Asthma", "r0.MHSTDTC": "1999", "r1.MHTERM": "Gout"}
    assert carl.post(form, action="submit", **answers).status_code == 303
    assert {one["MHTERM"] for one in said(site, "medical history")} == {"Asthma", "Gout"}
    page = carl.get(form).text
    assert "Entered" in page
    assert "Gout" in page


def _cell(page, name):
    """The input of a question, as it stands in a page."""
    found = page.split(f'name="{name}"')[1].split("</td>")[0]
    mark = "selected>" if "<option" in found else 'value="'
    return re.split('["<]', found.partition(mark)[2])[0]


def test_a_result_stands_in_one_line_with_its_unit_and_what_it_was_before(site, at_baseline):
    trial, carl = site.trial, site.as_("carl")
    form = path(at_baseline, "laboratory")
    today = str(trial.clock.now.date())
    said = {"r0.LBDTC": f"{today}T08:00", "r0.HGB": "131", "r0.HGB unit": "g/L",
            "r0.HGB lower": "130", "r0.HGB upper": "170"}  # fmt: skip
    page = carl.get(form).text
    assert 'aria-label="Hemoglobin, lower limit of normal"' in page
    looked = carl.post(form, action="look", **{**said, "r0.HGB": "79"}).json()
    assert looked["rows"]["r0.HGB"] == {"range": None, "grade": 3, "notes": ["below normal"]}
    assert carl.post(form, action="submit", **said).status_code == 303
    trial.clock.now += dt.timedelta(days=1)
    day = str(trial.clock.now.date())
    given = {"subject": at_baseline[0], "key": "baseline", "title": "Again", "on": day}
    visit = trial.do("carl", "open visit", **given)["visit"]
    carl = site.as_("carl")
    again = carl.get(path((at_baseline[0], visit), "laboratory")).text
    assert '<td class="before">131 g/L</td>' in again
    assert [_cell(again, f"r0.HGB{one}") for one in ("", " unit", " lower", " upper")] == [
        "", "g/L", "130", "170"
    ]  # fmt: skip


def test_units_and_limits_without_a_value_are_not_entered(site, at_baseline):
    carl, form = site.as_("carl"), path(at_baseline, "laboratory")
    beside = {"r0.HGB unit": "g/L", "r0.HGB lower": "130"}
    assert problems(carl.post(form, action="submit", **beside)) == ["nothing was typed"]
    today = str(site.trial.clock.now.date())
    answers = {**beside, "r0.LBDTC": f"{today}T08:00"}
    assert carl.post(form, action="submit", **answers).status_code == 303
    assert set(said(site, "laboratory")[0]) == {"LBDTC"}


def test_a_sheet_that_was_entered_opens_as_it_stands(site, at_baseline):
    carl, form = site.as_("carl"), path(at_baseline, "laboratory")
    today = str(site.trial.clock.now.date())
    carl.post(form, action="submit", **{"r0.LBDTC": f"{today}T08:00"})
    (made,) = site.trial.rows("form", key="laboratory")
    assert carl.get(form).headers["location"] == f"/forms/{made['id']}"
