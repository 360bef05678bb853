"""A store's data in SDTM keep the rules of each domain: one trial with one subject of each fate."""

from __future__ import annotations

import polars as pl
import pytest

from equipoise.conduct.recorded import recorded
from equipoise.conduct.store.state import known_at
from equipoise.sdtm.arms import KnownArms
from equipoise.sdtm.conform.conform import conform
from equipoise.sdtm.tabulate.tabulate import tabulate
from support.conducted import all_met, live, plain_netter
from support.stores import SQLITE
from unit.conduct.commands.test_doses import DRUG, measured, received, to_day
from unit.conduct.commands.test_nulls import treated

STUDY = "NETTER-1-"


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    found = live(SQLITE, tmp_path_factory.mktemp("store"))
    found.who = fates(found)
    yield found
    found.store.engine.dispose()


@pytest.fixture(scope="module")
def data(trial):
    with trial.store.reading() as unit:
        return tabulate(recorded(trial.bus.protocol, known_at(unit.connection)))


def fates(trial):
    """What becomes of whom: fate -> subject."""
    who = {"treated": treated(trial), "untreated": trial.randomized()}
    who["misread"] = trial.randomized()
    levels = {"UPTAKE": "grade 4", "SSADUR": "6 months or less"}
    trial.do("carl", "correct stratum", subject=who["misread"], levels=levels, reason="misread")
    who |= {"failed": failed(trial), "left": left(trial), "waiting": trial.screened()}
    doses(trial, who["treated"])
    day = str(trial.clock.now.date())
    trial.do("carl", "note deviation", subject=who["treated"], category="consent", text="late copy",
             on=day)  # fmt: skip
    event = {"term": "Sepsis", "start": day, "serious": True, "grade": 5, "outcome": "FATAL"}
    trial.do("carl", "submit form", subject=who["treated"], key="adverse event", rows=[event])
    trial.do("carl", "record death", subject=who["treated"], on=day)
    return who


def failed(trial):
    """Somebody who is screened and does not meet a criterion."""
    subject = trial.do("carl", "screen", site="A")["subject"]
    trial.do("carl", "consent", subject=subject, on=str(trial.clock.now.date()))
    met = {**all_met(trial.bus.protocol), "I6": False}
    trial.do("iris", "judge eligibility", subject=subject, met=met)
    return subject


def left(trial):
    """Somebody who leaves before randomization."""
    subject = trial.do("carl", "screen", site="A")["subject"]
    day = str(trial.clock.now.date())
    trial.do("carl", "consent", subject=subject, on=day)
    trial.do("carl", "withdraw", subject=subject, of="follow-up", on=day)
    return subject


def doses(trial, subject):
    """One dose, one that waits, and a reduced one."""
    for days, title, platelets in ((0, "first", 240), (56, "second", 62), (63, "third", 90)):
        day = to_day(trial, days)
        measured(trial, subject, day, title=title, PLAT=platelets)
        if platelets == 62:
            trial.do("phil", "hold dose", subject=subject, drug=DRUG, on=str(day), reason="G2")
            continue
        _, at = received(trial, subject, day, activity=7.5 if days == 0 else 3.8)
        trial.do("phil", "give dose", subject=subject, drug=DRUG, on=str(day), at=at,
                 adjusted="" if days == 0 else "platelets grade >= 2")  # fmt: skip


def of(data, domain, trial, fate):
    return data.table(domain).filter(pl.col("USUBJID") == STUDY + trial.who[fate])


def test_nothing_is_wrong(data):
    found = conform(data, arms=KnownArms.of(plain_netter()))
    assert [str(one) for one in found if one.severity == "error"] == []


def test_one_randomized_for_each_on_the_day_of_the_allocation(data, trial):
    drawn = data.table("DS").filter(pl.col("DSDECOD") == "RANDOMIZED")
    at = {STUDY + one["subject"]: one["at"][:10] for one in trial.rows("allocation")}
    assert dict(drawn.select("USUBJID", "DSSTDTC").iter_rows()) == at
    assert drawn.height == len(at)
    assert drawn["DSCAT"].unique().to_list() == ["PROTOCOL MILESTONE"]


