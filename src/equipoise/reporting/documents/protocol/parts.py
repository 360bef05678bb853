"""Parts of the document that the protocol itself says, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from equipoise.design.plan.sizes import sizes
from equipoise.protocol import Protocol
from equipoise.reporting.documents.outline import Section
from equipoise.reporting.documents.paper.model import Block, Sentence
from equipoise.reporting.documents.plan.parts import (
    censoring_part,
    looks_part,
    methods_part,
    multiplicity_part,
    populations_part,
    words_table,
)
from equipoise.reporting.documents.synopsis import synopsis
from equipoise.reporting.tables.attributes import estimands_display

PartMaker = Callable[[Protocol], Iterator[Block]]


def _section(heading: str) -> PartMaker:
    """A section of the synopsis."""

    def made(protocol: Protocol) -> Iterator[Block]:
        for section in synopsis(protocol).sections:
            if section.heading == heading:
                yield from _blocks(section)

    return made


def _blocks(section: Section) -> Iterator[Block]:
    yield from (Sentence((text,)) for text in section.sentences)
    if section.table is not None and section.table.rows:
        key = section.heading.lower().replace(" ", "-")
        head, *heads = section.table.head
        title = f"{section.heading} ({head.lower()} in lines)"
        yield words_table(key, "1", title, heads, section.table.rows)


def _lines(prefix: str, heading: str = "Patients") -> PartMaker:
    """The sentences of a section that begin so; without a prefix, all others."""

    def made(protocol: Protocol) -> Iterator[Block]:
        for block in _section(heading)(protocol):
            if isinstance(block, Sentence) and str(block.text[0]).startswith(prefix):
                yield block

    return made


def _people(protocol: Protocol) -> Iterator[Block]:
    for block in _section("Patients")(protocol):
        if isinstance(block, Sentence):
            text = str(block.text[0])
            if not text.startswith(("Inclusion", "Exclusion")):
                yield block


def _estimands(*roles: str) -> PartMaker:
    """The E9(R1) table of estimands of some roles."""

    def made(protocol: Protocol) -> Iterator[Block]:
        if any(e.role in roles for e in protocol.estimands.values()):
            yield estimands_display(protocol, roles, key=f"estimands-{roles[0]}")

    return made


def _methods(*roles: str) -> PartMaker:
    """Tests and estimators of the estimands of some roles, with their formulas."""

    def made(protocol: Protocol) -> Iterator[Block]:
        yield from methods_part(protocol, roles)

    return made


def _stops(protocol: Protocol) -> Iterator[Block]:
    for arm in protocol.arms.values():
        for regimen in arm.give:
            for rule in regimen.stop:
                yield Sentence((f"{regimen.drug} is stopped for good when {rule.when}.",))
            for change in regimen.modify:
                if change.stop:
                    yield Sentence((f"{regimen.drug} is stopped for good when {change.when}.",))


def _baseline(protocol: Protocol) -> Iterator[Block]:
    for visit in protocol.visits.values():
        if visit.precedes and visit.do:
            yield Sentence((f"{visit.label}: {', '.join(visit.do)}.",))


def _characteristics(protocol: Protocol) -> Iterator[Block]:
    listed = [line.label or line.variable for line in protocol.report.baseline]
    if listed:
        yield Sentence((f"Described by arm, without tests: {', '.join(listed)}.",))


def _laboratory(protocol: Protocol) -> Iterator[Block]:
    for lab in protocol.safety.labs:
        yield Sentence((f"{lab.test}: for {lab.label} ({lab.direction}).",))


def _amended(protocol: Protocol) -> Iterator[Block]:
    if protocol.trial.amends:
        yield Sentence((f"This version amends {protocol.trial.amends}.",))


def _sources(protocol: Protocol) -> Iterator[Block]:
    rows = [
        (key, one.text + (" [recalled, to be confirmed]" if one.recalled else ""))
        for key, one in protocol.sources.items()
    ]
    if rows:
        yield words_table("sources", "1", "Sources of figures", ("Source",), rows)


def _size(protocol: Protocol) -> Iterator[Block]:
    yield from (Sentence((text,)) for text in sizes(protocol))


def _general(protocol: Protocol) -> Iterator[Block]:
    first = next(iter(multiplicity_part(protocol)), None)
    if first is not None:
        yield first


def _interim(protocol: Protocol) -> Iterator[Block]:
    if protocol.design.hypotheses:
        yield from looks_part(protocol)


def _title(protocol: Protocol) -> Iterator[Block]:
    yield Sentence((f"{protocol.trial.title}.",))


def _graph(protocol: Protocol) -> Iterator[Block]:
    if protocol.design.hypotheses:
        yield from multiplicity_part(protocol)


PARTS: Final[dict[str, tuple[PartMaker, tuple[str, ...]]]] = {
    "title": (_title, ("1a",)),
    "trial": (_section("Trial"), ("2",)),
    "version": (_lines("Trial ", "Trial"), ("2",)),
    "registered": (_lines("Registered", "Trial"), ("4",)),
    "sponsor": (_lines("Sponsor", "Trial"), ("3b",)),
    "objectives": (_section("Objectives"), ("1b", "10")),
    "design": (_section("Design"), ("12",)),
    "allocation": (_lines("Patients are allocated", "Design"), ("21b",)),
    "masking": (_lines("A phase", "Design"), ("24a",)),
    "people": (_people, ()),
    "inclusion": (_lines("Inclusion"), ("14a",)),
    "exclusion": (_lines("Exclusion"), ()),
    "treatment": (_section("Treatment"), ("15a",)),
    "changes": (_section("Dose modifications"), ("15b",)),
    "stops": (_stops, ()),
    "schedule": (_section("Schedule of activities"), ("18",)),
    "baseline": (_baseline, ()),
    "endpoints": (_section("Endpoints"), ("16",)),
    "harms": (_section("Safety"), ("17",)),
    "primary": (_estimands("primary"), ()),
    "secondary": (_estimands("secondary"), ()),
    "exploratory": (_estimands("exploratory", "supplementary"), ()),
    "estimands": (_estimands("primary", "secondary", "exploratory", "supplementary"), ()),
    "general": (_general, ()),
    "populations": (populations_part, ("27b",)),
    "characteristics": (_characteristics, ()),
    "methods": (_methods(), ("27a",)),
    "primary methods": (_methods("primary"), ("27a",)),
    "secondary methods": (_methods("secondary"), ()),
    "exploratory methods": (_methods("exploratory", "supplementary"), ()),
    "sensitivity": (_methods("sensitivity"), ("27d",)),
    "censoring": (censoring_part, ("27c",)),
    "looks": (_interim, ("28b",)),
    "multiplicity": (_graph, ()),
    "size": (_size, ("19",)),
    "laboratory": (_laboratory, ()),
    "amended": (_amended, ()),
    "sources": (_sources, ()),
}
"""Name -> what makes the part, and the SPIRIT 2025 items that it answers."""

INSTEAD: Final = {
    "sponsor": "sponsor",
    "registered": "registration",
    "inclusion": "eligibility",
    "exclusion": "eligibility",
    "treatment": "interventions",
    "changes": "modification",
    "schedule": "timeline",
    "endpoints": "outcomes",
    "harms": "harms",
    "populations": "populations",
    "methods": "methods",
    "primary methods": "methods",
    "censoring": "missing",
    "sensitivity": "additional",
    "looks": "interim",
    "size": "size",
}
"""Part -> the text that people are asked for where the protocol says nothing of it."""
