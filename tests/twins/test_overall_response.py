"""RECIST responses over columns equal the plain ones, for thousands of random series.

Targets and nodes in tenths of a mm near the limits, lesions missing, absent or too small,
non-targets in every state, new lesions certain and doubtful, baselines with gaps.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest

from equipoise.adam.recist.irecist import by_irecist
from equipoise.adam.recist.overall import overall_response
from support.cases import frames
from support.immune_plain import counted_plain, immune_plain
from support.series_plain import responses_plain

COUNT = 4000
STATES = ["present", "present", "present", "absent", "absent", "not evaluable", None]
FIRST = dt.date(2020, 1, 1)


def _size(rng: np.random.Generator, before: float, *, node: bool) -> Any:
    """The next size: shrinking, growing or standing still, sometimes without a number."""
    draw = rng.random()
    if draw < 0.05:
        return None
    if draw < 0.08:
        return "not evaluable"
    if draw < 0.16:
        return "too small to measure" if not node and draw < 0.12 else "absent"
    # Near the limits of 30 and 20 percent, to the tenth of a mm.
    factor = rng.choice([0.5, 0.7, 0.7, 0.9, 1.0, 1.0, 1.1, 1.2, 1.2, 1.4])
    shift = float(rng.choice([-0.1, 0.0, 0.0, 0.1]))
    return round(max(before * float(factor) + shift, 0.0), 1)


def _case(rng: np.random.Generator) -> dict[str, Any]:
    targets = [f"T{k}" for k in range(1, int(rng.integers(0, 4)) + 1)]
    others = [f"NT{k}" for k in range(1, int(rng.integers(0, 3)) + 1)]
    if not targets and not others:
        targets = ["T1"]
    nodes = [t for t in targets + others if rng.random() < 0.3]
    size = {t: float(rng.integers(100, 500)) / 10 for t in targets}
    scans: list[dict[str, Any]] = [{"on": FIRST, **size, **dict.fromkeys(others, "present")}]
    if targets and rng.random() < 0.03:
        scans[0][targets[-1]] = None
    pending: list[str] = []
    for n in range(1, int(rng.integers(2, 7))):
        scan: dict[str, Any] = {"on": FIRST + dt.timedelta(days=56 * n)}
        for t in targets:
            scan[t] = _size(rng, size[t], node=t in nodes)
            if isinstance(scan[t], float):
                size[t] = scan[t]
        for t in others:
            scan[t] = rng.choice(np.array(STATES, dtype=object))
            if t in nodes and rng.random() < 0.5:
                scan[t] = float(rng.choice([8.0, 9.9, 10.0, 12.0]))
            if rng.random() < 0.04:
                scan[t] = "unequivocal progression"
        if rng.random() < 0.06:
            scan["new"] = [f"N{n}"]
        if rng.random() < 0.08:
            scan["maybe new"] = [f"M{n}"]
            pending.append(f"M{n}")
        elif pending and rng.random() < 0.4:
            scan["new"] = [*scan.get("new", []), pending.pop()]
        scans.append(scan)
    return {"lesions": [*targets, *others], "nodes": nodes, "scans": scans}


@cache
def cases() -> list[dict[str, Any]]:
    return [_case(np.random.default_rng([11, n])) for n in range(COUNT)]


def _together() -> tuple[pl.DataFrame, pl.DataFrame]:
    """TU and TR of all cases, a subject each, in an order that says nothing."""
    parts = [frames(case) for case in cases()]
    both = []
    for side in (0, 1):
        named = [p[side].with_columns(USUBJID=pl.lit(f"S{n}")) for n, p in enumerate(parts)]
        both.append(pl.concat(named).sample(fraction=1.0, shuffle=True, seed=3))
    return both[0], both[1]


def test_equal_to_the_plain_rules() -> None:
    rows = overall_response(*_together())
    found: dict[tuple[str, float], Any] = {
        (u, v): r for u, v, r in rows.select("USUBJID", "VISITNUM", "OVRLRESP").iter_rows()
    }
    wrong = []
    for n, case in enumerate(cases()):
        for number, word in enumerate(responses_plain(case), start=1):
            seen = found.get((f"S{n}", float(number)), "no reading")
            if seen != word:
                wrong.append((n, number, word, seen))
    assert wrong == []


def test_every_response_occurs_and_the_limits_are_met_exactly() -> None:
    words = Counter(w for case in cases() for w in responses_plain(case)[1:])
    assert set(words) == {"CR", "PR", "SD", "PD", "NE", "NON-CR/NON-PD"}
    assert min(words.values()) > 50


@pytest.mark.parametrize(("old", "new"), [("1.2", "1.19"), ("0.7", "0.71")])
def test_a_limit_moved_a_little_is_seen(
    monkeypatch: pytest.MonkeyPatch, old: str, new: str
) -> None:
    """The series lie so near the limits that a percent more or less shows."""
    import support.series_plain as plain

    right = [responses_plain(case) for case in cases()]

    def moved(text: str) -> Any:
        return plain_decimal(new if text == old else text)

    plain_decimal = plain.Decimal
    monkeypatch.setattr(plain, "Decimal", moved)
    assert [responses_plain(case) for case in cases()] != right


def test_irecist_is_equal_to_the_plain_rules() -> None:
    """Scans every 56 days; new lesions and targets near 5 mm of growth."""
    rows = overall_response(*_together())
    read = rows.filter(pl.col("OVRLRESP").is_not_null())
    found = by_irecist(read)
    kinds: Counter[str] = Counter()
    keys = ["USUBJID", "READER"]
    for (_, before), (_, after) in zip(
        read.group_by(keys, maintain_order=True),
        found.group_by(keys, maintain_order=True),
        strict=True,
    ):
        series = before.sort("FIRSTDT", "VISITNUM").to_dicts()
        words = immune_plain(series)
        assert after.sort("FIRSTDT", "VISITNUM")["IRESP"].to_list() == words, series
        counted = counted_plain(series, words)
        assert after.sort("FIRSTDT", "VISITNUM")["OVRLRESP"].to_list() == counted, words
        kinds.update(words)
        kinds["taken back"] += sum(
            c != row["OVRLRESP"] for c, row in zip(counted, series, strict=True)
        )
    assert min(kinds[k] for k in ("iCR", "iPR", "iSD", "iUPD", "iCPD", "taken back")) > 50
