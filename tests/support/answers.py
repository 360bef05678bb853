"""Tiny trials whose analysis datasets are given, to see what an estimand's methods answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl

from equipoise.adam.model import ADaM
from equipoise.analysis.analyze import estimand_rows
from equipoise.analysis.results import Row
from equipoise.protocol import Protocol
from equipoise.sdtm.model import Snapshot

DAY_1 = dt.date(2020, 1, 1)
TIME = {
    "label": "Relapse",
    "type": "time to event",
    "event": [
        {"name": "relapse", "from": "ADSL", "date": "RELDT", "says": "Relapse"},
        {"name": "death", "from": "ADSL", "date": "DTHDT", "says": "Death"},
    ],
    "censor": [{"name": "end", "from": "ADSL", "date": "EOSDT"}],
}


def protocol(
    endpoint: dict[str, Any], estimand: dict[str, Any], *, arms: int = 2, **more: Any
) -> Protocol:
    """A trial of `old` (control) and `new`, with one endpoint E and one estimand E."""
    names = ["new", "old", "newer"][:arms]
    return Protocol.model_validate(
        {
            "trial": {"id": "T-1", "title": "A trial"},
            "population": {"randomize": 60},
            "arms": {
                name: {
                    "label": name.capitalize(),
                    "role": "control" if name == "old" else "experimental",
                }
                for name in names
            },
            "allocation": {
                "ratio": ":".join("1" * arms),
                "blocks": 2 * arms,
                "strata": {"CENTER": ["A", "B"]},
            },
            "endpoints": {"E": endpoint},
            "populations": {"ITT": {"who": "randomized", "flag": "ITTFL"}},
            "estimands": {"E": {"endpoint": "E", "population": "ITT", **estimand}},
            **more,
        }
    )


def people(n: int = 60, *, arms: int = 2, seed: int = 1) -> pl.DataFrame:
    """ADSL of n subjects: arms, two strata, sex, age, days to events, tied on purpose."""
    rng = np.random.default_rng(seed)
    names = np.array(["old", "new", "newer"])[np.arange(n) % arms]
    relapse = np.ceil(rng.exponential(np.where(names == "old", 200, 320))).astype(int)
    death = np.ceil(rng.exponential(700, n)).astype(int)
    end = rng.integers(150, 500, n) // 10 * 10
    start = [DAY_1 + dt.timedelta(days=int(d)) for d in rng.integers(0, 200, n)]

    def on(days: np.ndarray, keep: np.ndarray) -> list[dt.date | None]:
        pairs = zip(start, days, keep)
        return [s + dt.timedelta(days=int(d) - 1) if k else None for s, d, k in pairs]

    everybody = np.ones(n, dtype=bool)
    return pl.DataFrame(
        {
            "USUBJID": [f"S{i:03}" for i in range(n)],
            "TRT01P": names,
            "TRT01A": names,
            "ITTFL": ["Y"] * n,
            "CENTER": np.array(["A", "B"])[(np.arange(n) // arms) % 2],
            "SEX": rng.choice(["F", "M"], n),
            "AGE": rng.integers(40, 80, n),
            "RANDDT": start,
            "TRTSDT": start,
            "RELDT": on(relapse, relapse <= end),
            "DTHDT": on(death, death <= end),
            "EOSDT": on(end, everybody),
        }
    )


def times(adsl: pl.DataFrame, code: str = "E") -> pl.DataFrame:
    """ADTTE of relapse or death, whichever came first."""
    first = pl.min_horizontal("RELDT", "DTHDT")
    words = pl.when(pl.col("RELDT") == first).then(pl.lit("Relapse")).otherwise(pl.lit("Death"))
    return adsl.select(
        "USUBJID",
        "TRT01P",
        "TRT01A",
        PARAMCD=pl.lit(code),
        STARTDT=pl.col("RANDDT"),
        AVAL=(first.fill_null(pl.col("EOSDT")) - pl.col("RANDDT")).dt.total_days() + 1,
        CNSR=first.is_null().cast(pl.Int64),
        EVNTDESC=pl.when(first.is_not_null()).then(words),
    )


def scores(adsl: pl.DataFrame, *, seed: int = 2, visits: int = 3) -> pl.DataFrame:
    """ADQS: one scale QL, high is good; baseline and visits, later ones missing for some."""
    rng = np.random.default_rng(seed)
    rows = []
    for i, (who, arm) in enumerate(adsl.select("USUBJID", "TRT01P").iter_rows()):
        own = rng.normal(60, 12)
        base = round(own + rng.normal(0, 6), 1)
        key = {"USUBJID": who, "PARAMCD": "QL", "BASE": base}
        rows.append(
            {**key, "AVISIT": "Baseline", "AVISITN": 0.0, "ADY": 1, "AVAL": base, "CHG": None,
             "ABLFL": "Y"}
        )  # fmt: skip
        last = visits if i % 5 else 1
        for v in range(1, last + 1):
            shift = (3 if arm == "new" else -2) * v
            value = round(own + shift + rng.normal(0, 6), 1)
            rows.append(
                {**key, "AVISIT": f"Week {12 * v}", "AVISITN": float(v), "ADY": 84 * v + 1,
                 "AVAL": value, "CHG": value - base, "ABLFL": None}
            )  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)


def adam(rules: Protocol, look: str = "only", **tables: pl.DataFrame) -> ADaM:
    """Datasets as if they had been derived."""
    snapshot = Snapshot(
        look, None, {"DM": tables["ADSL"].select("USUBJID")}, "", "", True, 1, (),
        pl.DataFrame(), None, rules,
    )  # fmt: skip
    return ADaM(tables, snapshot, rules)


def answer(data: ADaM, key: str = "E") -> list[Row]:
    """The rows of an estimand."""
    return list(estimand_rows(data, key))


def value(rows: list[Row], statistic: str, **where: Any) -> float | None:
    """The one row's value. Fails if there are none or several."""
    found = one(rows, statistic, **where)
    return found.value


def one(rows: list[Row], statistic: str, **where: Any) -> Row:
    """The one row that has these keys."""
    keys = {"subgroup": "", "term": "", **where}
    found = [
        r for r in rows
        if r.statistic == statistic and all(getattr(r, k) == v for k, v in keys.items())
    ]  # fmt: skip
    assert len(found) == 1, (statistic, keys, len(found))
    return found[0]
