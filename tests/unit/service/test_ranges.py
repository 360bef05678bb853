"""Ranges of a site's laboratory on its page, and beside each value where it is typed and read."""

from __future__ import annotations

import re

import pytest

from equipoise.service.reading.kinds import lab_rows
from support.conducted import opened as opened_trial
from support.ranged import GRADES, TODAY, VALUE, begun, measured, protocol, tell, tell_both
from support.served import Site, problems
from support.stores import SQLITE
from unit.conduct.commands.test_ranges_read import randomized

ALT = [one.code for one in lab_rows()].index("ALT")
FILE = """test,sex,age_from,lower,upper,unit,from_day
ALT,both,0,10,45,U/L,2026-01-01
HGB,F,0,12,15.5,g/dL,2026-01-01
HGB,M,0,13.5,17,g/dL,2026-01-01
"""


@pytest.fixture
def site(tmp_path):
    found = Site(begun(tmp_path))
    yield found
    found.trial.store.engine.dispose()


@pytest.fixture
def own(tmp_path):
    """With forms of its own."""
    found = Site(begun(tmp_path, forms=True))
    yield found
    found.trial.store.engine.dispose()


def words(answer):
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", answer.text))


def send(browser, text, *, site="A", name="ranges.csv", reason=""):
    """A file, as a browser sends it without a script."""
    raw = text if isinstance(text, bytes) else text.encode()
    said = {"site": site, "reason": reason}
    return browser.upload("/ranges", {"file": (name, raw, "text/csv")}, **said)


def opened(trial, subject, on=str(TODAY)):
    given = {"subject": subject, "key": "laboratory", "on": on, "title": f"of {on}"}
    visit = trial.do("carl", "open visit", **given)["visit"]
    return f"/subjects/{subject}/form?key=laboratory&visit={visit}"


def row_of(page, label):
    """The line of a test, in words."""
    (found,) = [one for one in re.findall("<tr>.*?</tr>", page.text, re.DOTALL)
                if f'<th scope="row">{label}' in one]  # fmt: skip
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", found)).strip()


