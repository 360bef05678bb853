"""What is kept is read before anybody asks, and nobody waits for it."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from equipoise.service.early import EarlyReader, seconds_to_next_day
from equipoise.service.reading.kept import site_day as site_days
from support.conducted import live
from support.served import Site
from support.serving import ended
from support.stores import SQLITE


@pytest.mark.parametrize(
    ("zones", "at", "expected"),
    [
        (["Europe/Berlin"], "2026-01-05T22:59:30+00:00", 31),
        (["UTC", "Asia/Tokyo"], "2026-01-05T14:59:00+00:00", 61),
        (["UTC"], "2026-01-05T09:00:00+00:00", 3601),
        ([], "2026-01-05T09:00:00+00:00", 3601),
        (["Europe/Berlin"], "2026-03-28T23:59:00+00:00", 3601),
    ],
)
def test_a_day_begins_by_the_clock_of_each_site(zones, at, expected):
    assert seconds_to_next_day(zones, dt.datetime.fromisoformat(at)) == expected


def test_the_first_page_finds_what_was_read(tmp_path, monkeypatch):
    trial = live(SQLITE, tmp_path)
    subject = trial.randomized("A")
    site, read = Site(trial), []
    outlooks = site_days.outlooks

    def watched(*given, **more):
        read.append(given[2]["id"])
        return outlooks(*given, **more)

    monkeypatch.setattr(site_days, "outlooks", watched)
    early = EarlyReader(site.served)
    early.start()
    until = time.monotonic() + 60
    while len(read) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    early.stop()
    ended("early reader")
    assert read == ["A", "B"]
    assert subject in site.as_("carl").get("/").text
    assert read == ["A", "B"]
    trial.store.engine.dispose()
