"""Every RECIST case a clinician wrote."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from equipoise.adam.recist.best import best_response
from equipoise.adam.recist.from_rs import overall_from_rs
from equipoise.adam.recist.irecist import by_irecist, irecist
from equipoise.adam.recist.overall import overall_response
from equipoise.protocol.model import RecistOptions
from support.cases import START, frames, load, name_of, responses, start_of

CASES = load("recist")
SCANS = [c for c in CASES if "scans" in c]
BESTS = [c for c in CASES if "best" in c]
PARTS = {
    "is": "OVRLRESP",
    "target": "TRGRESP",
    "non-target": "NTRGRESP",
    "rule": "RULE",
    "immune": "IRESP",
}


def options_of(case: dict[str, Any]) -> RecistOptions:
    """Responses are confirmed unless a case says otherwise: most cases are about confirmation."""
    return RecistOptions.model_validate({"confirm": "yes", **case.get("options", {})})


def read(case: dict[str, Any]) -> pl.DataFrame:
    """The responses of a case that gives lesions."""
    options = options_of(case)
    overall = overall_response(*frames(case), options=options)
    return by_irecist(overall) if options.version == "iRECIST" else overall


def check_scans(case: dict[str, Any]) -> None:
    rows = read(case)
    found = (rows if "IRESP" in rows.columns else irecist(rows)).to_dicts()
    by_visit = {row["VISITNUM"]: row for row in found}
    for number, scan in enumerate(case["scans"], start=1):
        row = by_visit.get(float(number), {})
        for key, column in PARTS.items():
            if key in scan:
                assert row.get(column) == scan[key], (number, column, row.get("REASON"))
        if "dated" in scan:
            assert row["ADT"] == dt.date.fromisoformat(str(scan["dated"]))
        if "because" in scan:
            assert scan["because"] in row["REASON"]


def check_best(case: dict[str, Any]) -> None:
    if "readings" in case:
        overall = overall_from_rs(responses(case))
    else:
        overall = read(case)
    (row,) = best_response(overall, start_of(case), options=options_of(case)).to_dicts()
    asked = case["best"]
    assert row["AVALC"] == asked["response"], row
    for key, column in (("day", "ADT"), ("confirmed", "CONFDT")):
        if key in asked:
            day = None if asked[key] is None else START + dt.timedelta(days=int(asked[key]))
            assert row[column] == day, row
    for key, column in (("rule", "RULE"), ("query", "QUERY")):
        if key in asked:
            assert row[column] == asked[key], row


@pytest.mark.parametrize("case", SCANS, ids=name_of)
def test_scans(case: dict[str, Any]) -> None:
    check_scans(case)


@pytest.mark.parametrize("case", BESTS, ids=name_of)
def test_best(case: dict[str, Any]) -> None:
    check_best(case)


def test_every_case_says_what_it_expects() -> None:
    assert all("best" in c or any({"is", "immune"} & set(s) for s in c["scans"]) for c in CASES)
    assert len({name_of(c) for c in CASES}) == len(CASES)
