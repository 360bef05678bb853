"""A protocol file on the command line: its path, or `-` for standard input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]

if TYPE_CHECKING:
    from equipoise.meaning.given import Given
    from equipoise.protocol import Protocol


def given(file: Path) -> Given:
    """What `read` takes: standard input for `-`, or else the path."""
    return sys.stdin.buffer if str(file) == "-" else file


def opened(file: Path) -> Protocol:
    """The protocol of a file, or of standard input. Raises ProtocolError, InputError."""
    from equipoise.meaning.check import read

    return read(given(file))


def say(text: str, body: dict[str, Any], *, as_json: bool) -> None:
    """Words for people, or the same as JSON."""
    import json

    typer.echo(json.dumps(body, indent=1, ensure_ascii=False) if as_json else text)
