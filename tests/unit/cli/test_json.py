"""With --json every outcome of every command is JSON, and its exit code is as documented."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from equipoise.cli import COMMANDS, main
from support.spec import NETTER_FILE

NETTER = str(NETTER_FILE)
SCHEMAS = files("equipoise.cli").joinpath("schema")


def schema(name: str) -> dict[str, object]:
    return json.loads(SCHEMAS.joinpath(name).read_text(encoding="utf-8"))


@pytest.fixture
def bad(tmp_path: Path) -> str:
    """A protocol with two faults, at lines that are known."""
    text = NETTER_FILE.read_text(encoding="utf-8")
    file = tmp_path / "bad.yaml"
    text = text.replace("randomize: 230", "randomize: -5").replace("\ndesign:", "\ndesing:")
    file.write_text(text, encoding="utf-8")
    return str(file)


def outcome(words: list[str], monkeypatch, capsys) -> tuple[int, object]:
    """The exit code and what stands on standard output, read as JSON."""
    monkeypatch.setattr("sys.argv", ["equipoise", *words, "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0), json.loads(capsys.readouterr().out)


FAILING = [
    ("plan BAD", 1, "protocol"),
    ("resolve BAD", 1, "protocol"),
    ("synopsis BAD", 1, "protocol"),
    ("diff BAD BAD", 1, "protocol"),
    ("export BAD --to usdm", 1, "protocol"),
    ("simulate BAD --trials 10 --seed 1", 1, "protocol"),
    ("build nowhere", 1, "input"),
    ("explain nowhere PFS --subject 1", 1, "input"),
    ("verify nowhere", 1, "input"),
    ("abstract nowhere", 1, "input"),
    ("plain nowhere", 1, "input"),
    ("protocol BAD", 1, "protocol"),
    ("protocol BAD --as m12", 2, "command"),
    ("sap BAD --to html", 1, "protocol"),
    ("listing nowhere AE --to rtf -o x.rtf", 1, "input"),
    ("checklist nowhere --of consort", 1, "input"),
    ("compare nowhere nowhere", 1, "input"),
    ("new --arms 1", 1, "input"),
    ("import nowhere.json", 1, "input"),
    ("queries nowhere", 1, "input"),
    ("bounds --information x", 1, "input"),
    ("size mean", 1, "input"),
    ("survival nowhere.csv --time t --event e --arm a", 1, "input"),
    ("competing nowhere.csv --time t --cause k", 1, "input"),
    ("plan", 2, "command"),
    ("simulate BAD", 2, "command"),
    ("plan BAD --nope", 2, "command"),
    ("planne BAD", 2, "command"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "code", "kind"), FAILING)
def test_a_failure_is_json(words: str, code: int, kind: str, bad, monkeypatch, capsys) -> None:
    found = outcome([bad if w == "BAD" else w for w in words.split()], monkeypatch, capsys)
    assert found[0] == code
    jsonschema.validate(found[1], schema("failure-1.json"))
    assert found[1]["error"]["kind"] == kind
    assert found[1]["exit"] == code


def test_findings_have_their_places_apart(bad, monkeypatch, capsys) -> None:
    _, found = outcome(["plan", bad], monkeypatch, capsys)
    one, two = found["error"]["findings"]
    assert (one["file"], one["line"], one["column"]) == (bad, 46, 14)
    line = Path(bad).read_text(encoding="utf-8").splitlines().index("desing:") + 1
    assert (two["file"], two["line"], two["column"]) == (bad, line, 1)


def test_check_tells_of_each_file(bad, monkeypatch, capsys) -> None:
    code, found = outcome(["check", NETTER, bad, "nowhere.yaml"], monkeypatch, capsys)
    assert code == 1
    jsonschema.validate(found, schema("check-1.json"))
    assert [bool(one["digest"]) for one in found] == [True, False, False]
    assert found[2]["findings"][0]["message"] == "cannot be read: No such file or directory"


SAYING = ["new", "schema", f"resolve {NETTER}", f"resolve {NETTER} --digest", f"synopsis {NETTER}",
          f"protocol {NETTER}", f"sap {NETTER}", f"checklist {NETTER} --of spirit",
          f"export {NETTER} --to ctgov", f"check {NETTER}", f"diff {NETTER} {NETTER}",
          "size mean --sd 2 --difference 1"]  # fmt: skip


@pytest.mark.parametrize("words", SAYING)
def test_what_is_well_is_json_too(words: str, monkeypatch, capsys) -> None:
    code, found = outcome(words.split(), monkeypatch, capsys)
    assert code == 0
    assert found


def test_every_command_takes_json() -> None:
    folder = Path(__file__).parents[3] / "src" / "equipoise" / "cli"
    for module in set(COMMANDS.values()):
        text = (folder / f"{module}.py").read_text(encoding="utf-8")
        asked = text.count("@app.command(") or 1
        assert text.count("as_json: AsJson") + text.count("as_json: Annotated") >= asked, module


def printed(words: list[str], monkeypatch, capsys) -> str:
    monkeypatch.setattr("sys.argv", ["equipoise", *words])
    with pytest.raises(SystemExit):
        main()
    return capsys.readouterr().out


def test_github_annotations(bad, monkeypatch, capsys) -> None:
    lines = printed(["check", bad, "--format", "github"], monkeypatch, capsys).splitlines()
    assert len(lines) == 2
    first = re.fullmatch(r"::error file=(.+),line=(\d+),col=(\d+)::(.+)", lines[0])
    assert first is not None
    assert first.groups()[:3] == (bad, "46", "14")
    assert "%0Aexpected more than 0" in first[4]


def test_a_warning_is_annotated_as_one(monkeypatch, capsys) -> None:
    (line,) = printed(["check", NETTER, "--format", "github"], monkeypatch, capsys).splitlines()
    assert line.startswith(f"::warning file={NETTER},line=")
    assert ",title=P14::" in line


def test_sarif(bad, monkeypatch, capsys) -> None:
    found = json.loads(printed(["check", bad, NETTER, "--format", "sarif"], monkeypatch, capsys))
    (run,) = found["runs"]
    assert found["version"] == "2.1.0"
    assert run["tool"]["driver"]["rules"] == [{"id": "P14"}]
    levels = [(r["level"], r.get("ruleId")) for r in run["results"]]
    assert levels == [("error", None), ("error", None), ("warning", "P14")]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": bad},
        "region": {"startLine": 46, "startColumn": 14},
    }


def test_sarif_has_what_the_standard_asks_for(bad, monkeypatch, capsys) -> None:
    """The required properties of SARIF 2.1.0, sections 3.13 to 3.30, and its levels."""
    found = json.loads(printed(["check", bad, NETTER, "--format", "sarif"], monkeypatch, capsys))
    jsonschema.validate(found, SARIF)
    for run in found["runs"]:
        named = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
        assert {r["ruleId"] for r in run["results"] if "ruleId" in r} <= named


_TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"minLength": 1}}}
_REGION = {"type": "object", "properties": {"startLine": {"type": "integer", "minimum": 1},
           "startColumn": {"type": "integer", "minimum": 1}}}  # fmt: skip
_PHYSICAL = {"type": "object", "required": ["artifactLocation"], "properties": {"region": _REGION}}
_RESULT = {
    "type": "object",
    "required": ["message"],
    "properties": {
        "message": _TEXT,
        "level": {"enum": ["none", "note", "warning", "error"]},
        "locations": {"type": "array", "items": {"properties": {"physicalLocation": _PHYSICAL}}},
    },
}
_DRIVER = {"type": "object", "required": ["name"],
           "properties": {"rules": {"type": "array", "items": {"required": ["id"]}}}}  # fmt: skip
_RUN = {
    "type": "object",
    "required": ["tool"],
    "properties": {
        "tool": {"type": "object", "required": ["driver"], "properties": {"driver": _DRIVER}},
        "results": {"type": "array", "items": _RESULT},
    },
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {"version": {"const": "2.1.0"}, "runs": {"type": "array", "items": _RUN}},
}
