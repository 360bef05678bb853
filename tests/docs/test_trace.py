"""The matrix of what a conduct system must show names tests that are there."""

from __future__ import annotations

from support.trace import faults, missing, properties

SECTIONS = {"A": 7, "B": 5, "C": 3, "D": 4, "E": 6}
LAST_OF_CONDUCT, FORMATS = 30, (46, 47, 48)


def test_every_property_has_a_test_that_is_there() -> None:
    assert faults() == []


def test_none_is_left_out() -> None:
    named = [f"{section}{n}" for section, last in SECTIONS.items() for n in range(1, last + 1)]
    named += [f"T{n}" for n in (*range(1, LAST_OF_CONDUCT + 1), *FORMATS)]
    assert list(properties()) == named


def test_a_test_that_is_not_there_is_found() -> None:
    assert missing("docs/test_trace.py::test_nobody_wrote")
    assert missing("docs/test_nowhere.py")
    assert not missing("docs/test_trace.py")
