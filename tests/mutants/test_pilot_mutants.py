"""Bugs planted in the log-rank test: the three arms of the pilot must turn red."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from equipoise.analysis.survival import logrank as room
from support.pilot_oracle import CLOSE, log_rank_of_all

KNOWN = 60.269556739028069  # R survdiff; tests/oracle/pilot/reference.json


def test_it_is_green_without_a_bug() -> None:
    assert log_rank_of_all() == pytest.approx(KNOWN, rel=CLOSE)


def _binomial_variance(events: Any, leaving: Any, first: Any, weight: Any) -> Any:
    """Forgets the factor (n - d) / (n - 1) of the hypergeometric variance."""
    k = events.shape[1]
    seen, expected, spread = np.zeros(k), np.zeros(k), np.zeros((k, k))
    risk = leaving.sum(axis=0).astype(float)
    for d, gone in zip(events, leaving):
        n, total = risk.sum(), d.sum()
        if total and n:
            share = risk / n
            seen += d
            expected += total * share
            spread += total * (np.diag(share) - np.outer(share, share))
        risk = risk - gone
    return seen[None], expected[None], spread[None]


def _at_risk_after(events: Any, leaving: Any, first: Any, weight: Any) -> Any:
    """Takes those who leave at a time out of the risk set of that time."""
    k = events.shape[1]
    seen, expected, spread = np.zeros(k), np.zeros(k), np.zeros((k, k))
    risk = leaving.sum(axis=0).astype(float)
    for d, gone in zip(events, leaving):
        left = risk - gone + d
        n, total = left.sum(), d.sum()
        if total and n > 1:
            share = left / n
            seen += d
            expected += total * share
            factor = total * (n - total) / (n - 1)
            spread += factor * (np.diag(share) - np.outer(share, share))
        risk = risk - gone
    return seen[None], expected[None], spread[None]


@pytest.mark.parametrize("wrong", [_binomial_variance, _at_risk_after])
def test_a_wrong_sum_turns_it_red(wrong: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setattr(sys.modules[room.__module__], "logrank_sums", wrong)
    assert log_rank_of_all() != pytest.approx(KNOWN, rel=CLOSE)


def test_the_twin_written_rightly_is_green(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutants differ from a right sum by their bug alone."""
    import sys

    def right(events: Any, leaving: Any, first: Any, weight: Any) -> Any:
        k = events.shape[1]
        seen, expected, spread = np.zeros(k), np.zeros(k), np.zeros((k, k))
        risk = leaving.sum(axis=0).astype(float)
        for d, gone in zip(events, leaving):
            n, total = risk.sum(), d.sum()
            if total and n > 1:
                share = risk / n
                seen += d
                expected += total * share
                factor = total * (n - total) / (n - 1)
                spread += factor * (np.diag(share) - np.outer(share, share))
            risk = risk - gone
        return seen[None], expected[None], spread[None]

    monkeypatch.setattr(sys.modules[room.__module__], "logrank_sums", right)
    assert log_rank_of_all() == pytest.approx(KNOWN, rel=CLOSE)
