"""The files with which a trial is served for good, beside its protocol in `deploy`."""

from __future__ import annotations

import re
import shutil
import sys
from importlib.resources import files
from pathlib import Path
from typing import Final

from equipoise.errors import InputError
from equipoise.protocol.read.resolve import write_text
from equipoise.version import __version__
from equipoise.workspace.folder import Workspace

_UNIT: Final = "trial.service"
_CONTAINERS: Final = ("compose.yaml", "Caddyfile", "Dockerfile")
_LEFT: Final = re.compile(r"@[A-Z]+@")


def deploy(where: Path, *, systemd: bool, compose: bool, port: int = 8000) -> list[Path]:
    """Write the unit of systemd, the containers, or both; which files.

    where : the trial's folder; port : on which the unit listens, for the proxy beside it
    Raises   ProtocolError; InputError where nothing is asked for, or a file is there already.
    Checked  tests/unit/workspace/test_deploy.py.
    """
    if not systemd and not compose:
        raise InputError("expected --systemd, --compose or both")
    space = Workspace.at(where)
    trial = space.protocol().trial.id
    name = f"equipoise-{re.sub(r'[^a-z0-9]+', '-', trial.lower()).strip('-')}"
    folder = space.folder / "deploy"
    told = {
        "VERSION": __version__,
        "ID": trial,
        "NAME": name,
        "PORT": str(port),
        "PROGRAM": _program(),
    }
    wanted = {folder / f"{name}.service": _UNIT} if systemd else {}
    wanted |= {folder / one: one for one in _CONTAINERS} if compose else {}
    if there := [str(file) for file in wanted if file.exists()]:
        raise InputError("\n".join(f"{file}: is there already" for file in there))
    folder.mkdir(exist_ok=True)
    for file, source in wanted.items():
        write_text(file, _filled(source, told))
    return list(wanted)


def _program() -> str:
    """This program, which need not be the one that stands on the path."""
    own = Path(sys.executable).with_name("equipoise")
    return str(own) if own.is_file() else shutil.which("equipoise") or "/usr/local/bin/equipoise"


def _filled(source: str, told: dict[str, str]) -> str:
    text = files("equipoise.workspace.deployment").joinpath(source).read_text("utf-8")
    for word, said in told.items():
        text = text.replace(f"@{word}@", said)
    assert not _LEFT.search(text)
    return text
