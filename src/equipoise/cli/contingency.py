"""`equipoise contingency DIR --site SITE -o FILE`: allocations for the day without a line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.allocate import KeyFiles
from equipoise.cli.opened import AsJson, say


def command(
    where: Annotated[Path, typer.Argument(help="The trial's folder; a sealed page, to open it.")],
    site: Annotated[str, typer.Option(help="The site that gets the page.")] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Page that gets the sealed allocations.")
    ] = None,
    codes: Annotated[
        Path | None, typer.Option(help="File for the trial's office that gets the codes.")
    ] = None,
    slots: Annotated[int, typer.Option(min=1, help="Of each stratum.")] = 4,
    by: Annotated[str, typer.Option(help="The account of who seals it.")] = "",
    key: KeyFiles = None,
    number: Annotated[int | None, typer.Option(min=1, help="Of an envelope to be opened.")] = None,
    code: Annotated[str, typer.Option(help="That the trial's office has told for it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Seal the next allocations of every stratum for a site; or open one with its code."""
    from equipoise.errors import InputError

    if number is not None:
        _open(where, number, code, as_json=as_json)
        return
    if not site or output is None or codes is None or not by:
        raise InputError("expected --site, --output, --codes and --by; or --number and --code")
    _seal(where, site, output, codes, slots=slots, by=by, key=key, as_json=as_json)


def _open(page: Path, number: int, code: str, *, as_json: bool) -> None:
    from equipoise.workspace.sealed.contingency import open_envelope

    held = open_envelope(page, number, code)
    stratum = ", ".join(held["stratum"]) or "all"
    say(f"envelope {number} of {held['batch']}, {stratum}: {held['arm']}", held, as_json=as_json)


def _seal(
    where: Path,
    site: str,
    output: Path,
    codes: Path,
    *,
    slots: int,
    by: str,
    key: list[Path] | None,
    as_json: bool,
) -> None:
    import uuid

    from equipoise.cli.opened import folder_of
    from equipoise.workspace.sealed.contingency import seal_list

    made = seal_list(
        folder_of(where, key), site=site, out=output, codes=codes, by=by,
        request=str(uuid.uuid4()), slots=slots,
    )  # fmt: skip
    text = (
        f"{made.page}: {made.envelopes} envelopes of {made.batch}, for {site}\n"
        f"{made.codes}: their codes, for the trial's office alone"
    )
    body = {"batch": made.batch, "envelopes": made.envelopes, "page": str(made.page)}
    say(text, body | {"codes": str(made.codes)}, as_json=as_json)
