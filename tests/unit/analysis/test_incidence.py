"""A patient counts once, at the worst grade; denominators are the arm's patients."""

from __future__ import annotations

from typing import Any

import pytest

from equipoise.analysis.incidence import incidence
from support.street import day, derived, person, protocol, randomized, sdtm

ARMS = {"S-1": "N", "S-2": "N", "S-3": "N", "S-4": "O", "S-5": "O"}


def event(who: str, term: str, grade: str | None, on: int = 5, **more: Any) -> dict[str, Any]:
    system = "Skin" if term in ("Rash", "Itch") else "General"
    row = {"USUBJID": who, "AETERM": term, "AEDECOD": term, "AEBODSYS": system}
    return {**row, "AESTDTC": day(on), "AETOXGR": grade, "AESER": "N", "AEREL": "N", **more}


def counted(*events: dict[str, Any], treated: tuple[str, ...] = tuple(ARMS)) -> dict[Any, Any]:
    dose = {"EXTRT": "drug", "EXDOSE": 1.0, "EXSTDTC": day(1), "EXENDTC": day(9)}
    data = sdtm(
        protocol(),
        DM=[person(who, arm) for who, arm in ARMS.items()],
        DS=[randomized(who) for who in ARMS],
        EX=[{"USUBJID": who, **dose} for who in treated],
        AE=list(events),
    )
    rows = incidence(derived(data))
    return {(r.group or r.comparison, r.term, r.statistic): r.value for r in rows}


def test_once_per_class_and_term_at_the_worst_grade() -> None:
    found = counted(
        event("S-1", "Rash", "1"),
        event("S-1", "Rash", "3"),
        event("S-1", "Itch", "2"),
        event("S-2", "Itch", "1"),
        event("S-4", "Rash", "2"),
    )
    assert found["new", "Skin", "any grade patients"] == 2
    assert found["new", "Skin: Rash", "any grade patients"] == 1
    assert found["new", "Skin: Itch", "any grade patients"] == 2
    assert found["new", "Skin: Rash", "grade 3-4 patients"] == 1
    assert found["new", "Skin: Itch", "grade 3-4 patients"] == 0
    assert found["new", "Skin", "grade 3-4 patients"] == 1
    assert found["old", "Skin: Itch", "any grade patients"] == 0
    assert found["new", "", "any grade patients"] == 2


def test_a_fatal_event_is_grade_5_and_not_3_or_4() -> None:
    found = counted(event("S-1", "Rash", "3"), event("S-1", "Rash", "5"))
    assert found["new", "Skin: Rash", "grade 3-4 patients"] == 0
    assert found["new", "Skin: Rash", "grade 5 patients"] == 1


def test_an_event_without_a_grade_is_an_event() -> None:
    found = counted(event("S-1", "Rash", None))
    assert found["new", "Skin: Rash", "any grade patients"] == 1
    assert found["new", "Skin: Rash", "grade 3-4 patients"] == 0


def test_denominators_are_the_treated() -> None:
    found = counted(event("S-1", "Rash", "1"), treated=("S-1", "S-2", "S-4"))
    assert found["new", "", "n"] == 2
    assert found["new", "", "any grade proportion"] == 0.5
    assert found["old", "", "any grade proportion"] == 0.0


def test_events_of_the_untreated_and_before_treatment_do_not_count() -> None:
    found = counted(
        event("S-1", "Rash", "1", on=-3),
        event("S-3", "Rash", "1"),
        treated=("S-1", "S-2", "S-4"),
    )
    assert found["new", "", "any grade patients"] == 0


def test_kinds() -> None:
    found = counted(
        event("S-1", "Rash", "1", AESER="Y", AEREL="PROBABLE"),
        event("S-2", "Rash", "1", AEREL="NOT RELATED"),
        event("S-4", "Rash", "1", AEREL=None),
    )
    assert found["new", "", "serious patients"] == 1
    assert found["new", "", "related patients"] == 1
    assert found["old", "", "related patients"] == 0


def test_fisher_by_hand() -> None:
    # 3 of 3 against 0 of 2: one table of choose(5, 3) = 10 is as unlikely, P = 1/10
    found = counted(*(event(who, "Rash", "1") for who in ("S-1", "S-2", "S-3")))
    assert found["new v old", "", "any grade p"] == pytest.approx(0.1, rel=1e-12)


def test_the_difference_of_risks_by_hand() -> None:
    """2 of 3 and 0 of 2: 66.7 points; Newcombe's limits from Wilson's 20.77, 93.85, 0, 65.76."""
    found = counted(event("S-1", "Rash", "1"), event("S-2", "Itch", "1"))
    pair = ("new v old", "")
    gap = found[(*pair, "any grade risk difference")]
    assert gap == pytest.approx(2 / 3)
    low = found[(*pair, "any grade risk difference lower limit")]
    assert low == pytest.approx(2 / 3 - ((2 / 3 - 0.207655) ** 2 + 0.657620**2) ** 0.5, abs=1e-5)
    high = found[(*pair, "any grade risk difference upper limit")]
    assert high == pytest.approx(2 / 3 + (0.938508 - 2 / 3), abs=1e-5)


def test_no_difference_is_told_of_rare_terms() -> None:
    found = counted(event("S-1", "Rash", "3"))
    name = "risk difference"
    assert ("new v old", "Skin: Rash", f"any grade {name}") in found
    assert ("new v old", "Skin: Rash", f"grade 3-4 {name}") not in found
    assert ("new v old", "", f"serious {name}") in found
