"""Results of small trials that went badly, from tables that a test chooses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl

from equipoise.analysis.analyze import analyze
from equipoise.analysis.results import Results
from support.answers import TIME, adam, people, protocol, scores, times
from support.street import pilot_results

ADSL = people(60).with_columns(
    EOSSTT=pl.lit("COMPLETED"), DCSREAS=pl.lit(None, pl.String), LSTALVDT="EOSDT"
)
ASKED = {
    "role": "primary",
    "test": "log-rank",
    "estimator": ["Cox", "Kaplan-Meier", "median"],
    "at": "6 months",
}
LABELS = (
    "L" * 200,
    "word " * 40,
    "مرحبا",
    "<script>alert(1)</script>",
    "{\\rtf1",
    "a | b # c",
    "\N{GRINNING FACE}",
)


def results(adsl: pl.DataFrame = ADSL, endpoint: Any = TIME, **asked: Any) -> Results:
    tables = {
        "ADTTE": times(adsl),
        "ADQS": scores(adsl).with_columns(PARAM=pl.lit("Quality of life")),
        "EVENTS": adsl.head(20).select("USUBJID", ASTDT="RANDDT"),
    }
    data = adam(protocol(endpoint, asked or ASKED), ADSL=adsl, **tables)
    nothing = pilot_results().data.snapshot.excluded.clear()
    people_in = adsl.select("USUBJID", ARM="TRT01P", ARMCD="TRT01P", ACTARM="TRT01A")
    whole = replace(data.snapshot, excluded=nothing, tables={"DM": people_in})
    return analyze(replace(data, snapshot=whole))
