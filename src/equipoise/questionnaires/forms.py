"""The questionnaires whose manuals are built in: scales, their items, what a high score means."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, Literal, get_args

from equipoise.errors import InputError, did_you_mean

ScaleKind = Literal["function", "symptom", "global"]
FormName = Literal["QLQ-C30", "QLQ-GI.NET21"]

_FILES: Final[dict[str, str]] = {"QLQ-C30": "qlq_c30.json", "QLQ-GI.NET21": "qlq_ginet21.json"}


@dataclass(frozen=True, slots=True)
class FormScale:
    """One scale: its items by number, the range of an item (largest minus smallest answer)."""

    code: str
    name: str
    items: tuple[int, ...]
    range: int
    kind: ScaleKind

    @property
    def high_is_good(self) -> bool:
        return self.kind != "symptom"


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A questionnaire's scales; `read_in_source` is False where they are recalled."""

    name: str
    source: str
    read_in_source: bool
    scales: tuple[FormScale, ...]

    @property
    def largest(self) -> dict[int, int]:
        """Item -> its largest answer; the smallest is 1."""
        return {item: scale.range + 1 for scale in self.scales for item in scale.items}

    def scale(self, code: str) -> FormScale:
        """The scale of a code; raises InputError if there is none."""
        for found in self.scales:
            if found.code == code:
                return found
        codes = [s.code for s in self.scales]
        hint = did_you_mean(code, codes)
        raise InputError(f"{self.name} has no scale {code}{hint}; it has {', '.join(codes)}")


@cache
def questionnaire(name: FormName) -> Questionnaire:
    """A questionnaire by its short name; raises InputError if it is not known."""
    if name not in _FILES:
        raise InputError(f'questionnaire "{name}": expected one of {", ".join(get_args(FormName))}')
    text = resources.files(__package__).joinpath(_FILES[name]).read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    scales = tuple(FormScale(**{**s, "items": tuple(s["items"])}) for s in found.pop("scales"))
    return Questionnaire(scales=scales, **found)
