"""Every time-to-event case a clinician wrote."""

from __future__ import annotations

from typing import Any

import pytest

from support.cases import load, name_of
from support.tte import check

CASES = load("tte")


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_case(case: dict[str, Any]) -> None:
    check(case)


def test_every_case_has_its_own_name_and_says_what_it_expects() -> None:
    assert len({name_of(c) for c in CASES}) == len(CASES) >= 120
    assert all({"day", "event", "because"} <= set(c["then"]) for c in CASES)
