"""Short sentences of the human form, and back: parse and format are inverse."""

from __future__ import annotations

import re
from typing import Any

_REGIMEN = re.compile(
    r"^(?P<drug>.+?) (?P<dose>\d+(?:\.\d+)? \S+) (?P<route>IV|IM|SC|PO|oral|transdermal|inhaled|topical)"
    r"(?: every (?P<every>\d+(?:\.\d+)? (?:days?|weeks?|months?)))?"
    r"(?:, (?P<times>\d+) times)?"
    r"(?: until (?P<until>[^,]+))?"
    r"(?:, from (?P<start>day \d+|week \d+|month \d+))?$"
)


def parse_regimen(text: str) -> dict[str, Any]:
    """`177Lu-Dotatate 7.4 GBq IV every 8 weeks, 4 times` as the mapping it stands for.

    Raises   ValueError if the sentence follows none of the patterns.
    """
    found = _REGIMEN.match(" ".join(text.split()))
    if not found:
        raise ValueError(
            f'"{text}" is no regimen; expected drug, dose with unit, route, interval, count or end, as in '
            '"177Lu-Dotatate 7.4 GBq IV every 8 weeks, 4 times"'
        )
    parts = {k: v for k, v in found.groupdict().items() if v is not None}
    if "start" in parts:
        unit, number = parts["start"].split()
        parts["start"] = f"{int(number) - (unit == 'day')} {unit}s"
    return parts
