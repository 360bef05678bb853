"""Sections of other distributions: text, and tables, marked with whose they are."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from equipoise.analysis.results import Results
from equipoise.extensions import Added, added
from equipoise.reporting.model import Cell, Display
from equipoise.reporting.numbers import Numbers


@dataclass(frozen=True, slots=True)
class AddedSection:
    """A part of the report that another distribution writes.

    paragraphs : text, and numbers of `Numbers`, one after the other; tables : below them
    key, extension : its name in addresses, and whose it is; the house fills them in
    """

    title: str
    paragraphs: tuple[Cell, ...]
    tables: tuple[Display, ...] = ()
    key: str = ""
    extension: str = ""


def added_sections(results: Results, numbers: Numbers) -> list[AddedSection]:
    """What the functions behind `equipoise.sections` write of these results; None is no section.

    Raises   InputError in a sentence for one that fails.
    """
    made = [_written(one, results, numbers) for one in added("sections")]
    return [one for one in made if one is not None]


def _written(one: Added, results: Results, numbers: Numbers) -> AddedSection | None:
    write = one.takes(one.load(), "results", "numbers")
    found = one.called(write, results, numbers)
    if found is None:
        return None
    if not isinstance(found, AddedSection):
        raise one.refused(f"expected an AddedSection or None, found {found!r}")
    if not all(isinstance(paragraph, tuple) for paragraph in found.paragraphs):
        raise one.refused("expected each paragraph as a tuple of text and numbers")
    key = "added-" + re.sub(r"[^a-z0-9]+", "-", one.name.lower()).strip("-")
    return replace(found, key=key, extension=one.origin)
