"""A trial run from the command line alone: from an empty folder to its tables."""

from __future__ import annotations

import datetime as dt
import inspect
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from equipoise.cli import main
from equipoise.cli.sent import option_of, sent
from equipoise.conduct.commands.every import EVERY_COMMAND
from equipoise.conduct.store.canonical import link
from equipoise.workspace.keys import read_key
from support.conducted import SMALL


def schema_of(name):
    return json.loads(files("equipoise.cli").joinpath(f"schema/{name}-1.json").read_text())


AUDIT, ALLOCATE, CONTINGENCY = map(schema_of, ("audit", "allocate", "contingency"))
PEOPLE = {"iris": "investigator", "dana": "data manager", "spike": "sponsor",
          "uma": "unblinded statistician", "ulf": "unblinded statistician"}  # fmt: skip


@pytest.fixture
def trial(tmp_path, monkeypatch, capsys):
    """`trial("screen", ...)` runs a command with --json; what it printed, or the failure."""
    folder = tmp_path / "trial"
    folder.mkdir()
    text = SMALL.replace("SUBJECTS", "20").replace("METHOD", "blocks: 4")
    (folder / "protocol.yaml").write_text(text.replace("MASKING", "open label"))
    key = tmp_path / "key"
    key.write_text("ab" * 32 + "\n")
    key.chmod(0o600)

    def run(*words, code=0):
        words = [str(folder) if word == "DIR" else str(word) for word in words]
        words = [str(key) if word == "KEY" else word for word in words]
        monkeypatch.setattr("sys.argv", ["equipoise", *words, "--json"])
        with pytest.raises(SystemExit) as ended:
            main()
        assert int(ended.value.code or 0) == code, capsys.readouterr()
        return json.loads(capsys.readouterr().out)

    run.folder = folder
    return run


def conduct(trial, name, by, *given, **how):
    return trial("conduct", name, "DIR", "--by", by, *given, **how)


def begun(trial, to=""):
    trial("conduct", "init", "DIR", "--owner", "adam")
    conduct(trial, "open-site", "adam", "--site", "A", "--zone", "Europe/Berlin")
    conduct(trial, "approve-version", "adam", "--site", "A", "--version", "1",
            "--approved-on", "2026-01-01")  # fmt: skip
    conduct(trial, "set-site", "adam", "--site", "A", "--to", "active")
    for person, role in PEOPLE.items():
        conduct(trial, "open-account", "adam", "--account", person, "--person", person)
        at = ("--site", "A") if role == "investigator" else ()
        conduct(trial, "grant", "adam", "--account", person, "--role", role, *at)
    if to:  # before the list
        return
    conduct(trial, "review-list", "ulf", "--key", "KEY")
    conduct(trial, "activate-list", "uma", "--reviewed-by", "ulf", "--key", "KEY")
    conduct(trial, "set-trial", "spike", "--to", "live")


def entered(trial, age=60):
    subject = conduct(trial, "screen", "iris", "--site", "A")["subject"]
    conduct(trial, "consent", "iris", "--subject", subject, "--on", "2026-01-05")
    rows = json.dumps([{"AGE": age, "SEX": "F", "REGION": "north"}])
    (form,) = conduct(trial, "submit-form", "iris", "--subject", subject, "--key-of", "baseline",
                      "--rows", rows)["forms"]  # fmt: skip
    conduct(trial, "sign", "iris", "--form", form)
    conduct(trial, "judge-eligibility", "iris", "--subject", subject, "--met", '{"I1": true}')
    return subject, form


