"""A time-to-event case of a clinician, walked from SDTM to its row of ADTTE."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from typing import Any

from equipoise.adam.derive import derive
from equipoise.adam.explain.trace import explain
from equipoise.adam.model import ADaM
from equipoise.adam.time.adtte import outcome
from equipoise.meaning.check import read_text
from equipoise.protocol import Protocol
from equipoise.sdtm.cut.cut import cut
from support.street import day, person, plan, randomized, sdtm

KNOWN = {
    "case", "file", "endpoint", "handling", "events", "censor", "from", "baseline", "scans",
    "readings", "died", "new therapy", "seen", "dosed", "left", "cut off", "reactions", "then",
    "define", "central", "scores", "stopped", "randomized", "dates",
}  # fmt: skip


def day_or_text(value: Any) -> str:
    """A study day as a date; a text, such as "2020-05", as it is."""
    return day(value) if isinstance(value, int) else str(value)


@cache
def _read(text: str) -> Protocol:
    return read_text(text)


def _protocol_of(case: dict[str, Any]) -> Protocol:
    """The small protocol with the case's endpoint; `define` says what else it is."""
    name = case.get("endpoint", "PFS")
    endpoint = dict(plan()["endpoints"].get(name, plan()["endpoints"]["PFS"]))
    for key, word in (("event", "events"), ("censor", "censor"), ("from", "from")):
        endpoint[key] = case.get(word, endpoint[key])
    endpoint |= case.get("define", {})
    changed = {"endpoints": {name: {k: v for k, v in endpoint.items() if v is not None}}}
    changed |= {"dates": case["dates"]} if "dates" in case else {}
    handling = case.get("handling", {})
    estimand = {"endpoint": name, "role": "primary", "population": "ITT"}
    if handling:
        estimand["intercurrent events"] = {
            k: v if isinstance(v, dict) else str(v) for k, v in handling.items()
        }
    estimand["summary"] = "hazard ratio"
    return _read(json.dumps(plan(estimands={name: estimand}, **changed)))


def _readings(case: dict[str, Any]) -> list[dict[str, Any]]:
    """RS: what the investigator recorded at each scan, and what the central reader did."""
    readers = (("readings", "INVESTIGATOR"), ("central", "INDEPENDENT ASSESSOR"))
    return [
        {
            "RSTESTCD": "OVRLRESP",
            "RSTEST": "Overall response",
            "RSSTRESC": str(word),
            "RSEVAL": reader,
            "VISITNUM": float(number),
            "RSDTC": day_or_text(when),
        }
        for key, reader in readers
        for number, (when, word) in enumerate(case.get(key, {}).items(), start=2)
    ]


def _scores(case: dict[str, Any]) -> list[dict[str, Any]]:
    """QS: the value of each scale on each day."""
    return [
        {
            "QSCAT": "SCALES",
            "QSTESTCD": scale,
            "QSTEST": scale,
            "QSSTRESN": None if value is None else float(value),
            "QSDTC": day(int(when)),
            "VISITNUM": float(number),
        }
        for scale, values in case.get("scores", {}).items()
        for number, (when, value) in enumerate(values.items(), start=1)
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
        "DS": [randomized(on=day_or_text(case.get("randomized", 1)))],
    }
    if "left" in case:
        when, why = next(iter(case["left"].items()))
        row = {"DSDECOD": why, "DSCAT": "DISPOSITION EVENT", "DSSTDTC": day(int(when))}
        tables["DS"].append({"USUBJID": "S-1", **row})
    if "stopped" in case:
        when, why = next(iter(case["stopped"].items()))
        ended = {"DSCAT": "DISPOSITION EVENT", "DSSCAT": "STUDY TREATMENT", "DSDECOD": why}
        tables["DS"].append({"USUBJID": "S-1", **ended, "DSSTDTC": day(int(when))})
    if "dosed" in case:
        start, end = case["dosed"]
        dose = {"EXTRT": "drug", "EXDOSE": 10.0}
        tables["EX"] = [{**dose, "EXSTDTC": day_or_text(start), "EXENDTC": day_or_text(end)}]
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
    tu, tr = _scans(case)
    read = {"RS": _readings(case), "TU": tu, "TR": tr, "QS": _scores(case)}
    tables |= {name: rows for name, rows in read.items() if rows}
    return sdtm(_protocol_of(case), **tables)


def derived(case: dict[str, Any]) -> ADaM:
    """The case's datasets, as known on its day of the cut-off."""
    assert set(case) <= KNOWN, set(case) - KNOWN
    last = case.get("cut off")
    date = None if last is None else dt.date.fromisoformat(day(last))
    return derive(cut(collected(case), date=date, look=""))


def decided(case: dict[str, Any], adam: ADaM | None = None) -> dict[str, Any]:
    """The row of ADTTE of the case's patient."""
    table = (adam or derived(case)).table("ADTTE")
    rows = table.filter(table["PARAMCD"] == case.get("endpoint", "PFS"))
    assert rows.height == 1, f"{rows.height} rows"
    return rows.row(0, named=True)


def check(case: dict[str, Any]) -> None:
    """Compare what was decided with what the case expects, and that `explain` tells it."""
    adam = derived(case)
    row, then = decided(case, adam), case["then"]
    found = (row["AVAL"], row["CNSR"] == 0, outcome(row))
    assert found == (then["day"], then["event"], then["because"]), found
    assert row["ADT"] == row["STARTDT"] + dt.timedelta(days=then["day"] - 1)
    if "from" in then:
        assert row["STARTDT"] == dt.date.fromisoformat(day(then["from"]))
    for key, column in (("rule", "RULE"), ("source", "SRCDOM"), ("record", "SRCSEQ")):
        if key in then:
            assert row[column] == then[key], (column, row[column])
    told = explain(adam, str(row["PARAMCD"]), subject="S-1")
    assert outcome(row) in told.says
    lines = list(told.lines())
    for words in then.get("explained", []):
        assert any(words in line for line in lines), lines
