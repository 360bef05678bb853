"""`write_package`: the folder m5 of a submission, and what is wrong with it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import NamedTuple

from equipoise.adam.submit.define import described_for
from equipoise.adam.submit.files import write_adam
from equipoise.adam.submit.limits import TextEncoding
from equipoise.analysis.results import Results
from equipoise.errors import InputError, expect
from equipoise.reporting.documents.paper.formats import document_as
from equipoise.reporting.documents.paper.model import PaperDocument
from equipoise.reporting.exports.ars import ars
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.package.checks import problems
from equipoise.reporting.package.guides.adrg import adrg
from equipoise.reporting.package.guides.csdrg import csdrg
from equipoise.reporting.package.metadata import with_results_metadata
from equipoise.reporting.package.scripts import r_scripts
from equipoise.reporting.package.sdtm import write_sdtm
from equipoise.reporting.write import write_bytes, write_text


class SubmissionPackage(NamedTuple):
    """Its files, and every reason not to hand it over yet."""

    files: tuple[Path, ...]
    problems: tuple[str, ...]


def write_package(
    results: Results, folder: str | Path, *, encoding: TextEncoding = "ascii"
) -> SubmissionPackage:
    """Write the folder of a submission: datasets, define.xml, programs, guides, results.

    folder : becomes m5, with datasets/STUDY/tabulations and analysis in it
    encoding : of texts in the analysis datasets; "utf-8" where the receiver has agreed to it
    Returns  the files, and what is wrong with them; nothing is left out without being told
    Raises   InputError if the folder holds something already.
    Source   FDA, Study Data Technical Conformance Guide; names of folders from memory.
    """
    expect(results, Results)
    root = Path(folder)
    if root.exists() and any(root.iterdir()):
        raise InputError(f"{root}: holds something already; expected an empty folder or none")
    study = re.sub(r"[^a-z0-9]+", "-", results.data.protocol.trial.id.lower()).strip("-")
    home = root / "datasets" / study
    numbers, wrong, files = Numbers(results), [], []
    made, faults = write_sdtm(results, home / "tabulations" / "sdtm")
    files += made
    wrong += [f"SDTM {fault}" for fault in faults]
    adam, programs = home / "analysis" / "adam" / "datasets", r_scripts(results, numbers)
    files += _programs(home / "analysis" / "adam" / "programs", programs)
    try:
        files += write_adam(results.data, adam, form="xpt", encoding=encoding)
        _with_results(results, adam / "define.xml", list(programs))
    except InputError as problem:
        wrong += [f"ADaM {line.strip()}" for line in str(problem).splitlines()]
    described = described_for(results.data, "xpt")
    files.append(_guide(adrg(results, described, programs), adam))
    files.append(_guide(csdrg(results, faults), home / "tabulations" / "sdtm"))
    event = json.dumps(ars(results, numbers), ensure_ascii=False, allow_nan=False, indent=1)
    files.append(write_text(home / "analysis" / "adam" / "ars.json", event + "\n"))
    wrong += problems(root, results, numbers)
    return SubmissionPackage(tuple(files), tuple(dict.fromkeys(wrong)))


def _programs(folder: Path, programs: dict[str, str]) -> list[Path]:
    return [write_text(folder / name, text) for name, text in programs.items()]


def _with_results(results: Results, define: Path, programs: list[str]) -> None:
    """Results metadata for define.xml: each analysis leads to its program."""
    estimands = results.data.protocol.estimands
    keys = [key for key, one in estimands.items() if one.role in ("primary", "secondary")]
    paths = {key: f"../programs/{name}" for key, name in zip(keys, programs)}
    write_text(define, with_results_metadata(define.read_text("utf-8"), results, paths))


def _guide(document: PaperDocument, folder: Path) -> Path:
    return write_bytes(folder / f"{document.key}.html", document_as(document, "html"))
