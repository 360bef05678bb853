"""What was conducted leaves by the command line, and what was collected elsewhere comes in."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema

from unit.cli.test_conduct import begun, conduct, entered, trial  # noqa: F401

CONDUCT, ODM = (
    json.loads(files("equipoise.cli").joinpath(f"schema/{name}-1.json").read_text())
    for name in ("conduct", "odm")
)
DICTIONARY = (
    "Variable / Field Name,Form Name,Field Type,Field Label,"
    '"Choices, Calculations, OR Slider Labels"\n'
    "record_id,base,text,Record,\nconsent,base,text,Consent,\nage,base,text,Age,\n"
    'sex,base,radio,Sex,"1, F | 2, M"\nregion,base,text,Region,\n'
)
DATA = "record_id,consent,age,sex,region\nR1,2026-01-05,60,1,north\nR2,2026-01-06,61,2,south\n"
MAP = """
site: =A
consented: consent
forms:
  base:
    form: baseline
    items:
      age: {item: AGE}
      sex: {item: SEX, values: {"1": F, "2": M}}
      region: {item: REGION}
"""


def test_odm_and_csv_of_a_trial(trial):  # noqa: F811
    begun(trial)
    subject, _ = entered(trial)
    conduct(trial, "randomize", "iris", "--subject", subject, "--key", "KEY")
    file = trial.folder / "study.xml"
    whole = trial("odm", "DIR", "-o", file)
    jsonschema.validate(whole, ODM)
    assert whole["records"] == whole["audit rows"] == file.read_text().count("<AuditRecord>")
    assert trial("odm", "DIR", "--against", file) == whole
    assert trial("odm", "DIR", "-o", trial.folder / "s.xml", "--snapshot")["differences"] == []
    assert trial("odm", "DIR", "-o", trial.folder / "e.xml", "--at", "2020-01-01")["records"] == 0
    pooled = trial("odm", "DIR", "-o", trial.folder / "p.xml", "--by", "spike")
    assert pooled["withheld"] > 0
    own = trial("odm", "DIR", "-o", trial.folder / "o.xml", "--by", "iris", "--site", "A")
    assert (own["withheld"], own["differences"]) == (0, [])
    refused = trial("odm", "DIR", "-o", trial.folder / "x.xml", "--by", "iris", code=1)
    assert "iris may not do this" in refused["error"]["message"]
    assert not (trial.folder / "x.xml").exists()
    assert trial("odm", "DIR", "--against", file, code=1)["differences"] != []  # exports are rows
    file.write_text(file.read_text()[:5000])
    cut = trial("odm", "DIR", "--against", file, code=1)
    assert "study.xml:" in cut["error"]["message"]
    assert "is cut" in cut["error"]["message"]
    made = trial("export", "DIR", "--to", "csv", "--out", trial.folder / "tables")
    assert made["rows"]["form-baseline.csv"] == 1
    assert (trial.folder / "tables" / "codebook.csv").read_text().startswith("file,variable,label")
    again = trial("export", "DIR", "--to", "csv", "--out", trial.folder / "tables", code=1)
    assert "is there already" in again["error"]["message"]


def test_an_export_of_redcap(trial):  # noqa: F811
    begun(trial)
    files_ = {"data.csv": DATA, "dictionary.csv": DICTIONARY, "edited.yaml": MAP}
    for name, text in files_.items():
        (trial.folder / name).write_text(text)
    of = ["--redcap", trial.folder / "data.csv", trial.folder / "dictionary.csv"]
    suggested = trial("conduct", "import", "DIR", *of)
    jsonschema.validate(suggested, CONDUCT)
    assert (trial.folder / "map.yaml").is_file()
    by = ["--map", trial.folder / "edited.yaml", "--by", "iris"]
    dry = trial("conduct", "import", "DIR", *of, *by, "--dry-run")
    jsonschema.validate(dry, CONDUCT)
    done = trial("conduct", "import", "DIR", *of, *by)
    assert {**dry, "kept": True} == done
    assert (done["rows"], done["written"], done["answers"]) == (2, 2, 6)
    known = trial("audit", "verify", "DIR")
    again = trial("conduct", "import", "DIR", *of, *by)  # the same once more writes nothing
    assert again == done | {"again": True}
    assert trial("audit", "verify", "DIR") == known
    assert known["faults"] == []
    (trial.folder / "data.csv").write_text(DATA.replace("61", "62"))
    other = trial("conduct", "import", "DIR", *of, *by, code=1)
    assert "there is a subject R1" in "\n".join(other["problems"])
