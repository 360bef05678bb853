"""`diff` tells all that differs, also where a rule is broken, and reads versions of git."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path

import pytest

from equipoise.cli import main
from support.spec import NETTER_FILE

TEXT = NETTER_FILE.read_text(encoding="utf-8")


def told(words: list[str], monkeypatch, capsys) -> tuple[int, str, str]:
    monkeypatch.setattr("sys.argv", ["equipoise", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


@pytest.fixture
def here(tmp_path: Path, monkeypatch) -> Path:
    """A folder with a protocol in force."""
    (tmp_path / "protocol.yaml").write_text(TEXT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_nothing_changes(here, monkeypatch, capsys) -> None:
    words = ["diff", "protocol.yaml", "protocol.yaml", "--exit-code"]
    assert told(words, monkeypatch, capsys) == (0, "Nothing changes.\n", "")


def test_standard_input_and_the_exit_code(here, monkeypatch, capsys) -> None:
    changed = TEXT.replace("randomize: 230", "randomize: 240").encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(changed)))
    code, out, _ = told(["diff", "protocol.yaml", "-", "--exit-code"], monkeypatch, capsys)
    assert code == 1
    assert "240" in out


def test_a_version_and_a_truth_are_told(here, monkeypatch, capsys) -> None:
    changed = TEXT.replace("as reported:", "as published:")
    assert changed != TEXT
    (here / "new.yaml").write_text(changed.replace('truth: "as reported"', ""), encoding="utf-8")
    code, out, _ = told(["diff", "protocol.yaml", "new.yaml"], monkeypatch, capsys)
    assert "Of virtual patients, truth changes:" in out
    assert '"as published"' in out
    assert code in (0, 1)


def test_a_changed_test_touches_power(here, monkeypatch, capsys) -> None:
    changed = TEXT.replace("test: log-rank", "test: wilcoxon", 1)
    assert changed != TEXT
    (here / "new.yaml").write_text(changed, encoding="utf-8")
    _, out, _ = told(["diff", "protocol.yaml", "new.yaml"], monkeypatch, capsys)
    assert "power" in out.splitlines()[-1]


def test_a_broken_rule_does_not_hide_what_changes(here, monkeypatch, capsys) -> None:
    changed = TEXT.replace("randomize: 230", "randomize: 240").replace(
        "\nestimands:", "\nestimands:\n  NOPE: {endpoint: NOPE, population: randomized}", 1
    )
    (here / "new.yaml").write_text(changed, encoding="utf-8")
    code, out, err = told(["diff", "protocol.yaml", "new.yaml"], monkeypatch, capsys)
    assert code == 1
    assert "240" in out
    assert "NOPE" in err
    assert "[rule P01]" in err


def test_a_version_of_git(here, monkeypatch, capsys) -> None:
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "one"]):
        subprocess.run([*git, *words], check=True)
    changed = TEXT.replace("randomize: 230", "randomize: 240")
    (here / "protocol.yaml").write_text(changed, encoding="utf-8")
    words = ["diff", "HEAD:protocol.yaml", "protocol.yaml", "--json"]
    code, out, _ = told(words, monkeypatch, capsys)
    assert code == 0
    assert [c["path"] for c in json.loads(out)["changes"]] == ["population.randomize"]
    code, _, err = told(["diff", "HEAD~7:protocol.yaml", "protocol.yaml"], monkeypatch, capsys)
    assert code == 1
    assert "git has no such version" in err


def test_a_merge_conflict_is_named(here, monkeypatch, capsys) -> None:
    both = "<<<<<<< HEAD\n  randomize: 230\n=======\n  randomize: 240\n>>>>>>> theirs"
    changed = TEXT.replace("  randomize: 230", both)
    (here / "new.yaml").write_text(changed, encoding="utf-8")
    code, _, err = told(["check", "new.yaml"], monkeypatch, capsys)
    line = changed[: changed.index("<<<<<<<")].count("\n") + 1
    assert code == 1
    assert err.startswith(f"new.yaml:{line}:1: a merge conflict is not settled")
