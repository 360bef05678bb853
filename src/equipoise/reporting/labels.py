"""Codes and keys of the data in words that a reader knows."""

from __future__ import annotations

import re

from equipoise.analysis.results import Results
from equipoise.protocol import Protocol
from equipoise.reporting.words import capital

_CODES = {
    "SEX": {"F": "Female", "M": "Male", "U": "Unknown", "UNDIFFERENTIATED": "Undifferentiated"},
    "ETHNIC": {},
}
_KEPT = re.compile(r"\b(?:[IVX]{2,}|[A-Z]+\d\w*|ECG|EEG|HIV|AV|QT|GI|UTI|CNS|ALT|AST|GGT|CMV)\b")
_EPONYMS = ("Wolff", "Parkinson", "White", "Hodgkin", "Raynaud", "Crohn", "Stevens", "Johnson")


def level_label(variable: str, level: str) -> str:
    """A level of a characteristic: CDISC's codes in words, capitals as a sentence has them.

    >>> level_label("SEX", "F"), level_label("RACE", "BLACK OR AFRICAN AMERICAN")
    ('Female', 'Black or African American')
    >>> level_label("SITE", "right colon"), level_label("STAGE", "pT1")
    ('Right colon', 'pT1')
    """
    known = _CODES.get(variable, {})
    if level in known:
        return known[level]
    if variable in ("RACE", "ETHNIC") and level.isupper():
        small = (" OR ", " AND ", " OF ", " OTHER ")
        text = level.title()
        for word in small:
            text = text.replace(word.title(), word.lower())
        return text
    first = level.partition(" ")[0]
    return capital(level) if first.isalpha() and first.islower() else level


def term_label(term: str) -> str:
    """A term that was collected in capitals, as a sentence has it; abbreviations stay.

    >>> term_label("WOLFF-PARKINSON-WHITE SYNDROME"), term_label("Hepatitis B positive")
    ('Wolff-Parkinson-White syndrome', 'Hepatitis B positive')
    """
    if not term.isupper():
        return term
    text = _sentence(term)
    for name in _EPONYMS:
        text = re.sub(rf"\b{name}\b", name, text, flags=re.IGNORECASE)
    return text


def _sentence(term: str) -> str:
    kept = {m.start(): m[0] for m in _KEPT.finditer(term)}
    text = term[:1] + term[1:].lower()
    for start, word in kept.items():
        text = text[:start] + word + text[start + len(word) :]
    return text


def spoken(results: Results, pair: str) -> str:
    """`lutate v octreotide` with the arms' labels."""
    labels = {key: arm.label for key, arm in results.data.protocol.arms.items()}
    return " v ".join(labels.get(part, part) for part in pair.split(" v "))


def population_label(protocol: Protocol, name: str) -> str:
    """A population in the protocol's words."""
    known = protocol.populations.get(name)
    return (known.label if known else "") or name


def subgroup_label(protocol: Protocol, subgroup: str) -> tuple[str, str]:
    """`sex: F` as the factor's label and the level's."""
    name, _, level = subgroup.partition(": ")
    factor = protocol.subgroups.get(name)
    label = (factor.label if factor else "") or _first(name)
    return label, level_label(factor.variable if factor else "", level)


def design_line(protocol: Protocol) -> str:
    """The design in one line; what the protocol file does not say is not claimed."""
    trial, allocation = protocol.trial, protocol.allocation
    told = (
        ("/trial/phase", f"phase {trial.phase}"),
        ("/trial/masking", trial.masking),
        ("/allocation/ratio", f"{allocation.ratio} by {allocation.method}"),
    )
    kept = [text for at, text in told if protocol.provenance.get(at, {}).get("kind") != "default"]
    return _first(", ".join(kept))


def lowered(text: str) -> str:
    """A label inside a sentence: its first letter small, unless the word is an abbreviation.

    >>> lowered("Overall survival"), lowered("HIV viral load"), lowered("Study Completion Date")
    ('overall survival', 'HIV viral load', 'Study Completion Date')
    """
    first = re.split(r"[\s-]", text, maxsplit=1)[0]
    titled = all(word[0].isupper() for word in text.split() if len(word) > 3)
    several = len(text.split()) > 1
    keep = sum(c.isupper() for c in first) > 1 or any(c.isdigit() for c in first)
    keep = keep or (titled and several)
    return text if keep else text[:1].lower() + text[1:]


def _first(text: str) -> str:
    return text[:1].upper() + text[1:]
