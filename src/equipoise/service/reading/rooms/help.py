"""What the protocol itself says of the page that is open: its sentences, with their section."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from equipoise.protocol import Protocol
from equipoise.reporting.documents.outline import Section
from equipoise.service.access.roles import UNBLINDED, Visitor

# Sections of the synopsis that a page is about, by the last word of its address that is known.
_ABOUT: Final = {
    "": ("Schedule of activities",),
    "subjects": ("Patients", "Schedule of activities"),
    "randomize": ("Patients",),
    "allocation": ("Treatment",),
    "unblind": ("Treatment",),
    "form": ("Case report form", "Schedule of activities"),
    "entered": ("Case report form",),
    "forms": ("Case report form",),
    "sign": ("Case report form",),
    "queries": ("Case report form",),
    "open": ("Schedule of activities",),
    "pharmacy": ("Treatment", "Dose modifications"),
    "ranges": ("Safety",),
    "safety": ("Safety",),
    "accrual": ("Sample size",),
    "monitor": ("Endpoints",),
    "board": ("Looks", "Hypotheses", "Sample size"),
    "list": ("Design",),
    "audit": ("Trial",),
    "accounts": ("Trial",),
    "protocol": ("Objectives",),
}
_OF_STATISTICIAN: Final = "Design"  # tells block sizes, which nobody who enrols may know
_SHOWN: Final = 2  # sentences of a section that stand on a page; all stand on the page of help


class HelpText(NamedTuple):
    """A section that a page is about. place : its anchor on the page of help"""

    heading: str
    place: str
    sentences: tuple[str, ...]


def help_of(
    protocol: Protocol, sections: Sequence[Section], path: str, who: Visitor
) -> list[HelpText]:
    """The sections that a page is about, with their first sentences.

    A sentence that names an arm or a drug stands on the page of help alone, where it is said of
    nobody.
    """
    words = [word for word in path.strip("/").split("/") if word in _ABOUT]
    wanted = _ABOUT[words[-1]] if words else _ABOUT[""] if path == "/" else ()
    names = {arm.label for arm in protocol.arms.values()} | set(protocol.arms)
    names |= {one.drug for arm in protocol.arms.values() for one in arm.give}
    return [
        HelpText(one.heading, place_of(one.heading), tuple(_plain(one.sentences, names))[:_SHOWN])
        for one in readable(sections, who)
        if one.heading in wanted
    ]


def readable(sections: Sequence[Section], who: Visitor) -> list[Section]:
    """The sections that somebody may read."""
    return [one for one in sections if one.heading != _OF_STATISTICIAN or who.has(UNBLINDED)]


def place_of(heading: str) -> str:
    """The anchor of a section."""
    return heading.lower().replace(" ", "-")


def _plain(sentences: Sequence[str], names: set[str]) -> list[str]:
    return [one for one in sentences if not any(name and name in one for name in names)]
