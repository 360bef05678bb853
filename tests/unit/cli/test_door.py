"""What every command has: a log, completion, a place for its build, and plain lines in logs."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.command import command
from support.spec import NETTER_FILE
from support.street import workspace

NETTER = str(NETTER_FILE)


def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "equipoise", *words], env=os.environ | variables,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


SIMULATE = ("simulate", NETTER, "--truth", "as reported", "--trials", "40", "--seed", "1")


def test_a_protocol_is_simulated_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    text = io.TextIOWrapper(io.BytesIO(NETTER_FILE.read_bytes()))
    monkeypatch.setattr(sys, "stdin", text)
    done = command("simulate", "-", *SIMULATE[2:])
    assert (done.code, done.out) == (0, command(*SIMULATE).out)


def test_the_log_is_silent_until_it_is_asked_for() -> None:
    quiet = run(*SIMULATE)
    (line,) = quiet.stderr.splitlines()
    assert re.fullmatch(r"as reported: 40 trials in [0-9.]+ s, [0-9,]+ a second", line)
    assert ", 0 a second" not in line
    asked = run("--verbose", *SIMULATE)
    assert asked.stdout == quiet.stdout
    logged = [one for one in asked.stderr.splitlines() if " INFO equipoise." in one]
    assert any("as reported: 40 trials, 0 done" in one for one in logged)
    assert run(*SIMULATE, EQUIPOISE_LOG="info").stderr.count(" INFO equipoise.") == len(logged)
    assert " INFO " not in run(*SIMULATE, EQUIPOISE_LOG="warning").stderr


def test_another_level_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EQUIPOISE_LOG", "inf")
    done = command("schema")
    assert done.code == 1
    told = 'EQUIPOISE_LOG: found "inf", expected debug, info, warning, error; did you mean info?'
    assert done.err.strip() == told


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_completes_commands(shell: str) -> None:
    named = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}  # not the shell of the tests
    done = run("--show-completion", shell, **named)
    assert done.returncode == 0
    assert shell != "zsh" or done.stdout.startswith("#compdef equipoise")
    assert "_EQUIPOISE_COMPLETE" in done.stdout


def test_completion_knows_the_commands_and_their_options() -> None:
    asked = {
        "_EQUIPOISE_COMPLETE": "complete_bash",
        "COMP_WORDS": "equipoise si",
        "COMP_CWORD": "1",
    }
    code = "from equipoise.cli import application; application()(prog_name='equipoise')"
    ask = [sys.executable, "-c", code]
    done = subprocess.run(ask, env=os.environ | asked, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["size", "simulate"]
    asked |= {"COMP_WORDS": "equipoise simulate --tr", "COMP_CWORD": "2"}
    done = subprocess.run(ask, env=os.environ | asked, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["--trials", "--truth"]


def test_a_build_goes_where_it_is_told(tmp_path: Path) -> None:
    trial = workspace(tmp_path / "trial")
    out = tmp_path / "elsewhere"
    done = command("build", trial, "--out", out)
    assert done.code == 0, done.err
    (folder,) = out.iterdir()
    assert done.out.splitlines()[-1] == str(folder / "report.html")
    assert not (trial / "build").exists()
    assert "nothing was done" in command("build", trial, "--out", out).out
    asked = command("verify", folder, "--protocol", trial / "protocol.yaml")
    assert asked.code == 0, asked.err


def test_a_look_that_is_not_named_is_said(tmp_path: Path) -> None:
    trial = workspace(tmp_path / "trial")
    file = trial / "protocol.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace(
            "      final: end of study",
            "      first: {events: 20}\n      final: end of study\n    spending: obf",
        ),
        encoding="utf-8",
    )
    done = command("build", trial)
    assert "no --look was given: TTDE final is built; there are TTDE first" in done.out
    named = command("build", trial, "--look", "TTDE final")
    assert "no --look" not in named.out
