"""What both guides say: introduction, protocol, conformance; and the pieces they are made of.

Source  PHUSE, templates of the ADRG and of the cSDRG: titles and order of sections.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from equipoise.analysis.results import Results
from equipoise.errors import Finding
from equipoise.reporting.documents.paper.model import (
    Block,
    Chapter,
    PaperDocument,
    PeoplesText,
    Sentence,
)
from equipoise.reporting.facts import design_facts
from equipoise.reporting.labels import design_line
from equipoise.reporting.model import Display, Line
from equipoise.version import __version__

_ACRONYMS = {
    "ADaM": "Analysis Data Model", "CDISC": "Clinical Data Interchange Standards Consortium",
    "CTCAE": "Common Terminology Criteria for Adverse Events",
    "SDTM": "Study Data Tabulation Model", "XPT": "SAS transport file, version 5",
}  # fmt: skip


def says(text: str) -> Sentence:
    """A sentence."""
    return Sentence((text,))


def none(what: str) -> Sentence:
    """`Nothing to tell: no dataset is split.`"""
    return says(f"Nothing to tell: {what}.")


def table(
    key: str, title: str, heads: tuple[str, ...], rows: Sequence[tuple[str, tuple[str, ...]]]
) -> Display:
    """A table of words, a row for each label and its cells."""
    lines = tuple(Line(name, tuple((cell,) for cell in cells)) for name, cells in rows)
    return Display(key, "", title, tuple((h,) for h in heads), lines, words=True)


def numbered(chapters: Sequence[tuple[str, str, int, Sequence[Block]]]) -> Iterator[Chapter]:
    """Chapters numbered by their level: 1, 1.1, 1.2, 2, 2.1, 2.1.1; level 0 has no number."""
    count = [0, 0, 0]
    for key, title, level, blocks in chapters:
        if not level:
            yield Chapter(key, title, tuple(blocks))
            continue
        count[level - 1 :] = [count[level - 1] + 1, *[0] * (3 - level)]
        number = ".".join(map(str, count[:level]))
        yield Chapter(key, title, tuple(blocks), number, level)


GuideSection = tuple[str, str, int, Sequence[Block]]
"""Key, title, level and blocks of a section."""


def guide(results: Results, key: str, name: str, sections: Sequence[GuideSection]) -> PaperDocument:
    """A guide: its sections numbered, the look and virtual patients told below its title."""
    title = f"{results.data.protocol.trial.id}: {name}"
    virtual = "Virtual patients: nobody was treated." if results.data.virtual else ""
    under = tuple(filter(None, (results.data.look, virtual)))
    return PaperDocument(key, title, tuple(numbered(sections)), under, title)


def introduction(
    results: Results, name: str, what: str, own: Mapping[str, str]
) -> list[GuideSection]:
    """Section 1: purpose, acronyms, standards and dictionaries.

    what : the datasets that the guide is of; own : further standards and their versions
    """
    data = results.data
    cutoff = f", cut off on {data.date.isoformat()}" if data.date else ""
    purpose: list[Block] = [
        says(f"This {name} tells of the {what} what define.xml beside it has no room for, and what "
             f"was found of their conformance. They are of {data.look}{cutoff}."),
        says(f"Protocol {data.protocol.digest}; snapshot {data.snapshot.digest}."),
        PeoplesText("introduction", "what a reviewer should read first"),
    ]  # fmt: skip
    endpoints = {key: one.label for key, one in data.protocol.endpoints.items() if one.label}
    acronyms = [(key, (words,)) for key, words in sorted({**_ACRONYMS, **endpoints}.items())]
    safety = data.protocol.safety
    standards = {
        **own,
        "Controlled terminology": "not recorded with the data",
        "Data definitions": "Define-XML 2.1",
        "Medical events dictionary": safety.dictionary or "not told by the protocol",
        "Grades of adverse events": f"CTCAE {safety.ctcae}" if safety.ctcae else "none",
        "Software": f"Equipoise {__version__}",
    }
    told = [(key, (version,)) for key, version in standards.items()]
    return [
        ("introduction", "Introduction", 1, ()),
        ("purpose", "Purpose", 2, purpose),
        ("acronyms", "Acronyms", 2, [table("acronyms", "Acronyms", ("Translation",), acronyms)]),
        ("standards", "Study Data Standards and Dictionary Inventory", 2,
         [table("standards", "Standards and dictionaries", ("Version used",), told)]),
    ]  # fmt: skip


def protocol_description(results: Results) -> list[GuideSection]:
    """Section 2: number, title, versions; design."""
    trial = results.data.protocol.trial
    version = f"Version {trial.version}"
    version += f", in force since {trial.in_force.isoformat()}" if trial.in_force else ""
    amended = f"; it amends {trial.amends}" if trial.amends else "; it amends none"
    facts = [(one.name, ("\n".join(one.lines),)) for one in design_facts(results)]
    return [
        ("protocol", "Protocol Description", 1, ()),
        ("title", "Protocol Number and Title", 2, [
            says(f"Protocol number: {trial.id}."), says(f"Protocol title: {trial.title}."),
            says(f"Protocol versions: {version}{amended}."),
        ]),
        ("design", "Protocol Design", 2, [
            says(f"{design_line(results.data.protocol)}."),
            table("design-facts", "Design", ("What the protocol says",), facts),
        ]),
    ]  # fmt: skip


def conformance(
    key: str, inputs: Sequence[Block], findings: Sequence[Finding]
) -> list[GuideSection]:
    """Conformance of data: what was run, findings by rule, and why they stand."""
    return [
        ("conformance", "Data Conformance Summary", 1, ()),
        ("inputs", "Conformance Inputs", 2, inputs),
        ("issues", "Issues Summary", 2, _issues(key, findings)),
    ]


def _issues(key: str, findings: Sequence[Finding]) -> list[Block]:
    if not findings:
        return [none("no rule found anything")]
    by_rule: dict[str, list[Finding]] = {}
    for one in findings:
        by_rule.setdefault(one.rule or "without a number", []).append(one)
    rows = [
        (rule, (ones[0].severity, str(len(ones)), f"{ones[0].place}: {ones[0].message}"))
        for rule, ones in sorted(by_rule.items())
    ]
    heads = ("Severity", "Findings", "The first of them")
    why = PeoplesText(f"{key}-reasons", "why each finding stands")
    return [table(f"{key}-issues", "Findings by rule", heads, rows), why]


def details(key: str, findings: Sequence[Finding]) -> Block:
    """Every finding as it was told; or that there is none."""
    rows = [(one.rule or "-", (one.place, one.message, one.expected)) for one in findings]
    if not rows:
        return none("no rule found anything")
    return table(f"{key}-findings", "Findings", ("Place", "Found", "Expected"), rows)
