"""A visit that is for some arms is planned for their subjects alone, and tells the arm by being."""

import pytest

from equipoise.conduct.exchange.arm_words import visits_of_some_arms
from equipoise.protocol.model import Visit, altered
from equipoise.service.reading.calendar import calendar, desk_for
from support.conducted import live, plain_netter
from support.served import Site
from support.stores import SQLITE

KIDNEYS = {"label": "Kidney check", "for": "lutate", "epoch": "treatment", "every": "4 weeks",
           "window": "1 week", "do": ["laboratory"]}  # fmt: skip


def protocol():
    found = plain_netter()
    return altered(found, visits={**found.visits, "kidneys": Visit.model_validate(KIDNEYS)})


@pytest.fixture(scope="module")
def by_arm(tmp_path_factory):
    """A trial with a subject of each arm."""
    trial, found = live(SQLITE, tmp_path_factory.mktemp("arms"), protocol=protocol()), {}
    while len(found) < 2:
        subject = trial.randomized()
        found.setdefault(trial.rows("allocation", subject=subject)[0]["arm"], subject)
    yield trial, found
    trial.store.engine.dispose()


def planned(trial, subject):
    with trial.store.reading() as unit:
        desk = desk_for(unit, trial.bus.protocol, unit.row("subject", subject))
        return calendar(desk, visits=[], given=[])


def test_it_is_planned_for_the_arms_that_have_it(by_arm):
    trial, subjects = by_arm
    own = {arm: {one.key for one in planned(trial, subject)} for arm, subject in subjects.items()}
    assert own["lutate"] - own["octreotide"] == {"infusion", "kidneys"}
    assert own["octreotide"] <= own["lutate"]
    assert all(
        one.reveals == (one.key in ("infusion", "kidneys"))
        for one in planned(trial, subjects["lutate"])
    )


def test_who_may_not_know_arms_is_not_told_of_it(by_arm):
    trial, subjects = by_arm
    site = Site(trial)
    told = {who: site.as_(who).get(f"/subjects/{subjects['lutate']}").text
            for who in ("carl", "dana")}  # fmt: skip
    assert "Kidney check" in told["carl"]
    assert "Kidney check" not in told["dana"]
    assert set(visits_of_some_arms(protocol())) == {"infusion", "kidneys"}


def test_doses_wait_where_every_arm_has_the_visit_too(tmp_path):
    """Then the visit tells no arm, and its dose is looked at all the same."""
    found = plain_netter()
    hot, cold = found.arms["lutate"], found.arms["octreotide"]
    infusion = found.visits["infusion"].model_copy(update={"for_": ()})
    both = altered(
        found,
        arms={"lutate": hot, "octreotide": cold.model_copy(update={"give": hot.give})},
        visits={**found.visits, "infusion": infusion},
    )
    trial = live(SQLITE, tmp_path, protocol=both)
    trial.randomized()
    today = Site(trial).as_("carl").get("/").text
    assert "Doses" in today
    assert "177Lu-Dotatate" in today
    assert visits_of_some_arms(both) == ()
    trial.store.engine.dispose()
