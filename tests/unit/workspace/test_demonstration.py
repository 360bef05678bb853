"""A demonstration is a trial like any other, conducted by commands."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from equipoise.conduct.recorded import recorded
from equipoise.conduct.store.state import known_at
from equipoise.conduct.store.verify import audited
from equipoise.errors import InputError
from equipoise.protocol.model import altered
from equipoise.workspace.demonstration import entry
from equipoise.workspace.demonstration.entry import demonstrate
from support.conducted import small
from support.virtual import netter

KEY = SimpleNamespace(token_bytes=bytes)


@pytest.fixture(scope="module")
def bus(tmp_path_factory):
    """Two patients, one of each arm whenever it is asked: by chance neither may have an event."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(entry, "secrets", KEY)
        patch.setattr(entry, "_EVERY", 90)
        found = demonstrate(netter(), tmp_path_factory.mktemp("demo"))
    yield found
    found.store.engine.dispose()


def test_it_is_in_order(bus):
    with bus.store.reading() as unit:
        assert audited(unit.connection).faults == ()
        assert {one["kind"] for one in unit.rows("list")} == {"training"}


def test_its_patients_are_at_every_stage(bus):
    with bus.store.reading() as unit:
        states = {one["state"] for one in unit.rows("subject")}
        assert {"screened", "eligible"} < states
        assert unit.rows("query")
        asked = {one["key"] for one in unit.rows("form")}
    assert {"laboratory", "assessment", "adverse event", "lesion"} <= asked


def test_courses_go_with_the_arms_that_were_allocated(bus):
    """Whoever gets a drug gets those of the arm; nothing is dated in the future."""
    with bus.store.reading() as unit:
        record = recorded(bus.protocol, known_at(unit.connection))
    arms = dict(record.table("subjects").select("subject", "arm").iter_rows())
    doses = record.table("doses")
    assert doses.height > 3
    assert set(arms.values()) == {None, *bus.protocol.arms}
    for subject, drug in doses.select("subject", "drug").iter_rows():
        assert drug in {one.drug for one in bus.protocol.arms[arms[subject]].give}
    assert doses["date"].max() <= dt.datetime.now(dt.UTC).date()


def test_a_protocol_without_a_truth_has_none_to_show(tmp_path):
    with pytest.raises(InputError, match="no `truth`"):
        demonstrate(small(8), tmp_path)


def test_of_a_masked_trial_the_pharmacist_gives_the_doses_and_what_is_left_out_is_told(
    tmp_path, caplog
):
    trial = netter().trial.model_copy(update={"masking": "double blind"})
    masked = altered(netter(), trial=trial)
    caplog.set_level("INFO", logger=entry.__name__)
    found = demonstrate(masked, tmp_path)
    with found.store.reading() as unit:
        by = {one["by"] for one in unit.rows("dose")}
    found.store.engine.dispose()
    assert by == {"pharmacist"}
    told = [one.getMessage() for one in caplog.records if "left out" in one.getMessage()]
    assert not [one for one in told if "may not" in one]
