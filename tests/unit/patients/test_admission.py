"""Virtual patients enter by the reading that lets a real one in."""

import numpy as np
import polars as pl
import pytest

from equipoise.conduct.eligibility import judge_criteria
from equipoise.conduct.measures import Declared, Measures
from equipoise.errors import InputError
from equipoise.kernels.cohort import cohort_plain
from equipoise.patients.admission import admitted
from equipoise.patients.people import people
from equipoise.patients.world import setting
from equipoise.protocol.model import Criterion, altered
from equipoise.simulation.object.run import run
from support.virtual import TRUTH, netter, virtual_record
from support.wards import folk


def ruled(*rules):
    """NETTER-1 with these criteria alone."""
    asked = netter().population.eligibility
    include = tuple(Criterion(id=f"I{n}", text=rule, rule=rule) for n, rule in enumerate(rules))
    changed = asked.model_copy(update={"include": include, "exclude": ()})
    population = netter().population.model_copy(update={"eligibility": changed})
    return altered(netter(), population=population)


def let_in(protocol, seed=1):
    where = setting(protocol, truth=TRUTH)
    cohort = cohort_plain(where.world, seed=seed, trial=0)
    who = people(protocol, where, cohort, seed=seed, trial=0)
    return who, admitted(protocol, where, who, seed=seed, trial=0)


def against(record, protocol):
    """The subjects whom a criterion keeps out by the last values before their randomization."""
    who = record.table("subjects").filter(pl.col("randomized").is_not_null())
    labs = record.table("labs").join(who.select("subject", "randomized"), on="subject")
    labs = labs.filter(pl.col("date") < pl.col("randomized")).sort("date")
    found = []
    for one in who.iter_rows(named=True):
        own = labs.filter(pl.col("subject") == one["subject"])
        value = {name.lower(): np.array([said]) for name, said in one.items() if name.isupper()}
        value |= {code.lower(): np.array([v]) for code, v in own.select("code", "value").rows()}
        sex = 0.85 if one["SEX"] == "F" else 1.0
        by_hand = (140 - one["AGE"]) * one["WEIGHT"] / (72 * value["creat"][0] / 88.42) * sex
        value["crcl"] = np.array([by_hand])
        known = Measures(value, {}, {"crcl": Declared("mL/min")})
        if any(judged.met.no[0] for judged in judge_criteria(protocol, known, size=1)):
            found.append(one["subject"])
    return found


@pytest.mark.parametrize("seed", [1, 5])
def test_nobody_is_randomized_against_what_was_measured(seed):
    record = virtual_record(seed)
    assert record.table("labs").height > 0
    assert against(record, netter()) == []


def test_only_those_who_were_kept_out_have_another_body():
    who, now = let_in(netter())
    other = now.body != who.body
    assert 5 < other.sum() < 40
    for name, column in who.baseline.items():
        assert (now.baseline[name] == column)[~other].all(), name
    assert (now.death == who.death).all()
    assert (now.arm == who.arm).all()
    assert (now.baseline["UPTAKE"] == who.baseline["UPTAKE"]).all()
    assert (now.baseline["WEIGHT"] != who.baseline["WEIGHT"])[other].any()


def test_without_a_rule_nothing_is_drawn_again():
    who, now = let_in(ruled())
    assert (now.body == who.body).all()


def test_a_rare_body_is_found():
    _, now = let_in(ruled("AGE >= 75", 'SEX = "F"'))
    assert (now.baseline["AGE"] >= 75).all()
    assert (now.baseline["SEX"] == "F").all()


def test_a_truth_that_nobody_enters_is_told_in_words():
    with pytest.raises(InputError, match=r"draws hardly anybody who may enter \(I0: AGE >= 95"):
        run(ruled("AGE >= 95"), truth=TRUTH, seed=1)


def test_the_draws_of_people_themselves_do_not_move():
    assert (folk(netter()).body == folk(netter()).keys).all()
