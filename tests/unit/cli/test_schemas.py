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

from equipoise.analysis.reconciliation import reconcile
from equipoise.analysis.results import row_key
from equipoise.cli import COMMANDS
from equipoise.meaning.check import read
from equipoise.protocol.read.schemas import schema as of_protocol
from support.command import command
from support.looks import interim_and_final, netter_results
from support.roads import plan_of
from support.serving import ended
from support.spec import EXAMPLES, NETTER_FILE
from support.street import built_pilot, pilot_results

NETTER = str(NETTER_FILE)
BUILDS = ("cut", "derive", "analyze", "report")
DOCUMENTS = ("abstract", "plain", "protocol", "sap", "checklist")
SHARED = dict.fromkeys(BUILDS, "build") | dict.fromkeys(DOCUMENTS, "document")
OF_PROTOCOL = {"resolve": "resolved"}
NONE = {"schema": "it prints a JSON Schema"}


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


@cache
def small() -> dict[str, str]:
    """A protocol with published figures, of which some have no value, and published curves."""
    import tempfile

    folder = Path(tempfile.mkdtemp())
    whole = plan_of(0)
    whole["report"] = {"look": "PFS final", "published": FIGURES}
    curve = ["0,1", "1,0.8333", "2,0.6667", "4,0.5", "5,0.25", "6,0.25"]
    risk = ["0,6", "3,4", "6,1"]
    files = {
        "SMALL": ("protocol.yaml", [json.dumps(whole)]),
        "CURVE": ("curve.csv", ["time,survival", *curve]),
        "RISK": ("risk.csv", ["time,at_risk", *risk]),
        "EVEN": ("even.csv", ["time,survival", *(f"{k},{1 - k / 20:g}" for k in range(20))]),
        "TWENTY": ("twenty.csv", ["time,at_risk", "0,20", "10,10"]),
        "CURVES": ("curves.csv", ["arm,time,survival", *(f"{a},{x}" for a in "xy" for x in curve)]),
        "RISKS": ("risks.csv", ["arm,time,at_risk", *(f"{a},{x}" for a in "xy" for x in risk)]),
    }
    for name, lines in files.values():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {key: str(folder / name) for key, (name, _) in files.items()}


FIGURES = [
    {"says": "six months, old", "value": "30%", "estimand": "PFS", "group": "old",
     "statistic": "survival", "at": "6 months"},
    {"says": "median, new", "value": "9", "estimand": "PFS", "group": "new",
     "statistic": "median months"},
    {"says": "deaths, new", "value": None, "estimand": "OS", "statistic": "events", "group": "new"},
]  # fmt: skip


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
    ("crf", f"crf {NETTER} --annotated -o OUT/crf.html"),
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
    ("competing", "competing TABLE --time time --cause event --arm arm --covariates yes"),
    ("protocol", f"protocol {NETTER}"),
    ("protocol", f"protocol {NETTER} --as spirit --out OUT/protocol.html --to html"),
    ("sap", f"sap {NETTER}"),
    ("checklist", f"checklist {NETTER} --of spirit"),
    ("run", "run SMALL --truth so --seed 1 --out OUT"),
    ("published", "published SMALL --truth so --seed 4 --trials 40 --records 40 --workers 1"),
    ("fit-truth", "fit-truth SMALL --truth so --seed 1 --trials 4 --check 5"),
    ("reconstruct", "reconstruct CURVE --at-risk RISK"),
    ("reconstruct", "reconstruct EVEN --at-risk TWENTY --truth new"),
    ("reconstruct", "reconstruct CURVES --at-risk RISKS --hazard-ratio 0.9 --again --at 3"),
    ("warm", "warm SMALL"),
    *(("plan", f"plan {path}") for path in EXAMPLES if path.parent.name not in UNPLANNED),
]


@pytest.mark.parametrize(("name", "words"), QUICK)
def test_what_is_printed(name: str, words: str, tmp_path: Path) -> None:
    put = {"TABLE": str(table()), "TRUTH": "as reported", **small()}
    found = printed(*(put.get(w, w).replace("OUT", str(tmp_path)) for w in words.split()))
    jsonschema.validate(found, schema(name))


