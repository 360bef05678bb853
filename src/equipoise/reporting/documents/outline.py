"""What a synopsis is made of: sections of sentences and tables, and the items that each covers."""

from __future__ import annotations

from typing import Final, NamedTuple

# SPIRIT 2025 (Chan et al., BMJ 2025;389:e081477), short names of its items
SPIRIT: Final = {
    "1a": "title",
    "2": "protocol version",
    "4": "trial registration",
    "3": "roles and responsibilities",
    "10": "objectives",
    "12": "trial design",
    "14a": "eligibility criteria",
    "15a": "intervention and comparator",
    "15b": "modifying interventions",
    "16": "outcomes",
    "17": "harms",
    "18": "participant timeline",
    "19": "sample size",
    "21b": "type of randomization",
    "24a": "blinding",
    "27a": "statistical methods",
    "27b": "who is in each analysis",
    "27c": "missing data and intercurrent events",
    "27d": "additional analyses",
    "28b": "interim analyses",
    "31": "amendments",
}


class SynopsisTable(NamedTuple):
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Section(NamedTuple):
    """A part of the synopsis, with the SPIRIT 2025 items that it covers."""

    heading: str
    items: tuple[str, ...]
    sentences: tuple[str, ...]
    table: SynopsisTable | None = None


def checklist(item: str) -> tuple[int, str]:
    """Where a SPIRIT item stands, for sorting."""
    number = item.rstrip("abcd")
    return int(number), item[len(number) :]
