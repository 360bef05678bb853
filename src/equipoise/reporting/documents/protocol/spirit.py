"""SPIRIT 2025: its items in order, and what fills each.

Source  Chan et al., BMJ 2025;389:e081477, table 1, as `outline.SPIRIT`.
"""

from __future__ import annotations

from typing import Final

SPIRIT_SECTIONS: Final = (
    ("Administrative information", ("1a", "1b", "2", "3a", "3b", "3c", "3d")),
    ("Open science", ("4", "5", "6", "7a", "7b", "8")),
    ("Introduction", ("9a", "9b", "10")),
    ("Methods: involvement and design", ("11", "12")),
    (
        "Methods: participants, interventions and outcomes",
        ("13", "14a", "14b", "15a", "15b", "15c", "15d", "16", "17", "18", "19", "20"),
    ),
    (
        "Methods: assignment of interventions",
        ("21a", "21b", "22", "23", "24a", "24b", "24c"),
    ),
    (
        "Methods: data collection, management and analysis",
        ("25a", "25b", "26", "27a", "27b", "27c", "27d"),
    ),
    ("Methods: monitoring", ("28a", "28b", "29")),
    ("Ethics", ("30", "31", "32a", "32b", "33", "34")),
)

SPIRIT_PARTS: Final = {
    "1a": ("title",), "1b": ("objectives", "people"), "2": ("version",),
    "3a": ("?contributors",), "3b": ("sponsor",), "3c": ("?sponsor role",),
    "3d": ("?committees",), "4": ("registered",), "5": ("?access",), "6": ("?sharing",),
    "7a": ("?funding",), "7b": ("?conflicts",), "8": ("?dissemination",),
    "9a": ("?background",), "9b": ("?comparator",), "10": ("objectives", "estimands"),
    "11": ("?involvement",), "12": ("design",), "13": ("?setting",),
    "14a": ("inclusion", "exclusion"), "14b": ("?sites",), "15a": ("treatment",),
    "15b": ("changes", "stops"), "15c": ("?adherence",), "15d": ("?concomitant",),
    "16": ("endpoints",), "17": ("harms",), "18": ("schedule",), "19": ("size",),
    "20": ("?recruitment",), "21a": ("?sequence",), "21b": ("allocation",),
    "22": ("?concealment",), "23": ("?implementation",), "24a": ("masking",),
    "24b": ("?blinding how",), "24c": ("?unblinding",), "25a": ("?collection",),
    "25b": ("?retention",), "26": ("?management",), "27a": ("methods", "multiplicity"),
    "27b": ("populations",), "27c": ("censoring", "?missing"), "27d": ("sensitivity",),
    "28a": ("?dmc",), "28b": ("looks", "?interim access"), "29": ("?monitoring",),
    "30": ("?ethics",), "31": ("?amendments", "amended"), "32a": ("?consent",),
    "32b": ("?consent further",), "33": ("?confidentiality",), "34": ("?post trial",),
}  # fmt: skip
"""Item -> names of parts, or "?key" of a text that is asked for."""
