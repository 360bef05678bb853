"""equipoise derive."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.build import LookOption, Where, show
from equipoise.cli.opened import AsJson, say

if TYPE_CHECKING:
    from equipoise.adam.submit.define import FileForm
    from equipoise.adam.submit.limits import TextEncoding


class _Form(StrEnum):
    """Forms of a submission."""

    xpt = "xpt"
    dataset_json = "dataset-json"
    parquet = "parquet"


class _Encoding(StrEnum):
    """Encodings of texts in XPT."""

    ascii = "ascii"
    utf_8 = "utf-8"


def command(
    where: Where,
    look: LookOption = None,
    to: Annotated[
        _Form | None, typer.Option(help="Write the datasets in this form, and define.xml.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for them; by default adam/ in the trial's folder.")
    ] = None,
    encoding: Annotated[
        _Encoding, typer.Option(help="Of the texts in XPT; define.xml declares it.")
    ] = _Encoding.ascii,
    as_json: AsJson = False,
) -> None:
    """Derive the analysis datasets of a look; with --to, write them for a submission."""
    if to is None:
        show(where, look=look, upto="derive", trials=0, as_json=as_json)
        return
    _write(where, look, to.value, out, encoding.value, as_json=as_json)


def _write(
    where: Path,
    look: str | None,
    form: FileForm,
    out: Path | None,
    encoding: TextEncoding,
    *,
    as_json: bool,
) -> None:
    from equipoise.adam.submit.files import write_adam
    from equipoise.workspace.folder import Workspace
    from equipoise.workspace.write import told

    space = Workspace.at(where)
    data = space.derived(look)
    folder = out or space.folder / "adam"
    with told(folder, "written"):
        paths = write_adam(data, folder, form=form, encoding=encoding)
    rows = {path.stem.upper(): data.tables[path.stem.upper()].height for path in paths[:-1]}
    lines = [f"{path}: {rows[path.stem.upper()]:,} rows" for path in paths[:-1]]
    body = {"look": data.look, "files": [str(path) for path in paths], "rows": rows}
    say("\n".join([*lines, str(paths[-1])]), body, as_json=as_json)
