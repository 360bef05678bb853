"""`equipoise audit`: the audit of a trial, verified and exported."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.build import Where
from equipoise.cli.opened import AsJson, folder_of, say

app = typer.Typer(help="The audit of a trial: verified, exported.", no_args_is_help=True)


@app.command()
def verify(
    where: Where,
    anchors: Annotated[
        Path | None, typer.Option(help="anchors.txt as you have kept it; by default the folder's.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Every link, every anchor, and every table beside the audit; exit code 1 for a fault."""
    lines = None if anchors is None else anchors.read_text("ascii").splitlines(keepends=True)
    found = folder_of(where).audited(outside=lines)
    body = {"rows": found.rows, "chains": found.chains, "faults": list(found.faults)}
    say(found.in_words(), body, as_json=as_json)
    if found.faults:
        raise typer.Exit(1)


@app.command()
def export(
    where: Where,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder that gets the files.")],
    site: Annotated[str | None, typer.Option(help="The chain of one site alone.")] = None,
    as_json: AsJson = False,
) -> None:
    """audit.tsv, anchors.txt, and the script that verifies them with Python alone."""
    count = folder_of(where).export_audit(output, site=site)
    text = f"{count:,} rows; verify them: python {output}/verify_audit.py {output}"
    say(text, {"rows": count, "folder": str(output)}, as_json=as_json)


@app.command()
def receipt(
    where: Where,
    subject: Annotated[str, typer.Option(help="A subject who was randomized.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="File that gets the receipt.")],
    as_json: AsJson = False,
) -> None:
    """The row of an allocation, and its way to the anchor that holds it."""
    from equipoise.protocol.read.resolve import to_json, write_text

    made = folder_of(where).receipt(subject)
    write_text(output, to_json(made))
    row, anchor = made["row"], made["anchor"]
    text = f"{output}: {row['chain']} row {row['n']}, held by {anchor['chain']} row {anchor['n']}"
    body = {"file": str(output), "row": row["hash"], "anchor": anchor["hash"]}
    say(text, body, as_json=as_json)


@app.command()
def check_receipt(
    file: Annotated[Path, typer.Argument(help="The receipt.")],
    anchors: Annotated[
        Path | None, typer.Option(help="anchors.txt as you have kept it; it must name the anchor.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Whether a receipt holds, without the store; exit code 1 where it does not."""
    from equipoise.conduct.store.receipts import against_receipt, in_receipt
    from equipoise.errors import InputError

    for one in (file, anchors):
        if one is not None and not one.is_file():
            raise InputError(f"{one}: there is no such file")
    found = in_receipt(file.read_text("utf-8"), name=str(file))
    lines = [] if anchors is None else anchors.read_text("ascii").splitlines()
    faults = [*against_receipt(found, outside=lines)]
    anchor = found["anchor"]
    whole = f"{found.get('subject')}: {'does not hold' if faults else 'holds'}"
    if not faults and anchors is None:
        whole += f", if the anchor you have kept is row {anchor['n']}, {anchor['hash']}"
    say("\n".join([*faults, whole]), {"holds": not faults, "faults": faults}, as_json=as_json)
    if faults:
        raise typer.Exit(1)
