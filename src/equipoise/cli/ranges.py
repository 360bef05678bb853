"""`equipoise conduct ranges`: the reference ranges of a site's laboratory, told or listed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.build import Where
from equipoise.cli.opened import AsJson, folder_of, say


def ranges(
    where: Where,
    site: Annotated[str, typer.Option(help="The site whose laboratory it is.")],
    file: Annotated[
        Path | None, typer.Option(help="CSV that tells ranges; without one, what holds is listed.")
    ] = None,
    by: Annotated[str, typer.Option(help="Who tells them, with a file.")] = "",
    reason: Annotated[str, typer.Option(help="Why, where a range is corrected.")] = "",
    on: Annotated[str, typer.Option(help="The day on which they hold; by default today.")] = "",
    as_json: AsJson = False,
) -> None:
    """Tell the reference ranges of a laboratory from a file, or list those that hold on a day."""
    import datetime as dt

    from equipoise.errors import InputError
    from equipoise.workspace.exchange.ranges import ranges_on, set_ranges_of_file

    if file is not None:
        if not by:
            raise InputError("expected --by: who tells them")
        done = set_ranges_of_file(folder_of(where), file, site=site, by=by, reason=reason)
        said = f"{done['ranges']} ranges, of which {done['corrected']} correct another"
        say(f"{said}; {done['as before']} as before", done, as_json=as_json)
        return
    try:
        day = dt.date.fromisoformat(on) if on else dt.datetime.now(dt.UTC).date()
    except ValueError:
        raise InputError(f"{on!r} is no day; expected one such as 2026-05-01") from None
    found = ranges_on(folder_of(where), site, day)
    lines = [
        f"{one.test} {one.sex} from {one.age_from}: {one.lower or ''} to {one.upper or ''} "
        f"{one.unit}, since {one.from_day} ({one.by})"
        for one in found
    ]
    told = [{**one._asdict(), "from_day": str(one.from_day)} for one in found]
    say("\n".join(lines) or f"no range holds at {site} on {day}", {"ranges": told}, as_json=as_json)
