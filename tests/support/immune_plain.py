"""iRECIST of one series in plain Python, scan by scan (Seymour 2017, Tables 2 and 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]  # a row of `overall_response`
WORDS = {"CR": "iCR", "PR": "iPR", "SD": "iSD", "NON-CR/NON-PD": "NON-iCR/NON-iUPD"}


def _mm(value: float | None) -> Decimal:
    return Decimal(str(round(value or 0, 4)))


def _grew(first: Row, now: Row) -> bool:
    both = (first, now)
    whole = all(r["MEASURED"] == r["EXPECTED"] and r["SUM"] is not None for r in both)
    target = first["TRGRESP"] == "PD" and whole and _mm(now["SUM"]) - _mm(first["SUM"]) >= 5
    spread = _mm(first["NEWSUM"]) > 0 and _mm(now["NEWSUM"]) - _mm(first["NEWSUM"]) >= 5
    another = now["TRGRESP"] == "PD" and first["TRGRESP"] != "PD"
    return target or spread or another or now["NTRGRESP"] == "PD" or now["NEWNAMED"] > 0


def immune_plain(rows: Sequence[Row], *, least: int = 28) -> list[str]:
    """The response by iRECIST at each assessed scan."""
    found: list[str] = []
    first: Row | None = None
    is_confirmed = False
    for row in rows:
        word = row["OVRLRESP"]
        if word != "PD":
            first = first if word == "NE" else None
            found.append(WORDS.get(word, word))
            continue
        if not is_confirmed and first is not None:
            late = (row["FIRSTDT"] - first["FIRSTDT"]).days >= least
            is_confirmed = late and _grew(first, row)
        first = first or row
        found.append("iCPD" if is_confirmed else "iUPD")
    return found


def counted_plain(rows: Sequence[Row], words: Sequence[str]) -> list[str]:
    """The responses that count: an iUPD that something better followed, before iCPD, is NE."""
    found = []
    for k, (row, word) in enumerate(zip(rows, words, strict=True)):
        later = next((w for w in words[k + 1 :] if w not in ("iUPD", "NE")), None)
        back = word == "iUPD" and later not in (None, "iCPD")
        found.append("NE" if back else row["OVRLRESP"])
    return found
