"""Events against the plan, all arms as one: by hand and by R, through the worker, page and API."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import polars as pl
import pytest

from equipoise.adam.derive import derive, derive_times
from equipoise.analysis.progress import course
from equipoise.design.monitor.forecast import EntriesSeen, forecast_entries
from equipoise.protocol import Protocol
from equipoise.sdtm.cut.cut import cut
from equipoise.service.asker import QueryAsker
from equipoise.service.reading.recruiting import kept_events
from equipoise.service.reading.recruiting.events import design_of, events_told, of_all_arms
from equipoise.service.reading.recruiting.last_entry import LastEntry
from support.bearing import BASE, token_of
from support.conducted import START, live, plain_netter
from support.design_protocol import protocol
from support.served import Site
from support.stores import DATABASES, SQLITE
from support.virtual import netter, virtual_sdtm


def day(n):
    return START + dt.timedelta(days=n)


def designed(look="30 events"):
    """100 subjects in 100 days, a median of 300 days against a hazard ratio of 0.6."""
    said = {
        "OS": {"old": "300 days", "new": {"hazard ratio": 0.6}},
        "accrual": {"lasts": "100 days"},
    }
    return protocol({"OS": {"looks": {"final": look}}}, said, subjects=100)


def told(seen, *, entered=100, ends=None, look="30 events", today=200):
    """`seen` events in the days 100, 101 ..., all who entered having done so on the first day."""
    trial = designed(look)
    found = events_told(
        trial, design_of(trial), {"OS": [day(100 + n) for n in range(seen)]}, {day(0): entered},
        ends or LastEntry(100, day(today), "All 100 are randomized", is_over=True), at="now",
    )  # fmt: skip
    (line,) = found.lines
    (final,) = line.looks
    return line, final


def test_events_are_beside_the_plan_and_the_look_is_forecast() -> None:
    """R: ev <- function(t, l, a, n) n * (1 - exp(-l * t) * (exp(a * l) - 1) / (a * l)), of n who
    enter evenly over a days with the hazard l, which is lc = log(2) / 300 or 0.6 lc.

    The plan has 50 an arm in 100 days: 23.92 events by day 200, 30 on day 245.96. Those seen
    entered in the first 30 days; the multiplier at which 20 are expected by day 200 is 0.65734,
    and 30 are on day 311.94. The tenth more is in by t with pnbinom(9, 20.5, E(200) / E(t),
    lower = FALSE), which is 0.1 on day 262.05 and 0.9 on day 382.55.
    """
    line, final = told(20)
    assert (line.name, line.seen, line.planned) == ("OS", 20, pytest.approx(23.9208, abs=1e-4))
    assert (final.look, final.amount, final.planned) == ("final", 30.0, day(246))
    assert (final.day, final.early, final.late, final.why) == (day(312), day(263), day(383), "")


def test_a_look_that_was_reached_says_when() -> None:
    _, final = told(31)
    assert (final.since, final.day, final.why) == (day(129), None, "")


def test_where_little_is_known_no_look_is_forecast() -> None:
    _, final = told(9)
    assert (final.day, final.why) == (None, "too early for a forecast, which needs 10 events")
    paused = LastEntry(100, day(200), "Randomization is paused")
    _, final = told(12, entered=50, ends=paused)
    assert final.why == "none is forecast while it is not known when the last subject is in"
    _, final = told(12, look="99 events")
    assert final.why == "not within ten years at the rate so far"


def test_those_to_come_bring_the_look_forward() -> None:
    """Half of the 100 are in; with the others at 1 a day the look is earlier than without them."""
    when = forecast_entries(EntriesSeen(50, 50.0, 1), to_come=50, coverage=0.8)
    going_on = LastEntry(100, day(200), "", when=when)
    _, alone = told(12, entered=50)
    _, more = told(12, entered=50, ends=going_on)
    assert more.day < alone.day


def test_of_some_of_several_arms_nothing_is_told() -> None:
    """The sums of pairs of three arms would tell each arm's."""
    two = designed().model_dump(mode="json", by_alias=True, exclude_unset=True)
    third = {"label": "More", "role": "experimental"}
    trial = Protocol.model_validate({
        **two, "arms": two["arms"] | {"more": third}, "allocation": {"ratio": "1:1:1"},
        "populations": {"ITT": {"who": "randomized", "arm": "as randomized"}},
        "estimands": {"OS": {"endpoint": "OS", "population": "ITT", "compare": ["new", "old"]}},
    })  # fmt: skip
    ends = LastEntry(100, day(200), "", is_over=True)
    found = events_told(trial, design_of(trial), {}, {day(0): 100}, ends, at="now")
    assert (found.lines, found.untold) == ([], ["OS"])
    assert of_all_arms(design_of(trial)) == []


