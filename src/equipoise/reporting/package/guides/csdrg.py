"""The clinical study data reviewer's guide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from equipoise.analysis.results import Results
from equipoise.protocol import Protocol
from equipoise.reporting.documents.paper.model import Block, PaperDocument
from equipoise.reporting.package.guides.parts import (
    GuideSection,
    conformance,
    details,
    guide,
    introduction,
    none,
    protocol_description,
    says,
    table,
)
from equipoise.reporting.package.tabulation.described import described, domain_label

_NAME = "Clinical Study Data Reviewer's Guide"
_OF_TRIAL = ("TA", "TE", "TV", "TI", "TS")


def csdrg(results: Results, faults: Sequence[str]) -> PaperDocument:
    """The clinical study data reviewer's guide.

    faults : what could not be written, each told in the overview
    Source   PHUSE, Study Data Reviewer's Guide template: sections 1 to 4, appendices I and II.
    Checked  tests/unit/reporting/test_guides.py
    """
    findings = results.data.snapshot.findings
    standards = {"SDTM": "SDTM 2.0, SDTMIG 3.4"}
    sections: list[GuideSection] = [
        *introduction(results, _NAME, "tabulation datasets", standards),
        *protocol_description(results),
        ("trial-design", "Trial Design Datasets", 2, [_has_trial_design(results)]),
        *(_of_trial(results, name) for name in _OF_TRIAL),
        *_of_people(results, faults),
        *conformance("sdtm", [
            says("Checked: the rules S of Equipoise on the data, and CDISC's schema of "
                 "Define-XML 2.1 on define.xml."),
        ], findings),
        ("more", "Additional Conformance Details", 2, [_subjects_left(results)]),
        ("criteria", "Appendix I: Inclusion/Exclusion Criteria", 0,
         [_criteria(results.data.protocol)]),
        ("details", "Appendix II: Conformance Issues Details", 0, [details("sdtm", findings)]),
    ]  # fmt: skip
    return guide(results, "csdrg", _NAME, sections)


def _of_people(results: Results, faults: Sequence[str]) -> list[GuideSection]:
    no_form = "no annotated form is part of this folder; define.xml names no page of one"
    return [
        ("subjects", "Subject Data Description", 1, ()),
        ("overview", "Overview", 2, [*_overview(results), *map(_left, faults)]),
        ("annotated", "Annotated CRFs", 2, [none(no_form)]),
        ("domains", "SDTM Subject Domains", 2, [_inventory(results)]),
        *_domains(results),
    ]


def _left(fault: str) -> Block:
    return says(f"Not written: {fault}.")


def _has_trial_design(results: Results) -> Block:
    there = [name for name in _OF_TRIAL if name in results.data.snapshot.tables]
    if not there:
        return none("no trial design dataset is among the data")
    return says(f"In the submission: {', '.join(there)}.")


def _of_trial(results: Results, name: str) -> GuideSection:
    own = results.data.snapshot.tables.get(name)
    said = none("not among the data") if own is None else says(
        f"{own.height} records. {described(name, own, {}).structure}."
    )  # fmt: skip
    return (name.lower(), f"{name} - {domain_label(name)}", 3, [said])


def _overview(results: Results) -> Iterator[Block]:
    data = results.data
    subjects = data.snapshot.tables["DM"]
    cutoff = f", cut off on {data.date.isoformat()}" if data.date else ", not cut off"
    yield says(f"The data as known at {data.look}{cutoff}.")
    assigned = subjects.filter(pl.col("ARMCD").is_in([*_codes(data.protocol)])).height
    yield says(
        f"{subjects.height} subjects are in DM: {assigned} with an arm of the protocol, "
        f"{subjects.height - assigned} without, as those who failed screening."
    )


def _codes(protocol: Protocol) -> Iterator[str]:
    for key, arm in protocol.arms.items():
        yield from (arm.code or key, key.upper(), key)


def _inventory(results: Results) -> Block:
    rows = [
        (name, (domain_label(name), described(name, own, {}).kind, str(own.height),
                str(_subjects(own)), _supplement(results, name)))
        for name, own in _of_subjects(results)
    ]  # fmt: skip
    heads = ("Label", "Class", "Records", "Subjects", "Supplemental qualifiers")
    return table("inventory", "Datasets of subjects", heads, rows)


def _of_subjects(results: Results) -> Iterator[tuple[str, pl.DataFrame]]:
    for name, own in sorted(results.data.snapshot.tables.items()):
        if name not in _OF_TRIAL and not name.startswith("SUPP"):
            yield name, own


def _supplement(results: Results, name: str) -> str:
    own = results.data.snapshot.tables.get(f"SUPP{name}")
    return ", ".join(own["QNAM"].unique().sort()) if own is not None else "none"


def _domains(results: Results) -> Iterator[GuideSection]:
    for name, own in _of_subjects(results):
        yield (f"domain-{name.lower()}", f"{name} - {domain_label(name)}", 3,
               [*_domain(results, name, own)])  # fmt: skip


def _domain(results: Results, name: str, own: pl.DataFrame) -> Iterator[Block]:
    about = described(name, own, {})
    yield says(
        f"{about.structure}: {own.height} records of {_subjects(own)} subjects. "
        f"One record by {', '.join(about.keys)}."
    )
    for column in (f"{name}CAT", f"{name}TESTCD"):
        if column in own.columns and own[column].drop_nulls().len():
            yield says(f"{column}: {', '.join(own[column].drop_nulls().unique().sort())}.")
    blank = [c.name for c in own if c.null_count() == own.height]
    yield says(f"Without any value: {', '.join(blank) or 'no variable'}.")
    extra = results.data.snapshot.tables.get(f"SUPP{name}")
    for qnam, label in (
        extra.select("QNAM", "QLABEL").unique().sort("QNAM").rows() if (extra is not None) else ()
    ):
        yield says(f"Supplemental qualifier {qnam}: {label}.")


def _subjects_left(results: Results) -> Block:
    """Subjects of other domains whom DM does not have."""
    tables = results.data.snapshot.tables
    known = set(tables["DM"]["USUBJID"])
    strangers = {
        one for own in tables.values() if "USUBJID" in own.columns
        for one in own["USUBJID"].drop_nulls().unique() if one not in known
    }  # fmt: skip
    if not strangers:
        return none("every subject of every dataset is in DM")
    return says(f"Subjects who are not in DM: {', '.join(sorted(strangers))}.")


def _criteria(protocol: Protocol) -> Block:
    both = protocol.population.eligibility
    rows = [
        (one.id, (kind, one.text))
        for kind, ones in (("inclusion", both.include), ("exclusion", both.exclude))
        for one in ones
    ]
    if not rows:
        return none("the protocol's file has no criterion")
    return table("criteria", "Criteria", ("Kind", "Criterion"), rows)


def _subjects(own: pl.DataFrame) -> int:
    return own["USUBJID"].drop_nulls().n_unique() if "USUBJID" in own.columns else 0
