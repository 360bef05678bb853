"""Every display as a file, all of them as one, and an index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatch
from pathlib import Path

from equipoise.analysis.results import Results
from equipoise.errors import InputError
from equipoise.reporting.catalog import NotMade, displays
from equipoise.reporting.model import Display
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.plots.trial import OF_TRIAL, not_drawn
from equipoise.reporting.words import NumberText
from equipoise.reporting.write import write_bytes
from equipoise.reporting.writers.csv_rows import csv_of
from equipoise.reporting.writers.docx import docx
from equipoise.reporting.writers.html import html_page
from equipoise.reporting.writers.latex import latex
from equipoise.reporting.writers.page import Stamp, row_keys, shell
from equipoise.reporting.writers.plain import csv_text, json_text
from equipoise.reporting.writers.rtf import rtf
from equipoise.reporting.writers.typst import pdf

Writer = Callable[[Sequence[Display], Stamp], str | bytes]
WRITERS: dict[str, Writer] = {
    "html": html_page,
    "rtf": rtf,
    "docx": docx,
    "pdf": pdf,
    "tex": latex,
    "csv": csv_text,
    "json": json_text,
}


def write_tables(
    results: Results,
    folder: str | Path,
    *,
    to: str,
    only: str = "*",
    shells: bool = False,
    style: str = "regulator",
) -> tuple[list[Path], list[NotMade]]:
    """A file for each display of the catalog, `all` with every one, and index.csv.

    to : html, rtf, docx, pdf, tex, csv or json; only : a pattern of numbers, as "14.2*"
    shells : True for the tables without their numbers
    Returns  the files, and the displays that are not made with the reason
    Raises   InputError if there is no such format, or no display fits the pattern.
    """
    if to not in WRITERS:
        raise InputError(f'to: found "{to}", expected {", ".join(WRITERS)}')
    made, missing = displays(results, Numbers(results, NumberText.named(style).style))
    wanted = [one for one in made.values() if fnmatch(one.number, only) or fnmatch(one.key, only)]
    if not wanted:
        known = ", ".join(one.number for one in made.values())
        raise InputError(f'only: found "{only}", expected a pattern of one of {known}')
    shown = [shell(one) for one in wanted] if shells else wanted
    stamp, place, write = Stamp.of(results), Path(folder), WRITERS[to]
    named = [(_name(one, to), [one]) for one in shown] + [(f"all.{to}", shown)]
    files = [(name, _bytes(write(part, stamp))) for name, part in named]
    missing += [
        NotMade(f"figure-{name}", OF_TRIAL[name].number, OF_TRIAL[name].title, why)
        for name, why in not_drawn(results).items()
    ]
    files.append(("index.csv", _index(shown, missing, to)))
    return [write_bytes(place / name, body) for name, body in files], missing


def _name(display: Display, to: str) -> str:
    return f"t-{display.number.replace('.', '-')}-{display.key}.{to}"


def _bytes(made: str | bytes) -> bytes:
    return made if isinstance(made, bytes) else made.encode()


def _index(made: Sequence[Display], missing: Sequence[NotMade], to: str) -> bytes:
    rows: list[list[object]] = [
        ["number", "title", "file", "numbers", "row keys", "not made, because"]
    ]
    for one in made:
        keys = row_keys(one)
        total = sum(1 for _ in one.numbers)
        rows.append([one.number, one.title, _name(one, to), total, " ".join(keys), ""])
    rows += [[gap.number, gap.title, "", 0, "", gap.why] for gap in missing]
    return csv_of(rows).encode()
