"""The page about a trial's folder says what happens."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from equipoise.workspace.lock import TakenError, locked
from support.street import built_pilot

PAGE = (Path(__file__).parents[2] / "docs" / "workspace.md").read_text(encoding="utf-8")


def test_the_lines_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    shutil.copytree(built_pilot(), tmp_path / "examples" / "pilot", copy_function=os.link)
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "workspace.md", "exec"), {})
    said = capsys.readouterr().out
    for line in re.findall(r"^print\(.*?\) +# (.+)$", code, re.MULTILINE):
        assert line.removesuffix(" ...").removesuffix(",") in said


def test_every_file_of_a_build_is_named() -> None:
    tree = PAGE.split("## ")[0]
    for path in (built_pilot() / "build" / "ttde-final").iterdir():
        assert path.name in tree


def test_the_message_of_a_second_build(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```text\n(.*?)\n```", PAGE, re.DOTALL)
    path = tmp_path / ".pfs-final.lock"
    with locked(path, "a build of PFS final"):
        with pytest.raises(TakenError) as told:
            locked(path, "a build of PFS final").__enter__()
        told_as = str(told.value).replace(str(tmp_path), "trial/build")
    assert re.sub(r"process \d+ on host [^;]+", "process 4711 on host trials", told_as) == shown
