"""People who consent and are not randomized, for a criterion that only a person can judge."""

from __future__ import annotations

import numpy as np
import polars as pl

from equipoise.arrays import Ints
from equipoise.conduct.eligibility import EXCLUSION, INCLUSION
from equipoise.kernels import draws
from equipoise.patients.chance import subject_keys, uniform
from equipoise.patients.events import DISPOSITION, MILESTONE, STUDY
from equipoise.patients.people import EPOCH, baseline, sites
from equipoise.patients.world import Setting
from equipoise.protocol import Protocol
from equipoise.protocol.model import Criterion
from equipoise.streams import LEVELS

FIRST_FAILURE = 1_000_000  # stream numbers of screen failures, far from those of the randomized
FAILURE = "SCREEN FAILURE"
_LONGEST_DAYS = 21


def screen_failures(
    protocol: Protocol, where: Setting, *, randomized: int, seed: int, trial: int
) -> dict[str, pl.DataFrame]:
    """Rows for `subjects`, `milestones` and `exceptions`; empty where the truth has none.

    Their number makes the truth's share of all who consent; they come over the time of accrual.
    """
    share = where.truth.screen_failures
    count = round(randomized * share / (1 - share)) if share < 1 else 0
    if not count:
        return {}
    keys = subject_keys(FIRST_FAILURE + np.arange(count), seed=seed, trial=trial)
    level = np.minimum((uniform(keys, "accrual") * LEVELS).astype(np.int64), LEVELS - 1)
    entry = np.array([draws.day_plain(where.world.tables, 0, int(at)) for at in level])
    consent = (where.start - EPOCH).days + np.sort(entry) - 1
    told = consent + np.ceil(uniform(keys, "screening") * _LONGEST_DAYS).astype(np.int64)
    subject = pl.Series("subject", [f"S{k + 1:04d}" for k in range(count)])
    site, country = sites(keys, where.truth)
    asked = _criteria(protocol)
    picked = [asked[int(u * len(asked))] for u in uniform(keys, "criterion")] if asked else []
    columns = {name: pl.Series(v) for name, v in baseline(keys, where.truth).items()}
    subjects = pl.DataFrame(
        {
            "subject": subject,
            "site": site,
            "country": country,
            "consented": _dates(consent),
            "randomized": pl.Series([None] * count, dtype=pl.Date),
            "arm": pl.Series([None] * count, dtype=pl.String),
            "died": pl.Series([None] * count, dtype=pl.Date),
            "ended": _dates(told),
            **columns,
        }
    )
    return {
        "subjects": subjects,
        "milestones": _milestones(subject, consent, told, picked),
        "exceptions": _exceptions(subject, told, picked),
    }


def _criteria(protocol: Protocol) -> list[tuple[str, Criterion]]:
    """The criteria to fail: those without a rule, so that no value of the person belies it."""
    asked = protocol.population.eligibility
    every = [(INCLUSION, c) for c in asked.include] + [(EXCLUSION, c) for c in asked.exclude]
    return [one for one in every if one[1].rule is None]


def _dates(days: Ints) -> pl.Series:
    return pl.Series(days).cast(pl.Int32).cast(pl.Date)


def _milestones(
    subject: pl.Series, consent: Ints, told: Ints, picked: list[tuple[str, Criterion]]
) -> pl.DataFrame:
    count = len(subject)
    why = [f"{FAILURE}: {c.id}" for _, c in picked] or [FAILURE] * count
    parts = [
        (
            MILESTONE,
            "",
            "INFORMED CONSENT OBTAINED",
            ["INFORMED CONSENT OBTAINED"] * count,
            consent,
        ),
        (DISPOSITION, STUDY, FAILURE, why, told),
    ]
    return pl.concat(
        pl.DataFrame(
            {
                "subject": subject,
                "category": [category] * count,
                "scope": [scope] * count,
                "what": [what] * count,
                "term": term,
                "epoch": ["SCREENING"] * count,
                "date": _dates(days),
            }
        )
        for category, scope, what, term, days in parts
    )


def _exceptions(
    subject: pl.Series, told: Ints, picked: list[tuple[str, Criterion]]
) -> pl.DataFrame:
    if not picked:
        return pl.DataFrame()
    return pl.DataFrame(
        {
            "subject": subject,
            "criterion": [c.id for _, c in picked],
            "category": [category for category, _ in picked],
            "text": [c.text for _, c in picked],
            "date": _dates(told),
        }
    )
