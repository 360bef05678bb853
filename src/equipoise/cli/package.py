"""equipoise package: the folder of a submission."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.build import LookOption, Where
from equipoise.cli.opened import AsJson, say


class _Texts(StrEnum):
    """Encodings of texts in XPT files."""

    ascii = "ascii"
    utf_8 = "utf-8"


def command(
    where: Where,
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder m5; empty or new.")],
    encoding: Annotated[
        _Texts, typer.Option(help="Of texts in the analysis datasets.")
    ] = _Texts.ascii,
    look: LookOption = None,
    as_json: AsJson = False,
) -> None:
    """Write the folder of a submission; ends with 1 and a list if something is wrong with it."""
    from equipoise.reporting.package.package import write_package
    from equipoise.workspace.answers import results_of

    done = write_package(results_of(where, look), out, encoding=encoding.value)
    files = [str(path) for path in done.files]
    lines = [*files, *(f"wrong: {problem}" for problem in done.problems)]
    say("\n".join(lines), {"files": files, "wrong": list(done.problems)}, as_json=as_json)
    if done.problems:
        raise typer.Exit(1)