def test_a_trial_from_the_command_line(trial):
    begun(trial)
    subject, form = entered(trial)
    refused = conduct(trial, "randomize", "iris", "--subject", subject, code=1)
    assert refused["error"]["message"] == "randomize: the key of the list is not at hand"
    first = conduct(trial, "randomize", "iris", "--subject", subject, "--key", "KEY")
    again = conduct(trial, "randomize", "iris", "--subject", subject, "--key", "KEY")
    assert {**again, "receipts": 0} == {**first, "receipts": 0}
    assert first["arm"] in ("a", "b")
    at = trial("sdtm", "DIR", "-o", trial.folder / "then")
    assert at["rows"]["DM"] == 1
    cut = conduct(trial, "cut", "dana", "--cutoff", "2026-01-05", "--reason", "criteria unsigned")
    early = trial("sdtm", "DIR", "--cut", cut["cut"], "-o", trial.folder / "cut")
    conduct(trial, "correct", "iris", "--form", form, "--item", "AGE", "--answer", "61",
            "--reason", "typo")  # fmt: skip
    late = trial("sdtm", "DIR", "-o", trial.folder / "now", "--format", "json")
    assert trial("sdtm", "DIR", "--cut", cut["cut"], "-o", trial.folder / "cut") == early
    assert late["digest"] != early["digest"] == at["digest"]
    taken = trial("sdtm", "DIR", "--by", "spike", "-o", trial.folder / "taken")
    assert not {"EX", "EC", "SE"} & set(taken["rows"])
    refusal = trial("sdtm", "DIR", "--by", "iris", "-o", trial.folder / "x", code=1)
    assert refusal["error"]["message"] == "export: iris may not do this"
    own = trial("sdtm", "DIR", "--by", "iris", "--site", "A", "-o", trial.folder / "own")
    assert own["digest"] == late["digest"] != taken["digest"]
    long_ago = trial("sdtm", "DIR", "--at", "2020-01-01", "-o", trial.folder / "x", code=0)
    assert not {"DM", "DS", "EX"} & set(long_ago["rows"])  # what the protocol says stands alone
    trial("conduct", "anchor", "DIR")
    assert trial("conduct", "ask", "DIR") == {"raised": [], "closed": [], "left": []}
    assert trial("conduct", "replay", "DIR", "--key", "KEY") == {
        "allocations": 1, "differ": [], "opens": True, "out of order": [],
    }  # fmt: skip
    assert trial("audit", "verify", "DIR")["faults"] == []
    receipt(trial, subject)
    key, file = trial.folder.parent / "backups", trial.folder.parent / "file"
    rows = trial("conduct", "backup", "DIR", "-o", file, "--key", key)["rows"]
    other = trial.folder.parent / "other"
    other.mkdir()
    (other / "protocol.yaml").write_text((trial.folder / "protocol.yaml").read_text())
    back = trial("conduct", "restore", other, "--file", file, "--key", key)
    assert back["faults"] == []
    assert 0 < back["rows"] < rows
    assert trial("sdtm", other, "--cut", cut["cut"], "-o", other / "cut") == early
    exported = trial("audit", "export", "DIR", "-o", trial.folder / "out", "--site", "A")
    script = [sys.executable, "-I", "-S", trial.folder / "out" / "verify_audit.py",
              trial.folder / "out"]  # fmt: skip
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.stdout == f"{exported['rows']} rows, 1 chains, 0 faults\n"
    script[-1] = trial.folder
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"{trial.folder}: there is no audit.tsv; expected")


def receipt(trial, subject):
    """It holds without the store, for who has kept the anchor; with another arm it does not."""
    file, kept = trial.folder.parent / "receipt.json", trial.folder / "conduct" / "anchors.txt"
    made = trial("audit", "receipt", "DIR", "--subject", subject, "-o", file)
    jsonschema.validate(made, AUDIT)
    said = trial("audit", "check-receipt", file, "--anchors", kept)
    jsonschema.validate(said, AUDIT)
    assert said == {"holds": True, "faults": []}
    found = json.loads(file.read_text())
    file.write_text(json.dumps(found | {"arm": {"a": "b", "b": "a"}[found["arm"]]}))
    assert not trial("audit", "check-receipt", file, code=1)["holds"]