def test_a_file_is_told_and_listed(site):
    carl = site.as_("carl")
    assert "told no range that holds today" in words(carl.get("/ranges"))
    assert "no range is told of: NEUT, PLAT" in words(carl.get("/ranges"))
    answer = send(carl, FILE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/ranges?site=A")
    page = carl.get("/ranges?site=A")
    assert row_of(page, "ALT").startswith("ALT both 0 10 to 45 U/L 1 Jan 2026 Carl, 5 Jan 2026")
    send(carl, FILE.replace("2026-01-01", "2026-03-01"))
    send(carl, FILE.replace("45", "40"), reason="a new certificate")
    page = words(carl.get("/ranges?site=A"))
    assert "From a later day on" in page
    assert "Before: 1 replaced or corrected" in page
    assert len(site.trial.rows("range", test="ALT")) == 3


def test_every_cell_that_is_wrong_is_told_and_nothing_is_taken(site):
    carl = site.as_("carl")
    answer = send(carl, FILE.replace("ALT", "SGPT").replace("15.5", "15,5"), name="C:\\x\\lab.csv")
    assert answer.status_code == 409
    assert problems(answer)[0].startswith("lab.csv, row 2, test: found &#34;SGPT&#34;; expected")
    assert len(problems(answer)) == 2
    for raw, said in ((b"", "no file was chosen"), ("µ".encode("cp1252"), "is no text in UTF-8"),
                      (b"\0\1\2", "is no text in UTF-8")):  # fmt: skip
        answer = send(carl, raw)
        assert answer.status_code == 409
        assert said in problems(answer)[0]
    assert "no file was chosen" in problems(carl.post("/ranges", site="A"))[0]
    assert site.trial.rows("range") == []


def test_what_may_not_be_is_not_there(site):
    assert send(site.as_("dana"), FILE).status_code == 404
    assert send(site.as_("mona"), FILE).status_code == 404
    assert send(site.as_("carl"), FILE, site="Z").status_code == 404
    assert site.as_("carl").get("/ranges?site=Z").status_code == 404
    assert send(site.as_("carl"), "x" * 1_100_000).status_code == 413
    stale = site.as_("carl")
    stale.token = "other"
    assert send(stale, FILE).status_code == 403
    assert site.trial.rows("range") == []


def test_a_trial_without_a_site_says_so(tmp_path):
    trial = opened_trial(SQLITE, tmp_path, protocol=protocol(), sites=())
    answer = Site(trial).as_("dana").get("/ranges")
    assert (answer.status_code, "No site is open yet" in answer.text) == (200, True)
    trial.store.engine.dispose()


def test_the_file_to_fill_in_is_taken_back(site):
    carl = site.as_("carl")
    send(carl, FILE)
    answer = carl.get("/ranges/template.csv?site=A")
    assert answer.headers["content-disposition"] == 'attachment; filename="ranges-A.csv"'
    lines = answer.text.splitlines()
    assert "ALT,both,0,10,45,U/L," in lines
    assert "PLAT,both,0,,,10^9/L," in lines
    full = [one if one.startswith("test") else one + "2026-02-01" for one in lines
            if ",,," not in one]  # fmt: skip
    assert send(carl, "\r\n".join(full)).status_code == 303


def test_the_range_stands_beside_the_value_and_grades_it(site):
    """130 U/L: grade 1 at A, 2 at B, told without a script after Check, and once it is entered."""
    tell_both(site.trial)
    carl, n = site.as_("carl"), f"r{ALT}"
    for place, grade in GRADES.items():
        where = opened(site.trial, site.trial.randomized(place))
        upper = {"A": 45, "B": 40}[place]
        label = "Alanine aminotransferase"
        assert f"10 to {upper} U/L" in row_of(carl.get(where), label)
        assert "your laboratory's, since 1 Jan 2026" in words(carl.get(where))
        typed = {f"{n}.value": str(VALUE), f"{n}.unit": "U/L"}
        line = row_of(carl.post(where, action="check", **typed), label)
        assert f"grade {grade} above normal" in line
        looked = carl.post(where, action="look", **typed).json()["rows"][n]
        assert (looked["grade"], looked["range"]["says"]) == (grade, f"10 to {upper} U/L")
        other = carl.post(where, action="check", **typed | {f"{n}.unit": "ukat/L"})
        assert f"0.1667 to {upper / 60:.4g} ukat/L" in row_of(other, label)
        assert carl.post(where, action="submit", **typed).status_code == 303
        assert f"10 to {upper} U/L" in row_of(carl.get(where), label)
        assert f"grade {grade}" in row_of(carl.get(where), label)
        form = next(iter(site.trial.rows("form", subject=where.split("/")[2], key="laboratory")))
        shown = words(site.as_("mona").get(f"/forms/{form['id']}"))
        assert f"130 normal 10 to {upper} U/L, the laboratory's since 1 Jan 2026" in shown
        assert f"grade {grade} above normal" in shown
        assert "Lower limit of normal no answer" not in shown


def test_a_range_that_hangs_on_sex_waits_for_it_and_says_so(own):
    """At screening nothing is told of the person yet: no limit is guessed."""
    tell(own.trial, "A", "ALT,F,0,10,35,U/L,2026-01-01", "ALT,M,0,10,50,U/L,2026-01-01")
    subject = own.trial.do("carl", "screen", site="A")["subject"]
    own.trial.do("carl", "consent", subject=subject, on=str(TODAY))
    where, carl = opened(own.trial, subject), own.as_("carl")
    typed = {"r0.ALT": "130", "r0.ALT unit": "U/L"}
    line = row_of(carl.post(where, action="check", **typed), "Alanine Aminotransferase")
    assert "hangs on sex and age, which are not told yet" in line
    rows = [{"AGE": 60, "SEX": "F", "REGION": "north"}]
    own.trial.do("carl", "submit form", subject=subject, key="demographics", rows=rows)
    line = row_of(carl.post(where, action="check", **typed), "Alanine Aminotransferase")
    assert "10 to 35 U/L" in line
    assert "grade 2" in line
    assert "hangs on" not in line


def test_where_no_range_holds_limits_are_typed(site):
    tell(site.trial, "A", "HGB,both,0,120,160,g/L,2026-01-01")
    where = opened(site.trial, site.trial.randomized("A"))
    carl, n = site.as_("carl"), f"r{ALT}"
    page = carl.get(where).text
    assert f'name="{n}.upper"' in page
    hemoglobin = [one.code for one in lab_rows()].index("HGB")
    assert f'name="r{hemoglobin}.upper"' not in page
    typed = {f"{n}.value": "130", f"{n}.unit": "U/L", f"{n}.upper": "40"}
    line = row_of(carl.post(where, action="check", **typed), "Alanine aminotransferase")
    assert "grade 2 above normal" in line
    assert carl.post(where, action="submit", **typed).status_code == 303
    form = next(one for one in site.trial.rows("form", key="laboratory"))
    shown = words(carl.get(f"/forms/{form['id']}"))
    assert "130 by the limits that were typed grade 2 above normal" in shown
    assert "Upper limit of normal 40" in shown


def test_in_a_form_of_its_own_the_day_of_the_sample_decides(own):
    tell(own.trial, "A", "ALT,both,0,10,45,U/L,2026-01-01", "ALT,both,0,10,40,U/L,2026-01-05")
    where = opened(own.trial, randomized(own.trial))
    carl, label = own.as_("carl"), "Alanine Aminotransferase"
    assert "10 to 40 U/L" in row_of(carl.get(where), label)
    typed = {"r0.ALT": "130", "r0.ALT unit": "U/L", "r0.LBDTC": "2026-01-04T08:00"}
    line = row_of(carl.post(where, action="check", **typed), label)
    assert "10 to 45 U/L" in line
    assert "grade 1 above normal" in line
    assert "grade 2" in row_of(
        carl.post(where, action="check", **typed | {"r0.LBDTC": "2026-01-05T08:00"}), label
    )
    assert carl.post(where, action="submit", **typed).status_code == 303


def test_limits_of_a_draft_are_kept_when_a_range_is_told(own):
    where = opened(own.trial, randomized(own.trial))
    carl = own.as_("carl")
    typed = {"r0.ALT": "130", "r0.ALT unit": "U/L", "r0.ALT upper": "30"}
    carl.post(where, action="draft", **typed)
    tell_both(own.trial)
    page = carl.get(where).text
    assert '<input type="hidden" name="r0.ALT upper" value="30">' in page


def test_what_waits_today_is_looked_at_again_once_a_range_is_told(site):
    """A dose that could be given is held by the range that the laboratory tells."""
    subject = site.trial.randomized("B")
    measured(site.trial, subject)
    carl = site.as_("carl")
    before = words(carl.get("/"))
    assert f"{subject} drug not known: grade of alt 130 (no limit of normal)" in before
    tell_both(site.trial)
    assert f"{subject} drug held: alt 130, grade 2" in words(carl.get("/"))
