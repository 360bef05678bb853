"""Reviewer's guides: PHUSE's sections in their order, in each a fact of the trial or "None"."""

from __future__ import annotations

from functools import cache

import pytest

from equipoise.adam.submit.define import described_for
from equipoise.analysis.results import Results
from equipoise.reporting.documents.paper.model import (
    PaperDocument,
    PeoplesText,
    Sentence,
    document_text,
)
from equipoise.reporting.model import Display
from equipoise.reporting.package.guides.adrg import adrg
from equipoise.reporting.package.guides.csdrg import csdrg
from support.looks import netter_results
from support.street import pilot_results

# PHUSE, Analysis Data Reviewer's Guide and Study Data Reviewer's Guide: contents of the templates.
_BEGIN = (
    "1 Introduction", "1.1 Purpose", "1.2 Acronyms",
    "1.3 Study Data Standards and Dictionary Inventory", "2 Protocol Description",
    "2.1 Protocol Number and Title", "2.2 Protocol Design",
)  # fmt: skip
ADRG = (
    *_BEGIN, "3 Analysis Considerations Related to Multiple Analysis Datasets",
    "3.1 Comparison of SDTM and ADaM Content", "3.2 Core Variables", "3.3 Treatment Variables",
    "3.4 Subject Issues that Require Special Analysis Rules",
    "3.5 Use of Visit Windowing, Unscheduled Visits, and Record Selection",
    "3.6 Imputation/Derivation Methods", "4 Analysis Data Creation and Processing Issues",
    "4.1 Split Datasets", "4.2 Data Dependencies", "4.3 Intermediate Datasets",
    "5 Analysis Dataset Descriptions", "5.1 Overview", "5.2 Analysis Datasets",
    "6 Data Conformance Summary", "6.1 Conformance Inputs", "6.2 Issues Summary",
    "7 Submission of Programs", "7.1 ADaM Programs", "7.2 Analysis Output Programs",
    "7.3 Macro Programs",
)  # fmt: skip
CSDRG = (
    *_BEGIN, "2.3 Trial Design Datasets", "3 Subject Data Description", "3.1 Overview",
    "3.2 Annotated CRFs", "3.3 SDTM Subject Domains", "4 Data Conformance Summary",
    "4.1 Conformance Inputs", "4.2 Issues Summary", "4.3 Additional Conformance Details",
    "Appendix I: Inclusion/Exclusion Criteria", "Appendix II: Conformance Issues Details",
)  # fmt: skip


@cache
def results(trial: str) -> Results:
    return pilot_results() if trial == "pilot" else netter_results()


@cache
def guide(trial: str, kind: str) -> PaperDocument:
    own = results(trial)
    if kind == "csdrg":
        return csdrg(own, ["ZZ.ZZTERM: letters"])
    return adrg(own, described_for(own.data, "xpt"), ["first.R"])


BOTH = [(trial, kind) for trial in ("pilot", "netter") for kind in ("adrg", "csdrg")]


@pytest.mark.parametrize(("trial", "kind"), BOTH)
def test_the_sections_are_phuses_in_their_order(trial: str, kind: str) -> None:
    told = [c.heading for c in guide(trial, kind).chapters if c.level < 3 or c.number == ""]
    assert told == list(ADRG if kind == "adrg" else CSDRG)


@pytest.mark.parametrize(("trial", "kind"), BOTH)
def test_no_section_is_empty_or_people_s_alone(trial: str, kind: str) -> None:
    chapters = guide(trial, kind).chapters
    for i, chapter in enumerate(chapters):
        if chapters[i + 1 : i + 2] and chapters[i + 1].level > chapter.level and chapter.number:
            continue
        said = [b for b in chapter.blocks if not isinstance(b, PeoplesText)]
        assert said, chapter.heading
        for block in said:
            if isinstance(block, Display):
                assert block.lines, chapter.heading
            else:
                assert isinstance(block, Sentence)
                assert len(str(block.text[0])) > 8, chapter.heading
    keys = [chapter.key for chapter in chapters]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("trial", ["pilot", "netter"])
def test_every_dataset_has_a_section(trial: str) -> None:
    own = results(trial).data
    told = {c.title.split(" - ")[0] for c in guide(trial, "adrg").chapters if c.level == 3}
    assert told == set(own.tables)
    told = {c.title.split(" - ")[0] for c in guide(trial, "csdrg").chapters if c.level == 3}
    assert told >= {name for name in own.snapshot.tables if not name.startswith("SUPP")}


def test_what_is_told_of_the_pilot_is_so() -> None:
    text = document_text(guide("pilot", "csdrg"))
    assert "306 subjects are in DM: 254 with an arm of the protocol, 52 without" in text
    assert "Supplemental qualifier ITT" in text
    assert "VSTESTCD: DIABP, HEIGHT, PULSE, SYSBP, TEMP, WEIGHT." in text
    assert "Not written: ZZ.ZZTERM: letters." in text
    text = document_text(guide("pilot", "adrg"))
    assert "DM has 306 subjects and ADSL " in text
    assert pilot_results().data.protocol.digest in text


def test_findings_are_counted_by_their_rule() -> None:
    findings = results("pilot").data.snapshot.findings
    chapters = {c.key: c for c in guide("pilot", "csdrg").chapters}
    (issues, *_) = chapters["issues"].blocks
    assert isinstance(issues, Display)
    assert sum(int(str(line.cells[1][0])) for line in issues.lines) == len(findings) > 0
    (every,) = chapters["details"].blocks
    assert isinstance(every, Display)
    assert len(every.lines) == len(findings)


def test_a_trial_without_findings_says_none() -> None:
    from dataclasses import replace

    own = results("pilot")
    clean = Results(own.rows, replace(own.data, findings=()))
    made = adrg(clean, described_for(own.data, "xpt"), [])
    chapters = {c.key: c for c in made.chapters}
    assert str(chapters["issues"].blocks[0].text[0]).startswith("Nothing to tell: ")  # type: ignore[union-attr]
    assert str(chapters["output-programs"].blocks[0].text[0]).startswith("Nothing to tell: ")  # type: ignore[union-attr]
