"""Codes of CDISC's controlled terminology that a protocol's words stand for.

Codes are those of CDISC's own USDM example and terminology of 2024-09-27. A word without one is
coded as itself, in the code system `OWN`, so that no code is made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

CDISC: Final = "http://www.cdisc.org"
USDM_VERSION: Final = "2024-09-27"
OWN: Final = "urn:equipoise:words"

Pair = tuple[str, str]  # code and decode
INTERVENTIONAL: Final[Pair] = ("C98388", "Interventional Study")
PARALLEL: Final[Pair] = ("C82639", "Parallel Study")
OFFICIAL_TITLE: Final[Pair] = ("C99905x2", "Official Study Title")
SPONSOR: Final[Pair] = ("C70793", "Clinical Study Sponsor")
REGISTRY: Final[Pair] = ("C93453", "Study Registry")
IN_STUDY: Final[Pair] = ("C188866", "Data Generated Within Study")
EXPERIMENTAL: Final[Pair] = ("C41161", "Experimental Intervention")
SUBSTANCE: Final[Pair] = ("C1909", "Pharmacologic Substance")
VISIT: Final[Pair] = ("C25716", "Visit")
BEFORE: Final[Pair] = ("C201357", "Before")
AFTER: Final[Pair] = ("C201356", "After")
FIXED: Final[Pair] = ("C201358", "Fixed Reference")
START_TO_START: Final[Pair] = ("C201355", "Start to Start")
INCLUSION: Final[Pair] = ("C25532", "Inclusion Criteria")
EXCLUSION: Final[Pair] = ("C25370", "Exclusion Criteria")

PHASES: Final[dict[str, Pair]] = {
    "1": ("C15600", "Phase I Trial"),
    "1/2": ("C15693", "Phase I/II Trial"),
    "2": ("C15601", "Phase II Trial"),
    "2/3": ("C15694", "Phase II/III Trial"),
    "3": ("C15602", "Phase III Trial"),
    "4": ("C15603", "Phase IV Trial"),
}
MASKING: Final[dict[str, Pair]] = {
    "open label": ("C49659", "Open Label Study"),
    "single blind": ("C28233", "Single Blind Study"),
    "double blind": ("C15228", "Double Blind Study"),
    "triple blind": ("C66959", "Triple Blind Study"),
}
ARM_CODES: Final[dict[str, Pair]] = {
    "experimental": ("C174266", "Investigational Arm"),
    "control": ("C174267", "Active Comparator Arm"),
    "placebo": ("C174268", "Placebo Control Arm"),
}
EPOCHS: Final[dict[str, Pair]] = {
    "screening": ("C202487", "Screening Epoch"),
    "treatment": ("C101526", "Treatment Epoch"),
    "follow up": ("C202578", "Follow-Up Epoch"),
}
OBJECTIVES: Final[dict[str, Pair]] = {
    "primary": ("C85826", "Primary Objective"),
    "secondary": ("C85827", "Secondary Objective"),
}
ENDPOINT_CODES: Final[dict[str, Pair]] = {
    "primary": ("C94496", "Primary Endpoint"),
    "secondary": ("C139173", "Secondary Endpoint"),
}
ROUTE_CODES: Final[dict[str, Pair]] = {"oral": ("C38288", "Oral Route of Administration")}
UNIT_CODES: Final[dict[str, Pair]] = {
    "mg": ("C28253", "Milligram"),
    "g": ("C48155", "Gram"),
    "kg": ("C28252", "Kilogram"),
    "day": ("C25301", "Day"),
    "week": ("C29844", "Week"),
    "year": ("C29848", "Year"),
}


def word_of(table: dict[str, Pair], code: Any) -> str | None:
    """The protocol's word for a Code or AliasCode of USDM, or None."""
    if isinstance(code, dict) and "standardCode" in code:
        code = code["standardCode"]
    if not isinstance(code, dict):
        return None
    if code.get("codeSystem") == OWN:
        return str(code.get("code"))
    return next((w for w, (c, _) in table.items() if c == code.get("code")), None)


@dataclass(slots=True)
class Ids:
    """Ids of one document, `StudyArm_1`, `StudyArm_2`, and the objects that need one."""

    used: dict[str, Iterator[int]] = field(default_factory=dict)

    def make(self, kind: str, **fields: Any) -> dict[str, Any]:
        """An object of a class of USDM, with an id of its own."""
        number = next(self.used.setdefault(kind, count(1)))
        return {"id": f"{kind}_{number}", **fields, "instanceType": kind}

    def code(self, pair: Pair) -> dict[str, Any]:
        code, decode = pair
        return self.make(
            "Code", code=code, codeSystem=CDISC, codeSystemVersion=USDM_VERSION, decode=decode
        )

    def word(self, table: dict[str, Pair], word: str) -> dict[str, Any]:
        """A word by its code, or as itself."""
        if word in table:
            return self.code(table[word])
        return self.make("Code", code=word, codeSystem=OWN, codeSystemVersion="1", decode=word)

    def alias(self, code: dict[str, Any]) -> dict[str, Any]:
        return self.make("AliasCode", standardCode=code)

    def quantity(self, value: float, unit: str | None = None) -> dict[str, Any]:
        coded = self.alias(self.word(UNIT_CODES, unit)) if unit else None
        return self.make("Quantity", value=value, unit=coded)
