"""How current the data of each site are, and who died or had a serious event, pooled and by arm."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from equipoise.adam.model import ADaM
from equipoise.analysis.incidence import has_died
from equipoise.analysis.progress.course import COUNTED, last_day
from equipoise.analysis.results import Row

SITES, SAFETY_SO_FAR = "sites", "safety so far"
LATE_DAYS: Final = 90
"""Days without a sign of life after which a patient's data are late."""


def currency(data: ADaM) -> Iterator[Row]:
    """By site: patients, those still followed, and how old the last sign of life of these is.

    Rows of analysis "sites"; term is the site.
    """
    end, adsl = last_day(data), data.table("ADSL")
    if end is None or "SITEID" not in adsl.columns:
        return
    age = (pl.lit(end) - pl.col("LSTALVDT")).dt.total_days().alias("AGE")
    going = adsl.filter(
        (pl.col("EOSSTT").fill_null("ONGOING") == "ONGOING") & ~has_died(adsl.columns)
    )
    followed = going.with_columns(age)
    for (site,), own in adsl.sort("SITEID").group_by("SITEID", maintain_order=True):
        here = followed.filter(pl.col("SITEID") == site)["AGE"]
        yield _site("site patients", own.height, str(site))
        yield _site("site followed patients", len(here), str(site))
        known = here.drop_nulls()
        yield _site("late patients", len(here) - int((known <= LATE_DAYS).sum()), str(site))
        if len(known):
            yield _site("median days since last seen", float(known.median()), str(site))  # type: ignore[arg-type]


def deaths_and_serious(data: ADaM, *, pooled: bool) -> Iterator[Row]:
    """Patients who died, and patients with a serious adverse event after the first dose.

    pooled : True for all arms as one only
    """
    adsl = data.table("ADSL")
    yield from _by_arm(data, adsl, "randomized patients", pooled=pooled)
    yield from _by_arm(data, adsl.filter(has_died(adsl.columns)), "died patients", pooled=pooled)
    if "ADAE" not in data.tables or "AESER" not in data.table("ADAE").columns:
        return
    ae = data.table("ADAE").filter((pl.col("TRTEMFL") == "Y") & (pl.col("AESER") == "Y"))
    who = adsl.join(ae.select("USUBJID").unique(), on="USUBJID", how="semi")
    yield from _by_arm(data, who, "serious event patients", pooled=pooled)


def pooled_events(data: ADaM) -> Iterator[Row]:
    """Patients with an adverse event after the first dose by class, all arms as one."""
    if "ADAE" not in data.tables:
        return
    ae = data.table("ADAE").filter(pl.col("TRTEMFL") == "Y")
    yield _pooled("event patients", ae["USUBJID"].n_unique(), "")
    counts = ae.group_by("AEBODSYS").agg(pl.col("USUBJID").n_unique().alias("N"))
    for name, n in counts.sort("N", "AEBODSYS", descending=[True, False]).iter_rows():
        yield _pooled("event patients", n, str(name))


def _by_arm(data: ADaM, who: pl.DataFrame, statistic: str, *, pooled: bool) -> Iterator[Row]:
    yield _pooled(statistic, who.height, "")
    if not pooled:
        for arm in data.protocol.arms:
            n = int((who["TRT01P"] == arm).sum())
            yield Row(SAFETY_SO_FAR, COUNTED, "", statistic, n, group=arm)


def _pooled(statistic: str, value: float, term: str) -> Row:
    return Row(SAFETY_SO_FAR, COUNTED, "", statistic, value, group="all", term=term)


def _site(statistic: str, value: float, site: str) -> Row:
    return Row(SITES, COUNTED, "", statistic, value, group="all", term=site)
