"""The flow of patients."""

from __future__ import annotations

from typing import Any

from equipoise.analysis.disposition import disposition
from support.street import day, derived, person, protocol, randomized, sdtm


def left(who: str, why: str) -> dict[str, Any]:
    row = {"DSDECOD": why, "DSCAT": "DISPOSITION EVENT", "DSSTDTC": day(50)}
    return {"USUBJID": who, **row}


def flow() -> dict[Any, float | None]:
    arms = {"S-1": "N", "S-2": "N", "S-3": "N", "S-4": "O", "S-5": "SCRNFAIL"}
    dose = {"EXTRT": "drug", "EXDOSE": 1.0, "EXSTDTC": day(1), "EXENDTC": day(9)}
    data = sdtm(
        protocol(),
        DM=[person(who, arm) for who, arm in arms.items()],
        DS=[randomized(who) for who in list(arms)[:4]]
        + [left("S-1", "DEATH"), left("S-2", "DEATH"), left("S-4", "COMPLETED")],
        EX=[{"USUBJID": who, **dose} for who in ("S-1", "S-4")],
    )
    return {(r.group, r.term, r.statistic): r.value for r in disposition(derived(data))}


def test_who_came_and_who_stayed() -> None:
    found = flow()
    assert found["all", "", "assessed for eligibility"] == 5
    assert found["all", "", "not randomized"] == 1
    assert found["all", "", "randomized"] == 4
    assert (found["new", "", "randomized"], found["old", "", "randomized"]) == (3, 1)
    assert (found["new", "", "treated"], found["new", "", "not treated"]) == (1, 2)


def test_why_they_left() -> None:
    found = flow()
    assert found["new", "", "left the study"] == 2
    assert found["new", "DEATH", "left the study"] == 2
    assert found["new", "", "in the study at the cut-off"] == 1
    assert found["old", "", "completed the study"] == 1
    assert ("old", "DEATH", "left the study") not in found


def test_who_is_analyzed() -> None:
    found = flow()
    assert found["new", "ITT", "analyzed"] == 3
    assert found["new", "safety", "analyzed"] == 1
