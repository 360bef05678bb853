"""A regimen in words."""

from __future__ import annotations

from typing import Any

from equipoise.protocol.language.wording import format_regimen
from equipoise.protocol.model import Regimen


def regimen_words(regimen: Regimen) -> str:
    """A regimen as one sentence, with what its short form cannot say."""
    said = regimen.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    core: dict[str, Any] = {
        k: said[k]
        for k in ("drug", "dose", "route", "every", "times", "until", "start")
        if k in said
    }
    text = format_regimen(core) or f"{regimen.drug} {regimen.dose} {regimen.route}"
    if regimen.window is not None:
        text += f", give or take {regimen.window}"
    if regimen.longest_interval is not None:
        text += f", at most {regimen.longest_interval} apart"
    if regimen.counted_from == "actual previous":
        text += ", counted from the actual previous dose"
    return text
