"""A subject from screening to the first dose, through the pages alone; and what goes wrong."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from equipoise.protocol.model import altered
from equipoise.protocol.model.conduct import ConductPlan, SaePlan
from support.conducted import BASELINE, all_met, live, plain_netter
from support.served import PASSWORD, Site, problems
from support.stores import DATABASES, SQLITE


@pytest.fixture(params=DATABASES)
def site(request, tmp_path):
    trial = live(request.param, tmp_path)
    yield Site(trial)
    trial.store.engine.dispose()


@pytest.fixture
def quick(tmp_path):
    trial = live(SQLITE, tmp_path)
    yield Site(trial)
    trial.store.engine.dispose()


def met(trial):
    return {f"met.{one}": "yes" for one in all_met(trial.bus.protocol)}


def baseline(**more):
    return {f"r0.{name}": str(said) for name, said in {**BASELINE, **more}.items()}


def test_from_screening_to_the_first_dose(site):
    carl, iris = site.as_("carl"), site.as_("iris")
    today = str(site.trial.clock.now.date())
    made = carl.post("/subjects", site="A", year="1960")
    subject = made.headers["location"].rsplit("/", 1)[1]
    assert "informed consent" in carl.get(f"/subjects/{subject}").text
    assert carl.post(f"/subjects/{subject}/do/consent", on=today).status_code == 303
    form = f"/subjects/{subject}/form?key=baseline"
    assert carl.post(form, action="submit", **baseline()).status_code == 303
    lacking = carl.get(f"/subjects/{subject}/randomize").text
    assert "the baseline form is not signed" in lacking
    assert "disabled" in lacking
    waiting = re.findall(r'name="form\.(\S+?)" value="(\d+)"', iris.get(
        f"/subjects/{subject}/sign").text)  # fmt: skip
    chosen = {f"form.{name}": revision for name, revision in waiting}
    assert len(chosen) == 1
    assert iris.post(f"/subjects/{subject}/sign", password=PASSWORD, **chosen).status_code == 303
    done = iris.post(f"/subjects/{subject}/do/judge-eligibility", **met(site.trial))
    assert done.status_code == 303
    page = carl.get(f"/subjects/{subject}/randomize").text
    assert "disabled" not in page
    assert page.count("✓") == 6
    done = carl.post(f"/subjects/{subject}/randomize", password=PASSWORD)
    assert done.status_code == 303
    answer = carl.get(done.headers["location"]).text
    (row,) = site.trial.rows("allocation")
    assert site.trial.bus.protocol.arms[row["arm"]].label in answer
    (receipt,) = [one for one in site.trial.rows("audit", chain="site:A")
                  if '"table":"allocation"' in one["body"]]  # fmt: skip
    assert receipt["hash"] in answer
    assert "slot" not in answer.lower()
    given = carl.post(f"/subjects/{subject}/do/give-dose", drug="octreotide LAR", amount="30",
                      unit="mg", on=today)  # fmt: skip
    assert given.status_code in (303, 409)
    again = carl.post(f"/subjects/{subject}/randomize", password=PASSWORD)
    assert carl.get(again.headers["location"]).text.count(receipt["hash"]) == 1
    assert len(site.trial.rows("allocation")) == 1
    assert site.verify().faults == ()


def laboratory(site):
    subject = site.trial.randomized("A")
    today = site.trial.clock.now.date()
    visit = site.trial.do("carl", "open visit", subject=subject, key="baseline", on=str(today))
    return f"/subjects/{subject}/form?key=laboratory&visit={visit['visit']}"


def test_three_clicks_from_today_to_a_saved_laboratory_form(quick):
    subject = quick.trial.screened("A")
    carl = quick.as_("carl")
    today = carl.get("/").text
    assert f"/subjects/{subject}/randomize" in today
    quick.trial.do("carl", "randomize", subject=subject)
    quick.trial.clock.now += dt.timedelta(days=28)
    carl = quick.as_("carl")
    (where,) = re.findall(
        rf'href="(/subjects/{subject}/open\?key=safety[^"]*)"', carl.get("/").text
    )
    page = carl.get(where.replace("&amp;", "&"))  # one
    on = re.search(r'name="on" type="date" value="([^"]+)"', page.text)[1]
    form = carl.post(where.replace("&amp;", "&"), on=on).headers["location"]  # two
    said = {"r1.value": "62", "r1.unit": "10^9/L", "r1.lower": "150", "r1.upper": "400"}
    assert carl.post(form, action="submit", **said).status_code == 303  # three
    values = {one["item"]: one["value"] for one in quick.trial.rows("value")
              if one["form"] == quick.trial.rows("form", key="laboratory")[0]["id"]}  # fmt: skip
    assert values["code"] == "PLAT"
    assert values["value"] == "62.0"
    assert "grade 2" in carl.get(form).text


def test_a_draft_that_is_gone_on_with_keeps_every_digit(quick):
    form = laboratory(quick)
    carl = quick.as_("carl")
    said = {"r1.value": "1234567.25", "r1.unit": "10^9/L", "r1.lower": "0.00000015"}
    assert carl.post(form, action="draft", **said).status_code == 303
    page = carl.get(form).text
    assert 'value="1234567.25"' in page
    assert 'value="0.00000015"' in page


def test_check_tells_grade_and_range_without_a_script_and_writes_nothing(quick):
    form = laboratory(quick)
    carl = quick.as_("carl")
    before = quick.trial.audit_rows()
    said = {"r1.value": "62", "r1.unit": "10^9/L", "r1.lower": "150", "r1.upper": "400"}
    page = carl.post(form, action="check", **said)
    assert page.status_code == 200
    assert "grade 2" in page.text
    assert "below normal" in page.text
    looked = carl.post(form, action="look", quiet="1", **said).json()
    assert looked["rows"]["r1"] == {"range": None, "grade": 2, "notes": ["below normal"]}
    assert quick.trial.audit_rows() == before


def test_what_cannot_be_read_is_told_and_nothing_typed_is_lost(quick):
    form = laboratory(quick)
    carl = quick.as_("carl")
    said = {"r1.value": "6,2", "r1.unit": "10^9/L", "r4.value": "abc", "r4.unit": "g/L"}
    page = carl.post(form, action="submit", **said)
    assert page.status_code == 409
    assert problems(page) == ["Value: expected 6.2, with a point", "Value: expected a number"]
    assert 'value="6,2"' in page.text
    assert 'value="abc"' in page.text
    assert not quick.trial.rows("form", key="laboratory")


def test_a_draft_is_kept_gone_on_with_and_entered(quick):
    form = laboratory(quick)
    carl = quick.as_("carl")
    said = {"r1.value": "62", "r1.unit": "10^9/L", "r4.value": "13", "r4.unit": "g/L"}
    kept = carl.post(form, action="draft", quiet="1", **said).json()["drafts"]
    assert set(kept) == {"r1.form", "r4.form"}
    carl.post("/logout")
    carl = quick.as_("carl")
    page = carl.get(form).text
    assert 'value="62"' in page
    assert "Drafts to finish" in carl.get("/").text
    said |= {**kept, "r4.value": "", "r1.value": "63"}
    kept = carl.post(form, action="draft", quiet="1", **said).json()["drafts"]
    values = [one for one in quick.trial.rows("value") if one["item"] == "value"]
    assert {one["form"]: one["value"] for one in values} == {
        kept["r1.form"]: "63.0", kept["r4.form"]: None,
    }  # fmt: skip
    refused = carl.post(form, action="submit", **said)
    assert problems(refused) == ["laboratory: value is not answered"]
    said |= {"r4.value": "130", "r1.lower": "150"}
    assert carl.post(form, action="submit", **said).status_code == 303
    assert {one["state"] for one in quick.trial.rows("form", key="laboratory")} == {"entered"}
    assert quick.verify().faults == ()


def test_the_last_writer_never_wins_silently(quick):
    subject = quick.trial.randomized("A")
    form = quick.trial.baseline_form(subject)
    carl, iris = quick.as_("carl"), quick.as_("iris")
    seen = re.search(r'name="revision" value="(\d+)"', carl.get(f"/forms/{form}").text)[1]
    first = iris.post(
        f"/forms/{form}/correct", revision=seen, item="AGE", answer="61", reason="typo"
    )
    assert first.status_code == 303
    second = carl.post(
        f"/forms/{form}/correct", revision=seen, item="AGE", answer="62", reason="no"
    )
    assert second.status_code == 409
    assert "you saw" in problems(second)[0]
    page = carl.get(f"/forms/{form}").text
    assert "void since" in page
    assert "typo" in page
    values = [one for one in quick.trial.rows("value", form=form) if one["item"] == "AGE"]
    assert [one["value"] for one in values] == ["61.0"]


def test_a_button_that_is_pressed_twice_is_pressed_once(quick):
    carl = quick.as_("carl")
    before = len(quick.trial.rows("subject"))
    for _ in range(2):
        carl._n = 0
        assert carl.post("/subjects", site="A").status_code == 303
    assert len(quick.trial.rows("subject")) == before + 1


def test_a_query_is_asked_answered_asked_again_and_closed(quick):
    subject = quick.trial.randomized("A")
    form = quick.trial.baseline_form(subject)
    dana, carl = quick.as_("dana"), quick.as_("carl")
    assert dana.post(f"/forms/{form}/query", text="Sure?", item="AGE").status_code == 303
    (query,) = quick.trial.rows("query")
    assert "Queries to answer" in carl.get("/").text
    assert carl.post(f"/queries/{query['id']}/answer", text="Yes").status_code == 303
    assert dana.post(f"/queries/{query['id']}/again", text="Really?").status_code == 303
    assert carl.post(f"/queries/{query['id']}/answer", text="By the source").status_code == 303
    assert dana.post(f"/queries/{query['id']}/close").status_code == 303
    page = dana.get("/queries?closed=true").text
    assert all(words in page for words in ("Sure?", "Yes", "Really?", "By the source"))
    assert dana.post(f"/queries/{query['id']}/answer", text="I").status_code == 404


def test_a_serious_event_has_a_clock(quick):
    subject = quick.trial.randomized("A")
    carl = quick.as_("carl")
    today = str(quick.trial.clock.now.date())
    said = {"r0.term": "Sepsis", "r0.grade": "4", "r0.start": today, "r0.serious": "yes"}
    form = f"/subjects/{subject}/form?key=adverse event"
    assert carl.post(form, action="submit", **said).status_code == 303
    assert "Report: Sepsis" in carl.get("/").text
    assert "to report" in carl.get("/safety").text
    (row,) = quick.trial.rows("form", key="adverse event")
    done = carl.post(f"/forms/{row['id']}/report", aware=f"{today}T08:00")
    assert done.status_code == 303
    page = carl.get("/safety").text
    assert "reported" in page
    assert "Report: Sepsis" not in carl.get("/").text


def test_the_clock_is_the_protocols(tmp_path):
    """Three days to report in, said wherever an event waits."""
    said = {"report within": "3 days", "until": "90 days after the last dose"}
    plan = ConductPlan(sae=SaePlan.model_validate(said))
    trial = live(SQLITE, tmp_path, protocol=altered(plain_netter(), conduct=plan))
    subject, carl = trial.randomized("A"), Site(trial).as_("carl")
    row = {"term": "Sepsis", "grade": 4, "start": "2026-01-05", "serious": True}
    asked = {"subject": subject, "key": "adverse event", "rows": [row]}
    (form,) = trial.do("carl", "submit form", **asked)["forms"]
    assert "within 3 days" in carl.get("/").text
    assert "Within 3 days of awareness" in carl.get(f"/forms/{form}").text
    page = carl.get("/safety").text
    assert "due within 3 days of awareness" in page
    assert "later than 90 days after the last dose" in page
    trial.store.engine.dispose()


def test_an_account_is_opened_granted_and_entered(quick):
    adam = quick.as_("adam")
    page = adam.post("/accounts/open-account", account="nora", person="Somebody new").text
    link = re.search(r"http://trial(/enter/[\w-]+)", page)[1]
    assert adam.post("/accounts/grant", account="nora", role="monitor", site="A").status_code == 200
    nora = quick.nobody()
    assert "Welcome, nora" in nora.get(link).text
    said = {"password": PASSWORD, "again": PASSWORD}
    assert nora.post(link, data=said).status_code == 303
    assert "serves no more" in nora.get(link).text
    assert nora.post("/login", data={"account": "nora", **said}).status_code == 303
    assert "Somebody new" in nora.get("/").text
    refused = adam.post("/accounts/grant", account="adam", role="monitor", site="A")
    assert "a second person must" in problems(refused)[0]


def test_the_audit_is_shown_verified_and_taken(quick):
    subject = quick.trial.randomized("A")
    carl = quick.as_("carl")
    page = carl.get(f"/audit?subject={subject}").text
    assert "submit form" in page
    assert "0 faults" in carl.post("/audit/verify").text
    table = carl.get("/audit.csv?chain=site:A").text
    assert table.count("\n") > 20
    assert "audit of site:A exported" in str(quick.trial.rows("access"))
    empty = carl.get("/audit?chain=site:A&since=2030-01-01").text
    assert "submit form" not in empty


def test_a_formula_in_a_cell_is_text(quick):
    subject = quick.trial.randomized("A")
    text = '=HYPERLINK("http://x")'
    quick.trial.do("carl", "note deviation", subject=subject, category="OTHER", text=text,
                   on=str(quick.trial.clock.now.date()))  # fmt: skip
    table = quick.as_("carl").get("/audit.csv?chain=site:A").text
    assert f"'{text[:10]}" in table.replace('""', '"')
