"""Accrual: when the last is in, against the plan, and why people were not taken in; by hand."""

from __future__ import annotations

import datetime as dt
import re
from io import BytesIO
from xml.etree import ElementTree

import pytest

from equipoise.conduct.commands.model import TRIAL_ID
from equipoise.conduct.store.served.recruiting import StateChange
from equipoise.meaning.check import read
from equipoise.service.access.roles import Visitor
from equipoise.service.reading.recruiting import openings
from equipoise.service.reading.recruiting.openings import open_spans
from support.bearing import BASE, token_of
from support.conducted import BASELINE, SMALL, START, all_met, live
from support.served import Site
from support.stores import DATABASES, SQLITE


def protocol(more=""):
    """40 subjects evenly over 80 days, and what else is said."""
    text = SMALL.replace("SUBJECTS", "40").replace("METHOD", "blocks: 4")
    text = (
        text.replace("MASKING", "double blind") + f"assume: {{accrual: {{lasts: 80 days}}}}\n{more}"
    )
    stream = BytesIO(text.encode())
    stream.name = "accrual.yaml"
    return read(stream)


def on(trial, day):
    """The morning of a day, counted from that on which the sites were opened."""
    trial.clock.to(START + dt.timedelta(days=day))


def enrol(trial, site, n):
    for _ in range(n):
        trial.randomized(site)


def told(trial, by="spike"):
    """What the page says without its marks, and what the API does."""
    site = Site(trial)
    page = site.as_(by).get("/accrual")
    assert page.status_code == 200
    bearer = {"authorization": f"Bearer {token_of(trial, by)}"}
    answer = site.nobody().get(f"{BASE}/accrual", headers=bearer)
    assert answer.status_code == 200
    main = page.text.partition("<main")[2]
    return " ".join(re.sub("<[^>]*>", " ", main).split()), answer.json()


def twelve(trial):
    """Twelve in the days 0 to 40, on ten of which the site B is paused."""
    enrol(trial, "A", 4)
    on(trial, 20)
    enrol(trial, "B", 2)
    trial.do("adam", "set site", site="B", to="paused", reason="rest")
    on(trial, 30)
    trial.do("adam", "set site", site="B", to="active")
    on(trial, 40)
    enrol(trial, "A", 6)


def forecast_by_hand(kind, folder):
    """A is open on 41 days, B on the days 0 to 19 and 30 to 40, which is 31: 72 days of sites.

    28 are to come at 2 sites, 12 came in 72 / 2 = 36 days: they take 28 * 36 / 12 = 84. The limits
    are those of R, f(.1, 12, 72, 2, 28) = 53.2979 and f(.9, ...) = 128.8888 (see test_entries.py).
    """
    trial = live(kind, folder, protocol=protocol())
    twelve(trial)
    page, programs = told(trial)
    today = START + dt.timedelta(days=40)
    ahead = [str(today + dt.timedelta(days=n)) for n in (84, 54, 129)]
    found = programs["forecast"]
    assert found == {
        "target": 40, "day": ahead[0], "early": ahead[1], "late": ahead[2], "why": "",
        "since": str(START), "entered": 12, "open_days": 72.0, "open_sites": 2,
    }  # fmt: skip
    assert "The last of 40 is expected about 9 May 2026 ;" in page
    assert "four times in five between 9 Apr 2026 and 23 Jun 2026." in page
    assert "as since 5 Jan 2026: 12 randomized in 72 days of open sites" in page
    trial.store.engine.dispose()


@pytest.mark.parametrize("kind", DATABASES)
def test_the_last_is_forecast_from_the_days_of_open_sites(kind, tmp_path):
    forecast_by_hand(kind, tmp_path)


def test_days_of_a_pause_that_are_counted_are_found(tmp_path, monkeypatch):
    """Planted: a site that was paused is taken to have gone on."""
    right = openings._held

    def never_paused(changes, zone, state, first):
        return right([one for one in changes if one.state != "paused"], zone, state, first)

    monkeypatch.setattr(openings, "_held", never_paused)
    with pytest.raises(AssertionError):
        forecast_by_hand(SQLITE, tmp_path)


