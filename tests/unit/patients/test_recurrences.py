"""Events that come again and again: rates and spread of the counts."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from equipoise.calendar import DAYS_PER_YEAR
from equipoise.meaning.check import read_text
from equipoise.patients.virtual_trial import live
from equipoise.patients.world import setting

TEXT = """
equipoise: "1"
trial: {{id: T, title: T}}
population: {{randomize: 3000}}
arms:
  old: {{label: Old, role: control, give: ["old 1 mg oral every 1 day until week 8"]}}
  new: {{label: New, role: experimental, give: ["new 1 mg oral every 1 day until week 8"]}}
endpoints:
  EX: {{label: Exacerbations, type: count, data: ADAE}}
assume:
  accrual: {{lasts: 1 day}}
  follow up: 2 years
  EX: {{old: 2, new: 0.5, dispersion: {dispersion}}}
"""
FEW = 4.0  # standard errors that chance may stray


def counts(dispersion: str) -> dict[str, np.ndarray]:
    protocol = read_text(TEXT.format(dispersion=dispersion))
    record = live(protocol, setting(protocol, truth="as planned"), seed=3)
    seen = record.table("events").group_by("subject").len()
    people = record.table("subjects").join(seen, on="subject", how="left")
    days = (people["ended"] - people["randomized"]).dt.total_days() + 1
    assert days.min() == days.max()
    assert days[0] == pytest.approx(2 * DAYS_PER_YEAR, abs=2)
    return {
        arm: people.filter(pl.col("arm") == arm)["len"].fill_null(0).to_numpy()
        for arm in ("old", "new")
    }


@pytest.mark.parametrize("dispersion", ["0", "0.8"])
def test_mean_and_variance_are_those_of_a_negative_binomial(dispersion: str) -> None:
    """Two years at 2 and 0.5 a year: 4 and 1 events, variance m + k m^2."""
    k = float(dispersion)
    for arm, m in (("old", 4.0), ("new", 1.0)):
        found = counts(dispersion)[arm]
        variance = m + k * m * m
        assert found.mean() == pytest.approx(m, abs=FEW * np.sqrt(variance / found.size))
        fourth = ((found - found.mean()) ** 4).mean()
        spread = np.sqrt((fourth - variance**2) / found.size)
        assert found.var() == pytest.approx(variance, abs=FEW * spread)


def test_a_longer_follow_up_moves_no_earlier_event() -> None:
    short = read_text(TEXT.format(dispersion="0.8").replace("3000", "50"))
    long = read_text(
        TEXT.format(dispersion="0.8").replace("3000", "50").replace("2 years", "4 years")
    )
    first, second = (
        live(p, setting(p, truth="as planned"), seed=3).table("events").sort("subject", "start")
        for p in (short, long)
    )
    last = first["start"].max()
    kept = second.join(first.select("subject", "start"), on=["subject", "start"], how="semi")
    assert kept.height == first.height < second.height
    assert last is not None
