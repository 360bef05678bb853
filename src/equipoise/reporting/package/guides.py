"""Reviewer's guides: skeletons in PHUSE's order, filled from the data; people's parts stay open.

Source  PHUSE, ADRG and cSDRG templates (contents).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from equipoise.adam.submit.metadata import Dataset
from equipoise.analysis.results import Results
from equipoise.errors import Finding
from equipoise.reporting.documents.paper.model import (
    Block,
    Chapter,
    PaperDocument,
    PeoplesText,
    Sentence,
)
from equipoise.reporting.labels import population_label
from equipoise.reporting.model import Display, Line
from equipoise.reporting.package.sdtm import domain_label
from equipoise.version import __version__


def adrg(results: Results, described: Sequence[Dataset], scripts: Iterable[str]) -> PaperDocument:
    """The analysis data reviewer's guide."""
    data = results.data
    datasets = _table(
        "datasets", "Analysis datasets", ("Label", "Class", "Structure", "Keys", "Records"),
        [(d.name, (d.label, d.class_, d.structure, ", ".join(d.keys), str(d.records)))
         for d in described],
    )  # fmt: skip
    derivations = _table(
        "derivations", "Derived variables", ("Label", "How it is made"),
        [(f"{d.name}.{v.name}", (v.label, v.method))
         for d in described for v in d.variables if v.method],
    )  # fmt: skip
    programs = _table(
        "programs", "Programs", ("What it does",),
        [(name, ("reads the datasets, prints each result beside the reported one",))
         for name in scripts],
    )  # fmt: skip
    chapters = (
        _introduction(results, "Analysis Data Reviewer's Guide"),
        Chapter("protocol", "Protocol description", (
            _says(f"{data.protocol.trial.title}. Look: {data.look}."),
            *_populations(results),
        ), "2"),
        Chapter("considerations", "Analysis considerations related to several datasets", (
            _ask("considerations", "what several analysis datasets have in common"),
        ), "3"),
        Chapter("creation", "Analysis data creation and processing issues", (
            _says("Every analysis dataset is derived from the collected data by Equipoise; each "
                  "row holds the domain, variable and sequence numbers that it rests on."),
            derivations,
        ), "4"),
        Chapter("descriptions", "Analysis dataset descriptions", (datasets,), "5"),
        Chapter("conformance", "Data conformance", (
            _findings("adam-findings", data.findings),
            _ask("adam-reasons", "why each finding stands"),
        ), "6"),
        Chapter("programs", "Submission of programs", (
            _says("Each primary and secondary analysis has a program in R that was not used for "
                  "the report: it computes the same numbers independently."),
            programs,
        ), "7"),
    )  # fmt: skip
    title = f"{data.protocol.trial.id}: Analysis Data Reviewer's Guide"
    return PaperDocument("adrg", title, chapters, _under(results), title)


def csdrg(results: Results, faults: Sequence[str]) -> PaperDocument:
    """The clinical study data reviewer's guide."""
    data = results.data
    tables = data.snapshot.tables
    rows = [
        (name, (domain_label(name), str(table.height), str(_subjects(table))))
        for name, table in sorted(tables.items())
    ]
    inventory = _table("domains", "Domains", ("Label", "Records", "Subjects"), rows)
    left = [_says(f"Not written: {fault}.") for fault in faults]
    chapters = (
        _introduction(results, "Clinical Study Data Reviewer's Guide"),
        Chapter("protocol", "Protocol description", (
            _says(f"{data.protocol.trial.title}."),
            _ask("design", "the design, in a picture or a sentence"),
        ), "2"),
        Chapter("datasets", "Subject data description", (
            _says(f"The data as known at {data.look}"
                  f"{f', cut off on {data.date}' if data.date else ''}."),
            inventory, *left,
        ), "3"),
        Chapter("conformance", "Data conformance summary", (
            _findings("sdtm-findings", data.snapshot.findings),
            _ask("sdtm-reasons", "why each finding stands"),
        ), "4"),
    )  # fmt: skip
    title = f"{data.protocol.trial.id}: Clinical Study Data Reviewer's Guide"
    return PaperDocument("csdrg", title, chapters, _under(results), title)


def _introduction(results: Results, name: str) -> Chapter:
    said = (
        _says(f"This {name} goes with the datasets of {results.data.look}."),
        _says(f"Software: Equipoise {__version__}."),
        _says(f"Protocol {results.data.protocol.digest}; snapshot {results.data.snapshot.digest}."),
        _ask("introduction", "acronyms, and what a reviewer should read first"),
    )
    return Chapter("introduction", "Introduction", said, "1")


def _populations(results: Results) -> list[Block]:
    protocol = results.data.protocol
    rows = [
        (one.variable(name), (population_label(protocol, name), one.who))
        for name, one in protocol.populations.items()
    ]
    return [_table("populations", "Populations", ("Label", "Who"), rows)]


def _under(results: Results) -> tuple[str, ...]:
    virtual = "Virtual patients: nobody was treated." if results.data.virtual else ""
    return tuple(filter(None, (results.data.look, virtual)))


def _says(text: str) -> Sentence:
    return Sentence((text,))


def _ask(key: str, asks: str) -> PeoplesText:
    return PeoplesText(key, asks)


def _findings(key: str, findings: Sequence[Finding]) -> Display:
    rows = [(one.rule or "-", (one.place, one.message, one.expected)) for one in findings]
    return _table(key, "Findings", ("Place", "Found", "Expected"), rows or [("none", ("", "", ""))])


def _table(
    key: str, title: str, heads: tuple[str, ...], rows: Sequence[tuple[str, tuple[str, ...]]]
) -> Display:
    lines = tuple(Line(name, tuple((cell,) for cell in cells)) for name, cells in rows)
    return Display(key, "", title, tuple((h,) for h in heads), lines, words=True)


def _subjects(table: pl.DataFrame) -> int:
    return table["USUBJID"].n_unique() if "USUBJID" in table.columns else 0
