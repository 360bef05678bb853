"""What a synopsis is made of: sections of sentences and tables, and the items that each covers."""

from __future__ import annotations

from typing import Final, NamedTuple

SPIRIT: Final = {
    "1a": "title",
    "1b": "structured summary",
    "2": "protocol version",
    "3a": "who wrote the protocol",
    "3b": "sponsor",
    "3c": "what sponsor and funders do",
    "3d": "committees and who is in them",
    "4": "trial registration",
    "5": "access to protocol and analysis plan",
    "6": "data sharing",
    "7a": "funding",
    "7b": "conflicts of interest",
    "8": "dissemination",
    "9a": "background and rationale",
    "9b": "choice of comparator",
    "10": "objectives",
    "11": "patient and public involvement",
    "12": "trial design",
    "13": "setting",
    "14a": "eligibility criteria",
    "14b": "eligibility of sites and of those who treat",
    "15a": "intervention and comparator",
    "15b": "modifying interventions",
    "15c": "adherence",
    "15d": "concomitant care",
    "16": "outcomes",
    "17": "harms",
    "18": "participant timeline",
    "19": "sample size",
    "20": "recruitment",
    "21a": "sequence generation",
    "21b": "type of randomization",
    "22": "allocation concealment",
    "23": "who enrolls and assigns",
    "24a": "blinding",
    "24b": "how blinding is achieved",
    "24c": "emergency unblinding",
    "25a": "data collection",
    "25b": "retention",
    "26": "data management",
    "27a": "statistical methods",
    "27b": "who is in each analysis",
    "27c": "missing data",
    "27d": "additional analyses",
    "28a": "data monitoring committee",
    "28b": "interim analyses",
    "29": "trial monitoring",
    "30": "ethics approval",
    "31": "amendments",
    "32a": "consent",
    "32b": "consent to further use of data and samples",
    "33": "confidentiality",
    "34": "ancillary and post-trial care",
}
"""SPIRIT 2025's 34 items with their parts, in short names of our own.

Source  Chan et al., BMJ 2025;389:e081477, table 1; each number and its meaning compared with three
        transcriptions in public repositories.
"""


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
