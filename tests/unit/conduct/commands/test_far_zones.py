"""A day is that of the site's clock, in zones where it is another one in UTC."""

import datetime as dt
import json

import polars as pl
import pytest

from equipoise.conduct.commands.model import RefusedError
from equipoise.conduct.recorded import recorded
from equipoise.conduct.store.state import known_at
from equipoise.sdtm.tabulate.tabulate import tabulate
from support.conducted import BASELINE, OF_SITE, PEOPLE, live, small
from support.stores import SQLITE

EVENING = dt.datetime(2028, 2, 29, 20, 30, tzinfo=dt.UTC)  # of the leap day; in Auckland 1 March
ZONES = {"NZ": ("Pacific/Auckland", "2028-03-01"), "LA": ("America/Los_Angeles", "2028-02-29")}


@pytest.fixture
def trial(tmp_path):
    found = live(SQLITE, tmp_path / "t", protocol=small(40), start=dt.date(2028, 2, 28))
    found.clock.now = EVENING
    for site, (zone, _) in ZONES.items():
        found.do("adam", "open site", site=site, zone=zone)
        for person, role in PEOPLE.items():
            if role in OF_SITE:
                found.do("adam", "grant", account=person, role=role, site=site)
    yield found
    found.store.engine.dispose()


def approve(trial, site, day):
    trial.do("adam", "approve version", site=site, version="1", approved_on=day)
    trial.do("adam", "set site", site=site, to="active")


@pytest.mark.parametrize("site", ZONES)
def test_what_is_approved_today_by_the_sites_clock_is_approved(trial, site):
    today = ZONES[site][1]
    tomorrow = str(dt.date.fromisoformat(today) + dt.timedelta(days=1))
    with pytest.raises(RefusedError, match="still to come"):
        approve(trial, site, tomorrow)
    approve(trial, site, today)


@pytest.mark.parametrize("site", ZONES)
def test_what_an_envelope_departs_from_is_of_the_day_of_randomization(trial, site):
    """Opened at 20:30 UTC: the deviation is of the site's day, as RANDOMIZED is."""
    approve(trial, site, "2028-02-28")
    batch = trial.do("uma", "seal envelopes", site=site, slots=2)["batch"]
    own = json.dumps(["F", "north"], separators=(",", ":"))
    envelope = [one for one in trial.rows("envelope") if one["stratum"] == own][1]
    stratum = tuple(json.loads(own))
    arm = trial.bus.lists.secret.entries(stratum, envelope["slot"])[-1]
    subject = str(trial.do("carl", "screen", site=site)["subject"])
    trial.do("carl", "consent", subject=subject, on=ZONES[site][1])
    rows = [{**BASELINE, "SEX": "F", "REGION": "north"}]
    trial.do("carl", "submit form", subject=subject, key="baseline", rows=rows)
    trial.do(
        "carl", "randomize by envelope", subject=subject, batch=batch, number=envelope["number"],
        reason="no line", arm=arm, at=str(trial.clock.now),
    )  # fmt: skip
    with trial.store.reading() as unit:
        data = tabulate(recorded(trial.bus.protocol, known_at(unit.connection)))
    event = data.table("DS").filter(pl.col("DSDECOD") == "RANDOMIZED")
    assert event["DSSTDTC"].to_list() == [ZONES[site][1]]
    assert set(data.table("DV")["DVSTDTC"]) == {ZONES[site][1]}
