"""Every recorded design value of R, evaluated from its own call by Equipoise's functions."""

from __future__ import annotations

import pytest

from support.design_entries import ENTRIES, LEFT_OUT, NAMES, NESTED, apart
from support.design_r import evaluate
from support.told import of_each


def as_r_says(name: str) -> None:
    worst, tolerance = apart(name)
    assert worst <= tolerance, ENTRIES[name]["call"]


def test_design_values() -> None:
    of_each(as_r_says, [n for n in ENTRIES if n not in LEFT_OUT], at_least=900)


def test_every_entry_is_checked_or_left_out_with_a_reason() -> None:
    assert set(LEFT_OUT) <= set(ENTRIES)
    assert all(len(reason) > 20 for reason in LEFT_OUT.values())
    assert len(ENTRIES) == 928


def test_average_hazard_ratio_design_agrees_where_gsdesign2_is_consistent() -> None:
    """Average hazard ratios, bounds and the ratio of events to subjects of gs_design_ahr.

    Its crossing probabilities take the average hazard ratio for the mean of Z and its information
    under the alternative for its variance, so that it asks for 1.1% fewer subjects than have the
    power in simulated trials (`test_logrank_oracle`).
    """
    entry = ENTRIES["gs_design_ahr"]
    want = entry["value"]
    got = evaluate(entry, NAMES)
    assert got["ahr"] == pytest.approx(want["ahr"], rel=NESTED)
    assert got["z"] == pytest.approx(want["z"], rel=NESTED)
    ours_share = [d / got["n"][0] for d in got["event"]]
    assert ours_share == pytest.approx([d / want["n"][0] for d in want["event"]], rel=NESTED)
    assert got["n"][0] == pytest.approx(want["n"][0], rel=0.012)
