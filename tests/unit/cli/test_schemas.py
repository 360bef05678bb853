"""What each command prints with --json is as its shipped schema says."""

from __future__ import annotations

import json
import shutil
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest

from equipoise.analysis.results import row_key
from equipoise.cli import COMMANDS
from equipoise.protocol.read.schemas import schema as of_protocol
from support.command import command
from support.spec import EXAMPLES, NETTER_FILE
from support.street import built_pilot

NETTER = str(NETTER_FILE)
BUILDS = ("cut", "derive", "analyze", "report")
DOCUMENTS = ("abstract", "plain", "protocol", "sap", "checklist")
SHARED = dict.fromkeys(BUILDS, "build") | dict.fromkeys(DOCUMENTS, "document")
OF_PROTOCOL = {"resolve": "resolved"}
NONE = {"schema": "it prints a JSON Schema", "allocate": "a group, whose output are files"}


def schema(name: str) -> dict[str, Any]:
    if name in OF_PROTOCOL:
        return of_protocol("resolved")
    file = files("equipoise.cli").joinpath(f"schema/{SHARED.get(name, name)}-1.json")
    return json.loads(file.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def printed(*words: object) -> Any:
    done = command(*words, "--json")
    assert done.code == 0, done.out + done.err
    return json.loads(done.out)


@cache
def table() -> Path:
    import tempfile

    file = Path(tempfile.mkdtemp()) / "eight.csv"
    rows = ["1,1,x,1", "2,1,y,0", "3,0,x,1", "4,1,y,1", "5,1,y,0", "6,0,x,1", "7,1,x,0", "8,0,y,1"]
    file.write_text("\n".join(["time,event,arm,yes", *rows]) + "\n", encoding="utf-8")
    return file


def test_every_command_has_a_schema() -> None:
    shipped = files("equipoise.cli").joinpath("schema").iterdir()
    names = {one.name.removesuffix("-1.json") for one in shipped} - {"failure", "document"}
    assert names == set(COMMANDS) - set(SHARED) - set(OF_PROTOCOL) - set(NONE)
    for name in names:
        jsonschema.Draft202012Validator.check_schema(schema(name))


UNPLANNED = ("onco", "pilot")  # real data, whose protocols assume nothing

QUICK = [
    ("new", "new"),
    ("check", f"check {NETTER}"),
    ("resolve", f"resolve {NETTER}"),
    ("synopsis", f"synopsis {NETTER}"),
    ("diff", f"diff {EXAMPLES[0]} {EXAMPLES[1]}"),
    ("export", f"export {NETTER} --to usdm"),
    ("bounds", "bounds --information 0.5,1 --efficacy obf --events 74"),
    (
        "bounds",
        "bounds --information 0.5,1 --efficacy lan-demets-obf --futility hsd:-2 --beta 0.1",
    ),
    ("size", "size mean --sd 2 --difference 1"),
    ("size", "size survival --hazard-ratio 0.7 --median 10 --accrual 12 --duration 30"),
    ("size", "size proportion --control 0.4 --experimental 0.5 --margin 10%"),
    ("monitor", f"monitor {NETTER} OS --look interim --events 80 --z 1.2"),
    ("monitor", f"monitor {NETTER} OS --look interim --events 80 --z 5"),
    ("simulate", f"simulate {NETTER} --trials 20 --seed 1 --truth TRUTH"),
    ("simulate", f"simulate {NETTER} --trials 20 --seed 1 --truth TRUTH --vary alpha=5%,2.5%"),
    ("fairness", f"fairness {NETTER} --trials 100 --seed 1"),
    ("survival", "survival TABLE --time time --event event --arm arm --control x --rmst 5 --at 3"),
    (
        "survival",
        "survival TABLE --time time --event event --arm arm --weighted gehan "
        "--distribution exponential",
    ),
    ("survival", "survival TABLE --time time --event event --at 3"),
    ("response", "response TABLE --responder yes --arm arm --control x"),
    ("response", "response TABLE --responder yes --arm arm --covariates time --strata event"),
    ("response", "response TABLE --responder yes"),
    ("competing", "competing TABLE --time time --cause event --arm arm --at 3"),
    ("competing", "competing TABLE --time time --cause event --at 3 90"),
    *(("plan", f"plan {path}") for path in EXAMPLES if path.parent.name not in UNPLANNED),
]


@pytest.mark.parametrize(("name", "words"), QUICK)
def test_what_is_printed(name: str, words: str) -> None:
    put = {"TABLE": str(table()), "TRUTH": "as reported"}
    found = printed(*(put.get(word, word) for word in words.split()))
    jsonschema.validate(found, schema(name))


BUILT = [
    ("cut", "cut TRIAL"),
    ("analyze", "analyze TRIAL"),
    ("build", "build TRIAL"),
    ("tables", "tables TRIAL --to csv --out OUT"),
    ("figure", "figure TRIAL flow --out OUT"),
    ("explain", "explain TRIAL TTDE --subject 01-701-1015"),
    ("queries", "queries TRIAL"),
    ("verify", "verify TRIAL/build/ttde-final"),
    ("abstract", "abstract TRIAL"),
    ("plain", "plain TRIAL"),
    ("why", "why TRIAL KEY"),
]


@pytest.mark.parametrize(("name", "words"), BUILT)
def test_what_is_printed_of_a_build(name: str, words: str, tmp_path: Path) -> None:
    trial = built_pilot()
    rows = pl.read_parquet(trial / "build" / "ttde-final" / "results.parquet")
    put = {"TRIAL": str(trial), "OUT": str(tmp_path), "KEY": row_key(rows.row(3, named=True))}
    for key, value in put.items():
        words = words.replace(key, value)
    jsonschema.validate(printed(*words.split()), schema(name))


def test_what_is_printed_of_a_store(tmp_path: Path) -> None:
    trial = shutil.copytree(
        NETTER_FILE.parent, tmp_path / "trial", ignore=lambda *_: ["sdtm", "build"]
    )
    walk = [
        ("conduct", f"conduct init {trial} --owner olga"),
        ("conduct", f"conduct open-account {trial} --by olga --account carl --person Carl"),
        ("conduct", f"conduct anchor {trial}"),
        ("audit", f"audit verify {trial}"),
        ("audit", f"audit export {trial} -o {tmp_path}/audit"),
        ("sdtm", f"sdtm {trial} -o {tmp_path}/sdtm"),
    ]
    for name, words in walk:
        jsonschema.validate(printed(*words.split()), schema(name))


def test_a_column_more_or_less_is_seen() -> None:
    found = printed("plan", NETTER)
    named = found["hypotheses"][0]
    for other in ({k: v for k, v in named.items() if k != "power"}, {**named, "strength": 0.9}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**found, "hypotheses": [other]}, schema("plan"))
