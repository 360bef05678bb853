"""A listing as a file: pages where the format has them, one table where it has none."""

from __future__ import annotations

from pathlib import Path

from equipoise.adam.model import ADaM
from equipoise.analysis.results import Results
from equipoise.errors import InputError
from equipoise.reporting.tables.listing import Listing, listing
from equipoise.reporting.write import write_bytes
from equipoise.reporting.writers.files import WRITERS
from equipoise.reporting.writers.page import Stamp

_PAGED, _IN_PANELS = ("rtf",), ("pdf", "docx", "tex")


def write_listing(
    data: Results | ADaM,
    domain: str,
    path: str | Path,
    *,
    to: str = "rtf",
    where: str | None = None,
) -> Listing:
    """Write the records of a domain as one file, with as many pages as are predicted.

    data, domain, where : as of `listing`; to : rtf, docx, pdf, tex, html, csv or json
    Returns  the listing; the file appears whole
    Raises   InputError for an unknown domain, format, or a condition that cannot be asked.
    """
    if to not in WRITERS:
        raise InputError(f'to: found "{to}", expected {", ".join(WRITERS)}')
    made = listing(data, domain, where=where)
    adam = data.data if isinstance(data, Results) else data
    shown = [made.whole()]
    if to in _PAGED:
        shown = [*made.displays()]
    elif to in _IN_PANELS:
        shown = [*made.in_panels()]
    body = WRITERS[to](shown, Stamp.of_data(adam))
    write_bytes(Path(path), body if isinstance(body, bytes) else body.encode())
    return made
