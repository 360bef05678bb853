"""What stands in the way of a cut is kept by site, and is what the command itself finds."""

from __future__ import annotations

import pytest

from equipoise.conduct.commands.closing.cut_data import gaps
from equipoise.conduct.commands.model import CommandDesk
from equipoise.service.reading.kept.sites import KeptSites
from equipoise.service.reading.rooms import closing
from support.conducted import live
from support.served import Site
from support.stores import DATABASES, SQLITE


def lacks(trial, dana) -> str:
    """What the page says, which is what the command would."""
    page = dana.get("/closing").text
    with trial.store.reading() as unit:
        said = "; ".join(gaps(CommandDesk(unit, trial.bus.protocol, None)))
    told = page.partition("Before a cut: ")[2].partition(". With a reason")[0]
    assert told == said
    assert ("Nothing stands in the way of a cut" in page) == (not said)
    return said


@pytest.mark.parametrize("kind", DATABASES)
def test_what_lacks_is_what_the_command_finds(kind, tmp_path):
    """After each act, at either site: forms that are not signed, queries that are not closed."""
    trial = live(kind, tmp_path)
    dana = Site(trial).as_("dana")
    assert lacks(trial, dana) == ""
    first = trial.randomized("A")
    assert lacks(trial, dana) == "1 forms are not signed"  # its criteria; the baseline is signed
    trial.screened("B")
    assert lacks(trial, dana) == "2 forms are not signed"
    query = trial.do("dana", "raise query", form=trial.baseline_form(first), text="Sure?")["query"]
    assert lacks(trial, dana) == "1 queries are not closed; 2 forms are not signed"
    criteria = trial.rows("form", subject=first, key="eligibility")[0]["id"]
    trial.do("iris", "sign", form=criteria)
    assert lacks(trial, dana) == "1 queries are not closed; 1 forms are not signed"
    trial.do("carl", "answer query", query=query, text="Sure")
    trial.do("dana", "close query", query=query)
    assert lacks(trial, dana) == "1 forms are not signed"
    trial.store.engine.dispose()


def test_nothing_is_counted_twice_for_nothing(tmp_path, monkeypatch):
    trial = live(SQLITE, tmp_path)
    site, read = Site(trial), []
    count = closing.counted_lacking

    def watched(*given, **more):
        read.append(more["scope"])
        return count(*given, **more)

    monkeypatch.setattr(closing, "counted_lacking", watched)
    site.served.warm()
    assert read == ["site A", "site B"]
    dana = site.as_("dana")
    dana.get("/closing")
    assert read == ["site A", "site B"]
    trial.screened("B")
    dana.get("/closing")
    assert read == ["site A", "site B", "site B"]
    trial.store.engine.dispose()


def test_a_site_that_is_not_counted_again_is_found(tmp_path, monkeypatch):
    """Planted: what is kept of a site is never read anew."""
    monkeypatch.setattr(KeptSites, "_changed", lambda *_: [])
    with pytest.raises(AssertionError):
        test_what_lacks_is_what_the_command_finds(SQLITE, tmp_path)