def why(trial):
    """Why there is no forecast, on the page as for programs."""
    page, programs = told(trial)
    found = programs["forecast"]
    assert (found["day"], found["early"], found["late"]) == (None, None, None)
    assert f"{found['why']}." in page
    assert "is expected about" not in page
    return found["why"]


def test_where_little_is_known_there_is_no_forecast(tmp_path):
    trial = live(SQLITE, tmp_path, protocol=protocol())
    needs = "It needs 10 randomized, and 28 days since the first site opened"
    assert why(trial) == f"Too early for a forecast: 0 of 40 randomized in 0 days. {needs}"
    enrol(trial, "A", 3)
    on(trial, 12)
    assert why(trial) == f"Too early for a forecast: 3 of 40 randomized in 12 days. {needs}"
    enrol(trial, "A", 7)
    assert why(trial).startswith("Too early for a forecast: 10 of 40 randomized in 12 days")
    on(trial, 28)
    assert told(trial)[1]["forecast"]["why"] == ""
    trial.store.engine.dispose()


def test_a_trial_that_does_not_recruit_says_so(tmp_path):
    trial = live(SQLITE, tmp_path, protocol=protocol())
    twelve(trial)
    trial.do("spike", "pause", reason="safety")
    assert why(trial) == "Randomization is paused: no day is forecast while it is"
    trial.do("spike", "resume", reason="looked at")
    for site in ("A", "B"):
        trial.do("adam", "set site", site=site, to="paused", reason="rest")
    assert why(trial) == "No site is open: no day is forecast until one is"
    trial.do("spike", "set trial", to="closed to entry")
    assert why(trial) == "Recruitment is closed"
    trial.store.engine.dispose()


def test_recruiting_stops_where_the_protocol_says(tmp_path):
    """At 44, of which 32 are to come; A is full with its ten, and B has room for eight more."""
    said = "conduct: {stop recruiting at: 44, sites: {at most: 9, per site: 10}}"
    trial = live(SQLITE, tmp_path, protocol=protocol(said))
    twelve(trial)
    told_why = why(trial)
    assert told_why.startswith("The open sites may randomize 8 more, and 32 are to come")
    page, programs = told(trial)
    assert programs["forecast"]["target"] == 44
    assert "Recruiting stops at 44." in page
    trial.store.engine.dispose()


def test_a_day_in_another_century_is_no_forecast(tmp_path):
    """Ten on the first day, then nobody: 30 more would take three times as long as so far."""
    trial = live(SQLITE, tmp_path, protocol=protocol())
    enrol(trial, "A", 10)
    on(trial, 730)
    found = told(trial)[1]["forecast"]
    assert (found["entered"], found["open_days"]) == (10, 2 * 731.0)
    assert found["day"] == str(START + dt.timedelta(days=730 + 3 * 731))
    on(trial, 3653)
    assert why(trial) == (
        "At the rate since 5 Jan 2026 the last of 40 is more than ten years ahead: "
        "no day is forecast"
    )
    trial.store.engine.dispose()


def test_a_site_that_is_full_is_open_no_more(tmp_path):
    """C takes four and has them on day 0: it adds one day to the 41 each of A and B."""
    trial = live(SQLITE, tmp_path, protocol=protocol())
    trial.do("adam", "open site", site="C", cap=4)
    trial.do("adam", "approve version", site="C", version="1", approved_on=str(START))
    trial.do("adam", "set site", site="C", to="active")
    for person, role in (("carl", "coordinator"), ("iris", "investigator")):
        trial.do("adam", "grant", account=person, role=role, site="C")
    enrol(trial, "C", 4)
    on(trial, 40)
    enrol(trial, "A", 8)
    found = told(trial)[1]["forecast"]
    assert (found["entered"], found["open_days"], found["open_sites"]) == (12, 83.0, 2)
    trial.store.engine.dispose()