def test_what_is_printed_of_an_import(tmp_path: Path) -> None:
    document = tmp_path / "usdm.json"
    printed("export", NETTER, "--to", "usdm", "--out", document)
    for more in ((), ("--out", tmp_path / "back.yaml")):
        jsonschema.validate(printed("import", document, *more), schema("import"))


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
    ("package", "package TRIAL --out OUT/m5"),
    ("listing", "listing TRIAL AE --to rtf --out OUT/ae.rtf"),
    ("monitor-report", "monitor-report TRIAL --open --out OUT/open.html"),
    ("compare", "compare TRIAL/build/ttde-final TRIAL/build/ttde-final"),
    ("checklist", "checklist TRIAL --of consort"),
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
        ("odm", f"odm {trial} -o {tmp_path}/study.xml"),
        ("odm", f"odm {trial} --against {tmp_path}/study.xml"),
        ("upgrade", f"upgrade {trial}"),
    ]
    for name, words in walk:
        jsonschema.validate(printed(*words.split()), schema(name))


@pytest.mark.parametrize("how", ["--owner olga", "--demo"])
def test_what_is_printed_while_a_trial_is_served(how: str, tmp_path: Path, monkeypatch) -> None:
    ran = []
    monkeypatch.setattr("uvicorn.Server.run", lambda _, sockets: ran.append(sockets[0].close()))
    trial = shutil.copytree(
        NETTER_FILE.parent, tmp_path / "trial", ignore=lambda *_: ["sdtm", "build"]
    )
    found = printed("serve", trial, *how.split(), "--port", 0)
    for worker in ("early reader", "asker"):
        ended(worker)
    jsonschema.validate(found, schema("serve"))
    assert list(found["links"]) == (["olga"] if "olga" in how else [])
    assert bool(found["accounts"]) == ("password" in found) == (how == "--demo")
    assert found.get("audit", "").endswith("0 faults") == (how == "--demo")
    assert len(ran) == 1


def test_what_is_printed_of_a_list(tmp_path: Path) -> None:
    trial = shutil.copytree(
        NETTER_FILE.parent, tmp_path / "trial", ignore=lambda *_: ["sdtm", "build"]
    )
    of = [trial, "--key", tmp_path / "key"]
    persons = ["--made-by", "A. Maker", "--reviewed-by", "B. Reviewer"]
    factors = read(NETTER_FILE).allocation.strata
    levels = [w for k, f in factors.items() for w in ("--level", f"{k}={f.levels[0]}")]
    told = {
        "review": printed("allocate", "review", *of),
        "activate": printed("allocate", "activate", *of, *persons),
        "next": printed("allocate", "next", *of, "--subject", "0001", *levels),
        "replay": printed("allocate", "replay", *of),
        "reveal": printed("allocate", "reveal", *of, "-o", tmp_path / "list.txt"),
    }
    for found in told.values():
        jsonschema.validate(found, schema("allocate"))
    assert told["next"]["number"] == told["replay"]["allocations"] == 1
    assert told["activate"]["commitment"] == told["reveal"]["commitment"]


def test_the_schema_of_a_build_knows_no_trial() -> None:
    """Arms and populations are named by the protocol, not by the schema."""
    part = schema("build")["properties"]["reconciliation"]
    for found in (netter_results(), pilot_results()):
        jsonschema.validate(reconcile(found).to_dict(), part)


def test_what_differs_between_two_builds() -> None:
    found = json.loads(interim_and_final().to_json())
    assert found["changes"]
    jsonschema.validate(found, schema("compare"))


def test_a_column_more_or_less_is_seen() -> None:
    found = printed("plan", NETTER)
    named = found["hypotheses"][0]
    for other in ({k: v for k, v in named.items() if k != "power"}, {**named, "strength": 0.9}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**found, "hypotheses": [other]}, schema("plan"))
