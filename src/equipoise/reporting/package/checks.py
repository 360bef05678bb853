"""What must hold of a submission folder before it is handed over."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from equipoise.analysis.results import Results
from equipoise.reporting.catalog import displays
from equipoise.reporting.numbers import Numbers

_LEAF: Final = "{http://www.cdisc.org/ns/def/v2.1}leaf"
_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]*")
_LONGEST: Final = 64  # letters of a file's name
_LARGEST: Final = 5 * 1024**3  # bytes: above it the agency asks for parts


def problems(folder: Path, results: Results, numbers: Numbers) -> Iterator[str]:
    """Everything that is wrong with a package: names, sizes, leaves, letters, printed texts.

    Source   FDA, Study Data Technical Conformance Guide, sections 3.3 and 7.
    Checked  tests/unit/reporting/test_package.py
    """
    yield from _files(folder)
    for define in sorted(folder.rglob("define.xml")):
        yield from missing_leaves(define)
        yield from against_schema(define)
    for program in sorted(folder.rglob("*.R")):
        if not program.read_bytes().isascii():
            yield f"{program.name}: letters outside ASCII"
    yield from untrue_texts(folder, results, numbers)


def _files(folder: Path) -> Iterator[str]:
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.name.removesuffix(".R")
        if not _NAME.fullmatch(name) or len(path.name) > _LONGEST:
            yield f"{path.name}: expected small letters, digits and hyphens, {_LONGEST} at most"
        if path.stat().st_size > _LARGEST:
            yield f"{path.name}: above 5 GB; expected parts"
        if not path.stat().st_size:
            yield f"{path.name}: is empty"


def missing_leaves(define: Path) -> Iterator[str]:
    """Leaves of a define.xml that lead nowhere, and data files that no leaf leads to."""
    root = ElementTree.fromstring(define.read_bytes())
    named = {leaf.get(_HREF) or "" for leaf in root.iter(_LEAF)}
    for href in sorted(named):
        if not (define.parent / href).is_file():
            yield f"{define.parent.name}/define.xml: the leaf {href} is not there"
    for path in sorted(define.parent.glob("*.xpt")):
        if path.name not in named:
            yield f"{define.parent.name}/{path.name}: no leaf of define.xml leads to it"


def against_schema(define: Path) -> Iterator[str]:
    """Where a define.xml is not what CDISC's schema of Define-XML 2.1 with results metadata says.

    Source   CDISC Define-XML 2.1 and Analysis Results Metadata 1.0, as `odmlib` carries them.
    """
    from odmlib.odm_parser import ODMSchemaValidator

    schema = ODMSchemaValidator(standard="arm", version="1.0-define2.1").xsd
    for error in schema.iter_errors(str(define)):
        yield f"{define.parent.name}/define.xml: {error.path or ''}: {error.reason}"


def untrue_texts(folder: Path, results: Results, numbers: Numbers) -> Iterator[str]:
    """Results in ars.json whose printed text is not that of a table."""
    file = next(iter(folder.rglob("ars.json")), None)
    if file is None:
        yield "ars.json: is not there"
        return
    event = json.loads(file.read_text("utf-8"))
    told = [one["formattedValue"] for a in event["analyses"] for one in a["results"]]
    blocks: dict[tuple[str, str, str], list[int]] = {}
    for i, key in enumerate(results.rows.select("analysis", "method", "population").rows()):
        blocks.setdefault((key[0], key[1], key[2]), []).append(i)
    order = [row for rows in blocks.values() for row in rows]
    text_of = dict(zip(order, told)) if len(order) == len(told) else {}
    if not text_of:
        yield f"ars.json: {len(told)} results; expected one for each of {len(order)} rows"
    made, _ = displays(results, numbers)
    printed = {n.row: n.text for display in made.values() for n in display.numbers}
    for row, text in printed.items():
        about = results.rows.row(row, named=True)
        own = text_of.get(row, text)
        if own != text and about["statistic"] != "decision":  # a table says the decision in words
            yield f'ars.json: {about["analysis"]}, {about["statistic"]}: "{own}", printed "{text}"'
