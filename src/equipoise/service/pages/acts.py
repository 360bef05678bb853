"""What is done about a subject with one small form: which fields each command is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

SUBJECT_ACTS: Final = {
    "consent": ("on", "reason"),
    "judge eligibility": ("reason",),
    "give dose": ("drug", "amount", "unit", "on", "last", "planned", "adjusted", "reason"),
    "hold dose": ("drug", "on", "reason"),
    "stop drug": ("drug", "on", "reason"),
    "end part": ("part", "because", "on"),
    "withdraw": ("of", "on"),
    "record death": ("on",),
    "note deviation": ("category", "text", "on"),
    "correct stratum": ("reason",),
    "note allocation error": ("kind", "reason"),
}
_MET: Final = "met."
_LEVEL: Final = "level."


def given_of(name: str, form: Mapping[str, Any]) -> dict[str, Any]:
    """What a command is given by a form; fields that were left empty are not."""
    said = {field: str(form.get(field, "")).strip() for field in SUBJECT_ACTS[name]}
    given: dict[str, Any] = {field: text for field, text in said.items() if text}
    if name == "judge eligibility":
        given["met"] = {
            field.removeprefix(_MET): answer == "yes"
            for field, answer in form.items()
            if field.startswith(_MET) and answer in ("yes", "no")
        }
    if name == "correct stratum":
        given["levels"] = {
            field.removeprefix(_LEVEL): answer
            for field, answer in form.items()
            if field.startswith(_LEVEL)
        }
    return given
