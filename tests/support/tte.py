"""A time-to-event case of a clinician, walked from SDTM to its row of ADTTE."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from typing import Any

from equipoise.adam.adtte import outcome
from equipoise.adam.derive import derive
from equipoise.protocol import Protocol
from equipoise.protocol.reader import read_text
from equipoise.sdtm.cut import cut
from support.street import day, person, plan, randomized, sdtm

KNOWN = {
    "case", "file", "endpoint", "handling", "events", "censor", "from", "baseline", "scans",
    "readings", "died", "new therapy", "seen", "dosed", "left", "cut off", "reactions", "then",
}  # fmt: skip


def day_or_text(value: Any) -> str:
    """A study day as a date; a text, such as "2020-05", as it is."""
    return day(value) if isinstance(value, int) else str(value)


@cache
def _read(text: str) -> Protocol:
    return read_text(text)


def _protocol_of(case: dict[str, Any]) -> Protocol:
    name = case.get("endpoint", "PFS")
    changed: dict[str, Any] = {}
    if "events" in case or "censor" in case or "from" in case:
        endpoint = dict(plan()["endpoints"][name])
        for key, word in (("event", "events"), ("censor", "censor"), ("from", "from")):
            endpoint[key] = case.get(word, endpoint[key])
        changed["endpoints"] = {name: endpoint}
    handling = case.get("handling", {})
    estimand = {"endpoint": name, "role": "primary", "population": "ITT"}
    if handling:
        estimand["intercurrent events"] = {
            k: v if isinstance(v, dict) else str(v) for k, v in handling.items()
        }
    estimand["summary"] = "hazard ratio"
    return _read(json.dumps(plan(estimands={name: estimand}, **changed)))


def _readings(case: dict[str, Any]) -> list[dict[str, Any]]:
    """RS: what the investigator recorded at each scan."""
    return [
        {
            "RSTESTCD": "OVRLRESP",
            "RSTEST": "Overall response",
            "RSSTRESC": str(word),
            "RSEVAL": "INVESTIGATOR",
            "VISITNUM": float(number),
            "RSDTC": day(int(when)),
        }
        for number, (when, word) in enumerate(case.get("readings", {}).items(), start=2)
    ]


def _scans(case: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """TU and TR: one target lesion, in mm; no size is a scan that could not be measured."""
    scans = {**({-7: case["baseline"]} if "baseline" in case else {}), **case.get("scans", {})}
    if not scans:
        return [], []
    common = {"USUBJID": "S-1"}
    first = {"TUTESTCD": "TUMIDENT", "TUSTRESC": "TARGET", "TUEVAL": "INVESTIGATOR"}
    where = {"TULNKID": "T1", "TULOC": "LIVER", "VISITNUM": 1.0, "TUDTC": day(-7)}
    tu = [{**common, **first, **where}]
    tr = []
    for when, size in scans.items():
        number = 1.0 if int(when) < 1 else 2.0 + list(scans).index(when)
        shown = {"TRSTRESN": None if size is None else float(size), "TRSTRESU": "mm"}
        place = {"TRLNKID": "T1", "VISITNUM": number, "TRDTC": day(int(when))}
        text = {"TRTESTCD": "LDIAM", "TRSTRESC": None if size is None else str(size)}
        tr.append({**common, **text, **shown, **place, "TREVAL": "INVESTIGATOR"})
    return tu, tr


def collected(case: dict[str, Any]) -> Any:
    """SDTM of the one patient."""
    died = case.get("died")
    tables: dict[str, Any] = {
        "DM": [person(DTHDTC=None if died is None else day_or_text(died))],
        "DS": [randomized()],
    }
    if "left" in case:
        when, why = next(iter(case["left"].items()))
        row = {"DSDECOD": why, "DSCAT": "DISPOSITION EVENT", "DSSTDTC": day(int(when))}
        tables["DS"].append({"USUBJID": "S-1", **row})
    if "dosed" in case:
        start, end = case["dosed"]
        dose = {"EXTRT": "drug", "EXDOSE": 10.0, "EXSTDTC": day(start), "EXENDTC": day(end)}
        tables["EX"] = [dose]
    if "new therapy" in case:
        therapy = {"CMTRT": "other drug", "CMCAT": "ANTI-CANCER THERAPY"}
        tables["CM"] = [{**therapy, "CMSTDTC": day_or_text(case["new therapy"])}]
    if "seen" in case:
        tables["SV"] = [
            {"VISITNUM": float(i), "SVSTDTC": day(d)} for i, d in enumerate(case["seen"])
        ]
    if "reactions" in case:
        tables["AE"] = [
            {"AETERM": term, "AEDECOD": term, "AEBODSYS": "Skin", "AESTDTC": day_or_text(when)}
            for when, term in case["reactions"].items()
        ]
    readings = _readings(case)
    tu, tr = _scans(case)
    read = {"RS": readings, "TU": tu, "TR": tr}
    tables |= {name: rows for name, rows in read.items() if rows}
    return sdtm(_protocol_of(case), **tables)


def decided(case: dict[str, Any]) -> dict[str, Any]:
    """The row of ADTTE of the case's patient."""
    assert set(case) <= KNOWN, set(case) - KNOWN
    data = collected(case)
    last = case.get("cut off")
    date = None if last is None else dt.date.fromisoformat(day(last))
    adam = derive(cut(data, date=date, look=""))
    name = case.get("endpoint", "PFS")
    rows = adam.table("ADTTE").filter(adam.table("ADTTE")["PARAMCD"] == name)
    assert rows.height == 1, f"{rows.height} rows"
    return rows.row(0, named=True)


def check(case: dict[str, Any]) -> None:
    """Compare what was decided with what the case expects."""
    row, then = decided(case), case["then"]
    found = (row["AVAL"], row["CNSR"] == 0, outcome(row))
    assert found == (then["day"], then["event"], then["because"]), found
    assert row["ADT"] == row["STARTDT"] + dt.timedelta(days=then["day"] - 1)
    for key, column in (("rule", "RULE"), ("source", "SRCDOM"), ("record", "SRCSEQ")):
        if key in then:
            assert row[column] == then[key], (column, row[column])
