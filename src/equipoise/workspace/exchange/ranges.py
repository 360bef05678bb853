"""The reference ranges of a site's laboratory: told from a file, or listed as they hold."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise.errors import InputError

if TYPE_CHECKING:
    from equipoise.conduct.ranges.holding import ReferenceRange
    from equipoise.workspace.conduct import ConductFolder


def set_ranges_of_file(
    folder: ConductFolder, file: Path, *, site: str, by: str, reason: str = ""
) -> dict[str, Any]:
    """Tell every range of a file, as the command `set ranges`; what it answers.

    Raises   InputError where there is no such file, or it is no text; RefusedError.
    """
    from equipoise.conduct.ranges.told import text_of_file

    if not file.is_file():
        raise InputError(f"{file}: there is no such file")
    text = text_of_file(file.read_bytes(), name=file.name)
    given = {"site": site, "file": file.name, "text": text, "reason": reason}
    return folder.send("set ranges", given, by=by, request=str(uuid.uuid4()))


def ranges_on(folder: ConductFolder, site: str, day: dt.date) -> list[ReferenceRange]:
    """The ranges that hold at a site on a day. Raises InputError where there is no such site."""
    from equipoise.conduct.ranges.holding import RangeTable, told_range

    with folder.store().reading() as unit:
        if unit.row("site", site) is None:
            raise InputError(f"there is no site {site}")
        table = RangeTable(map(told_range, unit.rows("range", laboratory=site)))
    return [one for test in table.tests() for one in table.on(test, day)]
