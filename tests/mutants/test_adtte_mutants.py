"""Bugs planted in the rules of ADTTE: cases of clinicians, or CDISC's ADTTE, must turn red."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from equipoise.adam import derive
from equipoise.adam.dates import partial, sources
from equipoise.adam.events import adae
from equipoise.adam.explain import asked
from equipoise.adam.subjects import alive, milestones
from equipoise.adam.time import adtte, handling, intercurrent
from support import onco
from support.cases import load
from support.mutants import plant
from support.pilot_oracle import adtte_differences
from support.tte import check

CASES = load("tte")

# function, what is right, what is wrong there, modules that imported it
RULES: dict[str, tuple[Any, str, str, tuple[ModuleType, ...]]] = {
    "day 1 is day 0": (adtte._shape, ".dt.total_days() + 1", ".dt.total_days()", ()),
    "the last event decides": (
        sources.earliest,
        '.sort("USUBJID", "DATE", "_rank")',
        '.sort("USUBJID", "DATE", "_rank", descending=[False, True, False])',
        (adtte,),
    ),
    "ties go to the last source": (
        sources.earliest,
        '"_rank")\n',
        '"_rank", descending=[False, False, True])\n',
        (adtte,),
    ),
    "the last censor source decides": (
        sources.first_available,
        '.sort("USUBJID", "_rank")',
        '.sort("USUBJID", "_rank", descending=[False, True])',
        (adtte,),
    ),
    "censoring sees past the limit": (
        sources.first_available,
        '(pl.col("DATE") <= pl.col("LIMIT"))',
        "pl.lit(True)",
        (adtte,),
    ),
    "an assessment on the limit is lost": (
        sources.first_available,
        '<= pl.col("LIMIT")',
        '< pl.col("LIMIT")',
        (adtte,),
    ),
    "followed beyond is not followed until": (
        sources.first_available,
        'rows["DOM"][0] == "ADSL"',
        "False",
        (adtte,),
    ),
    "an event on the limit is lost": (
        adtte._shape,
        '(\n        pl.col("LIMIT").is_null() | (pl.col("DATE") <= pl.col("LIMIT"))',
        '(\n        pl.col("LIMIT").is_null() | (pl.col("DATE") < pl.col("LIMIT"))',
        (),
    ),
    "first and last change places": (
        sources.picked,
        'pick == "last"',
        'pick == "first"',
        (intercurrent,),
    ),
    "dates before the origin count": (
        sources.dated,
        'pl.col("DATE") >= pl.col("_start")',
        'pl.col("DATE").is_not_null()',
        (adtte, intercurrent),
    ),
    "a gap is a day shorter": (
        handling.counted_until,
        "due + window",
        "due + window - 1",
        (intercurrent,),
    ),
    "a gap is a day longer": (
        handling.counted_until,
        "due + window",
        "due + window + 1",
        (intercurrent,),
    ),
    "the window does not count": (
        handling.counted_until,
        "due + window",
        "due",
        (intercurrent,),
    ),
    "a gap counts from the day of the scan, not from its planned day": (
        handling.counted_until,
        "searchsorted(2 * due - every, 2 * last",
        "searchsorted(2 * due, 2 * last",
        (intercurrent,),
    ),
    "composite is ignored": (
        handling.handling,
        'ice.strategy == "composite"',
        "False",
        (adtte,),
    ),
    "the later of two limits": (
        adtte._not_counted,
        'limit.sort("USUBJID", "LIMIT", maintain_order=True)',
        'limit.sort("USUBJID", "LIMIT", descending=[False, True], maintain_order=True)',
        (),
    ),
    "a gap explains what the therapy took": (
        adtte._not_counted,
        "still, endpoint",
        "event, endpoint",
        (),
    ),
    "a bound below a partial date is forgotten": (
        partial._picked,
        "for bound in below",
        "for bound in []",
        (),
    ),
}


# the file of cases in which the bug shows
FILES = {
    "the last event decides": "progression",
    "ties go to the last source": "progression",
    "the last censor source decides": "progression",
    "first and last change places": "progression",
    "dates before the origin count": "therapy",
    "censoring sees past the limit": "therapy",
    "an assessment on the limit is lost": "therapy",
    "an event on the limit is lost": "therapy",
    "day 1 is day 0": "progression",
}
for _name in RULES:
    _gap = "gap" in _name or "window" in _name
    FILES.setdefault(_name, "gaps" if _gap else "other")


def cases_of(file: str) -> None:
    for case in CASES:
        if case["file"] == f"{file}.yaml":
            check(case)


@pytest.mark.parametrize("name", RULES)
def test_a_wrong_rule_turns_a_case_red(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    function, old, new, also = RULES[name]
    plant(monkeypatch, function, old, new, also=also)
    with pytest.raises(AssertionError):
        cases_of(FILES[name])


PILOT: dict[str, tuple[Any, str, str, tuple[ModuleType, ...]]] = {
    "day 1 is day 0": RULES["day 1 is day 0"],
    "first and last change places": RULES["first and last change places"],
    "an event on the day of the first dose is not emergent": (
        adae._emergent,
        ">= pl.col(origin)",
        "> pl.col(origin)",
        (),
    ),
    "a zero dose of placebo is none": (
        milestones._given,
        '| pl.col("EXTRT").str.to_uppercase().str.contains("PLACEBO")',
        "",
        (),
    ),
}


@pytest.mark.parametrize("name", PILOT)
def test_a_wrong_rule_turns_the_pilot_red(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    function, old, new, also = PILOT[name]
    plant(monkeypatch, function, old, new, also=also)
    assert adtte_differences() != []


ONCO: dict[str, tuple[Any, str, str, tuple[ModuleType, ...]]] = {
    "censoring is not described": (
        adtte._shape,
        '.otherwise(pl.coalesce("WHY", "SAYS_C"))',
        ".otherwise(None)",
        (),
    ),
    "the date of censoring is described by the reason": (
        adtte._shape,
        '.then("DATESAYS_C")',
        '.then("SAYS_C")',
        (),
    ),
    "the first contact is the last": (alive._latest, ".max()", ".min()", ()),
    "a condition on the date of a source is forgotten": (
        sources.dated,
        "if source.where:",
        "if source.where and source.from_ != 'ADSL':",
        (adtte,),
    ),
}


def test_the_onco_example_is_green_without_a_bug() -> None:
    assert onco.adtte_differences() == {}


@pytest.mark.parametrize("name", ONCO)
def test_a_wrong_rule_turns_the_onco_example_red(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    function, old, new, also = ONCO[name]
    plant(monkeypatch, function, old, new, also=also)
    assert onco.adtte_differences() != {}


def test_the_modules_named_here_are_those_that_import() -> None:
    """A mutant planted where nobody looks would prove nothing."""
    assert adtte.first_available is sources.first_available
    assert intercurrent.picked is sources.picked
    assert intercurrent.counted_until is handling.counted_until
    assert derive.adtte is adtte.adtte
    assert asked.parameter_codes is adtte.parameter_codes
