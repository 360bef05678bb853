"""Who is asked for on the data cut-off of a look, and who is not."""

import datetime as dt
from functools import cache

import polars as pl

from equipoise.adam.derive import derive
from equipoise.adam.study import Study, cut_at
from equipoise.conduct.deviations import deviations
from equipoise.patients.live import live
from equipoise.patients.world import setting
from equipoise.sdtm.conform.conform import conform
from equipoise.sdtm.tabulate.tabulate import tabulate
from equipoise.simulation.object.run import run
from equipoise.simulation.object.sweep import swept
from support.off_plan import CHANGES
from support.roads import PLAIN, TRUTH, variant
from support.virtual import netter

SWEPT = PLAIN + next(k for k, c in enumerate(CHANGES) if c.visits and c.base == 6)
"""Two hypotheses at two looks each, all by events of PFS."""
SEED = 5


@cache
def trial():
    return run(variant(SWEPT), truth=TRUTH, seed=SEED)


@cache
def before():
    return live(variant(SWEPT), setting(variant(SWEPT), truth=TRUTH), seed=SEED)


def contacts():
    people = trial().table("subjects").select("subject", "randomized", "died", "ended")
    return trial().table("visits").filter(pl.col("key") == "sweep").join(people, on="subject")


def test_everybody_alive_and_in_follow_up_is_asked_for_on_each_cutoff():
    days = Study(tabulate(before()), variant(SWEPT)).dates()
    assert len(days) == 2
    asked = set(contacts().select("subject", "date").iter_rows())
    due = set()
    for row in trial().table("subjects").iter_rows(named=True):
        for day in days:
            is_in = row["randomized"] <= day <= row["ended"]
            if is_in and (row["died"] is None or day < row["died"]):
                due.add((row["subject"], day))
    assert asked == due
    assert 0 < len(due) < 2 * trial().table("subjects").height


def test_a_contact_moves_no_look():
    plan = variant(SWEPT)
    assert Study(tabulate(trial()), plan).dates() == Study(tabulate(before()), plan).dates()


def test_who_lives_is_known_alive_on_the_day_of_the_cutoff():
    snapshot = cut_at(tabulate(trial()), look="PFS final")
    rows = derive(snapshot).table("ADTTE").filter(pl.col("PARAMCD") == "OS", pl.col("CNSR") == 1)
    ended = trial().table("subjects").select("ended", USUBJID="CASES-" + pl.col("subject"))
    rows = rows.join(ended, on="USUBJID", how="left")
    assert rows["ended"].null_count() == 0
    last = rows.select(pl.min_horizontal("ended", pl.lit(snapshot.date)))
    assert rows["ADT"].to_list() == last.to_series().to_list()


def test_without_such_a_visit_nothing_is_added():
    record = live(variant(0), setting(variant(0), truth=TRUTH), seed=SEED)
    assert swept(record) is record


def test_a_look_that_never_comes_asks_for_nobody():
    plan = netter()
    days = Study(tabulate(run(plan, truth="as reported", seed=SEED)), plan).dates()
    assert days[0] == dt.date(2015, 7, 24)  # PFS final; OS final waits for its 158 deaths
    assert len(days) <= 2


def test_the_contacts_are_good_sdtm_and_no_deviation():
    assert [f for f in conform(tabulate(trial())) if f.severity == "error"] == []
    assert deviations(trial()).equals(deviations(before()))


def test_there_are_variants_beside_the_plain_ones():
    assert PLAIN < SWEPT