def test_a_site_is_open_from_its_first_subject_where_that_was_before():
    """A site and a trial that went on from elsewhere: days 3 to 9, and from 15 on."""
    day = [START + dt.timedelta(days=n) for n in range(30)]

    def changed(table, key, *states):
        return [StateChange(table, key, f"{day[n]}T08:00:00.000000Z", state) for n, state in states]

    states = {
        ("site", "A"): changed("site", "A", (5, "active"), (10, "paused"), (15, "active")),
        ("trial", TRIAL_ID): changed("trial", TRIAL_ID, (4, "live")),
    }
    site = {"id": "A", "zone": "UTC"}
    (first, second) = open_spans(states, site, first=day[3])
    assert (first, second) == ((day[3], day[10]), (day[15], None))
    assert [first.days_in(day[0], day[20]), second.days_in(day[0], day[20])] == [7, 5]
    assert open_spans(states, site, first=day[3], full=day[7]) == [(day[3], day[8])]
    states["trial", TRIAL_ID] += changed("trial", TRIAL_ID, (18, "closed to entry"))
    assert open_spans(states, site, first=None) == [(day[5], day[10]), (day[15], day[18])]


def picture(trial):
    page = Site(trial).as_("spike").get("/accrual").text
    (text,) = re.findall('<svg class="accrual".*?</svg>', page)
    return page, ElementTree.fromstring(text)


def test_the_picture_is_told_in_words_and_in_numbers(tmp_path):
    trial = live(SQLITE, tmp_path, protocol=protocol())
    twelve(trial)
    page, drawn = picture(trial)
    assert drawn.get("aria-labelledby") == "accrual-title accrual-desc"
    assert drawn.findtext("title") == "12 of 40 randomized"
    # 40 in 80 days are 20.5 in the 41 days so far; Python rounds a half to even.
    assert drawn.findtext("desc") == (
        "12 were randomized from Jan 2026 to Feb 2026. 20 were planned by now. "
        "The last is expected in May 2026, with an 80% band from Apr 2026 to Jun 2026."
    )
    kinds = [one.get("class") for one in drawn.iter("polyline")]
    assert kinds == ["ahead", "plan", "seen"]
    assert len(drawn.find("polygon").get("points").split()) > 2 * 20
    assert "style" not in ElementTree.tostring(drawn, "unicode")
    rows = re.findall(r"<tr><th scope=\"row\">(\w+ 2026)</th>(.*?)</tr>", page)
    cells = {month: re.findall(r">([^<>]*)</td>", row) for month, row in rows}
    # By the end of January 27 days of the plan have gone, which is 13.5.
    assert cells == {"Jan 2026": ["6", "6", "14"], "Feb 2026": ["6", "12", "20"]}
    months = told(trial)[1]["months"]
    assert [(one["n"], one["total"], one["planned"]) for one in months] == [(6, 6, 14), (6, 12, 20)]
    on(trial, 55)  # in March nobody has come
    last = told(trial)[1]["months"][-1]
    assert last == {"name": "2026-03", "n": 0, "total": 12, "planned": 28}
    trial.store.engine.dispose()


def test_the_band_begins_today_and_ends_at_the_limits(tmp_path):
    trial = live(SQLITE, tmp_path, protocol=protocol())
    twelve(trial)
    _, drawn = picture(trial)
    points = [tuple(map(float, one.split(","))) for one in
              drawn.find("polygon").get("points").split()]  # fmt: skip
    today, ahead = (
        [tuple(map(float, one.split(","))) for one in found.get("points").split()]
        for found in drawn.iter("polyline") if found.get("class") in ("ahead", "seen")
    )  # fmt: skip
    assert points[0] == today[0] == ahead[-1]
    top = min(y for _, y in points)
    early, late = sorted(x for x, y in points if y == top)
    a_day = (today[-1][0] - today[0][0]) / 84
    assert early - today[0][0] == pytest.approx(53.30 * a_day, abs=0.2)
    assert late - today[0][0] == pytest.approx(128.89 * a_day, abs=0.2)
    trial.store.engine.dispose()


