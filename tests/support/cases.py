"""Cases a clinician writes in YAML, as SDTM frames."""

from __future__ import annotations

import copy
import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1] / "cases"
START = dt.date(2020, 1, 1)
NOT_LESIONS = {
    "on",
    "new",
    "maybe new",
    "is",
    "target",
    "non-target",
    "dated",
    "rule",
    "because",
    "immune",
    "later",
}

TU = {
    "USUBJID": pl.String,
    "VISITNUM": pl.Float64,
    "TULNKID": pl.String,
    "TULOC": pl.String,
    "TUTESTCD": pl.String,
    "TUSTRESC": pl.String,
    "TUDTC": pl.String,
    "TUSEQ": pl.Int64,
}
TR = {
    "USUBJID": pl.String,
    "VISITNUM": pl.Float64,
    "TRLNKID": pl.String,
    "TRTESTCD": pl.String,
    "TRSTRESC": pl.String,
    "TRSTRESN": pl.Float64,
    "TRSTRESU": pl.String,
    "TRDTC": pl.String,
    "TRSEQ": pl.Int64,
}


def load(folder: str) -> list[dict[str, Any]]:
    """Every case of every file of a folder, each with its file and its options."""
    return copy.deepcopy(_load(folder))


@cache
def _load(folder: str) -> list[dict[str, Any]]:
    found = []
    for path in sorted((ROOT / folder).glob("*.yaml")):
        table = YAML(typ="safe").load(path.read_text("utf-8"))
        shared = {k: v for k, v in table.items() if k != "cases"}
        found += [{**shared, **case, "file": path.name} for case in table["cases"]]
    return found


def name_of(case: dict[str, Any]) -> str:
    return f"{case['file']}: {case['case']}"


def _lesion_rows(case: dict[str, Any], scans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    nodes = set(case.get("nodes", []))
    rows = []
    first = [k for k in scans[0] if k not in NOT_LESIONS]
    for link in case.get("lesions", first):
        role = "NON-TARGET" if link.startswith("NT") else "TARGET"
        place = "LYMPH NODE" if link in nodes else "LIVER"
        rows.append((1.0, link, place, role, str(scans[0]["on"])))
    for number, scan in enumerate(scans, start=1):
        for key, role in (("new", "NEW"), ("maybe new", "EQUIVOCAL NEW")):
            rows += [(float(number), x, "LUNG", role, str(scan["on"])) for x in scan.get(key, [])]
    return [
        dict(zip(TU, ("S1", n, link, place, "TUMIDENT", role, day, seq), strict=True))
        for seq, (n, link, place, role, day) in enumerate(rows, start=1)
    ]


def frames(case: dict[str, Any]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """TU and TR of a case's scans; the first scan is the baseline."""
    scans, nodes, rows = case["scans"], set(case.get("nodes", [])), []
    for number, scan in enumerate(scans, start=1):
        for link in (k for k in scan if k not in NOT_LESIONS):
            value = scan[link]
            size = float(value) if isinstance(value, int | float) else None
            parent = link.split("/")[0].split(".")[0]
            test = "TUMSTATE" if size is None else "LPERP" if parent in nodes else "LDIAM"
            text = None if value is None else str(value).upper()
            unit = "mm" if size is not None else None
            day = scan.get("later", {}).get(link, scan["on"])
            rows.append((float(number), link, test, text, size, unit, str(day)))
    table = [dict(zip(TR, ("S1", *row, seq), strict=True)) for seq, row in enumerate(rows, start=1)]
    return pl.DataFrame(_lesion_rows(case, scans), schema=TU), pl.DataFrame(table, schema=TR)


def responses(case: dict[str, Any]) -> pl.DataFrame:
    """SDTM RS of a case that gives only the overall responses: {day: response}."""
    rows = []
    for number, (day, word) in enumerate(case["readings"].items(), start=1):
        words = word if isinstance(word, list) else [word]
        date = (START + dt.timedelta(days=int(day))).isoformat()
        rows += [("S1", float(number), "OVRLRESP", w, date) for w in words]
    return pl.DataFrame(
        [(*row, seq) for seq, row in enumerate(rows, start=1)],
        schema={
            "USUBJID": pl.String,
            "VISITNUM": pl.Float64,
            "RSTESTCD": pl.String,
            "RSSTRESC": pl.String,
            "RSDTC": pl.String,
            "RSSEQ": pl.Int64,
        },
        orient="row",
    )


def start_of(case: dict[str, Any]) -> pl.DataFrame:
    """One subject who started on `START`, with new therapy on the day the case says."""
    row: dict[str, Any] = {"USUBJID": ["S1"], "STARTDT": [START]}
    if "new therapy" in case:
        row["NEWTRTDT"] = [START + dt.timedelta(days=int(case["new therapy"]))]
    return pl.DataFrame(row)