def test_a_page_for_the_day_without_a_line(trial):
    begun(trial)
    page, codes = trial.folder.parent / "sealed.html", trial.folder.parent / "codes"
    made = trial("contingency", "DIR", "--site", "A", "-o", page, "--codes", codes, "--by", "uma",
                 "--slots", "1", "--key", "KEY")  # fmt: skip
    jsonschema.validate(made, CONTINGENCY)
    subject, _ = entered(trial)
    code = codes.read_text().splitlines()[1].split("\t")[1]
    held = trial("contingency", page, "--number", "1", "--code", code)
    jsonschema.validate(held, CONTINGENCY)
    assert held["stratum"] == ["F", "north"]
    now = dt.datetime.now(dt.UTC).isoformat()
    said = conduct(trial, "randomize-by-envelope", "iris", "--subject", subject, "--batch",
                   held["batch"], "--number", "1", "--arm", held["arm"], "--at", now,
                   "--reason", "no line", "--key", "KEY")  # fmt: skip
    assert (said["arm"], said["departures"]) == (held["arm"], [])
    assert trial("conduct", "replay", "DIR", "--key", "KEY")["out of order"] == []
    found = trial("contingency", "DIR", "--site", "A", code=1)
    assert "expected --site, --output, --codes and --by" in found["error"]["message"]


def test_a_running_list_is_taken_in_and_signed_for(trial):
    begun(trial, to="the list")
    file = trial.folder.parent / "list.csv"
    file.write_text("subject,site,arm,randomized,SEX,REGION\nX-1,A,a,2025-11-02,F,north\n")
    said = trial("allocate", "import", "DIR", "--list", file, "--by", "uma")
    jsonschema.validate(said, ALLOCATE)
    assert said["subjects"] == 1
    conduct(trial, "review-list", "ulf", "--key", "KEY")
    activate = ("activate-list", "uma", "--reviewed-by", "ulf", "--key", "KEY")
    refused = conduct(trial, *activate, code=1)
    assert "1 allocations were imported" in refused["error"]["message"]
    conduct(trial, "sign-imported-list", "ulf", "--reason", "blocks begin afresh")
    conduct(trial, *activate)
    refused = trial("allocate", "import", "DIR", "--list", file, "--by", "uma", code=1)
    assert "already" in refused["error"]["message"]


def test_a_key_is_made_in_shares_and_split(trial):
    made = trial.folder.parent / "keys" / "list"
    said = trial("allocate", "key", "DIR", "-o", made, "--shares", "2")
    jsonschema.validate(said, ALLOCATE)
    assert made.parent.stat().st_mode & 0o777 == 0o700
    whole = trial.folder.parent / "whole"
    trial("allocate", "key", "DIR", "-o", whole)
    split = trial.folder.parent / "split"
    trial("allocate", "key", "DIR", "-o", split, "--shares", "3", "--key", whole)
    parts = [Path(f"{split}.{n}") for n in (1, 2, 3)]
    assert read_key(parts, trial=trial.folder) == read_key([whole], trial=trial.folder)
    assert read_key(parts[:2], trial=trial.folder) != read_key([whole], trial=trial.folder)
    assert all(part.stat().st_mode & 0o077 == 0 for part in parts)
    again = trial("allocate", "key", "DIR", "-o", whole, code=1)
    assert "is there already" in again["error"]["message"]


def test_a_key_of_another_list_is_told_before_anything_is_served(trial):
    begun(trial)
    other = trial.folder.parent / "another"
    trial("allocate", "key", "DIR", "-o", other)
    found = trial("serve", "DIR", "--key", other, code=1)
    assert found["error"]["message"] == "the key is not that of the test list"


def test_a_demonstration_takes_no_owner_who_would_be_left_out(trial):
    found = trial("serve", "DIR", "--demo", "--owner", "adam", code=1)
    assert "no --owner, --db or --key" in found["error"]["message"]
    assert not (trial.folder / "conduct").exists()


