"""The statistical analysis plan: a document made of the protocol alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from equipoise.errors import expect
from equipoise.protocol import Protocol
from equipoise.reporting.documents.paper.model import Block, Chapter, PaperDocument, Sentence
from equipoise.reporting.documents.people import to_write
from equipoise.reporting.documents.plan.parts import (
    censoring_part,
    code_part,
    looks_part,
    methods_part,
    multiplicity_part,
    populations_part,
)
from equipoise.reporting.documents.plan.shells import shells_part
from equipoise.reporting.documents.synopsis import synopsis
from equipoise.reporting.tables.attributes import estimands_display

_NOTHING = Sentence(("The protocol says nothing here.",))


def sap(protocol: Protocol, *, text: Mapping[str, str] | None = None) -> PaperDocument:
    """The statistical analysis plan that a protocol implies; the same protocol, the same bytes.

    text : people's texts by key: sap.changes, sap.missing and sap.others
    """
    expect(protocol, Protocol)
    made = text or {}
    parts: tuple[tuple[str, str, Iterator[Block]], ...] = (
        ("estimands", "Estimands", iter([estimands_display(protocol)])),
        ("populations", "Analysis populations", populations_part(protocol)),
        ("censoring", "Events, censoring and intercurrent events", censoring_part(protocol)),
        ("methods", "Methods", methods_part(protocol)),
        ("multiplicity", "Multiplicity", multiplicity_part(protocol)),
        ("looks", "Looks, bounds and sample size", looks_part(protocol)),
        ("safety", "Safety", _safety(protocol)),
        ("missing", "Missing data", iter([_asks(made, "missing")])),
        ("displays", "Displays and their shells", shells_part(protocol)),
        ("code", "Code", code_part(protocol)),
        ("others", "Other analyses", iter([_asks(made, "others")])),
        ("changes", "Changes from the protocol", iter([_asks(made, "changes")])),
    )
    chapters = tuple(
        Chapter(key, title, tuple(blocks) or (_NOTHING,), str(i), listed=True)
        for i, (key, title, blocks) in enumerate(parts, 1)
    )
    trial = protocol.trial
    title = f"Statistical analysis plan: {trial.id}"
    head = f"{trial.id}, statistical analysis plan, protocol version {trial.version}"
    under = (trial.title, f"Protocol version {trial.version}, digest {protocol.digest}")
    foot = f"Equipoise: protocol {protocol.digest[:8]}"
    return PaperDocument("sap", title, chapters, under, head, foot)


_ASKED = {
    "missing": "how missing values are dealt with, beyond the strategies above",
    "others": "analyses that the protocol does not name",
    "changes": "what is done otherwise than the protocol said, and why",
}


def _asks(text: Mapping[str, str], key: str) -> Block:
    return to_write(text, f"sap.{key}", _ASKED[key])


def _safety(protocol: Protocol) -> Iterator[Block]:
    for section in synopsis(protocol).sections:
        if section.heading == "Safety":
            yield from (Sentence((text,)) for text in section.sentences)
    for lab in protocol.safety.labs:
        grades = " or ".join(map(str, lab.grades))
        yield Sentence((f"{lab.label}: worst grade {grades} of {lab.test} ({lab.direction}).",))
    for query in protocol.safety.queries.values():
        yield Sentence((f"Of special interest: {query.label} ({query.where}).",))
