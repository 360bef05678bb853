"""Every dosing case a clinician wrote."""

from __future__ import annotations

from typing import Any

import pytest

from support.cases import load, name_of
from support.dosing import check

CASES = load("dosing")


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_case(case: dict[str, Any]) -> None:
    check(case)


def test_every_case_has_its_own_name_and_every_answer_is_asked_for() -> None:
    assert len({name_of(c) for c in CASES}) == len(CASES) >= 60
    states = {c["then"] for c in CASES}
    assert states == {"give", "held", "not known", "not due", "stopped", "complete", "ended"}
    assert all(("dose" in c) == (c["then"] == "give") for c in CASES)
