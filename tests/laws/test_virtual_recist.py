"""Lesions of virtual patients, read by the plain rules, say what fate has set."""

import numpy as np
import polars as pl
import pytest

from equipoise.kernels.cohort import cohort_plain
from equipoise.patients.world import setting
from support.recist_plain import overall_by_subject
from support.virtual import TRUTH, netter, virtual_record

SEEDS = (1, 2, 3)


@pytest.mark.parametrize("seed", SEEDS)
def test_rules_give_the_reader_s_responses(seed):
    record = virtual_record(seed)
    found = overall_by_subject(record.table("lesions"), record.table("measurements"))
    read = {
        (r["subject"], r["number"]): r["response"]
        for r in record.table("readings").iter_rows(named=True)
    }
    assert found == read
    assert len(read) > 1000


@pytest.mark.parametrize("seed", SEEDS)
def test_progression_shows_at_the_first_scan_on_or_after_its_day(seed):
    record = virtual_record(seed)
    where = setting(netter(), truth=TRUTH)
    cohort = cohort_plain(where.world, seed=seed, trial=0)
    latent = dict(zip((f"{k + 1:04d}" for k in range(len(cohort.entry))), cohort.day[0]))
    readings = record.table("readings").join(
        record.table("subjects").select("subject", "randomized"), on="subject"
    )
    day = (pl.col("date") - pl.col("randomized")).dt.total_days() + 1
    for row in readings.with_columns(day=day).iter_rows(named=True):
        progressed = row["day"] >= latent[row["subject"]]
        assert (row["response"] == "PD") == progressed, row


def test_nobody_is_scanned_after_progression_was_read():
    readings = virtual_record().table("readings")
    last = readings.group_by("subject").agg(pl.col("date").max().alias("last"))
    read = readings.filter(pl.col("response") == "PD").join(last, on="subject")
    assert (read["date"] == read["last"]).all()
    assert read["subject"].is_unique().all()


def test_response_happens_in_the_share_that_the_truth_says():
    said = netter().truth[TRUTH].response
    shares = {arm: [] for arm in said}
    for seed in range(20, 32):
        record = virtual_record(seed)
        readings = record.table("readings").join(
            record.table("subjects").select("subject", "arm"), on="subject"
        )
        best = readings.group_by("subject", "arm").agg(
            (pl.col("response").is_in(["CR", "PR"])).any().alias("is_response"),
            (pl.col("response") != "PD").any().alias("has_time"),
        )
        for arm, found in shares.items():
            own = best.filter((pl.col("arm") == arm) & pl.col("has_time"))
            found.append((own["is_response"].sum(), own.height))
    for arm, found in shares.items():
        hits, total = np.sum(found, axis=0)
        error = 4 * np.sqrt(said[arm] * (1 - said[arm]) / total)
        assert abs(hits / total - said[arm]) < error, arm
