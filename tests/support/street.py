"""A small protocol and small studies, from which tests of the street start."""

from __future__ import annotations

import copy
import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from equipoise.adam.derive import derive
from equipoise.adam.model import ADaM
from equipoise.adam.study import cut_at
from equipoise.analysis.analyze import analyze
from equipoise.analysis.results import Results
from equipoise.meaning.check import read, read_text
from equipoise.protocol import Protocol
from equipoise.sdtm.model import SDTM
from equipoise.sdtm.normalize import settled
from equipoise.sdtm.read.read import read_sdtm
from equipoise.sdtm.read.write import write_xpt
from support.sdtm import pilot_tables

EXAMPLES = Path(__file__).parents[2] / "examples"
PILOT_DOMAINS = ("ae", "cm", "dm", "ds", "ex", "mh", "sc", "suppdm", "sv", "vs")
DAY_ONE = dt.date(2020, 1, 1)

_PROTOCOL: dict[str, Any] = {
    "equipoise": "1",
    "trial": {"id": "CASES", "title": "A trial of cases", "phase": "3", "masking": "open label"},
    "population": {"condition": "a disease", "randomize": "4"},
    "arms": {
        "new": {
            "label": "New",
            "code": "N",
            "role": "experimental",
            "give": ["drug 10 mg IV every 4 weeks"],
        },
        "old": {
            "label": "Old",
            "code": "O",
            "role": "control",
            "give": ["drug 5 mg IV every 4 weeks"],
        },
    },
    "allocation": {"ratio": "1:1", "method": "permuted blocks", "blocks": "4"},
    "epochs": {"treatment": {"lasts": "48 weeks"}},
    "visits": {"scan": {"epoch": "treatment", "every": "12 weeks", "window": "1 week"}},
    "endpoints": {
        "PFS": {
            "label": "Progression-free survival",
            "type": "time to event",
            "from": "randomization",
            "assessed at": "scan",
            "recist": {"reader": "investigator"},
            "event": ["progression", "death"],
            "censor": ["last adequate assessment", "randomization"],
        },
        "OS": {
            "label": "Overall survival",
            "type": "time to event",
            "from": "randomization",
            "event": ["death"],
            "censor": ["last known alive"],
        },
    },
    "populations": {
        "ITT": {"label": "All randomized patients", "who": "randomized", "flag": "ITTFL"},
        "safety": {"label": "All treated patients", "who": "treated", "flag": "SAFFL"},
    },
    "estimands": {
        "PFS": {
            "endpoint": "PFS",
            "role": "primary",
            "population": "ITT",
            "summary": "hazard ratio",
            "test": "log-rank",
            "estimator": ["Cox", "Kaplan-Meier", "median"],
        },
        "OS": {
            "endpoint": "OS",
            "population": "ITT",
            "summary": "hazard ratio",
            "test": "log-rank",
        },
    },
    "design": {"alpha": "5%", "sides": "2", "PFS": {"looks": {"final": "end of study"}}},
    "assume": {"accrual": {"lasts": "12 months"}},
}


def plan(**sections: Any) -> dict[str, Any]:
    """The small protocol as a mapping, some of its sections merged with or replaced by others."""
    whole = copy.deepcopy(_PROTOCOL)
    for name, section in sections.items():
        old = whole.get(name)
        whole[name] = {**old, **section} if isinstance(old, dict) else section
    return whole


def protocol(**sections: Any) -> Protocol:
    """The small protocol, read as any other."""
    return read_text(json.dumps(plan(**sections)))


def day(number: int) -> str:
    """The date of a study day; day 1 is that of randomization, and there is no day 0."""
    return (DAY_ONE + dt.timedelta(days=number - 1 if number > 0 else number)).isoformat()


def sdtm(plan_of: Protocol | None = None, **tables: list[dict[str, Any]]) -> SDTM:
    """Collected data from rows written out; sequence numbers and the study are filled in."""
    made = {}
    for domain, rows in tables.items():
        count: dict[str, int] = {}
        whole = []
        for row in rows:
            who = row.setdefault("USUBJID", "S-1")
            count[who] = count.get(who, 0) + 1
            whole.append({"STUDYID": "S", f"{domain}SEQ": float(count[who]), **row})
        frame = pl.DataFrame(whole, infer_schema_length=None)
        made[domain] = settled(frame, domain=domain).table
    files = {name: f"{name.lower()}.xpt" for name in made}
    return SDTM(made, files, protocol=plan_of)


def person(usubjid: str = "S-1", arm: str = "N", **more: Any) -> dict[str, Any]:
    """A row of DM."""
    row = {"USUBJID": usubjid, "SUBJID": usubjid, "ARMCD": arm, "ARM": arm, "RFSTDTC": day(1)}
    return {**row, "DTHDTC": None, **more}


def randomized(usubjid: str = "S-1", on: str | None = None) -> dict[str, Any]:
    """A row of DS that dates the randomization."""
    date = on or day(1)
    milestone = {"DSDECOD": "RANDOMIZED", "DSCAT": "PROTOCOL MILESTONE", "DSSTDTC": date}
    return {"USUBJID": usubjid, **milestone}


def derived(data: SDTM, look: str = "PFS final") -> ADaM:
    return derive(cut_at(data, look=look))


def row_of(data: ADaM, code: str = "PFS", usubjid: str = "S-1") -> dict[str, Any]:
    """The one row of ADTTE of a subject."""
    table = data.table("ADTTE")
    found = table.filter((pl.col("PARAMCD") == code) & (pl.col("USUBJID") == usubjid))
    assert found.height == 1, found
    return found.row(0, named=True)


@cache
def pilot_protocol() -> Protocol:
    return read(EXAMPLES / "pilot" / "protocol.yaml")


def pilot_sources() -> dict[str, pl.DataFrame]:
    """The domains that `examples/pilot/collect.py` writes."""
    return {name: table for name, table in pilot_tables().items() if name in PILOT_DOMAINS}


@cache
def pilot_folder() -> Path:
    """The pilot study as transport files, written once a run."""
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="equipoise-pilot-"))
    write_xpt(pilot_sources(), folder)
    return folder


@cache
def pilot_adam() -> ADaM:
    data = read_sdtm(pilot_folder(), protocol=pilot_protocol())
    return derive(cut_at(data))


@cache
def pilot_results() -> Results:
    return analyze(pilot_adam())


def workspace(folder: Path, source: Path | None = None) -> Path:
    """A trial's folder of its own: the pilot's protocol, and links to its data."""
    import os
    import shutil

    (folder / "sdtm").mkdir(parents=True)
    shutil.copy(EXAMPLES / "pilot" / "protocol.yaml", folder)
    for path in (source or pilot_folder()).iterdir():
        os.link(path, folder / "sdtm" / path.name)
    return folder


@cache
def built_pilot() -> Path:
    """The pilot's folder, built once a run; tests that change something copy it first."""
    import tempfile

    from support.command import command

    folder = workspace(Path(tempfile.mkdtemp(prefix="equipoise-built-")) / "pilot")
    done = command("build", folder)
    assert done.code == 0, done.err
    return folder
