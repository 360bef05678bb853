"""A protocol file on the command line: its path, or `-` for standard input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]

if TYPE_CHECKING:
    from equipoise.meaning.text.given import Given
    from equipoise.protocol import Protocol
    from equipoise.workspace.conduct import ConductFolder


def given(file: Path) -> Given:
    """What `read` takes: standard input for `-`, git's version for REVISION:FILE, or the path."""
    if str(file) == "-":
        return sys.stdin.buffer
    return _of_git(str(file)) if ":" in str(file) and not file.exists() else file


def _of_git(named: str) -> Given:
    """A file as it stands in a revision. Raises InputError in git's own words."""
    import subprocess
    from io import BytesIO

    from equipoise.errors import InputError

    try:
        shown = subprocess.run(["git", "show", named], capture_output=True, check=False)
    except OSError:
        raise InputError(f"{named}: no such file, and no git to ask for a version") from None
    if shown.returncode:
        told = shown.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        raise InputError(f"{named}: git has no such version: {told}")
    stream = BytesIO(shown.stdout)
    stream.name = named
    return stream


def opened(file: Path) -> Protocol:
    """The protocol of a file, or of standard input. Raises ProtocolError, InputError."""
    from equipoise.meaning.check import read

    return read(given(file))


def say(text: str, body: dict[str, Any], *, as_json: bool) -> None:
    """Words for people, or the same as JSON."""
    import json

    typer.echo(json.dumps(body, indent=1, ensure_ascii=False) if as_json else text)


def folder_of(where: Path, key: list[Path] | None = None) -> ConductFolder:
    """The conduct of a trial's folder."""
    from equipoise.workspace.conduct import ConductFolder
    from equipoise.workspace.folder import Workspace

    return ConductFolder(Workspace.at(where).folder, tuple(key or ()))