def test_a_port_that_is_none_is_told(trial, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["equipoise", "serve", str(trial.folder), "--port", "99999"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "'--port'" in capsys.readouterr().err


def test_an_owner_without_a_name_is_none(trial):
    found = trial("conduct", "init", "DIR", "--owner", " ", code=1)
    assert "the owner has no name" in found["error"]["message"]
    assert not (trial.folder / "conduct").exists()


def test_nothing_is_made_where_the_key_cannot_be_read(trial):
    missing = trial.folder.parent / "no key"
    found = trial("serve", "DIR", "--owner", "adam", "--key", missing, code=1)
    assert "`equipoise allocate key` makes one" in found["error"]["message"]
    assert not (trial.folder / "conduct").exists()


def test_what_is_wrong_is_told_in_words(trial):
    missing = conduct(trial, "screen", "iris", "--site", "A", code=1)
    assert "`equipoise conduct init` makes one" in missing["error"]["message"]
    begun(trial)
    found = conduct(trial, "screen", "iris", "--sites", "A", code=1)
    assert "no option --sites; expected --reason, --revision, --site" in found["error"]["message"]
    found = conduct(trial, "consent", "iris", "--subject", "A-001", "--on", "soon", code=1)
    assert found["error"]["message"] == "consent: on: expected a day such as 2026-05-01"
    found = conduct(trial, "submit-form", "iris", "--subject", "A-001", "--key-of", "baseline",
                    "--rows", '{"AGE": 60}', code=1)  # fmt: skip
    assert found["error"]["message"] == "submit form: rows: expected a list, in JSON as [{...}]"
    found = conduct(trial, "withdraw", "iris", "--subject", "A-001", code=1)
    assert "withdraw: of: nothing was given\nwithdraw: on: nothing" in found["error"]["message"]
    found = conduct(trial, "grant", "adam", "--account", "iris", "--role", "data-manager", code=1)
    assert "grant: role: expected coordinator, investigator" in found["error"]["message"]
    found = trial("conduct", "init", "DIR", "--owner", "adam", code=1)
    assert "there is a store already" in found["error"]["message"]
    found = trial("sdtm", "DIR", "--at", "soon", code=1)
    assert "expected 2026-05-01" in found["error"]["message"]
    found = trial("sdtm", "DIR", "--cut", "F00009", code=1)
    assert found["error"]["message"] == "there is no cut F00009"
    other = trial("conduct", "replay", "DIR", code=1)
    assert other["error"]["message"] == "the key of the list is not at hand"


def test_a_store_of_an_earlier_program_is_refused_everywhere_and_brought_up(trial, tmp_path):
    older(trial.folder)
    by = ("--by", "carl")
    for words in (
        ("serve", "DIR"),
        ("audit", "verify", "DIR"),
        ("sdtm", "DIR"),
        ("odm", "DIR", "-o", tmp_path / "odm.xml"),
        ("conduct", "anchor", "DIR"),
        ("conduct", "replay", "DIR", "--key", "KEY"),
        ("conduct", "screen", "DIR", *by, "--site", "A"),
        (
            "contingency",
            "DIR",
            "--site",
            "A",
            "--by",
            "carl",
            "-o",
            tmp_path / "sealed",
            "--codes",
            tmp_path / "codes",
            "--key",
            "KEY",
        ),
    ):
        said = trial(*words, code=1)["error"]["message"]
        assert "of version 0001" in said, words
        assert "stop the service, make a backup (`equipoise conduct backup`)" in said, words

    without = trial("upgrade", "DIR", code=1)["error"]["message"]
    assert "brought up to" in without
    assert "after a backup alone" in without
    missing = trial("upgrade", "DIR", "--backup", tmp_path / "none", code=1)["error"]["message"]
    assert missing.endswith("there is no such backup")

    trial("conduct", "backup", "DIR", "-o", tmp_path / "file", "--key", "KEY")
    closed = trial("upgrade", "DIR", "--backup", tmp_path / "file", code=1)["error"]["message"]
    assert "expected --key FILE" in closed
    done = trial("upgrade", "DIR", "--backup", tmp_path / "file", "--key", "KEY")
    jsonschema.validate(done, schema_of("upgrade"))
    assert (done["from"], done["faults"]) == ("0001", [])
    assert trial("audit", "verify", "DIR")["rows"] == done["rows"] + 1
    again = trial("upgrade", "DIR")
    assert (again["steps"], again["from"]) == ([], done["to"])


def older(folder):
    """A store as an earlier program left it."""
    kept = Path(__file__).parents[1] / "conduct" / "store" / "older"
    place = folder / "conduct"
    place.mkdir()
    raw = sqlite3.connect(place / "conduct.sqlite")
    raw.create_function("equipoise_link", 4, link, deterministic=True)
    raw.executescript((kept / "0001.sql").read_text("utf-8"))
    raw.close()
    shutil.copy(kept / "0001.anchors.txt", place / "anchors.txt")
    (place / "store.json").write_text('{"database": "", "list": "test"}')


def test_every_command_of_the_trial_is_on_the_command_line():
    assert sorted(sent()) == sorted(EVERY_COMMAND)


def test_the_list_of_commands_says_what_each_does():
    for name, does in sent().items():
        first = (inspect.getdoc(EVERY_COMMAND[name]) or "").split("\n\n")[0]
        assert does == " ".join(first.split()), name


@pytest.mark.parametrize("name", sent())
def test_help_tells_every_option_of_what_is_sent(name, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["equipoise", "conduct", name.lower().replace(" ", "-"), "-h"])
    with pytest.raises(SystemExit):
        main()
    said = capsys.readouterr().out
    for field in EVERY_COMMAND[name].model_fields:
        assert f"{option_of(field)} " in said


def test_help_imports_no_database():
    heavy = "{'sqlalchemy', 'psycopg', 'cryptography', 'polars'}"
    code = (
        "import sys; sys.argv = ['equipoise', 'conduct', '--help']\n"
        "from equipoise.cli import application\n"
        "application()(standalone_mode=False)\n"
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": "src"},
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"


def test_ranges_of_a_laboratory_are_told_from_a_file_and_listed(trial, tmp_path):
    begun(trial)
    file = tmp_path / "ranges.csv"
    file.write_text(
        "test,sex,age_from,lower,upper,unit,from_day\nALT,both,0,10,45,U/L,2026-01-01\n"
    )
    at = ("conduct", "ranges", "DIR", "--site", "A")
    done = trial(*at, "--file", file, "--by", "iris")
    assert (done["ranges"], done["corrected"]) == (1, 0)
    schema = schema_of("conduct")
    jsonschema.validate(done, schema)
    listed = trial(*at, "--on", "2026-01-01")
    jsonschema.validate(listed, schema)
    (one,) = listed["ranges"]
    assert (one["test"], one["upper"], one["from_day"], one["by"]) == (
        "ALT", "45", "2026-01-01", "iris",
    )  # fmt: skip
    assert trial(*at, "--on", "2025-12-31")["ranges"] == []
    file.write_bytes("test,sex\nALT,\u00b5".encode("cp1252"))
    for words, said in (
        (("--file", file, "--by", "iris"), "ranges.csv: is no text in UTF-8"),
        (("--file", file), "expected --by"),
        (("--file", tmp_path / "none.csv", "--by", "iris"), "there is no such file"),
        (("--on", "soon"), "'soon' is no day"),
    ):
        assert said in trial(*at, *words, code=1)["error"]["message"]
    other = ("conduct", "ranges", "DIR", "--site", "Z")
    assert trial(*other, code=1)["error"]["message"] == "there is no site Z"
