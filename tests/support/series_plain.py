"""RECIST 1.1 of one series in plain Python, scan by scan, in exact decimals.

Source   Eisenhauer 2009, sections 4.2 to 4.4, Tables 1 and 2. Written from the paper, not from the
         expressions; a scan is as in tests/cases/recist: lesion -> size, word or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

Scan = Mapping[str, Any]
GONE = ("absent",)
UNKNOWN = ("not evaluable", None)


def size_of(value: Any) -> Decimal | None:
    """mm of a target, or None if it was not measured."""
    if isinstance(value, int | float):
        return Decimal(str(value))
    return {"absent": Decimal(0), "too small to measure": Decimal(5)}.get(value)


def _target(
    scan: Scan,
    targets: Sequence[str],
    nodes: Sequence[str],
    base: Decimal | None,
    low: Decimal | None,
) -> tuple[str | None, Decimal | None]:
    """The response of the targets, and their sum if all were measured."""
    if not targets:
        return None, None
    sizes = {t: size_of(scan.get(t)) for t in targets}
    known = {t: s for t, s in sizes.items() if s is not None}
    total, complete = sum(known.values(), Decimal(0)), len(known) == len(targets)
    if base is None or low is None:
        return "NE", total if complete else None
    if complete and all(s < 10 if t in nodes else s == 0 for t, s in known.items()):
        return "CR", total
    if known and total - low >= 5 and total >= low * Decimal("1.2"):
        return "PD", total if complete else None
    if not complete:
        return "NE", None
    return ("PR" if total <= base * Decimal("0.7") else "SD"), total


def _other(scan: Scan, others: Sequence[str], nodes: Sequence[str]) -> str | None:
    if not others:
        return None
    states = [scan.get(t) for t in others]
    if "unequivocal progression" in states:
        return "PD"
    if any(s in UNKNOWN for s in states):
        return "NE"

    def is_gone(link: str, state: Any) -> bool:
        if isinstance(state, int | float):
            return state < 10 if link in nodes else state == 0
        return state in GONE

    return "CR" if all(map(is_gone, others, states)) else "NON-CR/NON-PD"


def _both(target: str | None, other: str | None, is_new: bool) -> str:
    """Tables 1 and 2, row by row."""
    if is_new or "PD" in (target, other):
        return "PD"
    if target is None:
        return other or "NED"
    if target == "CR":
        return "CR" if other in (None, "CR") else "PR"
    return target


def responses_plain(case: Mapping[str, Any]) -> list[str | None]:
    """The overall response at each scan of a case; None at baseline."""
    scans, nodes = case["scans"], case.get("nodes", [])
    named = case["lesions"]
    targets = [k for k in named if not k.startswith("NT")]
    others = [k for k in named if k.startswith("NT")]
    certain = [set(s.get("new", [])) for s in scans]
    doubtful = [set(s.get("maybe new", [])) for s in scans]
    _, base = _target(scans[0], targets, nodes, None, None)
    low, found = base, [None]
    for n, scan in enumerate(scans[1:], start=1):
        proved = set().union(*certain[n + 1 :])
        seen = certain[n] | (doubtful[n] & proved)
        target, total = _target(scan, targets, nodes, base, low)
        found.append(_both(target, _other(scan, others, nodes), bool(seen)))
        if total is not None and low is not None:
            low = min(low, total)
    return found
