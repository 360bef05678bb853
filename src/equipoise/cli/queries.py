"""equipoise queries: what a data manager must ask the site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from equipoise.cli.build import Where
from equipoise.cli.opened import AsJson

if TYPE_CHECKING:
    import polars as pl


def command(
    where: Where,
    csv: Annotated[Path | None, typer.Option(help="CSV file to write the list to.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what only the site can settle, with file, row, subject, and what to ask."""
    import json

    from equipoise.reporting.write import write_text
    from equipoise.reporting.writers.csv_rows import csv_of
    from equipoise.workspace.folder import Workspace

    found = Workspace.at(where).queries()
    if csv is not None:
        write_text(csv, csv_of([found.columns, *found.iter_rows()]))
    if as_json:
        rows = [{k.lower(): v for k, v in row.items()} for row in found.iter_rows(named=True)]
        typer.echo(json.dumps({"queries": rows}, ensure_ascii=False, indent=1))
        return
    for line in _lines(found):
        typer.echo(line)
    subjects = found["USUBJID"].drop_nulls().n_unique()
    total = f"{_many(found.height, 'query', 'queries')} about {_many(subjects, 'subject')}"
    typer.echo(total + (f"; {csv}" if csv else ""))


def _lines(found: pl.DataFrame) -> Iterator[str]:
    """The queries under the title of their rule, the places in one column."""
    places = [_place(row) for row in found.iter_rows(named=True)]
    width = max((len(place) for place in places), default=0)
    last = None
    for place, row in zip(places, found.iter_rows(named=True), strict=True):
        if row["QUERY"] != last:
            last = row["QUERY"]
            yield f"{last}  {row['TITLE']} ({len(found.filter(QUERY=last))})"
        yield f"  {place:{width}}  {row['FOUND']}"
        yield f"  {'':{width}}  {row['ASK']}"


def _place(row: dict[str, Any]) -> str:
    place = f"{row['FILE']} row {row['ROW']}" if row["ROW"] else row["FILE"] or "data"
    return f"{place}  {row['USUBJID']}" if row["USUBJID"] else place


def _many(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or one + 's'}"
