"""The commands of the language."""

import json

import pytest
from typer.testing import CliRunner

from equipoise.cli import application
from equipoise.errors import EquipoiseError
from support.spec import EXAMPLES, INVALID, SPEC, expected_line

RUN = CliRunner()
EXAMPLE = str(SPEC.parents[1] / "examples/netter1/protocol.yaml")


def _run(*words, code=0):
    result = RUN.invoke(application(), [str(w) for w in words])
    assert result.exit_code == code, result.output
    return result


def test_check_of_valid_files():
    out = _run("check", *EXAMPLES).output
    assert out.count("    digest ") == len(EXAMPLES)
    assert "warning: " in out


def test_check_never_prints_a_traceback():
    """Each case is examined in tests/spec; of a part of them here is what the command prints."""
    some = INVALID[::5]
    result = _run("check", *some, code=1)
    assert "Traceback" not in result.output
    for case in some:
        assert f"{case}:{expected_line(case)}" in result.output


def test_check_as_json():
    found = json.loads(_run("check", INVALID[0], EXAMPLE, "--json", code=1).stdout)
    assert found[0]["digest"] is None
    assert found[0]["findings"][0]["severity"] == "error"
    assert len(found[1]["digest"]) == 64


def test_resolve(tmp_path):
    out = tmp_path / "resolved.json"
    _run("resolve", EXAMPLE, "--out", out)
    digest = _run("resolve", EXAMPLE, "--digest").stdout.strip()
    assert _run("resolve", out, "--digest").stdout.strip() == digest
    assert json.loads(_run("resolve", out).stdout) == json.loads(out.read_text())
    truth = json.loads(_run("resolve", EXAMPLE, "--truth").stdout)
    assert truth["protocol"] == digest
    assert [p.name for p in tmp_path.iterdir()] == ["resolved.json"]


def test_schema():
    assert json.loads(_run("schema").stdout)["$id"] == "urn:equipoise:protocol:1"
    assert json.loads(_run("schema", "--resolved").stdout)["$id"] == "urn:equipoise:resolved:1"


def test_new_then_check(tmp_path):
    out = tmp_path / "mine.yaml"
    _run("new", out, "--arms", 3, "--endpoint", "proportion")
    assert "digest" in _run("check", out).output
    again = RUN.invoke(application(), ["new", str(out)])
    assert isinstance(again.exception, EquipoiseError)
    assert _run("new", "--like", "netter1").stdout.count("NETTER-1") > 0


def test_diff(tmp_path):
    text = (SPEC.parents[1] / "examples/netter1/protocol.yaml").read_text(encoding="utf-8")
    new = tmp_path / "new.yaml"
    new.write_text(text.replace("randomize: 230", "randomize: 240"), encoding="utf-8")
    out = _run("diff", EXAMPLE, new).stdout
    assert out.startswith("- 240 patients are to be randomized, 10 more than before (230).\n")
    assert "Touches: design, looks, allocation list." in out
    found = json.loads(_run("diff", EXAMPLE, new, "--json").stdout)
    assert found["changes"][0]["path"] == "population.randomize"
    assert _run("diff", EXAMPLE, EXAMPLE).stdout == "Nothing changes.\n"


def test_synopsis(tmp_path):
    assert _run("synopsis", EXAMPLE).stdout.startswith("# A multicentre")
    out = tmp_path / "synopsis.html"
    _run("synopsis", EXAMPLE, "--out", out)
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_export_then_import(tmp_path):
    document, back = tmp_path / "usdm.json", tmp_path / "back.yaml"
    _run("export", EXAMPLE, "--to", "usdm", "--out", document)
    assert "0 things to add" in _run("import", document, "--from", "usdm", "--out", back).stdout
    digest = _run("resolve", EXAMPLE, "--digest").stdout
    assert _run("resolve", back, "--digest").stdout == digest
    assert "protocolSection" in json.loads(_run("export", EXAMPLE, "--to", "ctgov").stdout)


@pytest.mark.parametrize("text", ["", "[]", "{"])
def test_import_of_something_else(tmp_path, text):
    path = tmp_path / "other.json"
    path.write_text(text)
    result = RUN.invoke(application(), ["import", str(path)])
    assert isinstance(result.exception, EquipoiseError)
