"""Dosing cases a clinician writes in YAML, as charts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from equipoise.conduct.chart import Chart, Dose, Ended, Result
from equipoise.conduct.next_dose import Advice, advise
from equipoise.protocol.model import Regimen
from support.virtual import netter

DAY_ONE = dt.date(2024, 1, 1)


def day(number: int) -> dt.date:
    """The date of a study day."""
    return DAY_ONE + dt.timedelta(days=int(number) - 1)


def regimen_of(case: dict[str, Any]) -> Regimen:
    """The regimen a file writes out, or the first of an arm of NETTER-1."""
    if "regimen" in case:
        return Regimen.model_validate(case["regimen"])
    arm, place = case.get("of", ["lutate", 0])
    return netter().arms[arm].give[place]


def result(case: dict[str, Any], on: int, name: str, said: Any) -> Result:
    """`62`, `grade 3`, `62, grade 3`, or `38 mL/min`: number, unit, grade."""
    lower, upper = case.get("normal", {}).get(name, (None, None))
    unit = case.get("units", {}).get(name, "")
    text, _, grade = str(said).partition("grade ")
    number, _, own = text.strip(" ,").partition(" ")
    return Result(
        day(on),
        name,
        float(number) if number else None,
        own or unit,
        int(grade) if grade else None,
        lower,
        upper,
    )


def chart_of(case: dict[str, Any]) -> Chart:
    found = []
    for on, said in case.get("found", {}).items():
        named = dict(said)
        whole = {**case["well"], **named} if named.pop("well", False) else named
        whole.pop("well", None)
        found += [result(case, on, name, value) for name, value in whole.items()]
    ended = case.get("ended")
    return Chart(
        day(1),
        tuple(Dose(day(on), float(amount)) for on, amount in case.get("given", {}).items()),
        tuple(found),
        Ended(day(ended["on"]), ended["why"]) if ended else None,
        ctcae="4.03",
    )


def advice(case: dict[str, Any]) -> Advice:
    return advise(regimen_of(case), chart_of(case), asked=day(case["asked"]))


def check(case: dict[str, Any]) -> None:
    found = advice(case)
    assert found.state == case["then"], found.in_words()
    dose = str(found.dose) if found.dose is not None else None
    assert dose == case.get("dose"), found.in_words()
    if "on" in case:
        assert found.on == day(case["on"]), found.in_words()
    if "says" in case:
        assert found.in_words() == case["says"]
