"""The analysis data reviewer's guide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from equipoise.adam.submit.metadata import Dataset
from equipoise.analysis.results import Results
from equipoise.reporting.documents.paper.model import Block, PaperDocument
from equipoise.reporting.labels import population_label
from equipoise.reporting.package.guides.considerations import considerations
from equipoise.reporting.package.guides.parts import (
    GuideSection,
    conformance,
    guide,
    introduction,
    none,
    protocol_description,
    says,
    table,
)
from equipoise.version import __version__

_NAME = "Analysis Data Reviewer's Guide"
_BETWEEN = "ADSRC"  # what derived values rest on; read by other datasets and by reviewers


def adrg(results: Results, described: Sequence[Dataset], scripts: Iterable[str]) -> PaperDocument:
    """The analysis data reviewer's guide.

    described : the analysis datasets; scripts : names of the programs in R
    Source   PHUSE, Analysis Data Reviewer's Guide template: sections 1 to 7.
    Checked  tests/unit/reporting/test_guides.py
    """
    standards = {"SDTM": "SDTM 2.0, SDTMIG 3.4", "ADaM": "ADaMIG 1.3",
                 "Analysis results": "Analysis Results Metadata 1.0"}  # fmt: skip
    return guide(results, "adrg", _NAME, [
        *introduction(results, _NAME, "analysis datasets", standards),
        *protocol_description(results),
        *considerations(results),
        *_creation(described),
        *_descriptions(results, described),
        *conformance("adam", _inputs(), results.data.findings),
        *_programs(list(scripts)),
    ])  # fmt: skip


def _creation(described: Sequence[Dataset]) -> list[GuideSection]:
    rows = [(d.name, (", ".join(_sources(d)) or "the protocol alone",)) for d in described]
    between = [d for d in described if d.name == _BETWEEN]
    said = (
        says(f"{_BETWEEN}, {between[0].records} records: which domain, variable and sequence "
             "number each derived value rests on.")
        if between else none("every dataset is one that analyses read")
    )  # fmt: skip
    return [
        ("creation", "Analysis Data Creation and Processing Issues", 1, ()),
        ("split", "Split Datasets", 2, [none("no analysis dataset is split")]),
        ("dependencies", "Data Dependencies", 2,
         [table("dependencies", "What each dataset is copied from", ("Datasets",), rows)]),
        ("intermediate", "Intermediate Datasets", 2, [said]),
    ]  # fmt: skip


def _sources(dataset: Dataset) -> list[str]:
    """The datasets that variables were copied from, in the order of variables."""
    named = (v.source.split(" ")[0].partition(".")[0] for v in dataset.variables if v.source)
    return list(dict.fromkeys(named))


def _descriptions(results: Results, described: Sequence[Dataset]) -> Iterator[GuideSection]:
    rows = [
        (d.name, (d.label, d.class_, d.structure, ", ".join(d.keys), str(d.records)))
        for d in described
    ]
    heads = ("Label", "Class", "Structure", "Keys", "Records")
    yield ("descriptions", "Analysis Dataset Descriptions", 1, ())
    yield ("overview", "Overview", 2, [_populations(results)])
    yield ("datasets", "Analysis Datasets", 2,
           [table("datasets", "Analysis datasets", heads, rows)])  # fmt: skip
    for dataset in described:
        title = f"{dataset.name} - {dataset.label}"
        yield (f"dataset-{dataset.name.lower()}", title, 3, [*_dataset(results, dataset)])


def _populations(results: Results) -> Block:
    protocol, subjects = results.data.protocol, results.data.tables["ADSL"]
    rows = []
    for name, one in protocol.populations.items():
        flag = one.variable(name)
        count = str((subjects[flag] == "Y").sum()) if flag in subjects.columns else "not in ADSL"
        rows.append((flag, (population_label(protocol, name), one.who, count)))
    return table("populations", "Populations", ("Label", "Who", "Subjects"), rows)


def _dataset(results: Results, dataset: Dataset) -> Iterator[Block]:
    own = results.data.tables[dataset.name]
    yield says(f"{dataset.structure}: {dataset.records} records.")
    if {"PARAMCD", "PARAM"} <= set(own.columns):
        pairs = own.select("PARAMCD", "PARAM").unique().sort("PARAMCD").rows()
        yield says(f"Parameters: {'; '.join(f'{code}, {name}' for code, name in pairs)}.")
    made = [(v.name, (v.label, v.method)) for v in dataset.variables if v.method]
    if made:
        key = f"derived-{dataset.name.lower()}"
        heads = ("Label", "How it is made")
        yield table(key, f"Derived variables of {dataset.name}", heads, made)
    else:
        yield none("no variable is derived")


def _inputs() -> list[Block]:
    return [
        says("Checked: what the derivation could not decide or had to assume; names, labels, "
             "lengths and letters by version 5 of XPT; define.xml by CDISC's schema of Define-XML "
             "2.1 with results metadata."),
    ]  # fmt: skip


def _programs(scripts: list[str]) -> list[GuideSection]:
    what = "reads the datasets, prints each result beside the reported one"
    rows = [(name, (what,)) for name in scripts]
    outputs: list[Block] = [
        says("Each primary and secondary analysis has a program in R that was not used for the "
             "report: it computes the same numbers independently."),
        table("programs", "Programs", ("What it does",), rows),
    ] if rows else [none("no primary or secondary analysis has a call in R")]  # fmt: skip
    return [
        ("programs", "Submission of Programs", 1, ()),
        ("adam-programs", "ADaM Programs", 2, [
            none(f"no program is part of this folder; the datasets are derived by Equipoise "
                 f"{__version__} from the tabulation data and the protocol whose digest is above"),
        ]),
        ("output-programs", "Analysis Output Programs", 2, outputs),
        ("macros", "Macro Programs", 2, [none("each program holds what it calls")]),
    ]  # fmt: skip