def test_times_alone_are_those_of_the_derivation_whoever_is_asked_together():
    """Of virtual NETTER-1 as a whole, and of fifty subjects at a time."""
    data, on = virtual_sdtm(1), dt.date(2016, 1, 1)
    whole = derive(cut(data, date=on, look="now"), protocol=netter()).table("ADTTE")
    people = data.table("DM")["USUBJID"].to_list()
    parts = []
    for start in range(0, len(people), 50):
        own = pl.col("USUBJID").is_in(people[start : start + 50])
        tables = {name: table.filter(own) if "USUBJID" in table.columns else table
                  for name, table in data.tables.items()}  # fmt: skip
        parts.append(derive_times(cut(replace(data, tables=tables), date=on, look="now")))
    order = ["PARAMCD", "USUBJID"]
    assert pl.concat(one.table("ADTTE") for one in parts).sort(order).equals(whole.sort(order))
    design = design_of(netter())
    every = {one.name: whole.filter((pl.col("PARAMCD") == one.name) & (pl.col("CNSR") == 0)).height
             for one in of_all_arms(design)}  # fmt: skip
    found = kept_events.events_in(data, design, day=on)
    assert every == {name: sum(name in own for own in found.values()) for name in every}
    assert every["PFS"] > every["OS"] > 0


def shown(site, by="spike"):
    """What the page says of events without its marks, and what the API does."""
    page = site.as_(by).get("/accrual").text
    bearer = {"authorization": f"Bearer {token_of(site.trial, by)}"}
    answer = site.nobody().get(f"{BASE}/accrual", headers=bearer).json()
    part = page.partition("Events against the plan")[2].partition("By site")[0]
    return " ".join(re.sub("<[^>]*>", " ", part).split()), answer["events"]


def deaths(kind, folder):
    """Three are randomized in both arms, and two die: two events of each end point, of any arm."""
    trial = live(kind, folder, protocol=plain_netter())
    site = Site(trial)
    asker = QueryAsker(site.served, tell=pytest.fail)
    assert shown(site) == (
        "Events are being counted for the first time since the service began.", None,
    )  # fmt: skip
    asker.ask()
    assert "Nobody is randomized yet." in shown(site)[0]
    people = [trial.randomized("A"), trial.randomized("A"), trial.randomized("B"),
              trial.randomized("B")]  # fmt: skip
    arms = {one["subject"]: one["arm"] for one in trial.rows("allocation")}
    assert len({*arms.values()}) == 2
    trial.clock.to(day(30))
    one_of_each = {arms[one]: one for one in people}
    for subject in one_of_each.values():
        trial.do("carl", "record death", subject=subject, on=str(day(30)))
    while (due := asker.ask()) and asker._due:
        assert due.left == []
    asker.ask()
    page, programs = shown(site)
    assert [(one["name"], one["seen"]) for one in programs["hypotheses"]] == [("PFS", 2), ("OS", 2)]
    assert programs["left"] == 0
    assert "Progression-free survival : 2 events so far, all arms together" in page
    assert "As of 4 Feb 2026, 09:00 UTC." in page
    assert "too early for a forecast, which needs 10 events" in page
    assert "with PFS final" in page
    said = f"{page} {programs}".lower()
    assert not [
        word for word in ("lutate", "octreotide", "dotatate", *arms) if word.lower() in said
    ]
    trial.store.engine.dispose()


@pytest.mark.parametrize("kind", DATABASES)
def test_the_worker_counts_events_and_pages_tell_them(kind, tmp_path):
    deaths(kind, tmp_path)


def one_arm(data, plan):
    """Planted: the events of one arm alone are told."""
    found = RIGHT(data, plan)
    return None if found is None else found.filter(pl.col("ARM") == plan.experimental)


RIGHT = course.timed_events


def test_events_of_an_arm_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr(course, "timed_events", one_arm)
    with pytest.raises(AssertionError):
        deaths(SQLITE, tmp_path)


def test_what_cannot_be_derived_is_said(tmp_path, monkeypatch):
    trial = live(SQLITE, tmp_path, protocol=plain_netter())
    site, subject = Site(trial), trial.randomized("A")
    trial.randomized("A")
    asker, right = QueryAsker(site.served), kept_events.events_in

    def faulty(data, *given, **more):
        if any(one.endswith(subject) for one in data.table("DM")["USUBJID"]):
            raise ZeroDivisionError
        return right(data, *given, **more)

    monkeypatch.setattr("equipoise.service.asker.events_in", faulty)
    for _ in range(4):
        try:
            asker.ask()
        except ZeroDivisionError:
            continue
    page, programs = shown(site)
    assert programs["left"] == 1
    assert "The data of 1 subject could not be derived; it counts for no event." in page
    trial.store.engine.dispose()