def test_a_reason_for_no_arm_stands_if_and_only_if_an_arm_is_missing(data, trial):
    dm = data.table("DM")
    lacks = dm["ARMCD"].is_null() | dm["ACTARMCD"].is_null()
    assert (lacks == dm["ARMNRS"].is_not_null()).all()
    said = {fate: of(data, "DM", trial, fate)["ARMNRS"].item() for fate in trial.who}
    assert said == {
        "treated": None, "untreated": "ASSIGNED, NOT TREATED", "misread": "ASSIGNED, NOT TREATED",
        "failed": "SCREEN FAILURE", "left": "SCREEN FAILURE", "waiting": "NOT ASSIGNED",
    }  # fmt: skip
    assert dm.filter(pl.col("ARM").is_null())["RFSTDTC"].null_count() == 3


def test_both_strata_stand_as_randomized_and_as_corrected(data, trial):
    supp = of(data, "SUPPDM", trial, "misread")
    said = dict(supp.select("QNAM", "QVAL").iter_rows())
    used = {"UPTAKE": "grade 3", "SSADUR": "more than 6 months"}  # of the baseline form
    assert (said["STRAT1R"], said["STRAT2R"]) == tuple(used.values())
    assert (said["UPTAKE"], said["SSADUR"]) == ("grade 4", "6 months or less")
    other = set(of(data, "SUPPDM", trial, "untreated")["QNAM"])
    assert not {"STRAT1R", "STRAT2R"} & other


def test_every_screen_failure_has_a_criterion_or_a_reason(data, trial):
    failures = data.table("DM").filter(pl.col("ARMNRS") == "SCREEN FAILURE")["USUBJID"]
    ds = data.table("DS").filter(pl.col("DSCAT") == "DISPOSITION EVENT")
    told = {*data.table("IE")["USUBJID"], *ds["USUBJID"]}
    assert set(failures) <= told
    assert of(data, "IE", trial, "failed")["IETESTCD"].to_list() == ["I6"]
    assert of(data, "DS", trial, "failed")["DSTERM"].to_list()[-1] == "SCREEN FAILURE: I6"
    assert of(data, "DS", trial, "left")["DSDECOD"].to_list()[-1] == "WITHDRAWAL BY SUBJECT"
    assert set(data.table("IE")["IETESTCD"]) < set(data.table("TI")["IETESTCD"])


def test_doses_as_collected_and_as_derived(data, trial):
    ec = of(data, "EC", trial, "treated")
    planned, done = (ec.filter(pl.col("ECMOOD") == mood) for mood in ("SCHEDULED", "PERFORMED"))
    assert planned["ECDOSE"].to_list() == [7.4, 7.4, 7.4]
    assert planned["ECOCCUR"].null_count() == 3
    assert done["ECOCCUR"].to_list() == ["Y", "N", "Y"]
    assert done["ECDOSE"].to_list() == [7.5, None, 3.8]
    assert done["ECREASOC"].to_list() == [None, "G2", None]
    ex = of(data, "EX", trial, "treated")
    assert ex["EXDOSE"].to_list() == [7.5, 3.8]
    assert ex["EXADJ"].to_list() == [None, "platelets grade >= 2"]
    assert done.filter(pl.col("ECOCCUR") == "Y")["ECSTDTC"].to_list() == ex["EXSTDTC"].to_list()


def test_elements_leave_no_gap_and_are_those_of_the_protocol(data):
    se = data.table("SE").sort("USUBJID", "SESTDTC")
    gap = pl.col("SESTDTC").str.to_date() - pl.col("SEENDTC").str.to_date().shift(1)
    days = se.select(gap.over("USUBJID").dt.total_days()).to_series().drop_nulls()
    assert set(days) <= {0, 1}
    assert set(se["ETCD"]) <= set(data.table("TE")["ETCD"])


def test_a_deviation_that_was_noted_stands_beside_those_found(data, trial):
    said = of(data, "DV", trial, "treated")
    assert "late copy" in said["DVTERM"].to_list()


def test_the_summary_says_what_the_trial_is(data):
    said = dict(data.table("TS").select("TSPARMCD", "TSVAL").iter_rows())
    assert said["RANDOM"] == "Y"
    assert said["NARMS"] == "2"
    assert said["PLANSUB"] == "230"
    assert said["TBLIND"] == "OPEN LABEL"


def test_death_is_told_alike_everywhere(data, trial):
    dm, ae = of(data, "DM", trial, "treated"), of(data, "AE", trial, "treated")
    assert dm["DTHFL"].item() == "Y"
    assert (ae["AESER"].item(), ae["AEOUT"].item(), ae["AETOXGR"].item()) == ("Y", "FATAL", "5")
    ends = of(data, "DS", trial, "treated").filter(pl.col("DSDECOD") == "DEATH")
    assert set(ends["DSSTDTC"]) == {dm["DTHDTC"].item()}