def failing(trial, site, *, age=None, because=None):
    """A screen failure: too young, or for another reason."""
    subject = trial.do("carl", "screen", site=site)["subject"]
    trial.do("carl", "consent", subject=subject, on=str(trial.clock.now.date()))
    if age is not None:
        rows = [{**BASELINE, "AGE": age}]
        trial.do("carl", "submit form", subject=subject, key="baseline", rows=rows)
        trial.do("iris", "judge eligibility", subject=subject, met={"I1": False})
    if because is not None:
        day = str(trial.clock.now.date())
        trial.do("carl", "end part", subject=subject, part="participation", because=because, on=day)


def reasons_by_site(folder):
    trial = live(SQLITE, folder, protocol=protocol())
    assert "Why people were not taken in" not in told(trial)[0]
    for site, age in (("A", 17), ("A", 16), ("B", 15)):
        failing(trial, site, age=age)
    failing(trial, "B", because="WITHDRAWAL BY SUBJECT")
    trial.randomized("A")
    trial.screened("B")
    page, programs = told(trial)
    assert "I1 not met: Adult 3 A 2, B 1 Withdrawal by subject 1 B 1" in page
    assert programs["screen_failures"] == [
        {"criterion": "I1", "text": "Adult", "reason": "I1 not met: Adult", "n": 3,
         "sites": [{"name": "A", "n": 2}, {"name": "B", "n": 1}]},
        {"criterion": "", "text": "Withdrawal by subject", "reason": "Withdrawal by subject",
         "n": 1, "sites": [{"name": "B", "n": 1}]},
    ]  # fmt: skip
    for grant in trial.rows("grant", account="carl", site="B"):
        trial.do("adam", "revoke", grant=grant["id"], reason="of site A alone")
    page, programs = told(trial, "carl")
    assert "Screen failures of site A;" in page
    assert [(one["reason"], one["n"]) for one in programs["screen_failures"]] == [
        ("I1 not met: Adult", 2)
    ]
    assert "Withdrawal" not in page
    trial.store.engine.dispose()


def test_screen_failures_are_told_in_the_protocols_sentence_to_whom_they_belong(tmp_path):
    reasons_by_site(tmp_path)


def test_who_missed_two_criteria_counts_in_each_and_who_said_nothing_is_told(tmp_path):
    trial = live(SQLITE, tmp_path)
    subject = trial.do("carl", "screen", site="A")["subject"]
    met = {**all_met(trial.bus.protocol), "I6": False, "E4": False}
    trial.do("iris", "judge eligibility", subject=subject, met=met)
    with trial.store.unit() as unit:  # as an import of another system may leave one
        unit.site, unit.subject = "A", "A-900"
        unit.insert("subject", id="A-900", site="A", number="900", version="1", revision=1,
                    state="screen failure")  # fmt: skip
    page, programs = told(trial)
    assert [(one["reason"], one["n"]) for one in programs["screen_failures"]] == [
        ("E4 applies: Any earlier peptide receptor radionuclide therapy", 1),
        ("I6 not met: Confirmed somatostatin receptors on target lesions", 1),
        ("No reason was recorded", 1),
    ]
    assert "E4 applies: Any earlier peptide receptor radionuclide therapy 1 A 1" in page
    assert "who missed several criteria counts in each" in page
    trial.store.engine.dispose()


def test_reasons_of_another_site_are_found(tmp_path, monkeypatch):
    """Planted: everybody sees every site."""
    monkeypatch.setattr(Visitor, "sites", lambda _, page, every: every)
    with pytest.raises(AssertionError):
        reasons_by_site(tmp_path)
