"""The collected data of a look as XPT files, and the Define-XML 2.1 that describes them."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from equipoise.adam.submit.metadata import short
from equipoise.analysis.results import Results
from equipoise.errors import InputError
from equipoise.reporting.package.tabulation.define import sdtm_define
from equipoise.reporting.package.tabulation.described import described
from equipoise.reporting.write import write_text
from equipoise.sdtm.read.write import write_xpt
from equipoise.sdtm.tabulate.terms import labels_of


def write_sdtm(results: Results, folder: Path) -> tuple[list[Path], list[str]]:
    """XPT of each domain, and define.xml; what a domain has that XPT cannot hold is told.

    Returns  the files, and every fault; a domain with a fault is not written
    """
    tables = dict(results.data.snapshot.tables)
    labels = _labels(results)
    made: list[Path] = []
    faults: list[str] = []
    for name, table in sorted(tables.items()):
        strange = foreign_text(table)
        if strange:
            faults.append(f"{name}.{strange}: letters outside ASCII, which XPT does not hold")
            continue
        try:
            made += write_xpt({name.lower(): table}, folder, labels=labels)
        except InputError as problem:
            faults.append(f"{name}: {problem}")
    kept = [name for name in sorted(tables) if folder / f"{name.lower()}.xpt" in made]
    text = sdtm_define(results, [described(name, tables[name], labels[name]) for name in kept])
    return [*made, write_text(folder / "define.xml", text)], faults


def _labels(results: Results) -> dict[str, dict[str, str]]:
    """The labels that the files carried, else those of the standard."""
    snapshot = results.data.snapshot
    told = snapshot.collected.labels if snapshot.collected else {}
    found = labels_of(snapshot.tables)
    for name, labels in found.items():
        own = {column: short(label) for column, label in told.get(name, {}).items() if label}
        labels |= {column: label for column, label in own.items() if label.isascii()}
    return found


def foreign_text(table: pl.DataFrame) -> str:
    """The first text column with a letter outside ASCII; "" if there is none."""
    for column in table:
        if column.dtype == pl.String and column.drop_nulls().str.contains(r"[^\x00-\x7F]").any():
            return column.name
    return ""
